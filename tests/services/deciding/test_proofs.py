"""Proofs on record become facts of a decision: found by person, number and list, each of its own kind."""

from collections.abc import Iterable
from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import event

from bot.services.answers.calls import OfferCard
from bot.services.calls import calling
from bot.services.deciding import COUNT_NO_OFFERS, gather_facts
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
    Screening,
    Withdrawal,
)
from tests.fakes import TUESDAY, House

DAY = timedelta(days=1)
PRINCIPAL = "Bright Energy"
KINDS = (BasisFact, ConsentFact, PersonalHoursFact, RelationshipFact, RequestFact, ScreeningFact, WithdrawalFact)


@pytest.fixture
def ann(house: House) -> Contact:
    """Ann, beside a person without any proof."""
    house.add_contact("Ben", "+447700900124")
    return house.add_contact("Ann", "+447700900123")


def proofs(house: House) -> dict[str, list[Event]]:
    """The proofs that a decision knows of each contact, by name; all in one batch."""
    batch = house.all(Contact)
    with house.units(is_read_only=True) as uow:
        found = gather_facts(uow.session, batch, TUESDAY, COUNT_NO_OFFERS)
    return {one.name: _proofs(facts.events) for one, facts in zip(batch, found, strict=True)}


def _proofs(events: Iterable[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, KINDS)]


def of(house: House, ann: Contact, **more: Any) -> dict[str, Any]:
    return {"organisation_id": house.organisation_id, "person_id": ann.person_id, "recorded_at": TUESDAY, **more}


def test_people_without_records_have_no_proofs(house: House, ann: Contact) -> None:
    assert proofs(house) == {"Ben": [], "Ann": []}


def test_it_finds_a_screening_by_number(house: House, ann: Contact) -> None:
    house.put(
        Screening(
            organisation_id=house.organisation_id,
            register_name="tps",
            number="+447700900123",
            obtained_at=TUESDAY - DAY,
            is_listed=True,
            listed_on=date(2026, 1, 5),
            campaign_id=house.campaign.id,
            recorded_at=TUESDAY,
        )
    )
    expected = ScreeningFact("tps", TUESDAY - DAY, True, date(2026, 1, 5), "+447700900123", str(house.campaign.id))
    assert proofs(house) == {"Ben": [], "Ann": [expected]}


def test_it_finds_a_consent_by_person_with_its_proof_and_its_end(house: House, ann: Contact) -> None:
    ends: dict[str, Any] = {"ends_at": TUESDAY + DAY, "withdrawn_at": TUESDAY, "first_used_at": TUESDAY - DAY}
    marks: dict[str, Any] = {"is_proved": True, "is_third_party": True, "is_express": False, "from_creditor": True}
    house.put(
        Consent(
            **of(house, ann, principal=PRINCIPAL, given_at=TUESDAY - 2 * DAY, number="+447700900123", **ends, **marks)
        )
    )
    expected = ConsentFact(
        at=TUESDAY - 2 * DAY, kind="calls", principal=PRINCIPAL, number="+447700900123", **ends, **marks
    )
    assert proofs(house) == {"Ben": [], "Ann": [expected]}


def test_it_finds_withdrawals_ties_requests_and_hours_by_person(house: House, ann: Contact) -> None:
    house.put(Relationship(**of(house, ann, principal=PRINCIPAL, kind="customer", from_on=date(2020, 1, 1))))
    house.put(CallRequest(**of(house, ann, principal=PRINCIPAL, at=TUESDAY - DAY, due_at=TUESDAY, is_complete=False)))
    house.put(
        PersonalHours(**of(house, ann, blocked_days="67", blocked_from=time(9), blocked_until=time(14), at=TUESDAY))
    )
    house.put(Withdrawal(**of(house, ann, principal=PRINCIPAL, at=TUESDAY - DAY)))
    assert proofs(house)["Ann"] == [
        WithdrawalFact(TUESDAY - DAY, "calls", principal=PRINCIPAL),
        RelationshipFact("customer", date(2020, 1, 1), PRINCIPAL, None, True, False),
        RequestFact(TUESDAY - DAY, PRINCIPAL, TUESDAY, False),
        PersonalHoursFact(TUESDAY, frozenset({6, 7}), time(9), time(14), None, "consumer"),
    ]


@pytest.mark.parametrize("is_told", [True, False])
def test_it_takes_the_lists_basis_for_the_principal_of_its_campaign(house: House, ann: Contact, is_told: bool) -> None:
    listed = house.one(ContactList, ann.list_id)
    house.change(ContactList, ann.list_id, basis="contract", is_told_of_calls=is_told)
    house.add_contact("Dan", "+447700900125", house.water_campaign)
    expected = BasisFact(listed.imported_at, "contract", is_told, PRINCIPAL)
    assert proofs(house) == {"Ben": [expected], "Ann": [expected], "Dan": []}


def test_it_sends_the_same_number_of_queries_for_any_batch(house: House, ann: Contact) -> None:

    asked: list[int] = []
    for _ in range(2):
        statements: list[str] = []
        batch = house.all(Contact)
        with house.units(is_read_only=True) as uow:
            connection = uow.session.connection()
            event.listen(connection, "before_cursor_execute", lambda *told, kept=statements: kept.append(told[2]))
            gather_facts(uow.session, batch, TUESDAY, COUNT_NO_OFFERS)
        asked.append(len(statements))
        house.add_contacts(10)
    assert asked[0] == asked[1]


def test_it_dates_the_first_use_of_a_consent_by_the_first_call_made_on_it(house: House, ann: Contact) -> None:
    given = of(house, ann, given_at=TUESDAY - 2 * DAY, is_proved=True)
    ours, theirs = (house.put(Consent(**given, principal=name)) for name in (PRINCIPAL, "Clear Water"))
    cards = next_call.hand_out(house.deps, house.alice, 2).cards
    card = next(one for one in cards if isinstance(one, OfferCard) and one.contact_id == ann.id)
    assert house.one(Consent, ours.id).first_used_at is None  # looking is not using
    calling.call(house.deps, house.alice, card.lease_id)
    assert house.one(Consent, ours.id).first_used_at == house.clock()
    assert house.one(Consent, theirs.id).first_used_at is None
