"""The disk fills up under a working bot: each actor is told in one sentence, and work resumes when there is space."""

from datetime import timedelta

import pytest

from bot.sandbox import Member, VisibleMessage
from bot.slack.wording.say import Markup, say
from storage.models import Attempt, Lease, Message, OutcomeRecord, Reminder
from tests.crashes.centre import PATIENCE, Centre, reads
from tests.crashes.small_disk import SmallDisk
from tests.slack.scenarios.town import NUMBER

AWAY = say("refusals.database_away", code=Markup("")).partition(" (")[0]
RECORDED = "*Not interested* recorded"


def _rows(centre: Centre) -> list[int]:
    return [len(centre.acme.all(kind)) for kind in (Lease, Attempt, OutcomeRecord)]


def _told(agent: Member) -> int:
    return sum(AWAY in one.words for one in agent.messages())


def _shown(centre: Centre, agent: Member, name: str) -> VisibleMessage:
    """The agent's call to the only contact."""
    centre.acme.add_contact(name)
    agent.command("/nextcall 1")
    agent.press(reads(agent, name, without="recorded"), "call")
    return reads(agent, name, NUMBER)


def _empty_log(centre: Centre) -> None:
    """SQLite overwrites its log from the beginning, and its existing pages need no space."""
    if centre.engine.dialect.name == "sqlite":
        with centre.engine.connect() as connection:
            connection.rollback()
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


@pytest.mark.long
def test_a_full_disk_is_reported_loses_nothing_and_work_resumes(cramped: tuple[Centre, SmallDisk]) -> None:
    centre, disk = cramped
    centre.start()
    alice, bob, dana = (centre.person(name) for name in ("alice", "bob", "dana"))
    alice.press(_shown(centre, alice, "Joan"), "outcome_busy")
    reads(alice, "Joan", "recorded")
    shown = _shown(centre, alice, "Grace")
    for serial in range(30):
        centre.acme.add_contact(f"Ada {serial}")
    _empty_log(centre)
    disk.fill()
    for asker in (bob, dana):  # the first whose hand-out needs another page is told
        asker.command("/nextcall 10")
        asker.wait_for(
            lambda seen: any(AWAY in one.words or "Ada" in one.words for one in seen.messages), within=PATIENCE
        )
    alice.press(shown, "outcome_refused")
    alice.wait_for(
        lambda seen: any(AWAY in one.words or RECORDED in one.words for one in seen.messages), within=PATIENCE
    )
    told = [_told(one) for one in (alice, bob, dana)]
    counted = _rows(centre)
    assert sum(told) >= 1
    assert counted == [2 + 10 * (2 - told[1] - told[2]), 2, 2 - told[0]], "all or nothing"
    centre.put(centre.acme.all(Reminder)[0].due_at)  # the next day: all leases have lapsed
    centre.until(lambda: "event=tick_broke" in centre.log)
    disk.free()
    _reminds(centre, alice)  # before others ask: Joan may be handed to them
    for asker in (bob, dana):
        asker.command("/nextcall 10")
    # by rows, not by what agents see: of ten cards some were shown before
    centre.until(lambda: _rows(centre)[0] == counted[0] + 20)
    alice.press(shown, "outcome_refused", stale=True)
    reads(alice, RECORDED)
    print(f"disk full: {told} told to wait, leases, attempts, outcomes {counted}, then {_rows(centre)}")
    assert _rows(centre) == [counted[0] + 20, 2, 2]


def _reminds(centre: Centre, alice: Member) -> None:
    """The reminder arrives. One that had arrived when its mark found no space arrives again."""
    centre.put(centre.acme.all(Reminder)[0].due_at + timedelta(minutes=6))
    centre.until(
        lambda: "sent" in [one.closed_because for one in centre.acme.all(Message) if one.kind == "callable_again"]
    )
    reminders = [one for one in alice.direct_messages if "take_these" in str(one.blocks)]
    print(f"disk full as a reminder fell due: it arrived {len(reminders)} times")
    assert 1 <= len(reminders) <= 2
