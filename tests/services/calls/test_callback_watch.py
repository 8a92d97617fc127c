"""No callback fails silently: agent and lead hear at once what closes it and when it can be moved; overdue ones
daily."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, time
from itertools import pairwise
from typing import Any

import pytest

from bot.scheduler.ticks import tick_once
from bot.services import messages
from bot.services.answers.callbacks import CallbackMoved, CallbackRefused, Trouble
from bot.services.answers.calls import OfferCard
from bot.services.answers.people import Reminding
from bot.services.calls import callback_watch, callbacks, outcomes
from bot.services.do_not_call import suppressions
from bot.services.errors import AlreadyGone, NotYours
from bot.services.hand_out import next_call
from bot.services.ports import DeliveryFailed
from bot.services.reminders import reminders
from bot.services.setup import preferences
from bot.services.teams import holds, moves
from policy.vocabulary import Outcome, Role, Verdict
from storage.models import Agent, Callback, Contact, Lease, Reminder
from tests.fakes import TUESDAY, SampleOrganisation
from tests.services.calls.promised_calls import (
    A_MOMENT,
    NUMBER,
    TODAY,
    contact_with_callback,
    dropped,
    on_hold,
    told,
)
from tests.services.stage import DAY, HOUR, MINUTE

pytestmark = [pytest.mark.both_engines, pytest.mark.usefixtures("few_charts")]


# -- reassigned


def callbacks_given(acme: SampleOrganisation) -> list[tuple[Any, ...]]:
    return acme.notifier.told_of("callback_given", "name", "by", "due_at", "zone", "is_moved", "wrong")


def test_it_tells_the_new_agent_at_once_and_reminds_them_at_the_time(acme: SampleOrganisation) -> None:
    contact = contact_with_callback(acme)
    [callback] = acme.all(Callback)
    done = moves.reassign(acme.deps, acme.dana, callback.id or 0, acme.bob.agent_id)
    assert (done.trouble, done.reminded_at) == (None, callback.due_at)
    given = "U0BOB", "Grace", "Dana", callback.due_at, "Europe/London", False, None
    assert callbacks_given(acme) == [given]
    acme.clock.at(callback.due_at - A_MOMENT)
    assert reminders.send_due(acme.deps) == 0
    acme.clock.at(callback.due_at + A_MOMENT)
    assert reminders.send_due(acme.deps) == 1
    assert [(one.slack_user_id, one.lines[0].contact_id) for one in acme.notifier.reminders] == [("U0BOB", contact.id)]


def test_it_tells_the_new_agent_however_long_slack_is_away_unless_another_has_it_by_then(
    acme: SampleOrganisation,
) -> None:
    contact_with_callback(acme)
    [callback] = acme.all(Callback)
    acme.notifier.fails = DeliveryFailed("internal_error", is_permanent=False)
    for agent in (acme.bob, acme.alice):
        moves.reassign(acme.deps, acme.dana, callback.id or 0, agent.agent_id)
    acme.clock.tick(minutes=16)
    acme.notifier.fails = None
    messages.send_due(acme.deps)
    assert [user for user, *_ in callbacks_given(acme)] == ["U0ALICE"]


def test_it_says_that_the_reminder_waits_for_the_new_agents_shift(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    [callback] = acme.all(Callback)
    acme.change(Agent, acme.bob.agent_id, shift_from=time(9), shift_until=time(11))
    done = moves.reassign(acme.deps, acme.dana, callback.id or 0, acme.bob.agent_id)
    assert done.waits_for_shift
    assert done.reminded_at is not None
    for moment in (callback.due_at + A_MOMENT, done.reminded_at - A_MOMENT):
        acme.clock.at(moment)
        assert reminders.send_due(acme.deps) == 0
    acme.clock.at(done.reminded_at)
    assert reminders.send_due(acme.deps) == 1
    assert [one.slack_user_id for one in acme.notifier.reminders] == ["U0BOB"]


@pytest.mark.parametrize("wants", [Reminding.OFF, Reminding.QUIET])
def test_it_promises_no_reminder_to_an_agent_who_wants_none_or_one_a_shift(
    acme: SampleOrganisation, wants: Reminding
) -> None:
    contact_with_callback(acme)
    [callback] = acme.all(Callback)
    acme.change(Agent, acme.bob.agent_id, reminders=wants)
    done = moves.reassign(acme.deps, acme.dana, callback.id or 0, acme.bob.agent_id)
    assert (done.reminded_at, done.waits_for_shift, done.is_own) == (None, False, False)


def test_it_says_that_a_lead_took_the_callback_and_tells_nobody(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    [callback] = acme.all(Callback)
    assert moves.reassign(acme.deps, acme.dana, callback.id or 0, acme.dana.agent_id).is_own
    assert callbacks_given(acme) == []


def test_it_reminds_the_agent_of_the_callback_and_not_the_last_caller(acme: SampleOrganisation) -> None:
    contact_with_callback(acme, on=TODAY + DAY)
    outcomes.record_spoken(acme.deps, acme.bob, NUMBER, "no answer")
    reminder = [one for one in acme.all(Reminder) if one.closed_at is None]
    assert [one.agent_id for one in reminder] == [acme.alice.agent_id]


def test_it_says_of_a_reassigned_callback_that_it_cannot_be_made_and_when_it_can(acme: SampleOrganisation) -> None:
    contact = contact_with_callback(acme)
    [callback] = acme.all(Callback)
    dropped(acme, contact)
    done = moves.reassign(acme.deps, acme.dana, callback.id or 0, acme.bob.agent_id)
    assert done.trouble is not None
    assert (done.trouble.team_id, done.trouble.agent_name) == (acme.energy.id, "Bob")
    assert done.trouble.refusal is not None
    assert done.trouble.refusal.findings
    proposed = done.trouble.next_lawful_at
    assert proposed is not None
    assert done.reminded_at == proposed > callback.due_at
    [(*_, wrong)] = callbacks_given(acme)
    assert wrong == replace(done.trouble, team_id=0)
    assert told(acme) == [], "both know already"
    moved = callbacks.move_to(acme.deps, acme.bob, callback.id or 0, proposed)
    assert isinstance(moved, CallbackMoved)
    acme.clock.at(proposed + A_MOMENT)
    acme.change(Agent, acme.bob.agent_id, shift_from=time(0), shift_until=time(0))
    assert reminders.send_due(acme.deps) == 1
    assert [one.slack_user_id for one in acme.notifier.reminders] == ["U0BOB"]


# -- closed to calls


@pytest.mark.long
@pytest.mark.parametrize(("trouble", "verdict"), [(on_hold, Verdict.HELD), (dropped, Verdict.LOCKED)])
def test_it_tells_agent_and_lead_once_when_calls_are_forbidden_at_its_time(
    acme: SampleOrganisation, trouble: Callable[[SampleOrganisation, Contact], None], verdict: Verdict
) -> None:
    contact = contact_with_callback(acme)
    assert told(acme) == []
    trouble(acme, contact)
    heard = told(acme)
    assert [user for user, _ in heard] == ["U0ALICE", "U0DANA"]
    for user, one in heard:
        assert (one.trouble, one.name, one.agent_name) == (Trouble.SHUT, "Grace", "Alice")
        assert one.refusal is not None
        assert one.refusal.verdict is verdict
        assert one.refusal.findings
        assert bool(one.team_id) == (user == "U0DANA")
        assert (one.next_lawful_at is None) == (verdict is Verdict.HELD)
    acme.clock.tick(minutes=5, seconds=0.2)
    assert told(acme) == [], "nobody hears the same twice"


def test_it_tells_again_when_another_rule_forbids_it(acme: SampleOrganisation) -> None:
    contact = contact_with_callback(acme)
    dropped(acme, contact)
    assert len(told(acme)) == 2
    on_hold(acme, contact)
    assert len(told(acme)) == 2


def test_two_processes_tell_it_once(acme: SampleOrganisation) -> None:
    dropped(acme, contact_with_callback(acme))
    assert [callback_watch.tell_troubles(acme.deps) for _ in range(2)] == [2, 0]


@pytest.mark.long
def test_it_tells_everyone_again_whose_message_failed(acme: SampleOrganisation) -> None:
    dropped(acme, contact_with_callback(acme))
    acme.notifier.fails = DeliveryFailed("ratelimited", is_permanent=False)
    assert told(acme) == []
    acme.notifier.fails = None
    acme.clock.tick(seconds=60.3)
    assert len(told(acme)) == 2
    acme.notifier.fails = DeliveryFailed("account_inactive", is_permanent=True)
    on_hold(acme, acme.all(Contact)[0])
    assert told(acme) == []
    acme.notifier.fails = None
    acme.clock.tick(seconds=60.3)
    assert told(acme) == [], "who is gone is not written to again"


@pytest.mark.long
def test_a_failed_message_to_one_is_not_repeated_to_the_others(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_hold(acme, contact_with_callback(acme))
    tell, cannot = acme.notifier.tell, {"U0DANA"}

    def tell_some(user: str, zone: str, kind: str, values: messages.Values) -> None:
        if user in cannot:
            raise DeliveryFailed("others_wait", is_permanent=False, retry_after=1.5)
        tell(user, zone, kind, values)

    monkeypatch.setattr(acme.notifier, "tell", tell_some)
    heard = []
    for _ in range(12):
        heard += [user for user, _ in told(acme)]
        acme.clock.tick(seconds=10.3)
    assert heard == ["U0ALICE"]
    cannot.clear()
    acme.clock.tick(seconds=60.3)
    assert [user for user, _ in told(acme)] == ["U0DANA"]
    acme.clock.tick(seconds=60.3)
    assert told(acme) == []


def test_it_tells_the_admins_of_a_team_without_a_lead(acme: SampleOrganisation) -> None:
    contact = contact_with_callback(acme, is_mine=False)
    acme.change(Agent, acme.dana.agent_id, role=Role.AGENT)
    acme.change(Agent, acme.erin.agent_id, role=Role.ADMIN)
    dropped(acme, contact)
    assert [(user, one.agent_name) for user, one in told(acme)] == [("U0ERIN", "")]


# -- moved


def test_it_moves_a_callback_to_a_lawful_time_only_and_once(acme: SampleOrganisation) -> None:
    contact = contact_with_callback(acme)
    dropped(acme, contact)
    [(_, one), _] = told(acme)
    assert one.next_lawful_at is not None
    refused = callbacks.move_to(acme.deps, acme.alice, one.callback_id, one.next_lawful_at - HOUR)
    assert isinstance(refused, CallbackRefused)
    assert refused.next_lawful_at == one.next_lawful_at
    for _ in range(2):
        moved = callbacks.move_to(acme.deps, acme.alice, one.callback_id, one.next_lawful_at)
        assert isinstance(moved, CallbackMoved)
        assert moved.due_at == one.next_lawful_at
    old, new = acme.all(Callback)
    assert (old.closed_because, new.closed_at, new.due_at, new.agent_id) == (
        "superseded",
        None,
        one.next_lawful_at,
        acme.alice.agent_id,
    )
    assert [row.due_at for row in acme.all(Reminder) if row.closed_at is None] == [one.next_lawful_at]
    assert told(acme) == []


def test_only_its_agent_and_their_lead_may_move_it(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    [callback] = acme.all(Callback)
    to = TUESDAY + 5 * HOUR
    for stranger in (acme.bob, acme.charlie):
        with pytest.raises(NotYours):
            callbacks.move_to(acme.deps, stranger, callback.id or 0, to)
    assert isinstance(callbacks.move_to(acme.deps, acme.dana, callback.id or 0, to), CallbackMoved)
    [(user, _, _, due_at, _, is_moved, _)] = callbacks_given(acme)
    assert (user, is_moved, due_at) == ("U0ALICE", True, to)
    with pytest.raises(AlreadyGone):
        callbacks.move_to(acme.deps, acme.dana, 4711, to)


def test_undoing_the_call_that_agreed_a_callback_undoes_its_move_too(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    [callback] = acme.all(Callback)
    callbacks.move_to(acme.deps, acme.alice, callback.id or 0, TUESDAY + 5 * HOUR)
    outcomes.undo(acme.deps, acme.alice, callback.attempt_id or 0)
    assert all(one.closed_at is not None for one in acme.all(Callback))


# -- overdue


@pytest.mark.long
def test_it_tells_of_an_overdue_callback_every_day_until_it_is_made(acme: SampleOrganisation) -> None:
    """Alice does not look at her reminder, and no agent asks for contacts."""
    contact_with_callback(acme)
    due = acme.all(Callback)[0].due_at
    days: list[datetime] = []
    acme.clock.at(due + A_MOMENT)
    while acme.clock() < due + 3 * DAY:
        days += [acme.clock() for user, _ in told(acme) if user == "U0DANA"]
        acme.clock.tick(minutes=240 if days else 59, seconds=0.1)
    assert days[0] - due < HOUR
    assert all(later - earlier <= 36 * HOUR for earlier, later in pairwise(days)), days
    assert len(days) == 3


def test_an_overdue_callback_that_can_no_longer_be_made_is_missed(acme: SampleOrganisation) -> None:
    contact = contact_with_callback(acme)
    due = acme.all(Callback)[0].due_at
    acme.clock.at(due + 31 * MINUTE)
    assert {one.trouble for _, one in told(acme)} == {Trouble.OVERDUE}
    acme.clock.at(due + 25 * HOUR)
    on_hold(acme, contact)
    assert {(one.trouble, one.next_lawful_at) for _, one in told(acme)} == {(Trouble.MISSED, None)}
    assert told(acme) == [], "and that once"


@pytest.mark.long
def test_it_reminds_later_of_a_callback_whose_reminder_was_dropped(acme: SampleOrganisation) -> None:
    """It was on hold at its time, or another agent had the person."""
    contact = contact_with_callback(acme)
    on_hold(acme, contact)
    due = acme.all(Callback)[0].due_at
    acme.clock.at(due + A_MOMENT)
    tick_once(acme.deps)
    assert acme.notifier.reminders == []
    holds.lift(acme.deps, acme.dana, contact.id or 0, "we have spoken")
    tick_once(acme.deps)
    tick_once(acme.deps)
    assert [one.slack_user_id for one in acme.notifier.reminders] == ["U0ALICE"]


@pytest.mark.long
def test_it_tells_agents_without_reminders_but_does_not_remind_them(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    alice = acme.one(Agent, acme.alice.agent_id)
    preferences.save(acme.deps, acme.alice, Reminding.OFF, alice.shift_from, alice.shift_until)
    due = acme.all(Callback)[0].due_at
    for minutes in (0, 1, 31):
        acme.clock.at(due + minutes * MINUTE + A_MOMENT)
        tick_once(acme.deps)
    assert acme.notifier.reminders == []
    assert [user for user, _ in acme.notifier.troubled] == ["U0ALICE", "U0DANA"]


# -- cancelled


def test_it_tells_the_agent_whose_callback_a_stop_cancelled(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    suppressions.add(acme.deps, acme.bob, NUMBER, "asked by letter")
    heard = told(acme)
    assert [(user, one.trouble, one.is_finished) for user, one in heard] == [
        ("U0ALICE", Trouble.CALLED_OFF, False),
        ("U0DANA", Trouble.CALLED_OFF, False),
    ]
    assert told(acme) == []


def test_it_tells_no_agent_of_a_callback_they_cancelled_themselves(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    acme.clock.at(TUESDAY + 2 * HOUR + MINUTE)
    card = next_call.hand_out(acme.deps, acme.alice, 1).cards[0]
    assert isinstance(card, OfferCard)
    outcomes.record_spoken(acme.deps, acme.alice, NUMBER, "not interested")
    assert told(acme) == []
    assert acme.all(Lease)


def test_it_tells_the_agent_whose_callback_anothers_outcome_ended(acme: SampleOrganisation) -> None:
    contact_with_callback(acme, on=TODAY + DAY)
    outcomes.record_spoken(acme.deps, acme.bob, NUMBER, Outcome.SUCCESS)
    assert {(one.trouble, one.is_finished) for _, one in told(acme)} == {(Trouble.CALLED_OFF, True)}


class Killed(BaseException):
    """The process dies between the mark and the message."""


def test_it_tells_of_a_cancelled_callback_after_a_kill(
    acme: SampleOrganisation, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact_with_callback(acme)
    suppressions.add(acme.deps, acme.bob, NUMBER)

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as dying:
        dying.setattr(acme.notifier, "tell", die)
        with pytest.raises(Killed):
            callback_watch.tell_troubles(acme.deps)
    messages.send_due(acme.deps)
    acme.clock.tick(seconds=60.3)
    assert [(user, one.trouble) for user, one in told(acme)] == [
        ("U0DANA", Trouble.CALLED_OFF),
        ("U0ALICE", Trouble.CALLED_OFF),
    ]


@pytest.mark.long
def test_it_tells_again_when_a_callback_is_cancelled_a_second_time(acme: SampleOrganisation) -> None:
    contact_with_callback(acme)
    for _ in range(2):
        stop = outcomes.record_spoken(acme.deps, acme.bob, NUMBER, "do not call")
        assert "U0ALICE" in [user for user, _ in told(acme)]
        acme.clock.tick(minutes=1, seconds=0.3)
        outcomes.undo(acme.deps, acme.bob, stop.attempt_id)
        assert told(acme) == []
        acme.clock.tick(minutes=1, seconds=0.3)
