"""Slack refuses one person's or all messages for a while: everyone still gets every message, once and in order."""

from collections import Counter
from datetime import timedelta
from time import monotonic, sleep

import pytest

from bot.scheduler import ticks
from bot.services.reminders import reminders
from storage.models import Message, Reminder
from tests.slack.scenarios.town import Town

POST = "chat.postMessage"
LIMIT_S = 5


def remind(town: Town, *names: str) -> None:
    """Makes a contact of each agent callable again."""
    for name in names:
        actor = getattr(town.acme, name)
        theirs = town.acme.water_campaign if name == "charlie" else None
        contact = town.acme.add_contact(f"Grace of {name}", campaign=theirs, agent_id=actor.agent_id)
        facts = {"organisation_id": town.acme.organisation_id, "agent_id": actor.agent_id}
        town.acme.put(Reminder(**facts, contact_id=contact.id or 0, due_at=town.acme.clock()))


def said(town: Town, name: str) -> list[str]:
    return [one.words for one in getattr(town, name).direct_messages if one.is_from_app]


def tick(town: Town, seconds: float = 0) -> None:
    """Runs the scheduler, a little later on both clocks, and lets what is due be sent."""
    town.move(seconds=seconds)
    reminders.send_due(town.deps)
    town.settle()


def ends(town: Town) -> list[str]:
    return [one.closed_because for one in town.acme.all(Message)]


def _asked_in_vain(town: Town, channel: str) -> int:
    """The calls made and refused although Slack had asked to wait."""
    calls = [one for one in town.server.workspace.calls if one.method == POST and one.args["channel"] == channel]
    return sum(one.error == "ratelimited" for one in calls)


def _wait_out(seconds: float) -> None:
    until = monotonic() + seconds
    while monotonic() < until:
        sleep(0.05)


def test_a_limit_on_one_conversation_delays_no_other(town: Town) -> None:
    remind(town, "alice", "bob", "dana")
    town.server.limit(POST, LIMIT_S, "U0ALICE")
    before = monotonic()
    tick(town)
    assert monotonic() - before < LIMIT_S, "nobody waited for Alice's limit"
    assert [len(said(town, name)) for name in ("alice", "bob", "dana")] == [0, 1, 1]
    tick(town, 1)
    assert _asked_in_vain(town, "U0ALICE") == 1, "Slack said to wait, and was left alone"
    _wait_out(LIMIT_S)
    tick(town, LIMIT_S)
    tick(town, 20)
    assert [len(said(town, name)) for name in ("alice", "bob", "dana")] == [1, 1, 1]
    assert "Grace of alice" in said(town, "alice")[0]
    assert ends(town) == ["sent"] * 3


def test_a_limit_for_all_stops_sending_and_loses_nothing(town: Town) -> None:
    names = ("alice", "bob", "dana", "charlie")
    remind(town, *names)
    town.server.limit(POST, LIMIT_S)
    tick(town)
    refused = sum(_asked_in_vain(town, f"U0{name.upper()}") for name in names)
    assert refused == 2, "the second refusal shows whose limit it is"
    tick(town, 1)
    assert sum(_asked_in_vain(town, f"U0{name.upper()}") for name in names) == refused
    _wait_out(LIMIT_S)
    tick(town, LIMIT_S)
    tick(town, 20)
    assert [len(said(town, name)) for name in names] == [1] * 4


def test_it_still_reminds_after_a_restart(town: Town) -> None:
    """Its message is a row: the next process has it, with the limit stored in the row."""
    remind(town, "alice")
    town.server.limit(POST, LIMIT_S, "U0ALICE")
    tick(town)
    [row] = town.acme.all(Message)
    assert (row.closed_at, row.taken_at) == (None, None)
    assert row.not_before is not None
    assert timedelta(0) < row.not_before - town.acme.clock() <= timedelta(seconds=LIMIT_S)
    _wait_out(LIMIT_S)
    tick(town, LIMIT_S)
    assert len(said(town, "alice")) == 1


def test_notices_keep_each_persons_order_and_delay_no_other_person(town: Town) -> None:
    town.server.limit(POST, LIMIT_S, "U0ALICE")
    before = monotonic()
    for serial in range(3):
        town.tell("card_withdrawn", "alice", "bob", name=f"Ada {serial}", because="suppressed")
    town.tell("outcome_alert", "alice", "dana", agent=town.acme.bob.agent_id, name="Ada 3", outcome="complaint")
    assert monotonic() - before < LIMIT_S, "a notice is queued and sent later"
    town.bob.wait_for(lambda _seen: len(said(town, "bob")) == 3)
    assert monotonic() - before < LIMIT_S + 2.5
    _wait_out(LIMIT_S)
    town.move(seconds=LIMIT_S)
    town.alice.wait_for(lambda _seen: len(said(town, "alice")) == 4)
    for name in ("alice", "bob"):
        serials = [next(n for n in range(4) if f"Ada {n}" in one) for one in said(town, name)]
        assert serials == list(range(len(serials)))
    assert len(said(town, "dana")) == 1
    assert _asked_in_vain(town, "U0ALICE") == 1


def test_many_notices_to_one_person_delay_no_other_person(town: Town) -> None:
    for serial in range(6):
        town.tell("card_withdrawn", "alice", name=f"Ada {serial}", because="suppressed")
    town.tell("card_withdrawn", "bob", name="Ada", because="suppressed")
    town.bob.wait_for(lambda _seen: len(said(town, "bob")) == 1)
    assert len(said(town, "alice")) <= 3, "one a second, and five are left"
    town.alice.wait_for(lambda _seen: len(said(town, "alice")) == 6)
    assert [f"Ada {serial}" in one for serial, one in enumerate(said(town, "alice"))] == [True] * 6


@pytest.mark.night
def test_every_message_arrives_once_under_slacks_own_limits(town: Town) -> None:
    """One message a second in each conversation, counted by Slack: none is refused."""
    town.server.workspace.rate_limits.is_on = True
    remind(town, "alice", "bob")
    for serial in range(3):
        town.tell("card_given", "alice", name=f"Ada {serial}", by=town.acme.dana.agent_id)
    ticks.tick_once(town.deps)
    town.settle()
    town.move(seconds=30)
    ticks.tick_once(town.deps)
    assert Counter(len(said(town, name)) for name in ("alice", "bob")) == Counter([4, 1])
    assert _asked_in_vain(town, "U0ALICE") == 0


@pytest.mark.night
def test_it_keeps_a_reminder_behind_the_notices_that_were_there_before(town: Town) -> None:
    town.server.limit(POST, 3 * LIMIT_S, "U0ALICE")
    town.tell("card_withdrawn", "alice", name="Ada", because="suppressed")
    remind(town, "alice", "bob")
    tick(town)
    assert len(said(town, "bob")) == 1
    _wait_out(3 * LIMIT_S)
    town.move(seconds=3 * LIMIT_S)
    tick(town, 20)
    notice, reminder = said(town, "alice")
    assert ("Ada" in notice, "Grace" in reminder) == (True, True)
