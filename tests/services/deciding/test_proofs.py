"""Proofs on record become facts of a decision: found by person, number and list, each of its own kind."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import event, text

from bot.services.answers.calls import OfferCard
from bot.services.calls import calling
from bot.services.deciding.facts import COUNT_NO_OFFERS, facts_of
from bot.services.hand_out import next_call
from policy import (
    BasisFact,
    ConsentFact,
    Event,
    PersonalHoursFact,
    RelationshipFact,
    RequestFact,
    ScreeningFact,
    WithdrawalFact,
)
from storage.models import (
    CallRequest,
    Consent,
    Contact,
    ContactList,
    PersonalHours,
    Relationship,
    Withdrawal,
)
from storage.record.whole_record import on_record
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_screening

DAY = timedelta(days=1)
PRINCIPAL = "Bright Energy"
KINDS = (BasisFact, ConsentFact, PersonalHoursFact, RelationshipFact, RequestFact, ScreeningFact, WithdrawalFact)


@pytest.fixture
def ann(acme: SampleOrganisation) -> Contact:
    """Ann, beside a person without any proof."""
    acme.add_contact("Ben", "+447700900124")
    return acme.add_contact("Ann", "+447700900123")


def proofs(acme: SampleOrganisation) -> dict[str, list[Event]]:
    """The proofs that a decision knows of each contact, by name; all in one batch."""
    batch = acme.all(Contact)
    with acme.units(is_read_only=True) as uow:
        found = facts_of(batch, on_record(uow.session, batch), TUESDAY, COUNT_NO_OFFERS)
    return {one.name: _proofs(facts.events) for one, facts in zip(batch, found, strict=True)}


def _proofs(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, KINDS)]


def of(acme: SampleOrganisation, ann: Contact, **more: Any) -> dict[str, Any]:
    return {"organisation_id": acme.organisation_id, "person_id": ann.person_id, "recorded_at": TUESDAY, **more}


def test_people_without_records_have_no_proofs(acme: SampleOrganisation, ann: Contact) -> None:
    assert proofs(acme) == {"Ben": [], "Ann": []}


def test_it_finds_a_screening_by_number(acme: SampleOrganisation, ann: Contact) -> None:
    acme.put(
        a_screening(
            acme,
            "+447700900123",
            TUESDAY - DAY,
            is_listed=True,
            listed_on=date(2026, 1, 5),
            campaign_id=acme.campaign.id,
            recorded_at=TUESDAY,
        )
    )
    expected = ScreeningFact("tps", TUESDAY - DAY, True, date(2026, 1, 5), "+447700900123", str(acme.campaign.id))
    assert proofs(acme) == {"Ben": [], "Ann": [expected]}


def test_it_finds_a_consent_by_person_with_its_proof_and_its_end(acme: SampleOrganisation, ann: Contact) -> None:
    ends: dict[str, Any] = {"ends_at": TUESDAY + DAY, "withdrawn_at": TUESDAY, "first_used_at": TUESDAY - DAY}
    marks: dict[str, Any] = {"is_proved": True, "is_third_party": True, "is_express": False, "from_creditor": True}
    acme.put(
        Consent(
            **of(acme, ann, principal=PRINCIPAL, given_at=TUESDAY - 2 * DAY, number="+447700900123", **ends, **marks)
        )
    )
    expected = ConsentFact(
        at=TUESDAY - 2 * DAY, kind="calls", principal=PRINCIPAL, number="+447700900123", **ends, **marks
    )
    assert proofs(acme) == {"Ben": [], "Ann": [expected]}


@pytest.mark.parametrize("cell", ["x'ff36'", "x'36'", "CAST(x'ff36' AS TEXT)"])
def test_days_that_nobody_can_read_any_more_allow_no_call(acme: SampleOrganisation, ann: Contact, cell: str) -> None:
    acme.put(PersonalHours(**of(acme, ann, blocked_days="6", at=TUESDAY)))
    with acme.units() as uow:
        uow.session.execute(text(f"UPDATE personalhours SET blocked_days = {cell}"))
    assert proofs(acme) == {"Ben": [], "Ann": [PersonalHoursFact(TUESDAY, frozenset(range(1, 8)))]}


def test_it_finds_withdrawals_ties_requests_and_hours_by_person(acme: SampleOrganisation, ann: Contact) -> None:
    acme.put(Relationship(**of(acme, ann, principal=PRINCIPAL, kind="customer", from_on=date(2020, 1, 1))))
    acme.put(CallRequest(**of(acme, ann, principal=PRINCIPAL, at=TUESDAY - DAY, due_at=TUESDAY, is_complete=False)))
    acme.put(
        PersonalHours(**of(acme, ann, blocked_days="67", blocked_from=time(9), blocked_until=time(14), at=TUESDAY))
    )
    acme.put(Withdrawal(**of(acme, ann, principal=PRINCIPAL, at=TUESDAY - DAY)))
    assert proofs(acme)["Ann"] == [
        WithdrawalFact(TUESDAY - DAY, "calls", principal=PRINCIPAL),
        RelationshipFact("customer", date(2020, 1, 1), PRINCIPAL, None, True, False),
        RequestFact(TUESDAY - DAY, PRINCIPAL, TUESDAY, False),
        PersonalHoursFact(TUESDAY, frozenset({6, 7}), time(9), time(14), None, "consumer"),
    ]


@pytest.mark.parametrize("is_told", [True, False])
def test_it_takes_the_lists_basis_for_the_principal_of_its_campaign(
    acme: SampleOrganisation, ann: Contact, is_told: bool
) -> None:
    listed = acme.one(ContactList, ann.list_id)
    acme.change(ContactList, ann.list_id, basis="contract", is_told_of_calls=is_told)
    acme.add_contact("Dan", "+447700900125", acme.water_campaign)
    expected = BasisFact(listed.imported_at, "contract", is_told, PRINCIPAL)
    assert proofs(acme) == {"Ben": [expected], "Ann": [expected], "Dan": []}


def test_it_sends_the_same_number_of_queries_for_any_batch(acme: SampleOrganisation, ann: Contact) -> None:

    asked: list[int] = []
    for _ in range(2):
        statements: list[str] = []
        batch = acme.all(Contact)
        with acme.units(is_read_only=True) as uow:
            connection = uow.session.connection()
            event.listen(connection, "before_cursor_execute", lambda *told, kept=statements: kept.append(told[2]))
            facts_of(batch, on_record(uow.session, batch), TUESDAY, COUNT_NO_OFFERS)
        asked.append(len(statements))
        acme.add_contacts(10)
    assert asked[0] == asked[1]


def test_it_dates_the_first_use_of_a_consent_by_the_first_call_made_on_it(
    acme: SampleOrganisation, ann: Contact
) -> None:
    given = of(acme, ann, given_at=TUESDAY - 2 * DAY, is_proved=True)
    ours, theirs = (acme.put(Consent(**given, principal=name)) for name in (PRINCIPAL, "Clear Water"))
    cards = next_call.hand_out(acme.deps, acme.alice, 2).cards
    card = next(one for one in cards if isinstance(one, OfferCard) and one.contact_id == ann.id)
    assert acme.one(Consent, ours.id).first_used_at is None  # looking is not using
    calling.call(acme.deps, acme.alice, card.lease_id)
    assert acme.one(Consent, ours.id).first_used_at == acme.clock()
    assert acme.one(Consent, theirs.id).first_used_at is None
