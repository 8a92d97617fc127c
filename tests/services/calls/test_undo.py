"""Undo: within ten minutes, with all consequences; the card returns unless another agent has the contact."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.answers.people import Actor
from bot.services.calls import calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.errors import AlreadyGone, UndoTooLate
from bot.services.hand_out import hand, next_call, releases
from bot.services.lists.in_use import list_terms
from policy.vocabulary import AttemptState, LeaseStage, Outcome, ReleaseReason, Role, Verdict
from storage.models import Attempt, Callback, Contact, Hold, Lease, OutcomeRecord, Reminder, Suppression
from tests.fakes import SampleOrganisation, lease_to
from tests.services.stage import Stage, broken

pytestmark = pytest.mark.both_engines

THURSDAY = datetime(2026, 11, 26, 10, tzinfo=UTC)


def dialled(acme: SampleOrganisation, actor: Actor | None = None) -> int:
    """An attempt under way, one minute old."""
    actor = actor or acme.alice
    card = next_call.hand_out(acme.deps, actor, 1).cards[0]
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, actor, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=1)
    return opened.attempt_id


def test_it_undoes_within_ten_minutes_and_gives_the_card_back(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.DO_NOT_CALL)
    acme.clock.tick(minutes=10)
    undone = outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert (undone.was, undone.has_card) == (Outcome.DO_NOT_CALL, True)
    attempt, [lease] = acme.one(Attempt, attempt_id), acme.all(Lease)
    assert (attempt.state, attempt.outcome, attempt.closed_at) == (AttemptState.OPEN, None, None)
    assert (lease.stage, lease.ended_at) == (LeaseStage.CALLING, None)
    assert lease.leased_until == attempt.opened_at + timedelta(minutes=60)
    assert acme.one(Contact, contact.id).verdict is Verdict.LOCKED  # the attempt itself still counts
    assert all(one.withdrawn_at is not None for one in acme.all(Suppression))
    again = outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert again == undone
    assert [one.outcome for one in acme.all(OutcomeRecord)] == [Outcome.DO_NOT_CALL, None]


def test_a_late_undo_leases_the_card_for_at_least_half_an_hour(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    acme.clock.tick(minutes=50, seconds=0.3)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.BUSY)
    outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert acme.all(Lease)[0].leased_until == acme.clock() + timedelta(minutes=30)


def test_an_undo_that_opens_the_contact_again_leaves_one_reminder_for_when_it_does(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    attempt_id = dialled(acme)
    for outcome in (Outcome.CONVERSATION, Outcome.REFUSED):
        outcomes.record(acme.deps, acme.alice, attempt_id, outcome)
        acme.clock.tick(seconds=0.3)
    assert [one.closed_because for one in acme.all(Reminder)] == ["not_callable"]
    outcomes.undo(acme.deps, acme.alice, attempt_id)
    waiting = [one.due_at for one in acme.all(Reminder) if one.closed_at is None]
    assert waiting == [acme.one(Contact, contact.id).callable_from]


def test_it_refuses_to_undo_after_ten_minutes(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.BUSY)
    acme.clock.tick(minutes=10, seconds=1)
    with pytest.raises(UndoTooLate):
        outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert acme.one(Attempt, attempt_id).outcome is Outcome.BUSY


def test_it_undoes_without_the_card_when_another_agent_is_calling(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NOT_DIALLED)
    dialled(acme, acme.bob)
    undone = outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert not undone.has_card
    assert acme.one(Attempt, attempt_id).state is AttemptState.UNREPORTED
    assert [lease.ended_at is None for lease in acme.all(Lease)] == [False, True]


def test_undoing_not_dialled_withdraws_the_card_it_allowed(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NOT_DIALLED)
    [card] = next_call.hand_out(acme.deps, acme.bob, 1).cards
    assert isinstance(card, OfferCard)
    assert outcomes.undo(acme.deps, acme.alice, attempt_id).has_card
    assert acme.one(Lease, card.lease_id).ended_because == "withdrawn"
    assert acme.notifier.withdrawn == [(acme.bob.slack_user_id, card.name, "locked")]


def test_no_number_returns_from_a_list_that_was_withdrawn_meanwhile(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.BUSY)
    acme.clock.tick(seconds=20.3)
    list_terms.withdraw(
        acme.deps, replace(acme.dana, role=Role.ADMIN), contact.list_id, "The broker had no right to it"
    )
    assert not outcomes.undo(acme.deps, acme.alice, attempt_id).has_card
    assert acme.one(Attempt, attempt_id).outcome is None, "it is asked for all the same"


def test_an_undo_by_a_team_lead_shows_them_no_number(acme: SampleOrganisation) -> None:
    acme.add_contact()
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.dana, attempt_id, Outcome.BUSY)
    assert not outcomes.undo(acme.deps, acme.dana, attempt_id).has_card


def test_it_has_nothing_to_undo_before_an_outcome(acme: SampleOrganisation) -> None:
    acme.add_contact()
    with pytest.raises(AlreadyGone):
        outcomes.undo(acme.deps, acme.alice, dialled(acme))


def test_undoing_an_outcome_takes_back_the_holds_it_placed(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.COMPLAINT)
    outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert acme.one(Contact, contact.id).verdict is Verdict.LOCKED
    assert acme.all(Hold)[0].lifted_at == acme.clock()


def test_no_card_returns_for_a_person_who_opted_out_meanwhile(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NO_ANSWER)
    outcomes.record_spoken(acme.deps, acme.bob, contact.number or "", "do not call")
    assert not outcomes.undo(acme.deps, acme.alice, attempt_id).has_card
    assert acme.one(Attempt, attempt_id).state is AttemptState.UNREPORTED
    assert [lease.ended_because for lease in acme.all(Lease)] == ["outcome"]


@pytest.mark.long
@pytest.mark.parametrize("ended", ["its time ran out", "a stop withdrew it"])
def test_undoing_a_late_outcome_restores_no_card_when_there_was_none(acme: SampleOrganisation, ended: str) -> None:
    """The lease had ended and others have held the contact since: the audit must see no double lease."""
    contact = acme.add_contact("Grace")
    attempt_id = dialled(acme)
    if ended == "its time ran out":
        acme.clock.tick(hours=1, microseconds=300_001)
        hand.lapse_due(acme.deps)
    else:
        stop = outcomes.record_spoken(acme.deps, acme.bob, contact.number or "", "do not call")
        acme.clock.tick(seconds=30)
        outcomes.undo(acme.deps, acme.bob, stop.attempt_id)
    [lease] = acme.all(Lease)
    before = (lease.ended_at, lease.ended_because)
    _held_meanwhile(acme, contact)
    acme.clock.tick(minutes=1, microseconds=300_001)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.BUSY)
    acme.clock.tick(minutes=1, microseconds=300_001)
    undone = outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert (undone.has_card, acme.one(Attempt, attempt_id).state) == (False, AttemptState.UNREPORTED)
    lease = acme.one(Lease, lease.id)
    assert (lease.ended_at, lease.ended_because) == before
    acme.clock.tick(minutes=1)
    assert "double leases" not in broken(Stage(acme))


@pytest.mark.long
def test_a_lease_that_one_undo_could_not_restore_stays_ended_after_a_later_undo(acme: SampleOrganisation) -> None:
    """Another agent has held the contact since it ended: a restored lease would overlap theirs."""
    acme.add_contact("Grace")
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NOT_DIALLED)
    acme.clock.tick(seconds=1)
    ringing = dialled(acme, acme.bob)
    assert not outcomes.undo(acme.deps, acme.alice, attempt_id).has_card
    acme.clock.tick(seconds=1, microseconds=300_001)
    outcomes.record(acme.deps, acme.bob, ringing, Outcome.NO_ANSWER)
    acme.clock.tick(seconds=1, microseconds=300_001)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NOT_DIALLED)
    acme.clock.tick(seconds=1, microseconds=300_001)
    assert not outcomes.undo(acme.deps, acme.alice, attempt_id).has_card
    acme.clock.tick(minutes=1)
    assert "double leases" not in broken(Stage(acme))


def test_an_undo_restores_the_card_of_a_corrected_call(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace")
    attempt_id = dialled(acme)
    for outcome in (Outcome.BUSY, Outcome.NO_ANSWER):
        outcomes.record(acme.deps, acme.alice, attempt_id, outcome)
        acme.clock.tick(microseconds=300_001)
    assert outcomes.undo(acme.deps, acme.alice, attempt_id).has_card


def _held_meanwhile(acme: SampleOrganisation, contact: Contact) -> None:
    """Give Bob the contact for a while, as a hand-out would once it is callable again."""
    with acme.units() as uow:
        row, at = uow.session.get_one(Contact, contact.id), acme.clock()
        held = lease_to(uow.session, row, acme.bob.agent_id, at, acme.clock.tick(minutes=5))
        assert held is not None
    acme.clock.tick(microseconds=300_001)
    releases.release(acme.deps, acme.bob, held.id or 0, ReleaseReason.BREAK)


def test_no_callback_returns_for_a_person_whom_another_agent_stopped(acme: SampleOrganisation) -> None:
    """The callback ended with the call; before that is undone, a colleague records the person's opt-out."""
    contact = acme.add_contact()
    attempt_id = dialled(acme)
    callback = acme.add_callback(contact, acme.alice.agent_id, acme.clock() + timedelta(days=2, milliseconds=300))
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.REFUSED)
    acme.clock.tick(seconds=20.4)
    suppressions.add(acme.deps, acme.bob, contact.number or "")
    acme.clock.tick(seconds=10.2)
    outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert acme.one(Callback, callback.id).closed_because == "cancelled"


def test_the_callback_returns_when_another_principal_was_told_to_stop(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    attempt_id = dialled(acme)
    callback = acme.add_callback(contact, acme.alice.agent_id, acme.clock() + timedelta(days=2, milliseconds=300))
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.DO_NOT_CALL)
    acme.clock.tick(seconds=20.4)
    suppressions.add(acme.deps, acme.charlie, contact.number or "")
    outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert acme.one(Callback, callback.id).closed_at is None
