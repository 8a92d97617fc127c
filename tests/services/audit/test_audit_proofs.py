"""The audit judges a marketing call by the proofs on record when it was opened, and by no later ones."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.services.audit import judging
from policy.vocabulary import Outcome, Purpose
from storage.models import CallRequest, Consent, Contact, ContactList, PersonalHours, Screening, Withdrawal
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_consent
from tests.services.stage import DAY, HOUR, Stage, broken


@pytest.fixture
def stage(acme: SampleOrganisation) -> Stage:
    stage = Stage(acme)
    stage.change(stage.campaign, purpose=Purpose.MARKETING)
    for row in stage.rows(ContactList):
        stage.change(row, imported_at=TUESDAY - 30 * DAY, basis="legitimate_interest", is_told_of_calls=True)
    return stage


def screen(stage: Stage, contact: Contact, **values: Any) -> Screening:
    given = {"obtained_at": TUESDAY - 3 * DAY, "recorded_at": TUESDAY - 3 * DAY, "is_listed": False, **values}
    return stage.add(
        Screening(organisation_id=stage.organisation_id, register_name="tps", number=contact.number or "", **given)
    )


def consent(stage: Stage, contact: Contact, **values: Any) -> Consent:
    return stage.add(a_consent(contact, values.pop("given_at", TUESDAY - 2 * DAY), **{"is_proved": True, **values}))


def rung(stage: Stage, contact: Contact) -> dict[str, int]:
    stage.call(contact, stage.alice, TUESDAY, Outcome.BUSY)
    return broken(stage)


def test_it_finds_no_fault_in_a_call_whose_proofs_were_on_record(stage: Stage) -> None:
    contact = stage.contact()
    screen(stage, contact)
    assert rung(stage, contact) == {}


@pytest.mark.parametrize(
    "values",
    [
        {"recorded_at": TUESDAY + timedelta(seconds=1)},  # entered after the call
        {"obtained_at": TUESDAY - 60 * DAY},  # too old a copy
        {"number": "+442079460321"},  # of another number
    ],
)
def test_it_finds_a_call_that_no_screening_on_record_covered(stage: Stage, values: dict[str, Any]) -> None:
    contact = stage.contact()
    stage.change(screen(stage, contact), **values)
    assert rung(stage, contact) == {judging.HELD: 1}


def test_it_finds_a_call_to_a_number_on_the_register(stage: Stage) -> None:
    contact = stage.contact()
    screen(stage, contact, is_listed=True, listed_on=(TUESDAY - 60 * DAY).date())
    assert rung(stage, contact) == {judging.SUPPRESSED: 1}


@pytest.mark.long
@pytest.mark.parametrize(
    ("values", "is_broken"),
    [
        ({}, False),
        ({"recorded_at": TUESDAY + HOUR}, True),
        ({"withdrawn_at": TUESDAY - HOUR}, True),
        ({"withdrawn_at": TUESDAY + HOUR}, False),
        ({"is_proved": False}, True),
    ],
)
def test_it_counts_a_consent_by_what_was_known_of_it(stage: Stage, values: dict[str, Any], is_broken: bool) -> None:
    contact = stage.contact()
    screen(stage, contact, is_listed=True, listed_on=(TUESDAY - 60 * DAY).date())
    consent(stage, contact, **values)
    assert rung(stage, contact) == ({judging.SUPPRESSED: 1} if is_broken else {})


@pytest.mark.parametrize(
    ("taken_back_at", "is_broken"), [(TUESDAY - HOUR, False), (TUESDAY + HOUR, True), (None, True)]
)
def test_a_stop_that_was_taken_back_by_then_ends_no_request_to_be_called(
    stage: Stage, taken_back_at: datetime | None, is_broken: bool
) -> None:
    contact = stage.contact()
    screen(stage, contact, is_listed=True, listed_on=(TUESDAY - 60 * DAY).date())
    ours: dict[str, Any] = {"organisation_id": stage.organisation_id, "recorded_at": TUESDAY - 2 * DAY}
    stage.add(CallRequest(**ours, person_id=contact.person_id, principal="Bright Energy", at=TUESDAY - 2 * DAY))
    stage.suppress(contact, since=TUESDAY - 2 * HOUR, withdrawn_at=taken_back_at)
    assert rung(stage, contact) == ({judging.SUPPRESSED: 1} if is_broken else {})


@pytest.mark.parametrize(("recorded_at", "is_broken"), [(TUESDAY - HOUR, True), (TUESDAY + HOUR, False)])
def test_it_finds_a_call_after_a_consent_was_withdrawn(stage: Stage, recorded_at: Any, is_broken: bool) -> None:
    contact = stage.contact()
    screen(stage, contact)
    stage.add(
        Withdrawal(
            organisation_id=stage.organisation_id,
            person_id=contact.person_id,
            principal="Bright Energy",
            at=TUESDAY - DAY,
            recorded_at=recorded_at,
        )
    )
    assert rung(stage, contact) == ({judging.SUPPRESSED: 1} if is_broken else {})


def test_it_finds_a_call_to_people_who_were_not_told_of_calls(stage: Stage) -> None:
    for row in stage.rows(ContactList):
        stage.change(row, basis="")
    contact = stage.contact()
    screen(stage, contact)
    assert rung(stage, contact) != {}


@pytest.mark.parametrize(("recorded_at", "is_broken"), [(TUESDAY - DAY, True), (TUESDAY + HOUR, False)])
def test_it_finds_a_call_at_an_hour_the_person_had_ruled_out(stage: Stage, recorded_at: Any, is_broken: bool) -> None:
    stage.change(stage.campaign, purpose=Purpose.DEBT)
    contact = stage.contact()
    stage.add(
        PersonalHours(
            organisation_id=stage.organisation_id,
            person_id=contact.person_id,
            blocked_days="1234567",
            at=TUESDAY - DAY,
            recorded_at=recorded_at,
        )
    )
    assert bool(rung(stage, contact)) is is_broken
