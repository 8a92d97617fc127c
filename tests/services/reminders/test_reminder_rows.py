"""Reminder rows: one for the owner of a locked contact, moved with its lock, never sent twice for one moment."""

from datetime import UTC, datetime

from bot.services.calls import outcomes
from policy.vocabulary import Outcome
from storage.models import Reminder
from tests.fakes import House

FRIDAY = datetime(2026, 11, 27, 10, 0, 1, tzinfo=UTC)  # 72 hours after Tuesday, 10:00 and a fraction


def test_it_moves_a_reminder_when_a_call_to_the_same_number_moves_the_lock(house: House) -> None:
    ann, ben = house.add_contact("Ann", "+447700900123", priority=0), house.add_contact("Ben", "+447700900124")
    outcomes.record_spoken(house.deps, house.alice, "07700 900123", "no answer")
    assert [(one.contact_id, one.due_at) for one in house.all(Reminder)] == [(ann.id, FRIDAY)]
    house.clock.at(datetime(2026, 11, 26, 10, tzinfo=UTC))
    second = house.add_campaign("Energy service", "Bright Energy", house.energy, priority=0)
    house.add_contact("Cat", "+447700900123", campaign=second)
    outcomes.record_spoken(house.deps, house.bob, "07700 900123", "no answer")
    rows = [(one.contact_id, one.agent_id, one.due_at.day, one.closed_because) for one in house.all(Reminder)]
    assert (ann.id, house.alice.agent_id, 27, "superseded") in rows
    assert (ann.id, house.alice.agent_id, 30, "") in rows  # the 72 hours end on a Sunday
    assert ben.id not in {row[0] for row in rows}  # without an owner: no reminder


def test_it_sends_no_second_reminder_for_the_same_moment(house: House) -> None:
    contact = house.add_contact()
    done = outcomes.record_spoken(house.deps, house.alice, contact.number or "", "no answer")
    [reminder] = house.all(Reminder)
    house.change(Reminder, reminder.id, closed_at=house.clock(), closed_because="sent")
    outcomes.record(house.deps, house.alice, done.attempt_id, Outcome.BUSY)
    outcomes.record(house.deps, house.alice, done.attempt_id, Outcome.NO_ANSWER)
    assert [(one.due_at.day, one.closed_because) for one in house.all(Reminder)] == [(27, "sent"), (25, "superseded")]
