"""/dnc and holds: at once and wherever the stop applies; repeats change nothing; only a team lead places holds."""

from datetime import timedelta
from typing import Any

import pytest

from bot.services.answers.calls import CallOpened, OfferCard
from bot.services.calls import calling, outcomes
from bot.services.deciding import walk
from bot.services.do_not_call import suppressions
from bot.services.errors import AlreadyGone, BadNumber, RoleNeeded, StopOfAnother, StopStands
from bot.services.hand_out import next_call
from bot.services.teams import call_check, holds
from policy.vocabulary import ContactState, LeaseEnd, Outcome, Purpose, Verdict
from storage.models import (
    Callback,
    CallRequest,
    Campaign,
    Contact,
    ContactList,
    Hold,
    Lease,
    Reminder,
    Screening,
    Suppression,
)
from storage.queries import setup
from tests.fakes import SampleOrganisation
from tests.rows import a_call, a_callback, a_stop
from tests.services.calls.promised_calls import called


def _call_back(acme: SampleOrganisation, contact: Contact, due_in: timedelta) -> None:
    acme.put(a_callback(contact, acme.clock() + due_in, acme.clock() - timedelta(days=1)))


def test_it_stops_a_number_at_once_and_withdraws_bobs_card(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    _call_back(acme, contact, timedelta(minutes=-1))
    [card] = next_call.hand_out(acme.deps, acme.bob, 1).cards
    assert isinstance(card, OfferCard)
    done = suppressions.add(acme.deps, acme.alice, "07700 900123", "wrote to us")
    assert (done.masked_number, done.is_repeat, done.principal) == ("•••• 123", False, "Bright Energy")
    assert (done.contacts, done.callbacks_cancelled) == (1, 1)
    assert done.withdrawn_from == (acme.bob.slack_user_id,)
    assert acme.notifier.withdrawn == [(acme.bob.slack_user_id, "Grace Hopper", "suppressed")]
    assert acme.one(Lease, card.lease_id).ended_because == LeaseEnd.WITHDRAWN
    assert acme.one(Contact, contact.id).verdict is Verdict.SUPPRESSED
    assert {(one.number, one.person_id, one.note) for one in acme.all(Suppression)} == {
        ("+447700900123", None, "wrote to us"),
        ("", contact.person_id, "wrote to us"),
    }


@pytest.mark.both_engines
def test_a_stop_is_taken_in_the_countrys_notation_while_no_campaign_is_active(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    for campaign in acme.all(Campaign):
        acme.change(Campaign, campaign.id or 0, is_active=False)
    done = suppressions.add(acme.deps, acme.alice, "07700 900123", "asked us to stop")
    assert (done.contacts, done.principal) == (1, "Bright Energy")
    assert acme.one(Contact, contact.id).verdict is Verdict.SUPPRESSED
    said = outcomes.record_spoken(acme.deps, acme.alice, "07700 900124", "do not call")
    assert said.state is ContactState.SUPPRESSED
    [check] = call_check.check_number(acme.deps, acme.alice, "07700 900123").checks
    assert (check.name, check.verdict) == ("Grace Hopper", Verdict.SUPPRESSED)


def test_a_stop_is_taken_in_the_countrys_notation_from_a_team_without_a_campaign(acme: SampleOrganisation) -> None:
    with acme.units() as uow:
        setup.set_teams_of_campaign(uow.session, acme.campaign.id or 0, [])
    suppressions.add(acme.deps, acme.alice, "07700 900123", "asked us to stop")
    assert {one.number for one in acme.all(Suppression)} == {"+447700900123"}


def test_a_repeated_stop_changes_nothing(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    suppressions.add(acme.deps, acme.alice, "07700 900123")
    before = acme.all(Suppression)
    again = suppressions.add(acme.deps, acme.alice, "+44 7700 900123")
    assert (again.is_repeat, again.was_stopped) == (True, False)
    assert acme.all(Suppression) == before


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(milliseconds=300), timedelta(days=300)])
def test_a_stop_after_an_expired_one_is_stored_again(acme: SampleOrganisation, ago: timedelta) -> None:
    acme.clock.tick(seconds=0.4)
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    for bound in ({"number": "+447700900123"}, {"person_id": contact.person_id}):
        acme.put(
            a_stop(
                acme,
                acme.clock() - timedelta(days=365),
                principal="Bright Energy",
                until=acme.clock() - ago,
                recorded_by=acme.alice.agent_id,
                **bound,
            )
        )
    said = suppressions.add(acme.deps, acme.alice, "07700 900123")
    assert (said.is_repeat, said.was_stopped) == (False, False)
    assert acme.one(Contact, contact.id).verdict is Verdict.SUPPRESSED
    assert sum(one.until is None for one in acme.all(Suppression)) == 2


def test_a_second_persons_stop_is_stored_too_and_reported_as_already_stopped(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    suppressions.add(acme.deps, acme.alice, "07700 900123")
    again = suppressions.add(acme.deps, acme.bob, "+44 7700 900123")
    assert (again.is_repeat, again.was_stopped) == (False, True)
    said_by = [one.recorded_by for one in acme.all(Suppression)]
    assert said_by == [acme.alice.agent_id] * 2 + [acme.bob.agent_id] * 2


@pytest.mark.parametrize(
    ("ended", "was_stopped"),
    [
        ({"until": timedelta(microseconds=1)}, True),
        ({"withdrawn_at": timedelta(microseconds=-1)}, False),
        ({"withdrawn_at": timedelta(0)}, False),
    ],
)
def test_a_temporary_stop_does_not_hide_a_lasting_one(
    acme: SampleOrganisation, ended: dict[str, timedelta], was_stopped: bool
) -> None:
    acme.clock.tick(microseconds=300_000)
    old = a_stop(
        acme,
        acme.clock() - timedelta(days=1),
        number="+447700900123",
        principal="Bright Energy",
        recorded_by=acme.alice.agent_id,
    )
    for name, span in ended.items():
        setattr(old, name, acme.clock() + span)
    acme.put(old)
    said = suppressions.add(acme.deps, acme.alice, "07700 900123")
    assert (said.is_repeat, said.was_stopped) == (False, was_stopped)
    acme.clock.tick(minutes=1)
    assert acme.add_contact("Grace Hopper", "+447700900123").verdict is Verdict.SUPPRESSED


def test_a_stop_without_a_known_principal_binds_the_whole_organisation(acme: SampleOrganisation) -> None:
    acme.add_campaign("Gas checks", "Other Energy", acme.energy)
    water = acme.add_contact("Ann", "+447700900123", campaign=acme.water_campaign)
    done = suppressions.add(acme.deps, acme.alice, "07700 900123")
    assert done.principal == ""
    assert acme.one(Contact, water.id).verdict is Verdict.SUPPRESSED


def test_a_call_that_waits_for_its_outcome_widens_the_stop_of_its_own_number_alone(acme: SampleOrganisation) -> None:
    waiting = a_call(acme.alice, "+447700900555", acme.clock(), principal="Clear Water")
    acme.put(waiting)
    assert suppressions.add(acme.deps, acme.alice, "07700 900123").principal == "Bright Energy"
    assert suppressions.add(acme.deps, acme.bob, "07700 900555").principal == "Bright Energy"
    assert suppressions.add(acme.deps, acme.alice, "07700 900555").principal == "", "which of the two is not known"


def test_it_stops_only_the_number_when_several_people_share_it(acme: SampleOrganisation) -> None:
    acme.add_contact("Ann", "+447700900123")
    acme.add_contact("Ben", "+447700900123")
    done = suppressions.add(acme.deps, acme.alice, "07700 900123")
    assert done.contacts == 2
    assert [one.person_id for one in acme.all(Suppression)] == [None]


def test_it_stops_a_number_that_is_on_no_list(acme: SampleOrganisation) -> None:
    assert suppressions.add(acme.deps, acme.alice, "07700 900999").contacts == 0
    late = acme.add_contact("Ann", "+447700900999")
    assert acme.one(Contact, late.id).verdict is Verdict.SUPPRESSED


def test_it_refuses_an_invalid_number(acme: SampleOrganisation) -> None:
    with pytest.raises(BadNumber):
        suppressions.add(acme.deps, acme.alice, "everybody")


@pytest.mark.parametrize(
    ("said", "kept"),
    [("0411 123 4567", "+444111234567"), ("+1 201 155 5123", "+12011555123"), ("0909 879 0000", "+449098790000")],
)
def test_it_stops_a_well_formed_number_that_is_not_in_use_or_not_personal(
    acme: SampleOrganisation, said: str, kept: str
) -> None:
    assert not suppressions.add(acme.deps, acme.alice, said).is_repeat
    assert {one.number for one in acme.all(Suppression)} == {kept}


def test_it_holds_a_contact_and_withdraws_its_card(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper")
    next_call.hand_out(acme.deps, acme.alice, 1)
    placed = holds.place(acme.deps, acme.dana, contact.id or 0, "asked for a letter")
    assert (placed.name, placed.is_repeat, placed.withdrawn_from) == (
        "Grace Hopper",
        False,
        (acme.alice.slack_user_id,),
    )
    held = acme.one(Contact, contact.id)
    assert held.verdict is Verdict.HELD
    assert "asked for a letter" in held.because
    assert holds.place(acme.deps, acme.dana, contact.id or 0, "asked for a letter").is_repeat
    assert len(acme.all(Hold)) == 1


def test_it_lifts_a_hold_after_a_complaint_for_every_list_of_the_person(acme: SampleOrganisation) -> None:
    person = acme.add_person("Grace Hopper", "+447700900123")
    contact = acme.add_contact(person=person, number="+447700900123")
    second = acme.add_campaign("Energy service", "Bright Energy", acme.energy)
    other = acme.add_contact(person=person, number="+447700900123", campaign=second)
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    outcomes.record(acme.deps, acme.alice, opened.attempt_id, Outcome.COMPLAINT)
    assert [acme.one(Contact, one.id).verdict for one in (contact, other)] == [Verdict.HELD] * 2
    acme.clock.tick(hours=1)
    lifted = holds.lift(acme.deps, acme.dana, contact.id or 0, "talked it over")
    assert (lifted.is_repeat, lifted.state) == (False, ContactState.LOCKED)  # already called today
    assert [acme.one(Contact, one.id).verdict for one in (contact, other)] == [Verdict.LOCKED] * 2
    reminded = [(one.agent_id, one.contact_id) for one in acme.all(Reminder) if one.closed_at is None]
    assert reminded == [(acme.alice.agent_id, contact.id)], "who called is told when it opens again"
    hold = acme.all(Hold)[0]
    assert (hold.lifted_at, hold.lifted_by, hold.lifted_because) == (
        acme.clock(),
        acme.dana.agent_id,
        "talked it over",
    )
    assert holds.lift(acme.deps, acme.dana, contact.id or 0, "again").is_repeat


def test_only_that_teams_leads_and_managers_may_hold(acme: SampleOrganisation) -> None:
    contact = acme.add_contact()
    water = acme.add_contact(campaign=acme.water_campaign)
    for actor in (acme.alice, acme.charlie):
        with pytest.raises(RoleNeeded):
            holds.place(acme.deps, actor, contact.id or 0, "no")
    with pytest.raises(RoleNeeded):
        holds.place(acme.deps, acme.dana, water.id or 0, "not her team's")
    with pytest.raises(AlreadyGone):
        holds.lift(acme.deps, acme.dana, 999, "nothing there")
    assert acme.all(Hold) == []
    holds.place(acme.deps, acme.erin, water.id or 0, "a manager may")
    assert acme.one(Contact, water.id).verdict is Verdict.HELD


def _stopped(acme: SampleOrganisation) -> tuple[Contact, int]:
    """Grace, whom Alice stopped by mistake a moment ago, and the stop."""
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    _call_back(acme, contact, timedelta(hours=1))
    said = suppressions.add(acme.deps, acme.alice, "07700 900123", "typed a wrong figure")
    acme.clock.tick(seconds=9, milliseconds=300)
    return contact, said.stop_id


@pytest.mark.both_engines
def test_a_stop_typed_by_mistake_is_taken_back_with_all_it_did(acme: SampleOrganisation) -> None:
    contact, stop_id = _stopped(acme)
    done = suppressions.take_back(acme.deps, acme.alice, stop_id)
    assert (done.masked_number, done.is_repeat, done.is_still_stopped) == ("•••• 123", False, False)
    assert (done.contacts, done.callbacks_reopened) == (1, 1)
    assert {(one.withdrawn_at, one.recorded_by) for one in acme.all(Suppression)} == {
        (acme.clock(), acme.alice.agent_id)
    }
    assert acme.all(Callback)[0].closed_at is None
    assert acme.one(Contact, contact.id).verdict is not Verdict.SUPPRESSED
    acme.clock.tick(seconds=0.2)
    again = suppressions.take_back(acme.deps, acme.alice, stop_id)
    assert (again.is_repeat, again.callbacks_reopened) == (True, 0)
    assert suppressions.add(acme.deps, acme.alice, "07700 900123", "typed a wrong figure").is_repeat is False
    assert acme.one(Contact, contact.id).verdict is Verdict.SUPPRESSED


@pytest.mark.both_engines
@pytest.mark.parametrize("by", ["/dnc", "an outcome"])
def test_a_stop_taken_back_leaves_a_persons_request_to_be_called_as_it_was(acme: SampleOrganisation, by: str) -> None:
    """She is on the TPS and asked for a call. A request to stop ends that; a slip of the finger does not."""
    acme.change(Campaign, acme.campaign.id, purpose=Purpose.MARKETING)
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    acme.change(ContactList, contact.list_id, basis="legitimate_interest", is_told_of_calls=True)
    ours: dict[str, Any] = {"organisation_id": acme.organisation_id, "recorded_at": acme.clock()}
    asked = acme.clock() - timedelta(days=2, seconds=0.3)
    tps = acme.clock() - timedelta(days=1)
    acme.put(CallRequest(**ours, person_id=contact.person_id, principal="Bright Energy", at=asked))
    acme.put(Screening(**ours, register_name="tps", number="+447700900123", obtained_at=tps, is_listed=True))
    walk.redecide_all(acme.deps)
    attempt = called(acme, acme.alice)
    if by == "/dnc":
        outcomes.record(acme.deps, acme.alice, attempt, Outcome.NOT_DIALLED)
        stop_id = suppressions.add(acme.deps, acme.alice, "07700 900123").stop_id
    else:
        outcomes.record(acme.deps, acme.alice, attempt, Outcome.DO_NOT_CALL)
        stop_id = 0
    assert acme.one(Contact, contact.id).verdict is Verdict.SUPPRESSED
    acme.clock.tick(seconds=20.3)
    if stop_id:
        suppressions.take_back(acme.deps, acme.alice, stop_id)
    else:
        outcomes.undo(acme.deps, acme.alice, attempt)
    assert acme.one(Contact, contact.id).verdict in (Verdict.CALLABLE, Verdict.LOCKED)  # locked by the call itself


@pytest.mark.both_engines
def test_what_others_said_stands_and_their_callback_stays_cancelled(acme: SampleOrganisation) -> None:
    contact, stop_id = _stopped(acme)
    suppressions.add(acme.deps, acme.bob, "07700 900123")
    acme.clock.tick(seconds=0.4)
    done = suppressions.take_back(acme.deps, acme.alice, stop_id)
    assert (done.is_still_stopped, done.callbacks_reopened) == (True, 0)
    assert acme.all(Callback)[0].closed_at is not None
    assert acme.one(Contact, contact.id).verdict is Verdict.SUPPRESSED
    assert {one.recorded_by for one in acme.all(Suppression) if one.withdrawn_at is None} == {acme.bob.agent_id}


@pytest.mark.both_engines
def test_only_who_recorded_a_stop_takes_it_back_and_within_ten_minutes(acme: SampleOrganisation) -> None:
    contact, stop_id = _stopped(acme)
    for other in (acme.bob, acme.dana):
        with pytest.raises(StopOfAnother) as refused:
            suppressions.take_back(acme.deps, other, stop_id)
        assert refused.value.name == "Alice"
    with pytest.raises(AlreadyGone):
        suppressions.take_back(acme.deps, acme.alice, stop_id + 7)
    acme.clock.tick(minutes=9, seconds=50, milliseconds=701)  # ten minutes and a millisecond after it
    with pytest.raises(StopStands):
        suppressions.take_back(acme.deps, acme.alice, stop_id)
    assert acme.one(Contact, contact.id).verdict is Verdict.SUPPRESSED
    acme.clock.tick(milliseconds=-1)
    assert not suppressions.take_back(acme.deps, acme.alice, stop_id).is_still_stopped


def test_the_stop_of_a_call_is_taken_back_with_its_outcome_alone(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    outcomes.record(acme.deps, acme.alice, opened.attempt_id, Outcome.DO_NOT_CALL)
    for one in acme.all(Suppression):
        with pytest.raises(AlreadyGone):
            suppressions.take_back(acme.deps, acme.alice, one.id or 0)
