"""Callbacks: in the person's time zone, lawful or refused with the next lawful moment; kept, moved, undone."""

from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot.services.answers.callbacks import CallbackMoved, CallbackQuestioned, CallbackRefused, Unusual
from bot.services.answers.calls import CallingCard, CallOpened, CardGone, OfferCard, OutcomeRecorded
from bot.services.answers.people import Actor
from bot.services.calls import callbacks, calling, outcomes
from bot.services.errors import AlreadyGone, NoSuchLocalTime, NotYours, TimeInPast
from bot.services.hand_out import next_call
from bot.services.hand_out.hand import held_cards
from policy.calendar.local_time import minute_from
from policy.vocabulary import ContactState, Outcome, Purpose, Verdict
from storage.models import Attempt, Callback, Campaign, Contact, DecisionRecord, Lease, OutcomeRecord, Reminder
from tests.fakes import SampleOrganisation
from tests.rows import a_call

pytestmark = pytest.mark.both_engines
WEDNESDAY = date(2026, 11, 25)


def dialled(acme: SampleOrganisation, actor: Actor | None = None) -> int:
    card = next_call.hand_out(acme.deps, actor or acme.alice, 1).cards[0]
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, actor or acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=1)
    return opened.attempt_id


def agreed(
    acme: SampleOrganisation, attempt_id: int, on: date = WEDNESDAY, at: time = time(11), is_mine: bool = True
) -> OutcomeRecorded:
    done = callbacks.agree(acme.deps, acme.alice, attempt_id, on, at, is_mine)
    assert isinstance(done, OutcomeRecorded)
    return done


def asked(
    acme: SampleOrganisation, attempt_id: int, on: date, at: time, questioned: datetime | None = None
) -> OutcomeRecorded | CallbackRefused | CallbackQuestioned:
    return callbacks.agree(acme.deps, acme.alice, attempt_id, on, at, is_mine=True, questioned=questioned)


def test_it_locks_the_contact_until_the_agreed_time_and_reminds_the_agent(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    done = agreed(acme, dialled(acme))
    due = datetime(2026, 11, 25, 11, tzinfo=UTC)
    assert (done.outcome, done.state) == (Outcome.CALLBACK_AGREED, ContactState.LOCKED)
    assert (done.callable_from, done.callback_due_at) == (due, due)
    [callback] = acme.all(Callback)
    assert (callback.due_at, callback.agent_id, callback.contact_id) == (due, acme.alice.agent_id, contact.id)
    [reminder] = acme.all(Reminder)
    assert (reminder.agent_id, reminder.due_at) == (acme.alice.agent_id, due)


def test_it_reads_the_time_in_the_persons_zone(acme: SampleOrganisation) -> None:
    acme.add_contact(zones="Europe/London Europe/Paris")
    done = agreed(acme, dialled(acme), at=time(11))
    assert (done.zone, done.callback_due_at) == ("Europe/Paris", datetime(2026, 11, 25, 10, tzinfo=UTC))


def test_it_is_anyones_when_the_agent_says_so(acme: SampleOrganisation) -> None:
    acme.add_contact()
    agreed(acme, dialled(acme), is_mine=False)
    assert acme.all(Callback)[0].agent_id is None
    assert acme.all(Reminder)[0].agent_id == acme.alice.agent_id


def offered_spans(acme: SampleOrganisation) -> tuple[tuple[datetime, datetime], ...]:
    [card] = held_cards(acme.deps, acme.alice).cards
    assert isinstance(card, CallingCard)
    assert card.callback_spans is not None
    return card.callback_spans


def test_the_card_knows_which_times_the_rules_refuse(acme: SampleOrganisation) -> None:
    """Three calls in a week: the weekly cap, which no callback waives, forbids the fourth for two more days."""
    acme.add_contact("Grace Hopper", "+447700900123")
    for days in (5, 4):
        acme.put(a_call(acme.bob, "+447700900123", acme.clock() - timedelta(days=days), outcome=Outcome.BUSY))
    attempt_id = dialled(acme)
    spans, first = offered_spans(acme), minute_from(acme.clock()) + timedelta(hours=1)
    hours = [first + timedelta(hours=one) for one in range(4 * 24)]
    offered = [at for at in hours if any(since <= at < until for since, until in spans)]
    assert 0 < len(offered) < len(hours)
    for at in (hours[0], offered[0] - timedelta(hours=1)):
        assert isinstance(asked(acme, attempt_id, at.date(), at.time(), questioned=at), CallbackRefused)
    for at in (offered[-1], offered[0]):
        assert isinstance(asked(acme, attempt_id, at.date(), at.time(), questioned=at), OutcomeRecorded)


def test_an_hour_outside_house_policy_is_offered_because_the_person_names_it(acme: SampleOrganisation) -> None:
    acme.add_contact()
    dialled(acme)
    evening = datetime(2026, 11, 25, 21, 30, tzinfo=UTC)
    assert any(since <= evening < until for since, until in offered_spans(acme))


def test_a_no_that_is_said_of_an_earlier_call_takes_the_card_of_another(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    agreed(acme, attempt_id, is_mine=False)
    acme.clock.at(datetime(2026, 11, 25, 11, 0, 0, 300_001, tzinfo=UTC))
    [card] = next_call.hand_out(acme.deps, acme.bob, 1).cards
    assert isinstance(card, OfferCard)
    outcomes.record(acme.deps, acme.dana, attempt_id, Outcome.REFUSED, is_confirmed=True, corrects=True)
    assert acme.one(Lease, card.lease_id).ended_at is not None
    assert isinstance(calling.call(acme.deps, acme.bob, card.lease_id), CardGone)


def test_house_hours_give_way_to_a_time_the_person_named(acme: SampleOrganisation) -> None:
    """Sunday at noon is outside house policy's hours, but the person asked for it."""
    acme.add_contact()
    sunday = date(2026, 11, 29)
    attempt_id = dialled(acme)
    assert isinstance(asked(acme, attempt_id, sunday, time(12)), CallbackQuestioned)
    done = asked(acme, attempt_id, sunday, time(12), questioned=datetime(2026, 11, 29, 12, tzinfo=UTC))
    assert isinstance(done, OutcomeRecorded)
    assert done.callback_due_at == datetime(2026, 11, 29, 12, tzinfo=UTC)
    acme.clock.at(datetime(2026, 11, 29, 12, tzinfo=UTC))
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    assert card.callback_due_at == done.callback_due_at


@pytest.mark.long
@pytest.mark.parametrize(
    ("place", "on", "at", "why"),
    [
        ("GB-ENG", WEDNESDAY, time(7, 59), (Unusual.EARLY,)),
        ("GB-ENG", WEDNESDAY, time(8), ()),
        ("GB-ENG", WEDNESDAY, time(19, 59), ()),
        ("GB-ENG", WEDNESDAY, time(20), (Unusual.LATE,)),
        ("GB-ENG", date(2026, 11, 29), time(21), (Unusual.LATE, Unusual.SUNDAY)),
        ("GB-ENG", date(2026, 11, 28), time(12), ()),
        ("GB-ENG", date(2026, 12, 25), time(12), (Unusual.HOLIDAY,)),
        ("GB-ENG", date(2027, 1, 1), time(12), (Unusual.HOLIDAY,)),
        ("GB-ENG", date(2026, 11, 30), time(12), ()),  # Saint Andrew's day
        ("GB-SCT", date(2026, 11, 30), time(12), (Unusual.HOLIDAY,)),
        ("GB-ENG GB-SCT", date(2026, 11, 30), time(12), (Unusual.HOLIDAY,)),
    ],
)
def test_an_unusual_hour_is_questioned_and_agreed_at_the_second_press(
    acme: SampleOrganisation, place: str, on: date, at: time, why: tuple[Unusual, ...]
) -> None:
    acme.add_contact("Grace", places=place)
    attempt_id = dialled(acme)
    due = datetime.combine(on, at, UTC)
    answer = asked(acme, attempt_id, on, at)
    if why:
        assert answer == CallbackQuestioned("Grace", due, "Europe/London", why)
        assert (acme.all(Callback), acme.one(Attempt, attempt_id).outcome) == ([], None)
        acme.clock.tick(seconds=0.3)
        answer = asked(acme, attempt_id, on, at, questioned=due)
    assert isinstance(answer, OutcomeRecorded)
    assert [one.due_at for one in acme.all(Callback)] == [due]
    repeat = asked(acme, attempt_id, on, at)
    assert isinstance(repeat, OutcomeRecorded)
    assert len(acme.all(Callback)) == 1, "what was agreed is questioned no more"


def test_another_unusual_hour_than_the_one_questioned_is_questioned_too(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    first = asked(acme, attempt_id, WEDNESDAY, time(20))
    assert isinstance(first, CallbackQuestioned)
    assert isinstance(asked(acme, attempt_id, WEDNESDAY, time(20, 1), first.asked_for), CallbackQuestioned)
    assert acme.all(Callback) == []


def test_the_hour_is_judged_on_the_contacts_own_clock(acme: SampleOrganisation) -> None:
    acme.add_contact(zones="Europe/London Europe/Athens")
    attempt_id = dialled(acme)
    late = asked(acme, attempt_id, WEDNESDAY, time(20))  # 18:00 in London
    assert isinstance(late, CallbackQuestioned)
    assert (late.zone, late.why) == ("Europe/Athens", (Unusual.LATE,))


def test_it_is_due_and_kept_at_the_exact_time_agreed(acme: SampleOrganisation) -> None:
    """Handed out before new contacts, as a callback, and kept by a call at that same instant."""
    due = acme.clock.tick(seconds=0.3)
    for_now, _ = acme.add_contact(priority=9), acme.add_contact(priority=1)
    callback = acme.add_callback(for_now, acme.alice.agent_id, due)
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    assert (card.contact_id, card.callback_due_at) == (for_now.id, due)
    assert acme.one(Lease, card.lease_id).callback_id == callback.id
    assert isinstance(calling.call(acme.deps, acme.alice, card.lease_id), CallOpened)
    kept = acme.one(Callback, callback.id)
    assert (kept.closed_at, kept.closed_because) == (due, "kept")


def test_it_refuses_an_unlawful_hour_and_names_the_next_lawful_one(acme: SampleOrganisation) -> None:
    """A campaign under the DMA guide on a Sunday: the guide's hours never give way."""
    acme.change(Campaign, acme.campaign.id, codes="dma", purpose=Purpose.MARKETING)
    acme.add_contact()
    [contact] = acme.all(Contact)
    attempt = acme.put(a_call(acme.alice, contact, acme.clock()))
    answer = callbacks.agree(acme.deps, acme.alice, attempt.id or 0, date(2026, 11, 29), time(12), is_mine=True)
    assert isinstance(answer, CallbackRefused)
    assert answer.asked_for == datetime(2026, 11, 29, 12, tzinfo=UTC)
    assert "gb.dma.hours" in {finding.rule for finding in answer.refusal.findings}
    assert acme.all(OutcomeRecord) == []
    assert acme.all(Callback) == []
    assert acme.one(Attempt, attempt.id).outcome is None
    assert [record.asked_for for record in acme.all(DecisionRecord)] == ["callback"]


def test_it_names_the_next_lawful_moment_after_a_cap(acme: SampleOrganisation) -> None:
    """Three calls in a week: the weekly cap, which no callback waives, forbids the fourth."""
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    for day in (2, 1):
        acme.put(a_call(acme.bob, "+447700900123", acme.clock() - timedelta(days=day + 3), outcome=Outcome.BUSY))
    attempt_id = dialled(acme)
    answer = callbacks.agree(acme.deps, acme.alice, attempt_id, WEDNESDAY, time(11), is_mine=True)
    assert isinstance(answer, CallbackRefused)
    assert answer.next_lawful_at is not None
    assert answer.next_lawful_at > answer.asked_for
    local = answer.next_lawful_at
    done = callbacks.agree(acme.deps, acme.alice, attempt_id, local.date(), local.time(), is_mine=True)
    assert isinstance(done, OutcomeRecorded)
    assert acme.one(Contact, contact.id).callable_from == answer.next_lawful_at


def test_it_refuses_a_past_time(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    with pytest.raises(TimeInPast):
        callbacks.agree(acme.deps, acme.alice, attempt_id, date(2026, 11, 24), time(9, 59), is_mine=True)
    assert acme.all(OutcomeRecord) == []


def test_it_refuses_a_time_skipped_by_the_clock_change(acme: SampleOrganisation) -> None:
    acme.clock.at(datetime(2027, 3, 25, 10, tzinfo=UTC))  # the Thursday before the clocks go forward
    acme.add_contact()
    attempt_id = dialled(acme)
    with pytest.raises(NoSuchLocalTime):
        callbacks.agree(acme.deps, acme.alice, attempt_id, date(2027, 3, 28), time(1, 30), is_mine=True)


def test_it_takes_the_first_of_a_repeated_time() -> None:
    assert callbacks.moment_of(date(2026, 10, 25), time(1, 30), "Europe/London") == datetime(
        2026, 10, 25, 0, 30, tzinfo=UTC
    )


def test_the_same_time_again_changes_nothing_and_another_time_moves_it(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    agreed(acme, attempt_id)
    before = (acme.all(Callback), acme.all(OutcomeRecord), acme.all(Reminder))
    assert agreed(acme, attempt_id).is_repeat
    assert (acme.all(Callback), acme.all(OutcomeRecord), acme.all(Reminder)) == before
    moved = agreed(acme, attempt_id, at=time(15))
    assert moved.callback_due_at == datetime(2026, 11, 25, 15, tzinfo=UTC)
    assert [one.closed_at is None for one in acme.all(Callback)] == [False, True]


def test_it_is_stored_with_the_call_it_was_agreed_in_and_with_who_named_its_hour(acme: SampleOrganisation) -> None:
    """An hour that the person named opens hours that house policy shuts; one that an agent moved it to does not."""
    acme.add_contact()
    attempt_id = dialled(acme)
    agreed(acme, attempt_id)
    said_at = acme.clock()
    acme.clock.tick(minutes=1, seconds=0.3)
    [callback] = acme.all(Callback)
    moved = callbacks.move_to(acme.deps, acme.alice, callback.id or 0, callback.due_at + timedelta(hours=1))
    assert isinstance(moved, CallbackMoved)
    old, new = acme.all(Callback)
    assert (old.asked_at, old.is_hour_named, old.attempt_id) == (said_at, True, attempt_id)
    assert (old.closed_at, old.closed_because, old.closed_attempt_id) == (acme.clock(), "superseded", None)
    assert (new.asked_at, new.is_hour_named, new.attempt_id) == (acme.clock(), False, attempt_id)


def test_what_becomes_of_one_that_an_undo_reopens_is_told_anew(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace", "+447700900123")
    agreed(acme, dialled(acme))
    done = outcomes.record_spoken(acme.deps, acme.bob, "+447700900123", "do not call")
    [callback] = acme.all(Callback)
    assert (callback.closed_at, callback.closed_attempt_id) == (acme.clock(), done.attempt_id)
    told = {"told_at": acme.clock(), "told_of": "x", "told_until": acme.clock()}
    acme.change(Callback, callback.id, **told)
    outcomes.undo(acme.deps, acme.bob, done.attempt_id)
    [again] = acme.all(Callback)
    assert (again.closed_at, again.closed_because, again.closed_attempt_id) == (None, "", None)
    assert (again.told_at, again.told_of, again.told_until) == (None, "", None)


def test_it_ends_with_the_outcome_that_made_it(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    attempt_id = dialled(acme)
    agreed(acme, attempt_id)
    outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert acme.all(Callback)[0].closed_because == "undone"
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NO_ANSWER)
    assert acme.one(Contact, contact.id).callable_from == datetime(2026, 11, 27, 10, 0, 1, tzinfo=UTC)


@pytest.mark.long
def test_a_stop_cancels_it_and_undoing_the_stop_restores_it(acme: SampleOrganisation) -> None:
    acme.add_contact()
    agreed(acme, dialled(acme))
    acme.clock.at(datetime(2026, 11, 25, 11, tzinfo=UTC))
    second = dialled(acme)
    [callback] = acme.all(Callback)
    assert callback.closed_because == "kept"
    agreed_again = callbacks.agree(acme.deps, acme.alice, second, date(2026, 11, 30), time(11), is_mine=True)
    assert isinstance(agreed_again, OutcomeRecorded)
    other = outcomes.record_spoken(acme.deps, acme.bob, acme.all(Contact)[0].number or "", "do not call")
    assert [one.closed_because for one in acme.all(Callback)] == ["kept", "cancelled"]
    outcomes.undo(acme.deps, acme.bob, other.attempt_id)
    assert [one.closed_because for one in acme.all(Callback)] == ["kept", ""]


@pytest.mark.long
def test_it_is_open_again_when_the_call_that_kept_it_was_not_dialled(acme: SampleOrganisation) -> None:
    acme.add_contact()
    agreed(acme, dialled(acme))
    acme.clock.at(datetime(2026, 11, 25, 11, 5, tzinfo=UTC))
    attempt_id = dialled(acme)
    assert acme.all(Callback)[0].closed_because == "kept"
    done = outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NOT_DIALLED)
    assert done.state is ContactState.CALLABLE
    assert acme.all(Callback)[0].closed_at is None


def test_it_suggests_a_lawful_moment(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper")
    attempt_id = dialled(acme)
    acme.clock.at(datetime(2026, 11, 24, 19, 41, tzinfo=UTC))
    assert callbacks.suggest(acme.deps, acme.alice, attempt_id) == (
        "Grace Hopper",
        "Europe/London",
        datetime(2026, 11, 25, 9, tzinfo=UTC),
    )
    acme.clock.at(datetime(2026, 11, 24, 10, 2, tzinfo=UTC))
    assert callbacks.suggest(acme.deps, acme.alice, attempt_id)[2] == datetime(2026, 11, 24, 11, 5, tzinfo=UTC)


def test_it_belongs_to_the_agent_who_made_the_call(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    for actor in (acme.bob, acme.charlie):
        with pytest.raises(NotYours):
            callbacks.agree(acme.deps, actor, attempt_id, WEDNESDAY, time(11), is_mine=True)
    with pytest.raises(AlreadyGone):
        callbacks.agree(acme.deps, acme.alice, 999, WEDNESDAY, time(11), is_mine=True)


def test_it_belongs_to_the_caller_when_the_team_lead_corrects(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NOT_NOW)
    callbacks.agree(acme.deps, acme.dana, attempt_id, WEDNESDAY, time(11), is_mine=True)
    assert acme.all(Callback)[0].agent_id == acme.alice.agent_id
    assert acme.all(Contact)[0].verdict is Verdict.LOCKED


@pytest.mark.long
def test_a_newer_callback_replaces_it_and_undoing_that_restores_it(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    agreed(acme, dialled(acme))
    rung = outcomes.record_spoken(acme.deps, acme.bob, contact.number or "", "conversation")
    done = callbacks.agree(acme.deps, acme.bob, rung.attempt_id, date(2026, 11, 26), time(15), is_mine=True)
    assert isinstance(done, OutcomeRecorded)
    assert [one.closed_because for one in acme.all(Callback)] == ["superseded", ""]
    assert acme.all(Callback)[0].closed_at == acme.clock()
    outcomes.undo(acme.deps, acme.bob, rung.attempt_id)
    assert [one.closed_because for one in acme.all(Callback)] == ["", "undone"]
