"""Callbacks: in the person's time zone, lawful or refused with the next lawful moment; kept, moved, undone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.services.answers.callbacks import CallbackMoved
from bot.services.answers.calls import CallbackRefused, CallOpened, OfferCard, OutcomeRecorded
from bot.services.answers.people import Actor
from bot.services.calls import callback_times, callbacks, calling, outcomes
from bot.services.errors import AlreadyGone, NoSuchLocalTime, NotYours, TimeInPast
from bot.services.hand_out import next_call
from policy.vocabulary import ContactState, Outcome, Purpose, Verdict
from storage.models import Attempt, Callback, Campaign, Contact, DecisionRecord, Lease, OutcomeRecord, Reminder
from tests.fakes import House

pytestmark = pytest.mark.both_engines

WEDNESDAY = date(2026, 11, 25)


def dialled(house: House, actor: Actor | None = None) -> int:
    card = next_call.hand_out(house.deps, actor or house.alice, 1).cards[0]
    assert isinstance(card, OfferCard)
    opened = calling.call(house.deps, actor or house.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    house.clock.tick(minutes=1)
    return opened.attempt_id


def agreed(
    house: House, attempt_id: int, on: date = WEDNESDAY, at: time = time(11), is_mine: bool = True
) -> OutcomeRecorded:
    done = callbacks.agree(house.deps, house.alice, attempt_id, on, at, is_mine)
    assert isinstance(done, OutcomeRecorded)
    return done


def test_it_locks_the_contact_until_the_agreed_time_and_reminds_the_agent(house: House) -> None:
    contact = house.add_contact()
    done = agreed(house, dialled(house))
    due = datetime(2026, 11, 25, 11, tzinfo=UTC)
    assert (done.outcome, done.state) == (Outcome.CALLBACK_AGREED, ContactState.LOCKED)
    assert (done.callable_from, done.callback_due_at) == (due, due)
    [promise] = house.all(Callback)
    assert (promise.due_at, promise.agent_id, promise.contact_id) == (due, house.alice.agent_id, contact.id)
    [reminder] = house.all(Reminder)
    assert (reminder.agent_id, reminder.due_at) == (house.alice.agent_id, due)


def test_it_reads_the_time_in_the_persons_zone(house: House) -> None:
    house.add_contact(zones="Europe/London Europe/Paris")
    done = agreed(house, dialled(house), at=time(11))
    assert (done.zone, done.callback_due_at) == ("Europe/Paris", datetime(2026, 11, 25, 10, tzinfo=UTC))


def test_it_is_anyones_when_the_agent_says_so(house: House) -> None:
    house.add_contact()
    agreed(house, dialled(house), is_mine=False)
    assert house.all(Callback)[0].agent_id is None
    assert house.all(Reminder)[0].agent_id == house.alice.agent_id


def test_house_hours_give_way_to_a_time_the_person_named(house: House) -> None:
    """Sunday at noon is outside house policy's hours, but the person asked for it."""
    house.add_contact()
    sunday = date(2026, 11, 29)
    done = agreed(house, dialled(house), on=sunday, at=time(12))
    assert done.callback_due_at == datetime(2026, 11, 29, 12, tzinfo=UTC)
    house.clock.at(datetime(2026, 11, 29, 12, tzinfo=UTC))
    [card] = next_call.hand_out(house.deps, house.alice, 1).cards
    assert isinstance(card, OfferCard)
    assert card.callback_due_at == done.callback_due_at


def test_it_is_due_and_kept_at_the_exact_time_agreed(house: House) -> None:
    """Handed out before new contacts, as a callback, and kept by a call at that same instant."""
    due = house.clock.tick(seconds=0.3)
    for_now, _ = house.add_contact(priority=9), house.add_contact(priority=1)
    promise = house.add_promise(for_now, house.alice.agent_id, due)
    [card] = next_call.hand_out(house.deps, house.alice, 1).cards
    assert isinstance(card, OfferCard)
    assert (card.contact_id, card.callback_due_at) == (for_now.id, due)
    assert house.one(Lease, card.lease_id).callback_id == promise.id
    assert isinstance(calling.call(house.deps, house.alice, card.lease_id), CallOpened)
    kept = house.one(Callback, promise.id)
    assert (kept.closed_at, kept.closed_because) == (due, "kept")


def test_it_refuses_an_unlawful_hour_and_names_the_next_lawful_one(house: House) -> None:
    """A campaign under the DMA guide on a Sunday: the guide's hours never give way."""
    house.change(Campaign, house.campaign.id, codes="dma", purpose=Purpose.MARKETING)
    house.add_contact()
    [contact] = house.all(Contact)
    attempt = house.put(
        Attempt(
            organisation_id=house.organisation_id,
            contact_id=contact.id,
            person_id=contact.person_id,
            number=contact.number or "",
            campaign_id=contact.campaign_id,
            principal="Bright Energy",
            agent_id=house.alice.agent_id,
            opened_at=house.clock(),
        )
    )
    answer = callbacks.agree(house.deps, house.alice, attempt.id or 0, date(2026, 11, 29), time(12), is_mine=True)
    assert isinstance(answer, CallbackRefused)
    assert answer.asked_for == datetime(2026, 11, 29, 12, tzinfo=UTC)
    assert "gb.dma.hours" in {finding.rule for finding in answer.refusal.findings}
    assert house.all(OutcomeRecord) == []
    assert house.all(Callback) == []
    assert house.one(Attempt, attempt.id).outcome is None
    assert [record.asked_for for record in house.all(DecisionRecord)] == ["callback"]


def test_it_names_the_next_lawful_moment_after_a_cap(house: House) -> None:
    """Three calls in a week: the weekly cap, which no callback waives, forbids the fourth."""
    contact = house.add_contact("Grace Hopper", "+447700900123")
    for day in (2, 1):
        house.put(
            Attempt(
                organisation_id=house.organisation_id,
                number="+447700900123",
                principal="Bright Energy",
                agent_id=house.bob.agent_id,
                opened_at=house.clock() - timedelta(days=day + 3),
                outcome=Outcome.BUSY,
            )
        )
    attempt_id = dialled(house)
    answer = callbacks.agree(house.deps, house.alice, attempt_id, WEDNESDAY, time(11), is_mine=True)
    assert isinstance(answer, CallbackRefused)
    assert answer.next_lawful_at is not None
    assert answer.next_lawful_at > answer.asked_for
    local = answer.next_lawful_at
    done = callbacks.agree(house.deps, house.alice, attempt_id, local.date(), local.time(), is_mine=True)
    assert isinstance(done, OutcomeRecorded)
    assert house.one(Contact, contact.id).callable_from == answer.next_lawful_at


def test_it_refuses_a_past_time(house: House) -> None:
    house.add_contact()
    attempt_id = dialled(house)
    with pytest.raises(TimeInPast):
        callbacks.agree(house.deps, house.alice, attempt_id, date(2026, 11, 24), time(9, 59), is_mine=True)
    assert house.all(OutcomeRecord) == []


def test_it_refuses_a_time_skipped_by_the_clock_change(house: House) -> None:
    house.clock.at(datetime(2027, 3, 25, 10, tzinfo=UTC))  # the Thursday before the clocks go forward
    house.add_contact()
    attempt_id = dialled(house)
    with pytest.raises(NoSuchLocalTime):
        callbacks.agree(house.deps, house.alice, attempt_id, date(2027, 3, 28), time(1, 30), is_mine=True)


def test_it_takes_the_first_of_a_repeated_time() -> None:
    assert callbacks.moment_of(date(2026, 10, 25), time(1, 30), "Europe/London") == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_the_same_time_again_changes_nothing_and_another_time_moves_it(house: House) -> None:
    house.add_contact()
    attempt_id = dialled(house)
    agreed(house, attempt_id)
    before = (house.all(Callback), house.all(OutcomeRecord), house.all(Reminder))
    assert agreed(house, attempt_id).is_repeat
    assert (house.all(Callback), house.all(OutcomeRecord), house.all(Reminder)) == before
    moved = agreed(house, attempt_id, at=time(15))
    assert moved.callback_due_at == datetime(2026, 11, 25, 15, tzinfo=UTC)
    assert [one.closed_at is None for one in house.all(Callback)] == [False, True]


def test_it_is_stored_with_the_call_it_was_agreed_in_and_with_who_named_its_hour(house: House) -> None:
    """An hour that the person named opens hours that house policy shuts; one that an agent moved it to does not."""
    house.add_contact()
    attempt_id = dialled(house)
    agreed(house, attempt_id)
    said_at = house.clock()
    house.clock.tick(minutes=1, seconds=0.3)
    [callback] = house.all(Callback)
    moved = callback_times.move_to(house.deps, house.alice, callback.id or 0, callback.due_at + timedelta(hours=1))
    assert isinstance(moved, CallbackMoved)
    old, new = house.all(Callback)
    assert (old.asked_at, old.is_hour_named, old.attempt_id) == (said_at, True, attempt_id)
    assert (old.closed_at, old.closed_because, old.closed_attempt_id) == (house.clock(), "superseded", None)
    assert (new.asked_at, new.is_hour_named, new.attempt_id) == (house.clock(), False, attempt_id)


def test_what_becomes_of_one_that_an_undo_reopens_is_told_anew(house: House) -> None:
    house.add_contact("Grace", "+447700900123")
    agreed(house, dialled(house))
    done = outcomes.record_spoken(house.deps, house.bob, "+447700900123", "do not call")
    [callback] = house.all(Callback)
    assert (callback.closed_at, callback.closed_attempt_id) == (house.clock(), done.attempt_id)
    told = {"told_at": house.clock(), "told_of": "x", "told_until": house.clock(), "unheard_by": "U0ALICE"}
    house.change(Callback, callback.id, **told)
    outcomes.undo(house.deps, house.bob, done.attempt_id)
    [again] = house.all(Callback)
    assert (again.closed_at, again.closed_because, again.closed_attempt_id) == (None, "", None)
    assert (again.told_at, again.told_of, again.told_until, again.unheard_by) == (None, "", None, "")


def test_it_ends_with_the_outcome_that_made_it(house: House) -> None:
    contact = house.add_contact()
    attempt_id = dialled(house)
    agreed(house, attempt_id)
    outcomes.undo(house.deps, house.alice, attempt_id)
    assert house.all(Callback)[0].closed_because == "undone"
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.NO_ANSWER)
    assert house.one(Contact, contact.id).callable_from == datetime(2026, 11, 27, 10, 0, 1, tzinfo=UTC)


def test_a_stop_cancels_it_and_undoing_the_stop_restores_it(house: House) -> None:
    house.add_contact()
    agreed(house, dialled(house))
    house.clock.at(datetime(2026, 11, 25, 11, tzinfo=UTC))
    second = dialled(house)
    [promise] = house.all(Callback)
    assert promise.closed_because == "kept"
    agreed_again = callbacks.agree(house.deps, house.alice, second, date(2026, 11, 30), time(11), is_mine=True)
    assert isinstance(agreed_again, OutcomeRecorded)
    other = outcomes.record_spoken(house.deps, house.bob, house.all(Contact)[0].number or "", "do not call")
    assert [one.closed_because for one in house.all(Callback)] == ["kept", "cancelled"]
    outcomes.undo(house.deps, house.bob, other.attempt_id)
    assert [one.closed_because for one in house.all(Callback)] == ["kept", ""]


def test_it_is_open_again_when_the_call_that_kept_it_was_not_dialled(house: House) -> None:
    house.add_contact()
    agreed(house, dialled(house))
    house.clock.at(datetime(2026, 11, 25, 11, 5, tzinfo=UTC))
    attempt_id = dialled(house)
    assert house.all(Callback)[0].closed_because == "kept"
    done = outcomes.record(house.deps, house.alice, attempt_id, Outcome.NOT_DIALLED)
    assert done.state is ContactState.CALLABLE
    assert house.all(Callback)[0].closed_at is None


def test_it_suggests_a_lawful_moment(house: House) -> None:
    house.add_contact("Grace Hopper")
    attempt_id = dialled(house)
    house.clock.at(datetime(2026, 11, 24, 19, 41, tzinfo=UTC))
    assert callbacks.suggest(house.deps, house.alice, attempt_id) == (
        "Grace Hopper",
        "Europe/London",
        datetime(2026, 11, 25, 9, tzinfo=UTC),
    )
    house.clock.at(datetime(2026, 11, 24, 10, 2, tzinfo=UTC))
    assert callbacks.suggest(house.deps, house.alice, attempt_id)[2] == datetime(2026, 11, 24, 11, 5, tzinfo=UTC)


def test_it_belongs_to_the_agent_who_made_the_call(house: House) -> None:
    house.add_contact()
    attempt_id = dialled(house)
    for actor in (house.bob, house.charlie):
        with pytest.raises(NotYours):
            callbacks.agree(house.deps, actor, attempt_id, WEDNESDAY, time(11), is_mine=True)
    with pytest.raises(AlreadyGone):
        callbacks.agree(house.deps, house.alice, 999, WEDNESDAY, time(11), is_mine=True)


def test_it_belongs_to_the_caller_when_the_team_lead_corrects(house: House) -> None:
    house.add_contact()
    attempt_id = dialled(house)
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.NOT_NOW)
    callbacks.agree(house.deps, house.dana, attempt_id, WEDNESDAY, time(11), is_mine=True)
    assert house.all(Callback)[0].agent_id == house.alice.agent_id
    assert house.all(Contact)[0].verdict is Verdict.LOCKED


def test_a_newer_callback_replaces_it_and_undoing_that_restores_it(house: House) -> None:
    contact = house.add_contact()
    agreed(house, dialled(house))
    rung = outcomes.record_spoken(house.deps, house.bob, contact.number or "", "conversation")
    done = callbacks.agree(house.deps, house.bob, rung.attempt_id, date(2026, 11, 26), time(15), is_mine=True)
    assert isinstance(done, OutcomeRecorded)
    assert [one.closed_because for one in house.all(Callback)] == ["superseded", ""]
    assert house.all(Callback)[0].closed_at == house.clock()
    outcomes.undo(house.deps, house.bob, rung.attempt_id)
    assert [one.closed_because for one in house.all(Callback)] == ["", "undone"]


def test_it_is_cancelled_when_the_contact_is_finished(house: House) -> None:
    contact = house.add_contact()
    agreed(house, dialled(house))
    done = outcomes.record_spoken(house.deps, house.bob, contact.number or "", "success")
    assert done.state is ContactState.FINISHED
    assert house.all(Callback)[0].closed_because == "cancelled"
    assert all(one.closed_at is not None for one in house.all(Reminder))
    outcomes.undo(house.deps, house.bob, done.attempt_id)
    assert house.all(Callback)[0].closed_at is None
