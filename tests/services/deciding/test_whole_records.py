"""Every field of what is stored and returned: who, whom, for whom, when; none missing, none invented."""

from dataclasses import replace
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.services.answers.calls import (
    CallOpened,
    HoldLifted,
    HoldPlaced,
    OfferCard,
    OutcomeRecorded,
    Suppressed,
    Undone,
)
from bot.services.answers.leads import PauseChanged
from bot.services.calls import callbacks, calling, outcomes
from bot.services.do_not_call import SuppressionOrder, import_list, suppressions
from bot.services.errors import AlreadyGone
from bot.services.hand_out import next_call
from bot.services.teams import holds, moves, pauses
from policy.vocabulary import AttemptState, ContactState, Outcome, SuppressionSource, Verdict
from storage.models import Agent, Attempt, Callback, Contact, Hold, Lease, OutcomeRecord, PersonNumber, Suppression
from tests.fakes import House

TEN_MINUTES = timedelta(minutes=10)


def dialled(house: House) -> int:
    [card] = next_call.hand_out(house.deps, house.alice, 1).cards
    assert isinstance(card, OfferCard)
    opened = calling.call(house.deps, house.alice, card.lease_id)
    assert isinstance(opened, CallOpened)
    house.clock.tick(minutes=1, seconds=0.3)
    return opened.attempt_id


def test_an_outcome_is_returned_and_stored_in_full(house: House) -> None:
    contact = house.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(house)
    done = outcomes.record(house.deps, house.alice, attempt_id, Outcome.NO_ANSWER, "rang long")
    assert done == OutcomeRecorded(
        attempt_id=attempt_id,
        name="Grace Hopper",
        masked_number="•••• 123",
        outcome=Outcome.NO_ANSWER,
        is_repeat=False,
        is_correction=False,
        state=ContactState.LOCKED,
        callable_from=house.one(Contact, contact.id).callable_from,
        because=done.because,
        zone="Europe/London",
        undo_until=house.clock() + TEN_MINUTES,
        callback_due_at=None,
        withdrawn_from=(),
        alert_team_lead=False,
        note_may_be_stop=False,
    )
    assert [one.rule for one in done.because] == ["gb-house.cool_off", "gb-house.cap.service.day"]
    assert done.because[0].until == done.callable_from
    first_said = house.clock()
    house.clock.tick(minutes=2, seconds=0.4)
    again = outcomes.record(house.deps, house.alice, attempt_id, Outcome.NO_ANSWER, "rang very long")
    assert again == replace(done, is_repeat=True, undo_until=house.clock() + TEN_MINUTES)
    corrected = outcomes.record(house.deps, house.dana, attempt_id, Outcome.BUSY)
    assert (corrected.is_correction, corrected.is_repeat, corrected.outcome) == (True, False, Outcome.BUSY)
    assert [
        (one.outcome, one.recorded_at, one.recorded_by, one.note, one.supersedes_id, one.organisation_id)
        for one in house.all(OutcomeRecord)
    ] == [
        (Outcome.NO_ANSWER, first_said, house.alice.agent_id, "rang long", None, house.organisation_id),
        (Outcome.NO_ANSWER, house.clock(), house.alice.agent_id, "rang very long", 1, house.organisation_id),
        (Outcome.BUSY, house.clock(), house.dana.agent_id, "", 2, house.organisation_id),
    ]
    outcomes.record(house.deps, house.dana, attempt_id, Outcome.NOT_NOW)
    assert house.all(OutcomeRecord)[-1].supersedes_id == 3


def test_a_call_off_the_list_to_a_known_person_is_stored_in_full(house: House) -> None:
    campaign = house.add_campaign("Solar", "Sun Power", house.energy, subject="panels")
    contact = house.add_contact("Grace Hopper", "+447700900123", campaign)
    done = outcomes.record_spoken(house.deps, house.alice, "07700 900123", "busy", "on foot")
    assert (done.against, done.are_leads_told, done.is_correction, done.is_repeat) == ((), False, False, False)
    [attempt], [said] = house.all(Attempt), house.all(OutcomeRecord)
    assert (attempt.organisation_id, attempt.contact_id, attempt.person_id) == (1, contact.id, contact.person_id)
    assert (attempt.campaign_id, attempt.principal, attempt.subject) == (campaign.id, "Sun Power", "panels")
    assert (attempt.agent_id, attempt.lease_id) == (house.alice.agent_id, None)
    assert (attempt.number, attempt.opened_at, attempt.closed_at) == ("+447700900123", house.clock(), house.clock())
    assert attempt.state is AttemptState.REPORTED
    assert (said.note, said.outcome) == ("on foot", Outcome.BUSY)
    assert house.one(Contact, contact.id).owner_id == house.alice.agent_id


def test_a_call_off_the_list_goes_to_the_contact_with_that_number_then_to_the_first_campaign(
    house: House,
) -> None:
    second = house.add_campaign("Solar", "Sun Power", house.energy)
    person = house.add_person("Grace Hopper", "+447700900123", "+447700900124")
    later = house.add_contact(person=person, number="+447700900124", campaign=second)
    first = house.add_contact(person=person, number="+447700900123")
    outcomes.record_spoken(house.deps, house.alice, "07700 900124", "busy")
    house.change(Contact, later.id, number="+447700900123")
    outcomes.record_spoken(house.deps, house.alice, "07700 900123", "busy")
    assert [one.contact_id for one in house.all(Attempt)] == [later.id, first.id]


def test_a_call_on_the_list_brings_no_warning(house: House) -> None:
    house.add_contact("Grace Hopper", "+447700900123")
    dialled(house)
    done = outcomes.record_spoken(house.deps, house.alice, "", "busy")
    assert (done.against, done.are_leads_told) == ((), False)


def test_a_call_to_an_unlisted_number_is_stored_for_the_teams_only_principal(house: House) -> None:
    person = house.add_person("Ada", "+447700900777")
    done = outcomes.record_spoken(house.deps, house.alice, "07700 900777", "busy")
    [attempt] = house.all(Attempt)
    assert (attempt.contact_id, attempt.person_id, attempt.campaign_id) == (None, person.id, None)
    assert (attempt.principal, attempt.subject, attempt.organisation_id) == ("Bright Energy", "", 1)
    assert (done.name, done.masked_number, done.zone) == ("Ada", "•••• 777", "Europe/London")
    assert (done.state, done.has_next_number) == (ContactState.LOCKED, False)


def test_a_callback_and_its_replacement_are_stored_in_full(house: House) -> None:
    contact = house.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(house)
    callbacks.agree(house.deps, house.alice, attempt_id, date(2026, 11, 26), time(15), True)
    asked = house.clock()
    house.clock.tick(minutes=1, seconds=0.2)
    done = callbacks.agree(house.deps, house.alice, attempt_id, date(2026, 11, 27), time(15), False)
    assert isinstance(done, OutcomeRecorded)
    first, second = house.all(Callback)
    for row, at, agent_id in ((first, asked, house.alice.agent_id), (second, house.clock(), None)):
        assert (row.organisation_id, row.contact_id, row.person_id) == (1, contact.id, contact.person_id)
        assert (row.principal, row.agent_id, row.asked_at) == ("Bright Energy", agent_id, at)
        assert (row.is_hour_named, row.attempt_id) == (True, attempt_id)
    assert (first.closed_at, second.closed_at, done.callback_due_at) == (house.clock(), None, second.due_at)


def test_a_hold_is_returned_and_stored_in_full(house: House) -> None:
    contact = house.add_contact("Grace Hopper", "+447700900123")
    placed = holds.place(house.deps, house.dana, contact.id or 0, "a letter")
    assert placed == HoldPlaced("Grace Hopper", False, ())
    [hold] = house.all(Hold)
    assert (hold.organisation_id, hold.contact_id, hold.reason, hold.attempt_id) == (1, contact.id, "a letter", None)
    assert (hold.placed_at, hold.placed_by, hold.lifted_at) == (house.clock(), house.dana.agent_id, None)
    asked = holds.asked_about(house.deps, house.dana, contact.id or 0)
    assert (asked.name, asked.campaign, asked.since) == ("Grace Hopper", "Energy switch", house.clock())
    house.clock.tick(minutes=3, seconds=0.2)
    lifted = holds.lift(house.deps, house.dana, contact.id or 0, "answered")
    assert lifted == HoldLifted(
        "Grace Hopper", False, ContactState.CALLABLE, house.one(Contact, contact.id).callable_from
    )
    [hold] = house.all(Hold)
    assert (hold.lifted_at, hold.lifted_by, hold.lifted_because) == (house.clock(), house.dana.agent_id, "answered")
    assert holds.asked_about(house.deps, house.dana, contact.id or 0).since is None


def test_an_undo_is_returned_in_full(house: House) -> None:
    house.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(house)
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.BUSY)
    undone = outcomes.undo(house.deps, house.alice, attempt_id)
    assert isinstance(undone, Undone)
    assert (undone.attempt_id, undone.name, undone.was) == (attempt_id, "Grace Hopper", Outcome.BUSY)
    assert undone.has_card
    assert (undone.stands_by, undone.is_stopped) == ((), False)
    [_, taken_back] = house.all(OutcomeRecord)
    assert (taken_back.outcome, taken_back.recorded_at, taken_back.supersedes_id) == (None, house.clock(), 1)


def test_a_pause_is_returned_and_stored_in_full(house: House) -> None:
    agent_id = house.alice.agent_id
    assert pauses.pause(house.deps, house.dana, agent_id, " tea ") == PauseChanged("Alice", True, False)
    paused = house.one(Agent, agent_id)
    assert (paused.paused_at, paused.paused_by, paused.paused_because) == (house.clock(), house.dana.agent_id, "tea")
    assert pauses.end(house.deps, house.dana, agent_id) == PauseChanged("Alice", False, False)
    ended = house.one(Agent, agent_id)
    assert (ended.paused_at, ended.paused_by, ended.paused_because) == (None, None, "")
    pauses.pause(house.deps, house.dana, agent_id)
    assert house.one(Agent, agent_id).paused_because == ""


def test_another_organisations_rows_are_never_found(house: House) -> None:
    contact = house.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(house)
    promise = house.add_promise(contact, house.alice.agent_id, house.clock() + timedelta(days=2))
    stranger = replace(house.erin, organisation_id=house.organisation_id + 1)
    [lease] = house.all(Lease)
    for ask in (
        lambda: outcomes.record(house.deps, stranger, attempt_id, Outcome.BUSY),
        lambda: outcomes.undo(house.deps, stranger, attempt_id),
        lambda: holds.place(house.deps, stranger, contact.id or 0, "mine"),
        lambda: holds.lift(house.deps, stranger, contact.id or 0, "mine"),
        lambda: pauses.pause(house.deps, stranger, house.alice.agent_id),
        lambda: moves.reassign(house.deps, stranger, promise.id or 0, house.bob.agent_id),
        lambda: moves.move(house.deps, stranger, lease.id or 0, house.bob.agent_id),
    ):
        with pytest.raises(AlreadyGone):
            ask()
    own = replace(house.alice, organisation_id=house.organisation_id + 1)
    with pytest.raises(AlreadyGone):
        outcomes.record(house.deps, own, attempt_id, Outcome.BUSY)
    assert house.all(OutcomeRecord) == []


def test_a_call_that_was_cut_off_may_be_redialled_for_ten_minutes(house: House) -> None:
    house.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(house)
    opened_at = house.all(Attempt)[0].opened_at
    done = outcomes.record(house.deps, house.alice, attempt_id, Outcome.CUT_OFF)
    assert done.redial_until is not None
    assert opened_at < done.redial_until <= opened_at + TEN_MINUTES + timedelta(seconds=1)
    assert outcomes.record(house.deps, house.alice, attempt_id, Outcome.BUSY).redial_until is None


def test_a_repeated_undo_returns_the_same_and_says_that_a_stop_remains(house: House) -> None:
    house.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(house)
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.BUSY)
    first = outcomes.undo(house.deps, house.alice, attempt_id)
    assert outcomes.undo(house.deps, house.alice, attempt_id) == first
    assert (first.attempt_id, first.is_stopped) == (attempt_id, False)
    suppressions.add(house.deps, house.bob, "07700 900123")
    again = outcomes.undo(house.deps, house.alice, attempt_id)
    assert (again.attempt_id, again.name, again.was) == (attempt_id, "Grace Hopper", Outcome.BUSY)
    assert again.is_stopped


def test_correcting_wrong_number_opens_the_number_again(house: House) -> None:
    person = house.add_person("Grace Hopper", "+447700900123", "+447700900124")
    contact = house.add_contact(person=person, number="+447700900123")
    attempt_id = dialled(house)
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.WRONG_NUMBER)
    first, second = house.all(PersonNumber)
    assert (first.closed_at, first.closed_because, first.closed_attempt_id) == (
        house.clock(),
        "wrong_number",
        attempt_id,
    )
    assert (second.closed_at, house.one(Contact, contact.id).number) == (None, "+447700900124")
    outcomes.record(house.deps, house.alice, attempt_id, Outcome.BUSY)
    first, _ = house.all(PersonNumber)
    assert (first.closed_at, first.closed_because, first.closed_attempt_id) == (None, "", None)
    assert house.one(Contact, contact.id).number == "+447700900123"


def test_an_outcome_says_what_is_missing_and_whether_another_number_is_next(house: House) -> None:
    person = house.add_person("Grace Hopper", "+447700900123", "+447700900124")
    house.add_contact(person=person, number="+447700900123")
    attempt_id = dialled(house)
    first = outcomes.record(house.deps, house.alice, attempt_id, Outcome.NOT_IN_SERVICE)
    assert (first.missing, first.has_next_number) == ((), True)
    house.clock.tick(days=1)
    second = outcomes.record(house.deps, house.alice, dialled(house), Outcome.NOT_IN_SERVICE)
    assert (second.missing, second.has_next_number) == (("no working number left",), False)
    assert second.state is ContactState.HELD


def test_lifting_a_hold_that_does_not_exist_changes_nothing(house: House) -> None:
    contact = house.add_contact("Grace Hopper", "+447700900123")
    outcomes.record(house.deps, house.alice, dialled(house), Outcome.BUSY)
    lifted = holds.lift(house.deps, house.dana, contact.id or 0, "nothing")
    assert lifted.is_repeat
    assert house.all(Callback) == []
    assert house.all(Hold) == []


def test_a_stop_from_any_role_is_stored_in_full(house: House) -> None:
    contact = house.add_contact("Grace Hopper", "+447700900123")
    done = suppressions.add(house.deps, house.alice, "07700 900123", "by letter")
    assert done == Suppressed("•••• 123", False, "Bright Energy", 1, 0, (), False)
    stranger = replace(house.alice, agent_id=0, slack_user_id="U0NOBODY", team_id=None)
    assert not stranger.is_known
    suppressions.add(house.deps, stranger, "+44 7700 900123", "by mail")
    assert [
        (one.number, one.person_id, one.principal, one.recorded_by, one.told_by, one.note, one.until, one.since)
        for one in house.all(Suppression)
    ] == [
        ("+447700900123", None, "Bright Energy", house.alice.agent_id, "", "by letter", None, house.clock()),
        ("", contact.person_id, "Bright Energy", house.alice.agent_id, "", "by letter", None, house.clock()),
        ("+447700900123", None, "", None, "U0NOBODY", "by mail", None, house.clock()),
        ("", contact.person_id, "", None, "U0NOBODY", "by mail", None, house.clock()),
    ]
    assert {one.organisation_id for one in house.all(Suppression)} == {house.organisation_id}


@pytest.mark.parametrize(("principal", "was_stopped"), [("", True), ("Bright Energy", True), ("Clear Water", False)])
def test_it_says_whether_an_earlier_stop_already_applied(house: House, principal: str, was_stopped: bool) -> None:
    house.put(
        Suppression(
            organisation_id=house.organisation_id,
            number="+447700900123",
            principal=principal,
            source=SuppressionSource.REQUEST,
            since=house.clock() - timedelta(days=1),
        )
    )
    done = suppressions.add(house.deps, house.alice, "07700 900123")
    assert (done.was_stopped, done.is_repeat) == (was_stopped, False)


@pytest.mark.parametrize("outcome", [Outcome.COMPLAINT, Outcome.DO_NOT_CALL])
def test_an_undo_takes_back_this_calls_statements_and_no_others(house: House, outcome: Outcome) -> None:
    house.add_contact("Grace Hopper", "+447700900123")
    other = house.add_contact("Ada", "+447700900124")
    first = dialled(house)
    outcomes.record(house.deps, house.alice, first, outcome)
    outcomes.record(house.deps, house.alice, dialled(house), outcome)
    outcomes.undo(house.deps, house.alice, first)
    ended = {one.attempt_id for one in house.all(Hold) if one.lifted_at is not None}
    ended |= {one.attempt_id for one in house.all(Suppression) if one.withdrawn_at is not None}
    assert ended == {first}
    assert house.one(Contact, other.id).verdict in (Verdict.HELD, Verdict.SUPPRESSED)


@pytest.mark.parametrize(
    ("outcome", "verdict"), [(Outcome.COMPLAINT, Verdict.HELD), (Outcome.DO_NOT_CALL, Verdict.SUPPRESSED)]
)
def test_an_undone_statement_applies_again_when_repeated(house: House, outcome: Outcome, verdict: Verdict) -> None:
    contact = house.add_contact("Grace Hopper", "+447700900123")
    attempt_id = dialled(house)
    outcomes.record(house.deps, house.alice, attempt_id, outcome)
    house.clock.tick(seconds=20.3)
    undone_at = house.clock()
    outcomes.undo(house.deps, house.alice, attempt_id)
    assert house.one(Contact, contact.id).verdict not in (Verdict.HELD, Verdict.SUPPRESSED)
    house.clock.tick(seconds=20.3)
    outcomes.record(house.deps, house.alice, attempt_id, outcome)
    assert house.one(Contact, contact.id).verdict is verdict
    house.clock.tick(seconds=20.3)
    outcomes.undo(house.deps, house.alice, attempt_id)
    ended = [one.lifted_at for one in house.all(Hold)] + [one.withdrawn_at for one in house.all(Suppression)]
    assert set(ended) == {undone_at, house.clock()}, "what was taken back first was so then"


def test_a_list_of_stops_is_reported_in_full_and_importing_it_again_changes_nothing(
    house: House, tmp_path: Path
) -> None:
    contact = house.add_contact("Grace Hopper", "+447700900123")
    house.add_promise(contact, house.alice.agent_id, house.clock() + timedelta(days=2))
    house.add_contact("Ada", "+447700900124")
    suppressions.add(house.deps, house.alice, "07700 900124")
    (file := tmp_path / "stops.csv").write_text("07700 900123\n07700 900124\n07700 900123\nnobody\n")
    order = SuppressionOrder(file, "Bright Energy", "by letter")
    seen: list[tuple[int, int]] = []
    done = import_list(house.deps, order, lambda *given: seen.append(given))
    assert (done.principal, done.rows, done.added, done.confirmed, done.known) == ("Bright Energy", 4, 1, 1, 1)
    assert (done.contacts, done.callbacks_cancelled, done.withdrawn_from) == (2, 1, ())
    assert [(fault.line, fault.row) for fault in done.faults] == [(4, ("nobody",))]
    assert seen[-1] == (4, 4)
    of_list = [one for one in house.all(Suppression) if one.recorded_by is None]
    assert [(one.number, one.person_id, one.note, one.principal, one.told_by) for one in of_list] == [
        ("+447700900123", None, "by letter", "Bright Energy", ""),
        ("", contact.person_id, "by letter", "Bright Energy", ""),
        ("+447700900124", None, "by letter", "Bright Energy", ""),
        ("", 2, "by letter", "Bright Energy", ""),
    ]
    again = import_list(house.deps, order)
    assert (again.rows, again.added, again.confirmed, again.known) == (4, 0, 0, 3)
    assert (again.contacts, again.callbacks_cancelled, again.withdrawn_from) == (0, 0, ())
    assert len(house.all(Suppression)) == 6
    plain = [import_list(house.deps, SuppressionOrder(file)) for _ in range(2)]
    assert [(one.added + one.confirmed, one.known) for one in plain] == [(2, 1), (0, 3)]
    assert {one.note for one in house.all(Suppression) if not one.principal} == {""}
