"""A clock that ran a year ahead told and took things that are still to come. Set back, it leaves none of them
untold."""

from datetime import timedelta

import pytest

from bot.services import messages
from bot.services.calls import callback_watch
from bot.services.ports import DeliveryFailed
from bot.services.reminders import reminders
from storage.hand_out.search import OVERDUE_AFTER
from storage.models import Callback, Message, Reminder
from tests.fakes import SampleOrganisation
from tests.services.calls.promised_calls import A_MOMENT, contact_with_callback, told

pytestmark = pytest.mark.both_engines
A_YEAR, BEFORE_NOON = timedelta(days=366), timedelta(hours=3)


def ticks(acme: SampleOrganisation) -> list[str]:
    """What the next ticks remind of."""
    callback_watch.tell_troubles(acme.deps)
    reminders.send_due(acme.deps)
    messages.send_due(acme.deps)
    names = [line.name for one in acme.notifier.reminders for line in one.lines]
    acme.notifier.told.clear()
    return names


def ran_ahead(acme: SampleOrganisation, ahead: timedelta = A_YEAR - timedelta(days=2)) -> None:
    """In the middle of a working day, so far from now; and back."""
    now = acme.clock()
    acme.clock.at(now + ahead)
    ticks(acme)
    acme.clock.at(now + A_MOMENT)


@pytest.mark.long
@pytest.mark.parametrize(("ahead", "is_mine"), [(A_YEAR - timedelta(days=2), True), (BEFORE_NOON, False)])
def test_a_callback_keeps_its_reminder_after_a_clock_ran_ahead(
    acme: SampleOrganisation, ahead: timedelta, is_mine: bool
) -> None:
    contact_with_callback(acme, is_mine=is_mine)
    [callback] = acme.all(Callback)
    ran_ahead(acme, ahead)
    assert [one.closed_because for one in acme.all(Reminder)] == ["sent"]
    assert ticks(acme) == []
    assert [one.due_at for one in acme.all(Reminder) if one.closed_at is None] == [callback.due_at]
    assert ticks(acme) == []
    acme.clock.at(callback.due_at + A_MOMENT)
    assert ticks(acme) == ["Grace"]
    assert ticks(acme) == []


def test_a_reminder_that_was_being_sent_then_is_sent_now(acme: SampleOrganisation) -> None:
    """Slack was down when the clock ran ahead: the row waited for its next attempt a year ahead."""
    contact_with_callback(acme)
    acme.notifier.fails = DeliveryFailed("down", is_permanent=False)
    ran_ahead(acme)
    acme.notifier.fails = None
    assert [one.closed_at for one in acme.all(Message) if one.kind == "callable_again"] == [None]
    acme.clock.at(acme.all(Callback)[0].due_at + A_MOMENT)
    assert ticks(acme) == ["Grace"]


def test_a_reminder_that_such_a_clock_scheduled_keeps_none_back(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    [callback] = acme.all(Callback)
    [reminder] = acme.all(Reminder)
    acme.change(Reminder, reminder.id, due_at=callback.due_at + A_YEAR)
    acme.clock.at(callback.due_at + A_MOMENT)
    assert ticks(acme) == ["Grace"]
    assert ticks(acme) == []


def test_an_overdue_callback_is_told_when_it_is_overdue(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    ran_ahead(acme)
    acme.notifier.told.clear()
    acme.clock.at(acme.all(Callback)[0].due_at + OVERDUE_AFTER + A_MOMENT)
    assert {user for user, _ in told(acme)} == {"U0ALICE", "U0DANA"}
    assert told(acme) == []


def test_a_callback_is_told_five_minutes_ahead_again(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    [callback] = acme.all(Callback)
    soon = callback.due_at - timedelta(minutes=4)
    acme.change(Callback, callback.id, ahead_told_at=soon + A_YEAR)
    acme.clock.at(soon)
    assert [reminders.remind_ahead(acme.deps) for _ in range(2)] == [1, 0]
