"""Every field of what is stored and returned: who, whom, for whom, when; none missing, none invented."""

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.services.answers.calls import (
    CallOpened,
    OfferCard,
    OutcomeRecorded,
    Suppressed,
    Undone,
)
from bot.services.answers.leads import HoldPlaced, LeadDecided, PauseChanged
from bot.services.calls import callbacks, calling, outcomes
from bot.services.do_not_call import suppressions
from bot.services.do_not_call.suppressions import SuppressionOrder, import_list
from bot.services.errors import AlreadyGone
from bot.services.hand_out import next_call
from bot.services.teams import holds, moves, pauses
from policy.vocabulary import AttemptState, ContactState, Outcome, Verdict
from storage.models import Agent, Attempt, Callback, Contact, Hold, Lease, OutcomeRecord, PersonNumber, Suppression
from tests.fakes import SampleOrganisation
from tests.rows import a_stop

TEN_MINUTES = timedelta(minutes=10)


def dialled(acme: SampleOrganisation) -> int:
    [card] = next_call.hand_out(acme.deps, acme.alice, 1).cards
    assert isinstance(card, OfferCard)
    opened = calling.call(acme.deps, acme.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    acme.clock.tick(minutes=1, seconds=0.3)
    return opened.attempt_id


def test_an_outcome_is_returned_and_stored_in_full(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(acme)
    done = outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NO_ANSWER, "rang long")
    assert done == OutcomeRecorded(
        attempt_id=attempt_id,
        name="Grace Hopper",
        masked_number="•••• 123",
        outcome=Outcome.NO_ANSWER,
        is_repeat=False,
        is_correction=False,
        state=ContactState.LOCKED,
        callable_from=acme.one(Contact, contact.id).callable_from,
        because=done.because,
        zone="Europe/London",
        undo_until=acme.clock() + TEN_MINUTES,
        callback_due_at=None,
        withdrawn_from=(),
        alert_team_lead=False,
        note_may_be_stop=False,
    )
    assert [one.rule for one in done.because] == ["gb-house.cool_off", "gb-house.cap.service.day"]
    assert done.because[0].until == done.callable_from
    first_said = acme.clock()
    acme.clock.tick(minutes=2, seconds=0.4)
    again = outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NO_ANSWER, "rang very long")
    assert again == replace(done, is_repeat=True, undo_until=acme.clock() + TEN_MINUTES)
    corrected = outcomes.record(acme.deps, acme.dana, attempt_id, Outcome.BUSY)
    assert (corrected.is_correction, corrected.is_repeat, corrected.outcome) == (True, False, Outcome.BUSY)
    assert [
        (one.outcome, one.recorded_at, one.recorded_by, one.note, one.supersedes_id, one.organisation_id)
        for one in acme.all(OutcomeRecord)
    ] == [
        (Outcome.NO_ANSWER, first_said, acme.alice.agent_id, "rang long", None, acme.organisation_id),
        (Outcome.NO_ANSWER, acme.clock(), acme.alice.agent_id, "rang very long", 1, acme.organisation_id),
        (Outcome.BUSY, acme.clock(), acme.dana.agent_id, "", 2, acme.organisation_id),
    ]
    outcomes.record(acme.deps, acme.dana, attempt_id, Outcome.NOT_NOW)
    assert acme.all(OutcomeRecord)[-1].supersedes_id == 3


def test_a_call_off_the_list_to_a_known_person_is_stored_in_full(acme: SampleOrganisation) -> None:
    campaign = acme.add_campaign("Solar", "Sun Power", acme.energy, subject="panels")
    contact = acme.add_contact("Grace Hopper", "+447700900123", campaign)
    done = outcomes.record_spoken(acme.deps, acme.alice, "07700 900123", "busy", "on foot")
    assert (done.against, done.are_leads_told, done.is_correction, done.is_repeat) == ((), False, False, False)
    [attempt], [said] = acme.all(Attempt), acme.all(OutcomeRecord)
    assert (attempt.organisation_id, attempt.contact_id, attempt.person_id) == (1, contact.id, contact.person_id)
    assert (attempt.campaign_id, attempt.principal, attempt.subject) == (campaign.id, "Sun Power", "panels")
    assert (attempt.agent_id, attempt.lease_id) == (acme.alice.agent_id, None)
    assert (attempt.number, attempt.opened_at, attempt.closed_at) == ("+447700900123", acme.clock(), acme.clock())
    assert attempt.state is AttemptState.REPORTED
    assert (said.note, said.outcome) == ("on foot", Outcome.BUSY)
    assert acme.one(Contact, contact.id).owner_id == acme.alice.agent_id


def test_a_call_off_the_list_goes_to_the_contact_with_that_number_then_to_the_first_campaign(
    acme: SampleOrganisation,
) -> None:
    second = acme.add_campaign("Solar", "Sun Power", acme.energy)
    person = acme.add_person("Grace Hopper", "+447700900123", "+447700900124")
    later = acme.add_contact(person=person, number="+447700900124", campaign=second)
    first = acme.add_contact(person=person, number="+447700900123")
    outcomes.record_spoken(acme.deps, acme.alice, "07700 900124", "busy")
    acme.change(Contact, later.id, number="+447700900123")
    outcomes.record_spoken(acme.deps, acme.alice, "07700 900123", "busy")
    assert [one.contact_id for one in acme.all(Attempt)] == [later.id, first.id]


def test_a_call_on_the_list_brings_no_warning(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    dialled(acme)
    done = outcomes.record_spoken(acme.deps, acme.alice, "", "busy")
    assert (done.against, done.are_leads_told) == ((), False)


def test_a_call_to_an_unlisted_number_is_stored_for_the_teams_only_principal(acme: SampleOrganisation) -> None:
    person = acme.add_person("Ada", "+447700900777")
    done = outcomes.record_spoken(acme.deps, acme.alice, "07700 900777", "busy")
    [attempt] = acme.all(Attempt)
    assert (attempt.contact_id, attempt.person_id, attempt.campaign_id) == (None, person.id, None)
    assert (attempt.principal, attempt.subject, attempt.organisation_id) == ("Bright Energy", "", 1)
    assert (done.name, done.masked_number, done.zone) == ("Ada", "•••• 777", "Europe/London")
    assert (done.state, done.has_next_number) == (ContactState.LOCKED, False)


def test_a_callback_and_its_replacement_are_stored_in_full(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(acme)
    callbacks.agree(acme.deps, acme.alice, attempt_id, date(2026, 11, 26), time(15), True)
    asked = acme.clock()
    acme.clock.tick(minutes=1, seconds=0.2)
    done = callbacks.agree(acme.deps, acme.alice, attempt_id, date(2026, 11, 27), time(15), False)
    assert isinstance(done, OutcomeRecorded)
    first, second = acme.all(Callback)
    for row, at, agent_id in ((first, asked, acme.alice.agent_id), (second, acme.clock(), None)):
        assert (row.organisation_id, row.contact_id, row.person_id) == (1, contact.id, contact.person_id)
        assert (row.principal, row.agent_id, row.asked_at) == ("Bright Energy", agent_id, at)
        assert (row.is_hour_named, row.attempt_id) == (True, attempt_id)
    assert (first.closed_at, second.closed_at, done.callback_due_at) == (acme.clock(), None, second.due_at)


def test_a_hold_is_returned_and_stored_in_full(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    placed = holds.place(acme.deps, acme.dana, contact.id or 0, "a letter")
    assert placed == HoldPlaced("Grace Hopper", False, ())
    [hold] = acme.all(Hold)
    assert (hold.organisation_id, hold.contact_id, hold.reason, hold.attempt_id) == (1, contact.id, "a letter", None)
    assert (hold.placed_at, hold.placed_by, hold.lifted_at) == (acme.clock(), acme.dana.agent_id, None)
    asked = holds.asked_about(acme.deps, acme.dana, contact.id or 0)
    assert (asked.name, asked.campaign, asked.since) == ("Grace Hopper", "Energy switch", acme.clock())
    acme.clock.tick(minutes=3, seconds=0.2)
    lifted = holds.lift(acme.deps, acme.dana, contact.id or 0, "answered")
    assert lifted == LeadDecided(
        "Grace Hopper", False, ContactState.CALLABLE, acme.one(Contact, contact.id).callable_from
    )
    [hold] = acme.all(Hold)
    assert (hold.lifted_at, hold.lifted_by, hold.lifted_because) == (acme.clock(), acme.dana.agent_id, "answered")
    assert holds.asked_about(acme.deps, acme.dana, contact.id or 0).since is None


def test_an_undo_is_returned_in_full(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.BUSY)
    undone = outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert isinstance(undone, Undone)
    assert (undone.attempt_id, undone.name, undone.was) == (attempt_id, "Grace Hopper", Outcome.BUSY)
    assert undone.has_card
    assert (undone.stands_by, undone.is_stopped) == ((), False)
    [_, taken_back] = acme.all(OutcomeRecord)
    assert (taken_back.outcome, taken_back.recorded_at, taken_back.supersedes_id) == (None, acme.clock(), 1)


def test_a_pause_is_returned_and_stored_in_full(acme: SampleOrganisation) -> None:
    agent_id = acme.alice.agent_id
    assert pauses.pause(acme.deps, acme.dana, agent_id, " tea ") == PauseChanged("Alice", True, False)
    paused = acme.one(Agent, agent_id)
    assert (paused.paused_at, paused.paused_by, paused.paused_because) == (acme.clock(), acme.dana.agent_id, "tea")
    assert pauses.end(acme.deps, acme.dana, agent_id) == PauseChanged("Alice", False, False)
    ended = acme.one(Agent, agent_id)
    assert (ended.paused_at, ended.paused_by, ended.paused_because) == (None, None, "")
    pauses.pause(acme.deps, acme.dana, agent_id)
    assert acme.one(Agent, agent_id).paused_because == ""


def test_another_organisations_rows_are_never_found(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(acme)
    callback = acme.add_callback(contact, acme.alice.agent_id, acme.clock() + timedelta(days=2))
    stranger = replace(acme.erin, organisation_id=acme.organisation_id + 1)
    [lease] = acme.all(Lease)
    for ask in (
        lambda: outcomes.record(acme.deps, stranger, attempt_id, Outcome.BUSY),
        lambda: outcomes.undo(acme.deps, stranger, attempt_id),
        lambda: holds.place(acme.deps, stranger, contact.id or 0, "mine"),
        lambda: holds.lift(acme.deps, stranger, contact.id or 0, "mine"),
        lambda: pauses.pause(acme.deps, stranger, acme.alice.agent_id),
        lambda: moves.reassign(acme.deps, stranger, callback.id or 0, acme.bob.agent_id),
        lambda: moves.move(acme.deps, stranger, lease.id or 0, acme.bob.agent_id),
    ):
        with pytest.raises(AlreadyGone):
            ask()
    own = replace(acme.alice, organisation_id=acme.organisation_id + 1)
    with pytest.raises(AlreadyGone):
        outcomes.record(acme.deps, own, attempt_id, Outcome.BUSY)
    assert acme.all(OutcomeRecord) == []


def test_a_call_that_was_cut_off_may_be_redialled_for_ten_minutes(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(acme)
    opened_at = acme.all(Attempt)[0].opened_at
    done = outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.CUT_OFF)
    assert done.redial_until is not None
    assert opened_at < done.redial_until <= opened_at + TEN_MINUTES + timedelta(seconds=1)
    assert outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.BUSY).redial_until is None


def test_a_repeated_undo_returns_the_same_and_says_that_a_stop_remains(acme: SampleOrganisation) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.BUSY)
    first = outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert outcomes.undo(acme.deps, acme.alice, attempt_id) == first
    assert (first.attempt_id, first.is_stopped) == (attempt_id, False)
    suppressions.add(acme.deps, acme.bob, "07700 900123")
    again = outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert (again.attempt_id, again.name, again.was) == (attempt_id, "Grace Hopper", Outcome.BUSY)
    assert again.is_stopped


def test_correcting_wrong_number_opens_the_number_again(acme: SampleOrganisation) -> None:
    person = acme.add_person("Grace Hopper", "+447700900123", "+447700900124")
    contact = acme.add_contact(person=person, number="+447700900123")
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.WRONG_NUMBER)
    first, second = acme.all(PersonNumber)
    assert (first.closed_at, first.closed_because, first.closed_attempt_id) == (
        acme.clock(),
        "wrong_number",
        attempt_id,
    )
    assert (second.closed_at, acme.one(Contact, contact.id).number) == (None, "+447700900124")
    outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.BUSY)
    first, _ = acme.all(PersonNumber)
    assert (first.closed_at, first.closed_because, first.closed_attempt_id) == (None, "", None)
    assert acme.one(Contact, contact.id).number == "+447700900123"


def test_an_outcome_says_what_is_missing_and_whether_another_number_is_next(acme: SampleOrganisation) -> None:
    person = acme.add_person("Grace Hopper", "+447700900123", "+447700900124")
    acme.add_contact(person=person, number="+447700900123")
    attempt_id = dialled(acme)
    first = outcomes.record(acme.deps, acme.alice, attempt_id, Outcome.NOT_IN_SERVICE)
    assert (first.missing, first.has_next_number) == ((), True)
    acme.clock.tick(days=1)
    second = outcomes.record(acme.deps, acme.alice, dialled(acme), Outcome.NOT_IN_SERVICE)
    assert (second.missing, second.has_next_number) == (("no working number left",), False)
    assert second.state is ContactState.HELD


def test_lifting_a_hold_that_does_not_exist_changes_nothing(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    outcomes.record(acme.deps, acme.alice, dialled(acme), Outcome.BUSY)
    lifted = holds.lift(acme.deps, acme.dana, contact.id or 0, "nothing")
    assert lifted.is_repeat
    assert acme.all(Callback) == []
    assert acme.all(Hold) == []


def test_a_stop_from_any_role_is_stored_in_full(acme: SampleOrganisation) -> None:
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    done = suppressions.add(acme.deps, acme.alice, "07700 900123", "by letter")
    assert done == Suppressed("•••• 123", False, "Bright Energy", 1, 0, (), False, stop_id=done.stop_id)
    assert done.stop_id
    stranger = replace(acme.alice, agent_id=0, slack_user_id="U0NOBODY", team_id=None)
    assert not stranger.is_known
    suppressions.add(acme.deps, stranger, "+44 7700 900123", "by mail")
    assert [
        (one.number, one.person_id, one.principal, one.recorded_by, one.told_by, one.note, one.until, one.since)
        for one in acme.all(Suppression)
    ] == [
        ("+447700900123", None, "Bright Energy", acme.alice.agent_id, "", "by letter", None, acme.clock()),
        ("", contact.person_id, "Bright Energy", acme.alice.agent_id, "", "by letter", None, acme.clock()),
        ("+447700900123", None, "", None, "U0NOBODY", "by mail", None, acme.clock()),
        ("", contact.person_id, "", None, "U0NOBODY", "by mail", None, acme.clock()),
    ]
    assert {one.organisation_id for one in acme.all(Suppression)} == {acme.organisation_id}


@pytest.mark.parametrize(("principal", "was_stopped"), [("", True), ("Bright Energy", True), ("Clear Water", False)])
def test_it_says_whether_an_earlier_stop_already_applied(
    acme: SampleOrganisation, principal: str, was_stopped: bool
) -> None:
    acme.put(a_stop(acme, acme.clock() - timedelta(days=1), number="+447700900123", principal=principal))
    done = suppressions.add(acme.deps, acme.alice, "07700 900123")
    assert (done.was_stopped, done.is_repeat) == (was_stopped, False)


@pytest.mark.long
@pytest.mark.parametrize("outcome", [Outcome.COMPLAINT, Outcome.DO_NOT_CALL])
def test_an_undo_takes_back_this_calls_statements_and_no_others(acme: SampleOrganisation, outcome: Outcome) -> None:
    acme.add_contact("Grace Hopper", "+447700900123")
    other = acme.add_contact("Ada", "+447700900124")
    first = dialled(acme)
    outcomes.record(acme.deps, acme.alice, first, outcome)
    outcomes.record(acme.deps, acme.alice, dialled(acme), outcome)
    outcomes.undo(acme.deps, acme.alice, first)
    ended = {one.attempt_id for one in acme.all(Hold) if one.lifted_at is not None}
    ended |= {one.attempt_id for one in acme.all(Suppression) if one.withdrawn_at is not None}
    assert ended == {first}
    assert acme.one(Contact, other.id).verdict in (Verdict.HELD, Verdict.SUPPRESSED)


@pytest.mark.long
@pytest.mark.parametrize(
    ("outcome", "verdict"), [(Outcome.COMPLAINT, Verdict.HELD), (Outcome.DO_NOT_CALL, Verdict.SUPPRESSED)]
)
def test_an_undone_statement_applies_again_when_repeated(
    acme: SampleOrganisation, outcome: Outcome, verdict: Verdict
) -> None:
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(acme)
    outcomes.record(acme.deps, acme.alice, attempt_id, outcome)
    acme.clock.tick(seconds=20.3)
    undone_at = acme.clock()
    outcomes.undo(acme.deps, acme.alice, attempt_id)
    assert acme.one(Contact, contact.id).verdict not in (Verdict.HELD, Verdict.SUPPRESSED)
    acme.clock.tick(seconds=20.3)
    outcomes.record(acme.deps, acme.alice, attempt_id, outcome)
    assert acme.one(Contact, contact.id).verdict is verdict
    acme.clock.tick(seconds=20.3)
    outcomes.undo(acme.deps, acme.alice, attempt_id)
    ended = [one.lifted_at for one in acme.all(Hold)] + [one.withdrawn_at for one in acme.all(Suppression)]
    assert set(ended) == {undone_at, acme.clock()}, "what was taken back first was so then"


def test_a_list_of_stops_is_reported_in_full_and_importing_it_again_changes_nothing(
    acme: SampleOrganisation, tmp_path: Path
) -> None:
    contact = acme.add_contact("Grace Hopper", "+447700900123")
    acme.add_callback(contact, acme.alice.agent_id, acme.clock() + timedelta(days=2))
    acme.add_contact("Ada", "+447700900124")
    suppressions.add(acme.deps, acme.alice, "07700 900124")
    (file := tmp_path / "stops.csv").write_text("07700 900123\n07700 900124\n07700 900123\nnobody\n")
    order = SuppressionOrder(file, "Bright Energy", "by letter")
    seen: list[tuple[int, int]] = []
    done = import_list(acme.deps, order, lambda *given: seen.append(given))
    assert (done.principal, done.rows, done.added, done.confirmed, done.known) == ("Bright Energy", 4, 1, 1, 1)
    assert (done.contacts, done.callbacks_cancelled, done.withdrawn_from) == (2, 1, ())
    assert [(fault.line, fault.row) for fault in done.faults] == [(4, ("nobody",))]
    assert seen[-1] == (4, 4)
    of_list = [one for one in acme.all(Suppression) if one.recorded_by is None]
    assert [(one.number, one.person_id, one.note, one.principal, one.told_by) for one in of_list] == [
        ("+447700900123", None, "by letter", "Bright Energy", ""),
        ("", contact.person_id, "by letter", "Bright Energy", ""),
        ("+447700900124", None, "by letter", "Bright Energy", ""),
        ("", 2, "by letter", "Bright Energy", ""),
    ]
    again = import_list(acme.deps, order)
    assert (again.rows, again.added, again.confirmed, again.known) == (4, 0, 0, 3)
    assert (again.contacts, again.callbacks_cancelled, again.withdrawn_from) == (0, 0, ())
    assert len(acme.all(Suppression)) == 6
    plain = [import_list(acme.deps, SuppressionOrder(file)) for _ in range(2)]
    assert [(one.added + one.confirmed, one.known) for one in plain] == [(2, 1), (0, 3)]
    assert {one.note for one in acme.all(Suppression) if not one.principal} == {""}
