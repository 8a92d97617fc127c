"""An agent is reminded of a callback five minutes before it is due, once, unless there is nothing to call then."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import time, timedelta
from threading import Barrier
from typing import Any

import pytest

from bot.services import messages
from bot.services.answers.callbacks import CallbackMoved, CallbackSoon
from bot.services.calls import callbacks, outcomes
from bot.services.hand_out import releases
from bot.services.ports import DeliveryFailed
from bot.services.reminders import reminders
from bot.services.teams import holds, moves
from policy.vocabulary import ReleaseReason
from storage.hand_out.search import OVERDUE_AFTER
from storage.models import Agent, Callback, Contact
from tests.fakes import TUESDAY, SampleOrganisation, lease_to
from tests.services.calls.promised_calls import A_MOMENT, NUMBER, contact_with_callback, on_hold, started_again
from tests.services.stage import MINUTE

pytestmark = pytest.mark.both_engines

AHEAD = 5 * MINUTE


def reminded(acme: SampleOrganisation) -> list[tuple[str, CallbackSoon]]:
    """Whom a tick reminds, and of what."""
    reminders.remind_ahead(acme.deps)
    messages.send_due(acme.deps)
    heard = [(user, one) for user, several in acme.notifier.soon for one in several]
    acme.notifier.told.clear()
    return heard


def users(acme: SampleOrganisation) -> list[str]:
    return [user for user, _ in reminded(acme)]


def test_it_comes_five_minutes_before_once_and_another_at_the_time(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    due = acme.all(Callback)[0].due_at
    acme.clock.at(due - AHEAD - A_MOMENT)
    assert reminded(acme) == []
    acme.clock.at(due - AHEAD)
    assert reminded(acme) == [("U0ALICE", CallbackSoon("Grace", due, "Europe/London", is_anyones=False))]
    acme.clock.tick(seconds=60.3)
    assert [reminders.remind_ahead(deps) for deps in (acme.deps, started_again(acme))] == [0, 0]
    assert reminders.send_due(acme.deps) == 0
    acme.clock.at(due + A_MOMENT)
    assert (reminded(acme), reminders.send_due(acme.deps)) == ([], 1)


def test_who_is_told_once_a_shift_of_what_opens_hears_of_each_callback_ahead(acme: SampleOrganisation) -> None:
    """It was agreed in the shift, whose message had gone: without this one they would hear of it when it is overdue."""
    acme.change(Agent, acme.alice.agent_id, reminders="quiet")
    contact_with_callback(acme)
    due = acme.all(Callback)[0].due_at
    acme.clock.at(due - AHEAD + A_MOMENT)
    assert users(acme) == ["U0ALICE"]
    acme.clock.at(due + A_MOMENT)
    assert (reminded(acme), reminders.send_due(acme.deps)) == ([], 0)


@pytest.mark.parametrize(
    ("late", "heard"),
    [(timedelta(seconds=0.3), ["U0ALICE"]), (timedelta(minutes=14), ["U0ALICE"]), (OVERDUE_AFTER, [])],
)
def test_who_is_told_once_a_shift_hears_late_of_a_callback_if_the_bot_was_down_before_it(
    acme: SampleOrganisation, late: timedelta, heard: list[str]
) -> None:
    """The others are reminded at its time as well. Once it is overdue, agent and leads hear that."""
    acme.change(Agent, acme.alice.agent_id, reminders="quiet")
    contact_with_callback(acme)
    acme.clock.at(acme.all(Callback)[0].due_at + late)
    assert users(acme) == heard
    assert users(acme) == []


def test_two_bots_at_once_remind_once(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    acme.clock.at(acme.all(Callback)[0].due_at - AHEAD + A_MOMENT)
    start = Barrier(2)

    def tick(_: int) -> int:
        deps = started_again(acme)
        start.wait()
        return reminders.remind_ahead(deps)

    with ThreadPoolExecutor(2) as bots:
        assert sorted(bots.map(tick, range(2))) == [0, 1]
    assert len(acme.notifier.soon) == 1


def called(acme: SampleOrganisation, _: Contact) -> None:
    outcomes.record_spoken(acme.deps, acme.bob, NUMBER, "conversation")


def put_on_hold(acme: SampleOrganisation, contact: Contact) -> None:
    on_hold(acme, contact)


def agent(**values: Any) -> Callable[[SampleOrganisation, Contact], None]:
    return lambda acme, _: acme.change(Agent, acme.alice.agent_id, **values)


@pytest.mark.long
@pytest.mark.parametrize(
    "happens",
    [
        called,
        put_on_hold,
        agent(paused_at=TUESDAY),
        agent(shift_from=time(13)),
        agent(reminders="off"),
        agent(is_active=False),
    ],
    ids=["called", "on hold", "paused", "before the shift", "no reminders", "left"],
)
def test_it_does_not_come_where_there_is_no_call_or_the_agent_wants_none(
    acme: SampleOrganisation, happens: Callable[[SampleOrganisation, Contact], None]
) -> None:
    contact = contact_with_callback(acme)
    acme.clock.at(acme.all(Callback)[0].due_at - AHEAD + A_MOMENT)
    happens(acme, contact)
    assert reminded(acme) == []


def test_it_waits_while_an_agent_holds_the_person_through_another_list(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    due = acme.all(Callback)[0].due_at
    other = acme.add_contact("Grace", NUMBER, campaign=acme.water_campaign)
    with acme.units() as uow:
        lease = lease_to(uow.session, other, acme.charlie.agent_id, acme.clock(), due + AHEAD)
    assert lease is not None
    acme.clock.at(due - AHEAD + A_MOMENT)
    assert reminded(acme) == []
    releases.release(acme.deps, acme.charlie, lease.id or 0, ReleaseReason.OTHER)
    assert users(acme) == ["U0ALICE"]


def test_it_comes_late_if_the_hold_was_lifted_late_and_never_after_its_time(acme: SampleOrganisation) -> None:
    contact = contact_with_callback(acme)
    due = acme.all(Callback)[0].due_at
    on_hold(acme, contact)
    acme.clock.at(due - MINUTE)
    assert reminded(acme) == []
    holds.lift(acme.deps, acme.dana, contact.id or 0, "we have spoken")
    acme.clock.at(due)
    assert reminded(acme) == [], "now it is due"
    acme.clock.at(due - A_MOMENT)
    assert users(acme) == ["U0ALICE"]


def test_it_does_not_come_for_what_was_agreed_or_moved_within_the_five_minutes(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    callback = acme.all(Callback)[0]
    acme.clock.at(callback.due_at - 20 * MINUTE)
    soon = (acme.clock() + AHEAD - A_MOMENT).replace(microsecond=0)
    moved = callbacks.move_to(acme.deps, acme.alice, callback.id or 0, soon)
    assert isinstance(moved, CallbackMoved)
    acme.clock.tick(seconds=0.4)
    assert reminded(acme) == []


def test_of_anyones_callback_the_owner_of_the_contact_is_reminded(acme: SampleOrganisation) -> None:
    contact_with_callback(acme, is_mine=False)
    acme.clock.at(acme.all(Callback)[0].due_at - AHEAD)
    assert [(user, one.is_anyones) for user, one in reminded(acme)] == [("U0ALICE", True)]


def test_it_goes_to_the_agent_of_the_callback_and_not_to_the_last_caller(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    acme.clock.at(acme.all(Callback)[0].due_at - 2 * AHEAD)
    outcomes.record_spoken(acme.deps, acme.bob, NUMBER, "no answer")
    acme.clock.tick(minutes=5, seconds=0.3)
    assert users(acme) == ["U0ALICE"]


def test_a_reassigned_one_reminds_its_new_agent_before_and_at_its_time(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    callback = acme.all(Callback)[0]
    acme.clock.at(callback.due_at - 20 * MINUTE)
    moves.reassign(acme.deps, acme.dana, callback.id or 0, acme.bob.agent_id)
    acme.clock.at(callback.due_at - AHEAD + A_MOMENT)
    assert users(acme) == ["U0BOB"]
    acme.clock.at(callback.due_at + A_MOMENT)
    assert reminders.send_due(started_again(acme)) == 1
    assert [one.slack_user_id for one in acme.notifier.reminders] == ["U0BOB"]


# -- failures


def test_a_failed_message_is_sent_with_the_next_tick(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    acme.clock.at(acme.all(Callback)[0].due_at - AHEAD)
    acme.notifier.fails = DeliveryFailed("ratelimited", is_permanent=False)
    assert reminded(acme) == []
    acme.notifier.fails = None
    acme.clock.tick(seconds=10.3)
    assert users(acme) == ["U0ALICE"]


def test_who_is_gone_is_written_to_once(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    acme.clock.at(acme.all(Callback)[0].due_at - AHEAD)
    acme.notifier.fails = DeliveryFailed("account_inactive", is_permanent=True)
    assert reminded(acme) == []
    acme.notifier.fails = None
    acme.clock.tick(seconds=70.3)
    assert reminded(acme) == []


class Killed(BaseException):
    """The process dies between the mark and the message."""


def test_a_bot_that_starts_after_a_kill_reminds_a_minute_later(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact_with_callback(acme)
    acme.clock.at(acme.all(Callback)[0].due_at - AHEAD)

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(acme.notifier, "tell", die)
        with pytest.raises(Killed):
            reminders.remind_ahead(acme.deps)
    started = started_again(acme)
    assert messages.send_due(started) == 0, "the other may be sending it"
    acme.clock.tick(seconds=59.7)
    assert messages.send_due(started) == 0
    acme.clock.tick(seconds=0.6)
    assert [messages.send_due(one) for one in (started, started, started_again(acme))] == [1, 0, 0]
