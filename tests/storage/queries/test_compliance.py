"""Stops, holds, overrides, decisions and numbers: each question finds its own rows among those of others, in its
order."""

from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import or_
from sqlmodel import col

from bot.services.hand_out import next_call
from policy.vocabulary import Verdict
from storage.models import (
    Campaign,
    Contact,
    DecisionRecord,
    Lease,
    Organisation,
    Override,
    Person,
    PersonNumber,
)
from storage.queries import compliance
from tests.fakes import TUESDAY, SampleOrganisation
from tests.rows import a_call, a_hold, a_stop

pytestmark = pytest.mark.both_engines
OTHER = "+447700900999"


def stop(acme: SampleOrganisation, since: datetime = TUESDAY, **values: Any) -> int:
    return acme.put(a_stop(acme, since, **values)).id or 0


def hold(acme: SampleOrganisation, contact: Contact, placed_at: float = 0, **values: Any) -> int:
    return acme.put(a_hold(acme.alice, contact, TUESDAY + timedelta(seconds=placed_at), **values)).id or 0


def call(acme: SampleOrganisation, contact: Contact) -> int:
    return acme.put(a_call(acme.alice, contact, TUESDAY)).id or 0


def ids(rows: Any) -> list[int]:
    return [row.id for row in rows]


def another_organisation(acme: SampleOrganisation) -> int:
    return acme.put(Organisation(slack_team_id="T0OTHER0001", name="Others")).id or 0


def test_stops_are_found_by_number_and_by_person_also_when_withdrawn_and_in_no_other_organisation(
    acme: SampleOrganisation,
) -> None:
    grace, ada = acme.add_contact("Grace"), acme.add_contact("Ada")
    by_number = stop(acme, number=grace.number)
    by_person = stop(acme, person_id=grace.person_id, withdrawn_at=TUESDAY)
    stop(acme, number=ada.number)
    stop(acme, person_id=ada.person_id)
    stop(acme, number=grace.number, organisation_id=another_organisation(acme))
    with acme.units(is_read_only=True) as uow:
        found = compliance.suppressions_on(uow.session, acme.organisation_id, [grace.number or ""], [grace.person_id])
        assert sorted(ids(found)) == [by_number, by_person]


def test_of_one_call_stops_in_force_are_found_and_every_hold(acme: SampleOrganisation) -> None:
    grace, ada = acme.add_contact("Grace"), acme.add_contact("Ada")
    of_grace, of_ada = call(acme, grace), call(acme, ada)
    stopped = stop(acme, number=grace.number, attempt_id=of_grace)
    stop(acme, number=grace.number, attempt_id=of_grace, withdrawn_at=TUESDAY)
    stop(acme, number=ada.number, attempt_id=of_ada)
    held = hold(acme, grace, attempt_id=of_grace)
    lifted = hold(acme, grace, attempt_id=of_grace, lifted_at=TUESDAY)
    hold(acme, ada, attempt_id=of_ada)
    with acme.units(is_read_only=True) as uow:
        assert ids(compliance.suppressions_by(uow.session, of_grace)) == [stopped]
        assert ids(compliance.holds_said_in(uow.session, of_grace)) == [held, lifted]


def test_holds_are_found_by_contact_and_by_person_oldest_first_also_when_lifted(acme: SampleOrganisation) -> None:
    grace, ada = acme.add_contact("Grace"), acme.add_contact("Ada")
    again = acme.add_contact("Grace", campaign=acme.water_campaign, person=acme.one(Person, grace.person_id))
    elsewhere = acme.put(
        Contact(
            organisation_id=another_organisation(acme),
            campaign_id=acme.add_campaign("Third", "Bright Energy", acme.energy).id or 0,
            list_id=grace.list_id,
            person_id=grace.person_id,
            number=OTHER,
            name="Grace",
            places="GB-ENG",
            zones="Europe/London",
        )
    )
    lifted = hold(acme, grace, lifted_at=TUESDAY)
    hold(acme, ada)
    hold(acme, elsewhere)
    second, third = hold(acme, again), hold(acme, grace)
    with acme.units(is_read_only=True) as uow:
        on = compliance.holds_on(uow.session, [grace.id or 0, again.id or 0])
        assert ids(on) == [lifted, second, third]
        of = compliance.holds_of_persons(uow.session, acme.organisation_id, [grace.person_id])
        assert [(row.id, person_id) for row, person_id in of] == [
            (lifted, grace.person_id),
            (second, grace.person_id),
            (third, grace.person_id),
        ]


def test_overrides_name_who_approved_them_in_the_order_of_approval(acme: SampleOrganisation) -> None:
    grace, ada = acme.add_contact("Grace"), acme.add_contact("Ada")

    def approve(contact: Contact, by: int) -> int:
        row = Override(
            organisation_id=acme.organisation_id,
            contact_id=contact.id or 0,
            rule="gb-house.cap",
            reason="asked",
            words="",
            approved_at=TUESDAY,
            approved_by=by,
        )
        return acme.put(row).id or 0

    first, _, second = (
        approve(grace, acme.dana.agent_id),
        approve(ada, acme.dana.agent_id),
        approve(grace, acme.erin.agent_id),
    )
    with acme.units(is_read_only=True) as uow:
        found = compliance.overrides_on(uow.session, [grace.id or 0])
        assert [(row.id, name) for row, name in found] == [(first, "Dana"), (second, "Erin")]


def test_decision_of_a_lease_is_its_newest(acme: SampleOrganisation) -> None:
    acme.add_contacts(2)
    next_call.hand_out(acme.deps, acme.alice, 2)
    one, other = (lease.id or 0 for lease in acme.all(Lease))

    def decide(lease_id: int) -> int:
        row = DecisionRecord(
            organisation_id=acme.organisation_id,
            lease_id=lease_id,
            asked_for="call",
            at=TUESDAY,
            verdict=Verdict.CALLABLE,
            rulebook="x",
        )
        return acme.put(row).id or 0

    decide(one)
    newest = decide(one)
    decide(other)
    with acme.units(is_read_only=True) as uow:
        found = compliance.decision_of_lease(uow.session, one)
        assert found is not None
        assert found.id == newest
        assert compliance.decision_of_lease(uow.session, other + 100) is None


def test_numbers_come_in_the_order_in_which_they_are_called(acme: SampleOrganisation) -> None:
    person, other = acme.add_person("Grace"), acme.add_person("Ada")

    def number(of: Any, digits: str, rank: int, **values: Any) -> int:
        row = PersonNumber(
            **{
                "organisation_id": acme.organisation_id,
                "person_id": of.id,
                "number": f"+44770090{digits}",
                "rank": rank,
                "kind": "mobile",
                **values,
            }
        )
        return acme.put(row).id or 0

    last = number(person, "0103", 2)
    first = number(person, "0102", 0, closed_at=TUESDAY)
    second = number(person, "0101", 1)
    third = number(person, "0100", 1)
    shared = number(other, "0103", 0)
    number(other, "0103", 0, organisation_id=another_organisation(acme))
    with acme.units(is_read_only=True) as uow:
        assert ids(compliance.numbers_of(uow.session, [person.id or 0])) == [first, second, third, last]
        at = compliance.persons_at(uow.session, acme.organisation_id, "+447700900103")
        assert ids(at) == [last, shared]


def test_open_holds_come_oldest_first_and_no_more_than_wanted(acme: SampleOrganisation) -> None:
    grace, ada, joan = (acme.add_contact(name) for name in ("Grace", "Ada", "Joan"))
    hold(acme, joan, 1.5, reason="vulnerable")
    hold(acme, ada, 0.5)
    hold(acme, grace, 0.5)
    hold(acme, grace, 0.1, lifted_at=TUESDAY)
    hold(acme, grace, 0.2, organisation_id=another_organisation(acme))
    at = TUESDAY + timedelta(seconds=0.5)
    with acme.units(is_read_only=True) as uow:
        found = compliance.open_holds(uow.session, acme.organisation_id, 10)
        assert [(one.contact_id, person_id, one.reason, one.placed_at) for one, person_id in found] == [
            (ada.id, ada.person_id, "complaint", at),
            (grace.id, grace.person_id, "complaint", at),
            (joan.id, joan.person_id, "vulnerable", TUESDAY + timedelta(seconds=1.5)),
        ]
        assert compliance.open_holds(uow.session, acme.organisation_id, 2) == found[:2]


def test_held_contacts_are_found_in_the_campaigns_alone(
    acme: SampleOrganisation,
) -> None:
    def held(name: str, campaign: Campaign | None = None, **values: Any) -> Contact:
        contact = acme.add_contact(name, campaign=campaign)
        acme.change(Contact, contact.id, **{"verdict": Verdict.HELD, "rule": "base.holds", **values})
        return contact

    grace, ada, joan = held("Grace"), held("Ada"), held("Joan", rule="gb.register")
    over = held("Over", finished_at=TUESDAY)
    free = held("Free", verdict=Verdict.CALLABLE)
    water = held("Water", acme.water_campaign)
    campaigns = [acme.campaign.id or 0]
    everyone = [one.id or 0 for one in (water, free, over, joan, ada, grace)]
    with acme.units(is_read_only=True) as uow:
        held_here = partial(compliance.contacts_held, uow.session, campaigns)
        assert ids(held_here(col(Contact.id).in_(everyone))) == [grace.id, ada.id, joan.id]
        assert ids(held_here(or_(col(Contact.id) == joan.id, col(Contact.person_id) == ada.person_id))) == [
            ada.id,
            joan.id,
        ]
        assert ids(held_here(col(Contact.rule) == "base.holds", 10)) == [grace.id, ada.id]
        assert ids(held_here(col(Contact.id).in_(everyone), 2)) == [grace.id, ada.id]
        assert ids(held_here(col(Contact.rule) == "gb.register", 10)) == [joan.id]
