"""A running bot whose machine's clock is set back an hour, and forward again."""

import time
from datetime import datetime, timedelta

import pytest

from storage.models import Attempt, DigestRun, Lease, OutcomeRecord
from tests.crashes.centre import Centre, first_reminder, reads
from tests.slack.scenarios.town import NUMBER

SEVERAL_TICKS = 1.0  # seconds; five ticks in each


def test_it_keeps_what_was_done_before_the_clock_was_set_back(centre: Centre) -> None:
    """A card, a call and an outcome of the repeated hour: none is handed out twice, none is lost."""
    for name in ("Grace", "Ada"):
        centre.acme.add_contact(name)
    centre.start()
    alice, bob = centre.person("alice"), centre.person("bob")
    alice.command("/nextcall 2")
    alice.press(reads(alice, "Grace", "Ada"), "call")
    shown = reads(alice, NUMBER)
    centre.move(hours=-1)
    time.sleep(SEVERAL_TICKS)
    bob.command("/nextcall 2")
    reads(bob, "No contact is callable now")
    alice.press(shown, "outcome_busy")
    reads(alice, "recorded", without=NUMBER)
    alice.press(reads(alice, "Ada", without=NUMBER), "call")
    alice.press(reads(alice, "Ada", NUMBER), "outcome_refused")
    reads(alice, "*Not interested* recorded")
    bob.command("/nextcall 2")
    reads(bob, "No contact is callable now")
    centre.move(hours=1)
    bob.command("/nextcall 2")
    reads(bob, "No contact is callable now")
    counted = [len(centre.acme.all(kind)) for kind in (Lease, Attempt, OutcomeRecord)]
    print(f"set back an hour between Call and outcome: leases, attempts, outcomes {counted}")
    assert counted == [2, 2, 2]
    assert "incident=" not in centre.log


@pytest.mark.night
def test_reminders_and_digests_are_sent_once(centre: Centre) -> None:
    due = first_reminder(centre).due_at
    evening = due.replace(hour=18)
    for at in (due, due - timedelta(hours=1), due, evening, evening - timedelta(hours=1), evening):
        _put(centre, at)
        time.sleep(SEVERAL_TICKS)
    centre.until(lambda: _is_posted(centre, evening))
    counted = _arrived(centre, evening)
    print(f"set back an hour twice: reminders, digests that arrived {counted}")
    assert counted == (1, 1)
    assert "event=tick_broke" not in centre.log


def _put(centre: Centre, at: datetime) -> None:
    centre.put(at)
    clock = centre.server.workspace.clock
    clock.advance(at - clock.now())


def _is_posted(centre: Centre, evening: datetime) -> bool:
    energy = centre.acme.energy.id
    runs = [one for one in centre.acme.all(DigestRun) if (one.team_id, one.on_date) == (energy, evening.date())]
    return any(one.posted_at is not None for one in runs)


def _arrived(centre: Centre, evening: datetime) -> tuple[int, int]:
    reminders = [one for one in centre.person("alice").direct_messages if "take_these" in str(one.blocks)]
    posts = centre.person("dana").messages("C0ENERGY001")
    return len(reminders), sum(f"{evening:%-d %B %Y}" in one.words for one in posts)
