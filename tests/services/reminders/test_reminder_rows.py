"""Reminder rows: one for the owner of a locked contact, moved with its lock, never sent twice for one moment."""

from datetime import UTC, datetime

from bot.services.calls import outcomes
from policy.vocabulary import Outcome
from storage.models import Reminder
from tests.fakes import SampleOrganisation

FRIDAY = datetime(2026, 11, 27, 10, 0, 1, tzinfo=UTC)  # 72 hours after Tuesday, 10:00 and a fraction


def test_it_moves_a_reminder_when_a_call_to_the_same_number_moves_the_lock(acme: SampleOrganisation) -> None:
    ann, ben = acme.add_contact("Ann", "+447700900123", priority=0), acme.add_contact("Ben", "+447700900124")
    outcomes.record_spoken(acme.deps, acme.alice, "07700 900123", "no answer")
    assert [(one.contact_id, one.due_at) for one in acme.all(Reminder)] == [(ann.id, FRIDAY)]
    acme.clock.at(datetime(2026, 11, 26, 10, tzinfo=UTC))
    second = acme.add_campaign("Energy service", "Bright Energy", acme.energy, priority=0)
    acme.add_contact("Cat", "+447700900123", campaign=second)
    outcomes.record_spoken(acme.deps, acme.bob, "07700 900123", "no answer")
    rows = [(one.contact_id, one.agent_id, one.due_at.day, one.closed_because) for one in acme.all(Reminder)]
    assert (ann.id, acme.alice.agent_id, 27, "superseded") in rows
    assert (ann.id, acme.alice.agent_id, 30, "") in rows  # the 72 hours end on a Sunday
    assert ben.id not in {row[0] for row in rows}  # without an owner: no reminder


def test_it_sends_no_second_reminder_for_the_same_moment(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    done = outcomes.record_spoken(acme.deps, acme.alice, contact.number or "", "no answer")
    [reminder] = acme.all(Reminder)
    acme.change(Reminder, reminder.id, closed_at=acme.clock(), closed_because="sent")
    outcomes.record(acme.deps, acme.alice, done.attempt_id, Outcome.BUSY)
    outcomes.record(acme.deps, acme.alice, done.attempt_id, Outcome.NO_ANSWER)
    assert [(one.due_at.day, one.closed_because) for one in acme.all(Reminder)] == [(27, "sent"), (25, "superseded")]
