"""The disk is really full under a bot at work: whoever asks is told in one sentence, and all goes on once there is room."""

from datetime import timedelta

from bot.sandbox import Member, VisibleMessage
from bot.slack import ids
from storage.models import Attempt, Lease, OutcomeRecord, Reminder
from tests.crashes.centre import PATIENCE, Centre, reads
from tests.crashes.small_disk import SmallDisk
from tests.slack.scenarios.town import NUMBER

AWAY = "database does not answer just now"
RECORDED = "*Not interested* recorded"


def _rows(centre: Centre) -> list[int]:
    return [len(centre.house.all(kind)) for kind in (Lease, Attempt, OutcomeRecord)]


def _told(agent: Member) -> int:
    return sum(AWAY in one.words for one in agent.messages())


def _shown(centre: Centre, agent: Member, name: str) -> VisibleMessage:
    """The agent is on the telephone to the one contact there is."""
    centre.house.add_contact(name)
    agent.command("/nextcall 1")
    agent.press(reads(agent, name, without="recorded"), ids.CALL)
    return reads(agent, name, NUMBER)


def _empty_log(centre: Centre) -> None:
    """SQLite writes over its log from the beginning, and what is there already needs no room."""
    if centre.engine.dialect.name == "sqlite":
        with centre.engine.connect() as connection:
            connection.rollback()
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def test_it_says_so_loses_nothing_and_goes_on_by_itself(cramped: tuple[Centre, SmallDisk]) -> None:
    centre, disk = cramped
    centre.start()
    alice, bob, dana = (centre.person(name) for name in ("alice", "bob", "dana"))
    alice.press(_shown(centre, alice, "Joan"), "outcome_busy")
    reads(alice, "Joan", "recorded")
    shown = _shown(centre, alice, "Grace")
    for serial in range(30):
        centre.house.add_contact(f"Ada {serial}")
    _empty_log(centre)
    disk.fill()
    for asker in (bob, dana):  # whose hand-out needs one more page is the first to be told
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
    centre.put(centre.house.all(Reminder)[0].due_at)  # the next day: whatever was held has lapsed
    centre.until(lambda: "event=tick_broke" in centre.log)
    disk.free()
    _reminds(centre, alice)  # before others ask: Joan may be among those they are handed
    for asker in (bob, dana):
        asker.command("/nextcall 10")
    centre.until(lambda: _rows(centre)[0] == counted[0] + 20)  # not by what they read: of ten some have read before
    alice.press(shown, "outcome_refused", stale=True)
    reads(alice, RECORDED)
    print(f"disk full: {told} told to wait, leases, attempts, outcomes {counted}, then {_rows(centre)}")
    assert _rows(centre) == [counted[0] + 20, 2, 2]


def _reminds(centre: Centre, alice: Member) -> None:
    """Never lost; what had arrived when the disk had no room to say so arrives once more."""
    centre.put(centre.house.all(Reminder)[0].due_at + timedelta(minutes=6))
    centre.until(lambda: centre.house.all(Reminder)[0].closed_because == "sent")
    reminders = [one for one in alice.direct_messages if ids.TAKE_THESE in str(one.blocks)]
    print(f"disk full as a reminder fell due: it arrived {len(reminders)} times")
    assert 1 <= len(reminders) <= 2
