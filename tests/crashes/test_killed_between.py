"""The bot is killed with SIGKILL at the worst moments and restarted, and people ask again. Nothing is lost or
doubled."""

from datetime import timedelta
from time import sleep

import pytest

from bot.sandbox import VisibleMessage
from storage.models import Attempt, DigestRun, Lease, Message, OutcomeRecord
from tests.crashes.centre import Centre, first_reminder, reads


def _cards(centre: Centre, *words: str) -> VisibleMessage:
    alice = centre.person("alice")
    assert not alice.command("/nextcall 2").failed
    return reads(alice, *words)


def _counted(centre: Centre, what: str) -> list[int]:
    counted = [len(centre.acme.all(kind)) for kind in (Lease, Attempt, OutcomeRecord)]
    print(f"{what}: leases, attempts, outcomes {counted}")
    return counted


@pytest.mark.long
def test_after_any_kill_it_shows_the_same_contacts_and_writes_everything_once(centre: Centre) -> None:
    for name in ("Grace", "Ada"):
        centre.acme.add_contact(name)
    centre.start()
    alice = centre.person("alice")
    with centre.write_locked():
        assert not alice.command("/nextcall 2").failed, "the ack waits for no lock"
        centre.kill()
    assert _counted(centre, "killed between ack and commit of /nextcall") == [0, 0, 0]
    centre.start()
    with centre.hanging("response_url"):
        assert not alice.command("/nextcall 2").failed
    centre.kill()
    before = [one.id for one in centre.acme.all(Lease)]
    centre.start()
    card = _cards(centre, "Grace", "Ada")
    assert [one.id for one in centre.acme.all(Lease)] == before, "the same contacts"
    assert _counted(centre, "between commit and reply of /nextcall") == [2, 0, 0]
    with centre.hanging("response_url"):
        assert not alice.press(card, "call").failed
    centre.kill()
    centre.start()
    shown = _cards(centre, "Show the number")
    assert _counted(centre, "between commit and reply of Call") == [2, 1, 0]
    with centre.write_locked():
        assert not alice.press(shown, "outcome_busy").failed
        centre.kill()
    assert _counted(centre, "between ack and commit of an outcome") == [2, 1, 0]
    centre.start()
    with centre.hanging("response_url"):
        assert not alice.press(shown, "outcome_busy", stale=True).failed
    centre.kill()
    centre.start()
    assert not alice.press(shown, "outcome_busy", stale=True).failed
    reads(alice, "was already recorded")
    assert _counted(centre, "between commit and reply of an outcome, then pressed again") == [2, 1, 1]


@pytest.mark.night
def test_it_sends_again_what_was_being_sent(centre: Centre) -> None:
    """A reminder and a digest, with two kills: before Slack accepted them, and after, before the bot heard of it."""
    reminder = first_reminder(centre)
    with centre.killed_while("chat.postMessage", lambda: _is_taken(centre)):
        centre.put(reminder.due_at)
    assert _arrived(centre) == (0, 0)
    centre.move(minutes=6)  # for the digest; a reminder is free once the next bot has seen it taken for a minute
    with centre.killed_while("chat.postMessage", lambda: _arrived(centre) == (1, 1), "no_reply"):
        _start_and_wait(centre)
    run = _digest(centre)
    assert run is not None
    assert not _is_done(centre, run)
    centre.move(minutes=6)
    _start_and_wait(centre)
    centre.until(lambda: _is_done(centre, run))
    print("killed twice while sending: reminders, digests that arrived", _arrived(centre))
    assert _arrived(centre) == (2, 2)


def _start_and_wait(centre: Centre) -> None:
    """Until the bot takes the one before for dead: it has seen for a minute that a message is taken."""
    centre.start()
    sleep(3)
    centre.move(minutes=2)


def _reminders(centre: Centre) -> list[Message]:
    return [one for one in centre.acme.all(Message) if one.kind == "callable_again"]


def _is_taken(centre: Centre) -> bool:
    """Whether the bot sends the reminder and the digest."""
    digest = _digest(centre)
    is_digest_taken = digest is not None and digest.taken_at is not None
    return is_digest_taken and any(one.taken_at is not None for one in _reminders(centre))


def _digest(centre: Centre) -> DigestRun | None:
    """The newest of Energy."""
    ours = [one for one in centre.acme.all(DigestRun) if one.team_id == centre.acme.energy.id]
    return ours[-1] if ours else None


def _is_done(centre: Centre, run: DigestRun) -> bool:
    is_sent = [one.closed_because for one in _reminders(centre)] == ["sent"]
    return is_sent and centre.acme.one(DigestRun, run.id).posted_at is not None


def _arrived(centre: Centre) -> tuple[int, int]:
    day = f"{centre.clock() - timedelta(days=1):%-d %B}"
    reminders = [one for one in centre.person("alice").direct_messages if "take_these" in str(one.blocks)]
    digests = [one for one in centre.person("dana").messages("C0ENERGY001") if f"{day} 2026\n" in one.words]
    return len(reminders), len(digests)
