"""What /status and /metrics say after a day's work, with everything of it, and nothing of the people in it."""

import json
import re
from typing import Any

import pytest

from bot.slack.connection.http import Pages
from bot.watching.pages import METRICS, STATUS, watched
from bot.watching.status import Process, SlackStatus
from storage.models import Agent, Attempt, Campaign, Contact, Lease, Organisation, Person, Team
from tests.services.proof.logs import sequence_all
from tests.slack.scenarios.sent import redrawn
from tests.slack.scenarios.town import NUMBER, Town, types


@pytest.fixture
def pages(town: Town) -> Pages:
    """After Alice called Grace, and recorded what came of it; Bob asked for too many."""
    town.acme.add_contact("Grace Hopper")
    card = types(town.alice, "/nextcall 1", "Grace")
    town.alice.press(card, "call")
    redrawn(town.alice, card, NUMBER)
    town.move(minutes=2)
    town.alice.press(card, "outcome_no_answer")
    town.alice.wait_for(lambda _seen: town.acme.all(Attempt)[0].outcome)
    types(town.bob, "/nextcall 0", "ask for 1 to")
    town.tell("card_withdrawn", "alice", name="Grace Hopper", because="held")
    town.settle()
    sequence_all(town.deps, town.acme.organisation_id)
    town.rest()  # every answer is counted
    slack = SlackStatus("socket", is_connected=True, waits_for="", last_press_at=town.acme.clock())
    process = Process(town.acme.clock(), (), slack, {"log": 3})
    return watched(town.deps, lambda: process)


@pytest.mark.day
def test_every_press_is_in_status_and_metrics_and_nobody_who_made_or_got_a_call(town: Town, pages: Pages) -> None:
    status, metrics = (pages[path]().content.decode() for path in (STATUS, METRICS))
    found = json.loads(status)
    presses = {(one["kind"], one["action"], one["came"]): one["count"] for one in found["presses"]}
    assert presses["command", "/nextcall", "done"] == 1
    assert presses["command", "/nextcall", "refused"] == 1
    assert presses["press", "call", "done"] == 1
    assert {one["kind"] for one in found["answers"]} >= {"command", "press"}
    assert found["standing"]["log"]["is_verified"]
    assert 'nextcall_presses_total{action="call",came="done",kind="press"} 1.0' in metrics
    assert 'nextcall_answer_seconds_count{kind="command"} 2.0' in metrics
    assert "nextcall_log_verified 1.0" in metrics
    personal = {
        *(text for kind in (Contact, Person, Agent, Team, Campaign, Organisation) for text in _texts(town, kind)),
        *(one.number for one in town.acme.all(Attempt)),
    }
    assert {"Grace Hopper", "+447700900001", "U0ALICE", "Energy switch"} <= personal
    assert not {one for one in personal if re.search(rf"\b{re.escape(one)}\b", status + metrics)}
    assert not re.search(r"\+?\d{7,}", status)
    assert town.acme.all(Lease)


def _texts(town: Town, kind: type) -> set[str]:
    names = ("name", "number", "slack_user_id", "note", "channel", "principal")
    rows: list[Any] = town.acme.all(kind)
    return {text for row in rows for name in names if (text := getattr(row, name, ""))}
