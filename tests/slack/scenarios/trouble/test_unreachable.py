"""Slack refuses messages to one person or to all: it is logged, work goes on, and messages that can arrive do, once."""

import logging
from dataclasses import replace

import pytest

from bot.scheduler import ticks
from bot.services.messages import LONGEST_PAUSE
from storage.models import Attempt
from tests.slack.scenarios.town import Town, types
from tests.slack.scenarios.trouble.test_rate_limits import ends, remind, said, tick

pytestmark = pytest.mark.usefixtures("few_charts")

POST = "chat.postMessage"


def _all_said(town: Town) -> list[int]:
    return [len(said(town, name)) for name in ("alice", "bob", "dana")]


def _in_vain(town: Town, code: str) -> int:
    return sum(one.method == POST and one.error == code for one in town.server.workspace.calls)


@pytest.mark.night
@pytest.mark.parametrize("code", ["messages_tab_disabled", "token_revoked"])
def test_it_keeps_every_reminder_until_the_app_can_write_again(town: Town, code: str) -> None:
    remind(town, "alice", "bob", "dana")
    workspace = town.server.workspace
    right = workspace.manifest
    if code == "messages_tab_disabled":
        workspace.manifest = replace(right, messages_tab=False)
    else:
        town.server.fail_next(POST, with_=code, times=2)
    tick(town)
    assert _in_vain(town, code) >= 1
    assert ends(town).count("") >= 1
    workspace.manifest = right
    for _ in range(3):
        tick(town, seconds=LONGEST_PAUSE.total_seconds())
    assert _all_said(town) == [1, 1, 1]


def test_agents_can_work_while_no_messages_can_be_sent(town: Town) -> None:
    """Answers to an agent's own requests need no message: they go through the response_url."""
    town.server.workspace.manifest = replace(town.server.workspace.manifest, messages_tab=False)
    town.calling(channel="C0ENERGY001")
    types(town.alice, "/outcome complaint", "*Complaint* recorded", channel="C0ENERGY001")
    assert len(town.acme.all(Attempt)) == 1


def test_it_closes_the_reminders_of_somebody_who_is_gone_and_reminds_the_others(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    remind(town, "alice", "bob", "dana")
    people = town.server.workspace.people
    people["U0ALICE"] = replace(people["U0ALICE"], is_deleted=True)
    ticks.tick_once(town.deps)
    town.settle()
    assert _all_said(town) == [0, 1, 1]
    assert ends(town) == ["undeliverable", "sent", "sent"]
    assert "event=notice_failed user=U0ALICE permanent=True reason=channel_not_found" in caplog.text


@pytest.mark.parametrize("code", ["user_not_found", "channel_not_found", "cannot_dm_bot"])
def test_a_notice_that_cannot_arrive_is_dropped_and_the_next_one_sent(
    town: Town, code: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    town.server.fail_next(POST, with_=code)
    for name in ("Ada", "Joan"):
        town.tell("card_withdrawn", "alice", name=name, because="suppressed")
    town.settle()
    [left] = said(town, "alice")
    assert "Joan" in left
    assert f"event=notice_failed user=U0ALICE permanent=True reason={code}" in caplog.text
