"""Outcomes: recorded once, late or not; corrected and undone with all consequences; never refused or lost."""

from datetime import UTC, datetime

import pytest

from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.answers.people import Actor
from bot.services.calls import calling, outcomes
from bot.services.errors import AlreadyGone, NotYours, TooSoonForNoAnswer
from bot.services.hand_out import next_call, releases
from bot.services.ports import DeliveryFailed
from policy.vocabulary import AttemptState, ContactState, Outcome, ReleaseReason, Verdict
from storage.models import Attempt, Contact, Hold, Lease, OutcomeRecord, PersonNumber, Reminder, Suppression
from tests.fakes import House

pytestmark = pytest.mark.both_engines

THURSDAY = datetime(2026, 11, 26, 10, 0, 0, 77_001, tzinfo=UTC)


def dialled(house: House, actor: Actor | None = None) -> int:
    """An attempt under way, one minute old."""
    actor = actor or house.alice
    card = next_call.hand_out(house.deps, actor, 1).cards[0]
    assert isinstance(card, OfferCard)
    opened = calling.call(house.deps, actor, card.lease_id)
    assert isinstance(opened, CallOpened)
    house.clock.tick(minutes=1)
    return opened.attempt_id


@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.CALLBACK_AGREED])
def test_it_records_every_outcome_and_ends_the_lease(house: House, outcome: Outcome) -> None:
    house.add_contact()
    attempt_id = dialled(house)
    done = outcomes.record(house.deps, house.alice, attempt_id, outcome)
    assert (done.outcome, done.is_repeat, done.is_correction) == (outcome, False, False)
    attempt = house.one(Attempt, attempt_id)
    state = AttemptState.NOT_DIALLED if outcome is Outcome.NOT_DIALLED else AttemptState.REPORTED
    assert (attempt.state, attempt.outcome, attempt.closed_at) == (state, outcome, house.clock())
    [lease] = house.all(Lease)
    assert lease.ended_because == "outcome"
    assert done.state is not ContactState.LEASED


def test_it_locks_the_contact_and_says_until_when_and_why(house: House) -> None:
    contact = house.add_contact()
    done = outcomes.record(house.deps, house.alice, dialled(house), Outcome.NO_ANSWER)
    assert done.state is ContactState.LOCKED
    assert done.callable_from == datetime(2026, 11, 27, 10, 0, 1, tzinfo=UTC)  # 72 hours after Call was pressed
    assert "house policy" in done.because[0].says
    assert house.one(Contact, contact.id).callable_until == datetime(2026, 11, 27, 20, tzinfo=UTC)
    assert done.masked_number == f"•••• {(contact.number or '')[-3:]}"


def test_it_reminds_the_owner_when_the_lock_opens(house: House) -> None:
    contact = house.add_contact()
    attempt_id = dialled(house)
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.NO_ANSWER)
    [reminder] = house.all(Reminder)
    assert (reminder.agent_id, reminder.contact_id) == (house.alice.agent_id, contact.id)
    assert reminder.due_at == datetime(2026, 11, 27, 10, 0, 1, tzinfo=UTC)
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.BUSY)
    first, second = house.all(Reminder)
    assert (first.closed_because, second.closed_because) == ("superseded", "")
    assert second.due_at == datetime(2026, 11, 25, 10, 0, 1, tzinfo=UTC)
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.NO_ANSWER)
    assert [(one.due_at.day, one.closed_at is None) for one in house.all(Reminder)] == [(27, True), (25, False)]
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.DO_NOT_CALL)
    assert all(one.closed_at is not None for one in house.all(Reminder))


def test_it_changes_nothing_when_the_same_outcome_comes_twice(house: House) -> None:
    house.add_contact()
    attempt_id = dialled(house)
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.DO_NOT_CALL, "said stop")
    before = [house.all(kind) for kind in (Attempt, OutcomeRecord, Suppression, Contact)]
    house.clock.tick(seconds=3)
    done = outcomes.record(house.deps, house.alice, attempt_id, Outcome.DO_NOT_CALL, "said stop")
    assert done.is_repeat
    assert [house.all(kind) for kind in (Attempt, OutcomeRecord, Suppression, Contact)] == before


def test_it_keeps_a_new_note_on_the_same_outcome(house: House) -> None:
    house.add_contact()
    attempt_id = dialled(house)
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.CONVERSATION)
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.CONVERSATION, "prefers mornings")
    assert [one.note for one in house.all(OutcomeRecord)] == ["", "prefers mornings"]


def test_it_asks_once_before_it_believes_no_answer_within_fifteen_seconds(house: House) -> None:
    house.add_contact()
    attempt_id = dialled(house)
    house.clock.tick(seconds=-46)  # fourteen seconds after Call
    with pytest.raises(TooSoonForNoAnswer):
        outcomes.record(house.deps, house.alice, attempt_id, Outcome.NO_ANSWER)
    assert house.all(OutcomeRecord) == []
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.NO_ANSWER, is_confirmed=True)
    assert house.one(Attempt, attempt_id).outcome is Outcome.NO_ANSWER


def test_it_writes_an_outcome_that_comes_after_the_lease_lapsed(house: House) -> None:
    contact = house.add_contact()
    attempt_id = dialled(house)
    house.clock.tick(hours=2)
    releases.lapse_due(house.deps)
    assert house.one(Attempt, attempt_id).state is AttemptState.UNREPORTED
    done = outcomes.record(house.deps, house.alice, attempt_id, Outcome.NOT_NOW)
    assert done.callable_from == datetime(2026, 12, 24, 10, 0, 1, tzinfo=UTC)
    assert house.one(Attempt, attempt_id).state is AttemptState.REPORTED
    assert house.one(Contact, contact.id).verdict is Verdict.LOCKED
    assert house.all(Lease)[0].ended_because == "lapsed"


def test_a_late_opt_out_ends_the_card_of_the_agent_who_holds_it_now(house: House) -> None:
    """Alice's lease lapsed and Bob got the contact: the stop is recorded on her attempt and ends his card."""
    contact = house.add_contact("Grace Hopper")
    attempt_id = dialled(house)
    house.clock.at(datetime(2026, 11, 27, 10, 5, tzinfo=UTC))
    [card] = next_call.hand_out(house.deps, house.bob, 1).cards
    assert isinstance(card, OfferCard)
    done = outcomes.record(house.deps, house.alice, attempt_id, Outcome.DO_NOT_CALL)
    assert done.state is ContactState.SUPPRESSED
    assert done.withdrawn_from == (house.bob.slack_user_id,)
    assert house.notifier.withdrawn == [(house.bob.slack_user_id, "Grace Hopper", "suppressed")]
    assert house.one(Lease, card.lease_id).ended_because == "withdrawn"
    assert house.one(Contact, contact.id).verdict is Verdict.SUPPRESSED
    assert next_call.hand_out(house.deps, house.bob, 1).cards == ()


def test_a_late_outcome_that_forbids_no_call_leaves_bobs_lease_alone(house: House) -> None:
    house.add_contact()
    attempt_id = dialled(house)
    house.clock.at(datetime(2026, 11, 27, 10, 5, tzinfo=UTC))
    [card] = next_call.hand_out(house.deps, house.bob, 1).cards
    assert isinstance(card, OfferCard)
    done = outcomes.record(house.deps, house.alice, attempt_id, Outcome.NO_ANSWER)
    assert (done.withdrawn_from, done.state) == ((), ContactState.LEASED)
    assert house.one(Lease, card.lease_id).ended_at is None


def test_it_ends_a_call_under_way_only_for_a_stop(house: House) -> None:
    house.add_contact()
    late = dialled(house)
    house.clock.at(datetime(2026, 11, 27, 10, 5, tzinfo=UTC))
    bobs = dialled(house, house.bob)
    outcomes.record(house.deps, house.alice, late, Outcome.NOT_NOW)
    assert house.all(Lease)[-1].ended_at is None
    outcomes.record(house.deps, house.alice, late, Outcome.DO_NOT_CALL)
    assert house.all(Lease)[-1].ended_because == "withdrawn"
    assert house.one(Attempt, bobs).state is AttemptState.UNREPORTED
    assert outcomes.record(house.deps, house.bob, bobs, Outcome.CONVERSATION).outcome is Outcome.CONVERSATION


def test_it_stops_number_and_person_in_every_campaign_of_the_principal_and_warns_others(house: House) -> None:
    person = house.add_person("Grace Hopper", "+447700900123", "+447700900124")
    first = house.add_contact(person=person, number="+447700900123")
    second = house.add_campaign("Energy service", "Bright Energy", house.energy)
    same = house.add_contact(person=person, number="+447700900123", campaign=second)
    household = house.add_contact("Ann", "+447700900123", campaign=second)
    other = house.add_contact(person=person, number="+447700900123", campaign=house.water_campaign)
    outcomes.record(house.deps, house.alice, dialled(house), Outcome.DO_NOT_CALL)
    stopped = [house.one(Contact, contact.id).verdict for contact in (first, same, household)]
    assert stopped == [Verdict.SUPPRESSED] * 3
    assert {(one.number, one.person_id, one.principal) for one in house.all(Suppression)} == {
        ("+447700900123", None, "Bright Energy"),
        ("", person.id, "Bright Energy"),
    }
    [card] = next_call.hand_out(house.deps, house.charlie, 1).cards
    assert isinstance(card, OfferCard)
    assert card.contact_id == other.id
    assert {warning.rule for warning in card.warnings} == {"base.stop"}


def test_it_finishes_the_contact_in_this_campaign_only(house: House) -> None:
    person = house.add_person("Grace Hopper", "+447700900123")
    first = house.add_contact(person=person, number="+447700900123")
    second = house.add_campaign("Energy service", "Bright Energy", house.energy)
    other = house.add_contact(person=person, number="+447700900123", campaign=second)
    done = outcomes.record(house.deps, house.alice, dialled(house), Outcome.REFUSED)
    assert done.state is ContactState.FINISHED
    finished = house.one(Contact, first.id)
    assert (finished.finished_at, finished.finished_because) == (house.clock(), "refused")
    assert house.one(Contact, other.id).finished_at is None


def test_it_moves_to_the_next_number_after_a_wrong_one_and_reattributes_earlier_attempts(house: House) -> None:
    """Earlier attempts were calls to the number, not to the person, so they do not count for the next number."""
    person = house.add_person("Grace Hopper", "+447700900123", "+447700900124")
    contact = house.add_contact(person=person, number="+447700900123")
    household = house.add_contact("Ann", "+447700900123")
    done = outcomes.record(house.deps, house.alice, dialled(house), Outcome.WRONG_NUMBER)
    assert done.state is ContactState.CALLABLE
    moved = house.one(Contact, contact.id)
    assert (moved.number, moved.verdict) == ("+447700900124", Verdict.CALLABLE)
    assert house.one(Contact, household.id).verdict is Verdict.LOCKED  # the number was called today
    assert [row.closed_because for row in house.all(PersonNumber)] == ["wrong_number", "", ""]


def test_it_holds_a_contact_without_a_number_left(house: House) -> None:
    contact = house.add_contact()
    done = outcomes.record(house.deps, house.alice, dialled(house), Outcome.WRONG_NUMBER)
    held = house.one(Contact, contact.id)
    assert (done.state, held.number, held.because) == (ContactState.HELD, None, "no working number left")


def test_it_closes_a_dead_number_for_every_person_at_it(house: House) -> None:
    first = house.add_contact("Ann", "+447700900123")
    second = house.add_contact("Ben", "+447700900123")
    attempt_id = dialled(house)
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.NOT_IN_SERVICE)
    assert [house.one(Contact, one.id).number for one in (first, second)] == [None, None]
    outcomes.undo(house.deps, house.alice, attempt_id)
    assert [house.one(Contact, one.id).number for one in (first, second)] == ["+447700900123"] * 2


def test_it_withdraws_a_card_for_a_number_that_proved_dead(house: House) -> None:
    person = house.add_person("Ben", "+447700900123", "+447700900124")
    house.add_contact("Ann", "+447700900555", priority=0)
    house.add_contact(person=person, number="+447700900123")
    dialled(house)
    [card] = next_call.hand_out(house.deps, house.bob, 1).cards
    assert isinstance(card, OfferCard)
    outcomes.record_spoken(house.deps, house.dana, "+447700900123", "not in service")
    assert house.notifier.withdrawn[0][0] == house.bob.slack_user_id
    assert house.one(Lease, card.lease_id).ended_because == "withdrawn"


def test_it_withdraws_a_card_for_a_number_that_is_no_longer_the_persons(house: House) -> None:
    """The person may be called at once on another number; the card for the old one is void all the same."""
    person = house.add_person("Ben", "+447700900123", "+447700900124")
    contact = house.add_contact(person=person, number="+447700900123")
    [card] = next_call.hand_out(house.deps, house.bob, 1).cards
    assert isinstance(card, OfferCard)
    outcomes.record_spoken(house.deps, house.dana, "+447700900123", "wrong number")
    assert house.one(Contact, contact.id).verdict is Verdict.CALLABLE
    assert house.one(Lease, card.lease_id).ended_because == "withdrawn"
    assert house.notifier.withdrawn == [(house.bob.slack_user_id, "Ben", "number_closed")]


@pytest.mark.parametrize("outcome", [Outcome.COMPLAINT, Outcome.VULNERABLE])
def test_it_puts_the_contact_on_hold_and_tells_the_team_lead(house: House, outcome: Outcome) -> None:
    contact = house.add_contact("Grace Hopper")
    done = outcomes.record(house.deps, house.alice, dialled(house), outcome)
    assert (done.state, done.alert_team_lead) == (ContactState.HELD, True)
    assert [(hold.contact_id, hold.reason) for hold in house.all(Hold)] == [(contact.id, outcome.value)]
    assert house.notifier.alerts == [((house.dana.slack_user_id,), "Alice", "Grace Hopper", outcome)]


def test_it_locks_an_abandoned_call_and_tells_the_team_lead(house: House) -> None:
    house.add_contact()
    done = outcomes.record(house.deps, house.alice, dialled(house), Outcome.ABANDONED)
    assert done.callable_from == datetime(2026, 11, 27, 10, 0, 1, tzinfo=UTC)
    assert len(house.notifier.alerts) == 1


def test_it_is_recorded_when_no_message_can_be_sent(house: House) -> None:
    house.add_contact()
    house.notifier.fails = DeliveryFailed("channel_not_found", is_permanent=True)
    attempt_id = dialled(house)
    assert outcomes.record(house.deps, house.alice, attempt_id, Outcome.COMPLAINT).state is ContactState.HELD
    assert house.one(Attempt, attempt_id).outcome is Outcome.COMPLAINT


def test_it_voids_an_attempt_that_was_not_dialled(house: House) -> None:
    contact = house.add_contact()
    done = outcomes.record(house.deps, house.alice, dialled(house), Outcome.NOT_DIALLED, "wrong headset")
    assert done.state is ContactState.CALLABLE
    assert house.one(Contact, contact.id).verdict is Verdict.CALLABLE


def test_a_correction_decides_again_all_that_depended_on_it(house: House) -> None:
    contact = house.add_contact()
    attempt_id = dialled(house)
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.SUCCESS)
    done = outcomes.record(house.deps, house.alice, attempt_id, Outcome.NO_ANSWER)
    assert done.is_correction
    corrected = house.one(Contact, contact.id)
    assert (corrected.finished_at, corrected.verdict) == (None, Verdict.LOCKED)
    first, second = house.all(OutcomeRecord)
    assert (first.outcome, second.outcome, second.supersedes_id) == (Outcome.SUCCESS, Outcome.NO_ANSWER, first.id)


def test_a_stop_outlasts_the_agents_correction(house: House) -> None:
    contact = house.add_contact()
    attempt_id = dialled(house)
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.DO_NOT_CALL)
    done = outcomes.record(house.deps, house.alice, attempt_id, Outcome.NO_ANSWER)
    assert (done.outcome, done.state) == (Outcome.NO_ANSWER, ContactState.SUPPRESSED)
    outcomes.undo(house.deps, house.alice, attempt_id)  # undoes the correction, not the stop
    assert house.one(Contact, contact.id).verdict is Verdict.SUPPRESSED


def test_it_lets_a_team_lead_correct_a_stop_at_any_time(house: House) -> None:
    contact = house.add_contact()
    attempt_id = dialled(house)
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.DO_NOT_CALL)
    house.clock.at(THURSDAY)
    outcomes.record(house.deps, house.dana, attempt_id, Outcome.THIRD_PARTY)
    assert house.one(Contact, contact.id).verdict is Verdict.LOCKED
    assert all(one.withdrawn_at == THURSDAY for one in house.all(Suppression))


def test_only_the_agent_and_their_team_lead_may_record_it(house: House) -> None:
    house.add_contact()
    attempt_id = dialled(house)
    for actor in (house.bob, house.charlie):
        with pytest.raises(NotYours):
            outcomes.record(house.deps, actor, attempt_id, Outcome.BUSY)
        with pytest.raises(NotYours):
            outcomes.undo(house.deps, actor, attempt_id)
    assert house.all(OutcomeRecord) == []
    outcomes.record(house.deps, house.dana, attempt_id, Outcome.BUSY)
    outcomes.record(house.deps, house.erin, attempt_id, Outcome.NO_ANSWER)
    assert house.one(Attempt, attempt_id).outcome is Outcome.NO_ANSWER
    with pytest.raises(AlreadyGone):
        outcomes.record(house.deps, house.alice, 999, Outcome.BUSY)


def test_it_lists_the_attempts_that_wait_for_an_outcome(house: House) -> None:
    house.add_contacts(2)
    dialled(house)
    house.clock.tick(hours=2)
    releases.lapse_due(house.deps)
    dialled(house)
    assert [one.state for one in outcomes.open_attempts(house.deps, house.alice)] == [
        AttemptState.UNREPORTED,
        AttemptState.OPEN,
    ]
    assert outcomes.open_attempts(house.deps, house.bob) == ()


def test_it_asks_about_a_note_that_reads_like_a_stop(house: House) -> None:
    house.add_contact()
    attempt_id = dialled(house)
    done = outcomes.record(house.deps, house.alice, attempt_id, Outcome.CONVERSATION, "Please don’t ring again")
    assert done.note_may_be_stop
    assert house.all(Suppression) == []


def test_a_contact_given_back_brings_no_reminder(house: House) -> None:
    house.add_contact()
    [card] = next_call.hand_out(house.deps, house.alice, 1).cards
    assert isinstance(card, OfferCard)
    releases.release(house.deps, house.alice, card.lease_id, ReleaseReason.BREAK)
    assert house.all(Reminder) == []
