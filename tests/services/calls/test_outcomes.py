"""Outcomes: recorded once, late or not; corrected and undone with all consequences; never refused or lost."""

from datetime import UTC, datetime

import pytest

from bot.services import messages
from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.answers.people import Actor
from bot.services.calls import calling, outcomes
from bot.services.errors import AlreadyGone, NotYours, TooSoonForNoAnswer
from bot.services.hand_out import hand, next_call, releases
from bot.services.ports import DeliveryFailed
from policy.vocabulary import AttemptState, ContactState, Outcome, ReleaseReason, Role, Verdict
from storage.models import Agent, Attempt, Contact, Hold, Lease, OutcomeRecord, PersonNumber, Reminder, Suppression
from tests.fakes import SampleOrganisation

pytestmark = pytest.mark.both_engines

THURSDAY = datetime(2026, 11, 26, 10, 0, 0, 77_001, tzinfo=UTC)


def dialled(acme: SampleOrganisation, actor: Actor | None = None) -> int:
    """An attempt under way, one minute old."""
    actor = actor or acme.alice
    card = next_call.hand_out(acme.deps, actor, 1).cards[0]
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, actor, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=1)
    return opened.attempt_id


@pytest.mark.long
@pytest.mark.parametrize("outcome", [one for one in Outcome if one is not Outcome.CALLBACK_AGREED])
def test_it_records_every_outcome_and_ends_the_lease(acme: SampleOrganisation, outcome: Outcome) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    done = outcomes.record(acme.deps, acme.alice, attempt_id, outcome)
    assert (done.outcome, done.is_repeat, done.is_correction) == (outcome, False, False)
    attempt = acme.one(Attempt, attempt_id)
    state = AttemptState.NOT_DIALLED if outcome is Outcome.NOT_DIALLED else AttemptState.REPORTED
    assert (attempt.state, attempt.outcome, attempt.closed_at) == (state, outcome, acme.clock())
    [lease] = acme.all(Lease)
    assert lease.ended_because == "outcome"
    assert done.state is not ContactState.LEASED


def test_it_locks_the_contact_and_says_until_when_and_why(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    done = outcomes.record(acme.deps, acme.alice, dialled(acme), Outcome.NO_ANSWER)
    assert done.state is ContactState.LOCKED
    assert done.callable_from == datetime(2026, 11, 27, 10, 0, 1, tzinfo=UTC)  # 72 hours after Call was pressed
    assert "house policy" in done.because[0].says
    assert acme.one(Contact, contact.id).callable_until == datetime(2026, 11, 27, 20, tzinfo=UTC)
    assert done.masked_number == f"•••• {(contact.number or '')[-3:]}"


def test_it_reminds_the_owner_when_the_lock_opens(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NO_ANSWER)
    [reminder] = acme.all(Reminder)
    assert (reminder.agent_id, reminder.contact_id) == (acme.alice.agent_id, contact.id)
    assert reminder.due_at == datetime(2026, 11, 27, 10, 0, 1, tzinfo=UTC)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.BUSY)
    first, second = acme.all(Reminder)
    assert (first.closed_because, second.closed_because) == ("superseded", "")
    assert second.due_at == datetime(2026, 11, 25, 10, 0, 1, tzinfo=UTC)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NO_ANSWER)
    assert [(one.due_at.day, one.closed_at is None) for one in acme.all(Reminder)] == [(27, True), (25, False)]
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.DO_NOT_CALL)
    assert all(one.closed_at is not None for one in acme.all(Reminder))


def test_it_changes_nothing_when_the_same_outcome_comes_twice(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.DO_NOT_CALL, "said stop")
    before = [acme.all(kind) for kind in (Attempt, OutcomeRecord, Suppression, Contact)]
    acme.clock.tick(seconds=3)
    done = outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.DO_NOT_CALL, "said stop")
    assert done.is_repeat
    assert [acme.all(kind) for kind in (Attempt, OutcomeRecord, Suppression, Contact)] == before


def test_it_keeps_a_new_note_on_the_same_outcome(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.CONVERSATION)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.CONVERSATION, "prefers mornings")
    assert [one.note for one in acme.all(OutcomeRecord)] == ["", "prefers mornings"]


def test_it_asks_once_before_it_believes_no_answer_within_fifteen_seconds(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    acme.clock.tick(seconds=-46)  # fourteen seconds after Call
    with pytest.raises(TooSoonForNoAnswer):
        outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NO_ANSWER)
    assert acme.all(OutcomeRecord) == []
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NO_ANSWER, is_confirmed=True)
    assert acme.one(Attempt, attempt_id).outcome is Outcome.NO_ANSWER


def test_it_writes_an_outcome_that_comes_after_the_lease_lapsed(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    attempt_id = dialled(acme)
    acme.clock.tick(hours=2)
    hand.lapse_due(acme.deps)
    assert acme.one(Attempt, attempt_id).state is AttemptState.UNREPORTED
    done = outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NOT_NOW)
    assert done.callable_from == datetime(2026, 12, 24, 10, 0, 1, tzinfo=UTC)
    assert acme.one(Attempt, attempt_id).state is AttemptState.REPORTED
    assert acme.one(Contact, contact.id).verdict is Verdict.LOCKED
    assert acme.all(Lease)[0].ended_because == "lapsed"


def test_a_late_opt_out_ends_the_card_of_the_agent_who_holds_it_now(acme: SampleOrganisation) -> None:
    """Alice's lease lapsed and Bob got the contact: the stop is recorded on her attempt and ends his card."""
    contact = acme.add_contact("Grace Hopper")
    attempt_id = dialled(acme)
    acme.clock.at(datetime(2026, 11, 27, 10, 5, tzinfo=UTC))
    [card] = next_call.hand_out(acme.deps, acme.bob, 1).cards
    assert isinstance(card, OfferCard)
    done = outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.DO_NOT_CALL)
    assert done.state is ContactState.SUPPRESSED
    assert done.withdrawn_from == (acme.bob.slack_user_id,)
    assert acme.notifier.withdrawn == [(acme.bob.slack_user_id, "Grace Hopper", "suppressed")]
    assert acme.one(Lease, card.lease_id).ended_because == "withdrawn"
    assert acme.one(Contact, contact.id).verdict is Verdict.SUPPRESSED
    assert next_call.hand_out(acme.deps, acme.bob, 1).cards == ()


def test_a_late_outcome_that_forbids_no_call_leaves_bobs_lease_alone(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    acme.clock.at(datetime(2026, 11, 27, 10, 5, tzinfo=UTC))
    [card] = next_call.hand_out(acme.deps, acme.bob, 1).cards
    assert isinstance(card, OfferCard)
    done = outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NO_ANSWER)
    assert (done.withdrawn_from, done.state) == ((), ContactState.LEASED)
    assert acme.one(Lease, card.lease_id).ended_at is None


def test_it_ends_a_call_under_way_only_for_a_stop(acme: SampleOrganisation) -> None:
    acme.add_contact()
    late = dialled(acme)
    acme.clock.at(datetime(2026, 11, 27, 10, 5, tzinfo=UTC))
    bobs = dialled(acme, acme.bob)
    outcomes.record(acme.deps, acme.alice, late, Outcome.NOT_NOW)
    assert acme.all(Lease)[-1].ended_at is None
    outcomes.record(acme.deps, acme.alice, late, Outcome.DO_NOT_CALL)
    assert acme.all(Lease)[-1].ended_because == "withdrawn"
    assert acme.one(Attempt, bobs).state is AttemptState.UNREPORTED
    assert outcomes.record(acme.deps, acme.bob, bobs, Outcome.CONVERSATION).outcome is Outcome.CONVERSATION


def test_it_stops_number_and_person_in_every_campaign_of_the_principal_and_warns_others(
    acme: SampleOrganisation,
) -> None:
    person = acme.add_person("Grace Hopper", "+447700900123", "+447700900124")
    first = acme.add_contact(person=person, number="+447700900123")
    second = acme.add_campaign("Energy service", "Bright Energy", acme.energy)
    same = acme.add_contact(person=person, number="+447700900123", campaign=second)
    household = acme.add_contact("Ann", "+447700900123", campaign=second)
    other = acme.add_contact(person=person, number="+447700900123", campaign=acme.water_campaign)
    outcomes.record(acme.deps, acme.alice, dialled(acme), Outcome.DO_NOT_CALL)
    stopped = [acme.one(Contact, contact.id).verdict for contact in (first, same, household)]
    assert stopped == [Verdict.SUPPRESSED] * 3
    assert {(one.number, one.person_id, one.principal) for one in acme.all(Suppression)} == {
        ("+447700900123", None, "Bright Energy"),
        ("", person.id, "Bright Energy"),
    }
    [card] = next_call.hand_out(acme.deps, acme.charlie, 1).cards
    assert isinstance(card, OfferCard)
    assert card.contact_id == other.id
    assert {warning.rule for warning in card.warnings} == {"base.stop"}


def test_it_finishes_the_contact_in_this_campaign_only(acme: SampleOrganisation) -> None:
    person = acme.add_person("Grace Hopper", "+447700900123")
    first = acme.add_contact(person=person, number="+447700900123")
    second = acme.add_campaign("Energy service", "Bright Energy", acme.energy)
    other = acme.add_contact(person=person, number="+447700900123", campaign=second)
    done = outcomes.record(acme.deps, acme.alice, dialled(acme), Outcome.REFUSED)
    assert done.state is ContactState.FINISHED
    finished = acme.one(Contact, first.id)
    assert (finished.finished_at, finished.finished_because) == (acme.clock(), "refused")
    assert acme.one(Contact, other.id).finished_at is None


def test_it_moves_to_the_next_number_after_a_wrong_one_and_reattributes_earlier_attempts(
    acme: SampleOrganisation,
) -> None:
    """Earlier attempts were calls to the number, not to the person, so they do not count for the next number."""
    person = acme.add_person("Grace Hopper", "+447700900123", "+447700900124")
    contact = acme.add_contact(person=person, number="+447700900123")
    household = acme.add_contact("Ann", "+447700900123")
    done = outcomes.record(acme.deps, acme.alice, dialled(acme), Outcome.WRONG_NUMBER)
    assert done.state is ContactState.CALLABLE
    moved = acme.one(Contact, contact.id)
    assert (moved.number, moved.verdict) == ("+447700900124", Verdict.CALLABLE)
    assert acme.one(Contact, household.id).verdict is Verdict.LOCKED  # the number was called today
    assert [row.closed_because for row in acme.all(PersonNumber)] == ["wrong_number", "", ""]


def test_it_holds_a_contact_without_a_number_left(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    done = outcomes.record(acme.deps, acme.alice, dialled(acme), Outcome.WRONG_NUMBER)
    held = acme.one(Contact, contact.id)
    assert (done.state, held.number, held.because) == (ContactState.HELD, None, "no working number left")


def test_it_closes_a_dead_number_for_every_person_at_it(acme: SampleOrganisation) -> None:
    first = acme.add_contact("Ann", "+447700900123")
    second = acme.add_contact("Ben", "+447700900123")
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NOT_IN_SERVICE)
    assert [acme.one(Contact, one.id).number for one in (first, second)] == [None, None]
    outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert [acme.one(Contact, one.id).number for one in (first, second)] == ["+447700900123"] * 2


def test_it_withdraws_a_card_for_a_number_that_proved_dead(acme: SampleOrganisation) -> None:
    person = acme.add_person("Ben", "+447700900123", "+447700900124")
    acme.add_contact("Ann", "+447700900555", priority=0)
    acme.add_contact(person=person, number="+447700900123")
    dialled(acme)
    [card] = next_call.hand_out(acme.deps, acme.bob, 1).cards
    assert isinstance(card, OfferCard)
    outcomes.record_spoken(acme.deps, acme.dana, "+447700900123", "not in service")
    assert acme.notifier.withdrawn[0][0] == acme.bob.slack_user_id
    assert acme.one(Lease, card.lease_id).ended_because == "withdrawn"


def test_it_withdraws_a_card_for_a_number_that_is_no_longer_the_persons(acme: SampleOrganisation) -> None:
    """The person may be called at once on another number; the card for the old one is void all the same."""
    person = acme.add_person("Ben", "+447700900123", "+447700900124")
    contact = acme.add_contact(person=person, number="+447700900123")
    [card] = next_call.hand_out(acme.deps, acme.bob, 1).cards
    assert isinstance(card, OfferCard)
    outcomes.record_spoken(acme.deps, acme.dana, "+447700900123", "wrong number")
    assert acme.one(Contact, contact.id).verdict is Verdict.CALLABLE
    assert acme.one(Lease, card.lease_id).ended_because == "withdrawn"
    assert acme.notifier.withdrawn == [(acme.bob.slack_user_id, "Ben", "number_closed")]


@pytest.mark.parametrize("outcome", [Outcome.COMPLAINT, Outcome.VULNERABLE])
def test_it_puts_the_contact_on_hold_and_tells_the_team_lead(acme: SampleOrganisation, outcome: Outcome) -> None:
    contact = acme.add_contact("Grace Hopper")
    done = outcomes.record(acme.deps, acme.alice, dialled(acme), outcome)
    assert (done.state, done.alert_team_lead) == (ContactState.HELD, True)
    assert [(hold.contact_id, hold.reason) for hold in acme.all(Hold)] == [(contact.id, outcome.value)]
    assert acme.notifier.alerts == [(acme.dana.slack_user_id, "Alice", "Grace Hopper", outcome)]


@pytest.mark.parametrize("corrected", [None, Outcome.NO_ANSWER])
def test_a_team_lead_hears_of_it_however_long_slack_is_away_unless_it_was_corrected(
    acme: SampleOrganisation, corrected: Outcome | None
) -> None:
    acme.add_contact("Grace Hopper")
    acme.notifier.fails = DeliveryFailed("internal_error", is_permanent=False)
    attempt_id = dialled(acme)
    acme.clock.tick(seconds=30)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.VULNERABLE)
    if corrected is not None:
        outcomes.record(acme.deps, acme.alice, attempt_id, corrected)
    acme.clock.tick(hours=1)
    acme.notifier.fails = None
    messages.send_due(acme.deps)
    assert [outcome for *_, outcome in acme.notifier.alerts] == ([] if corrected else [Outcome.VULNERABLE])


def test_an_admin_is_told_if_the_team_has_no_lead(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper")
    acme.change(Agent, acme.dana.agent_id, is_active=False)
    acme.change(Agent, acme.erin.agent_id, role=Role.ADMIN)
    done = outcomes.record(acme.deps, acme.alice, dialled(acme), Outcome.COMPLAINT)
    assert not done.are_leads_told
    assert [reader for reader, *_ in acme.notifier.alerts] == [acme.erin.slack_user_id]


def test_it_locks_an_abandoned_call_and_tells_the_team_lead(acme: SampleOrganisation) -> None:
    acme.add_contact()
    done = outcomes.record(acme.deps, acme.alice, dialled(acme), Outcome.ABANDONED)
    assert done.callable_from == datetime(2026, 11, 27, 10, 0, 1, tzinfo=UTC)
    assert len(acme.notifier.alerts) == 1


def test_it_is_recorded_when_no_message_can_be_sent(acme: SampleOrganisation) -> None:
    acme.add_contact()
    acme.notifier.fails = DeliveryFailed("channel_not_found", is_permanent=True)
    attempt_id = dialled(acme)
    assert outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.COMPLAINT).state is ContactState.HELD
    assert acme.one(Attempt, attempt_id).outcome is Outcome.COMPLAINT


def test_it_voids_an_attempt_that_was_not_dialled(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    done = outcomes.record(acme.deps, acme.alice, dialled(acme), Outcome.NOT_DIALLED, "wrong headset")
    assert done.state is ContactState.CALLABLE
    assert acme.one(Contact, contact.id).verdict is Verdict.CALLABLE


def test_a_correction_decides_again_all_that_depended_on_it(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.SUCCESS)
    done = outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NO_ANSWER)
    assert done.is_correction
    corrected = acme.one(Contact, contact.id)
    assert (corrected.finished_at, corrected.verdict) == (None, Verdict.LOCKED)
    first, second = acme.all(OutcomeRecord)
    assert (first.outcome, second.outcome, second.supersedes_id) == (Outcome.SUCCESS, Outcome.NO_ANSWER, first.id)


def test_a_stop_outlasts_the_agents_correction(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.DO_NOT_CALL)
    done = outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NO_ANSWER)
    assert (done.outcome, done.state) == (Outcome.NO_ANSWER, ContactState.SUPPRESSED)
    outcomes.undo(acme.deps, acme.alice, attempt_id)  # undoes the correction, not the stop
    assert acme.one(Contact, contact.id).verdict is Verdict.SUPPRESSED


def test_it_lets_a_team_lead_correct_a_stop_at_any_time(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.DO_NOT_CALL)
    acme.clock.at(THURSDAY)
    outcomes.record(acme.deps, acme.dana, attempt_id, Outcome.THIRD_PARTY)
    assert acme.one(Contact, contact.id).verdict is Verdict.LOCKED
    assert all(one.withdrawn_at == THURSDAY for one in acme.all(Suppression))


def test_only_the_agent_and_their_team_lead_may_record_it(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    for actor in (acme.bob, acme.charlie):
        with pytest.raises(NotYours):
            outcomes.record(acme.deps, actor, attempt_id, Outcome.BUSY)
        with pytest.raises(NotYours):
            outcomes.undo(acme.deps, actor, attempt_id)
    assert acme.all(OutcomeRecord) == []
    outcomes.record(acme.deps, acme.dana, attempt_id, Outcome.BUSY)
    outcomes.record(acme.deps, acme.erin, attempt_id, Outcome.NO_ANSWER)
    assert acme.one(Attempt, attempt_id).outcome is Outcome.NO_ANSWER
    with pytest.raises(AlreadyGone):
        outcomes.record(acme.deps, acme.alice, 999, Outcome.BUSY)


def test_it_lists_the_attempts_that_wait_for_an_outcome(acme: SampleOrganisation) -> None:
    acme.add_contacts(2)
    dialled(acme)
    acme.clock.tick(hours=2)
    hand.lapse_due(acme.deps)
    dialled(acme)
    assert [one.state for one in outcomes.open_attempts(acme.deps, acme.alice)] == [
        AttemptState.UNREPORTED,
        AttemptState.OPEN,
    ]
    assert outcomes.open_attempts(acme.deps, acme.bob) == ()


def test_it_asks_about_a_note_that_reads_like_a_stop(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    done = outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.CONVERSATION, "Please don’t ring again")
    assert done.note_may_be_stop
    assert acme.all(Suppression) == []


def test_a_contact_given_back_brings_no_reminder(acme: SampleOrganisation) -> None:
    acme.add_contact()
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    releases.release(acme.deps, acme.alice, card.lease_id, ReleaseReason.BREAK)
    assert acme.all(Reminder) == []
