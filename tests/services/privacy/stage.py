"""A person with a row in every table, each of whose texts carries a mark that must not survive an erasure."""

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import text

from bot.services.agents import as_actor
from bot.services.answers.people import Actor
from bot.services.calls import calling, outcomes
from bot.services.hand_out import next_call
from bot.services.lists.importing import ListOrder, import_contacts
from policy.vocabulary import Outcome, Role, SuppressionSource
from storage.models import (
    Attempt,
    CallFinding,
    CallRequest,
    Consent,
    Contact,
    ContactDetails,
    ContactList,
    CorrectedLine,
    CorrectedPlace,
    DigestRun,
    Hold,
    Lease,
    ListMove,
    Message,
    MistakenStop,
    Override,
    Person,
    PersonalHours,
    PersonMerge,
    PersonNumber,
    PhoneCall,
    Relationship,
    Reminder,
    ReopenedNumber,
    Screening,
    SharedAttempt,
    ShownNumber,
    Suppression,
    Withdrawal,
)
from tests.fakes import SampleOrganisation
from tests.rows import an_agent

MOBILE, LANDLINE = "+447700900801", "+442079460802"
NAME, REFERENCE, WORDS = "Freya Mark-Evans", "crm-mark-77", "mark: her sister is ill"
MARKS = (MOBILE, LANDLINE, MOBILE[3:], LANDLINE[3:], "Freya", "Mark-Evans", "crm-mark", "mark:")


def admin_of(acme: SampleOrganisation) -> Actor:
    agent = an_agent(acme, "Frank", Role.ADMIN)
    return as_actor(acme.put(agent))


def operator_of(acme: SampleOrganisation) -> Actor:
    """Who types on the server's command line."""
    return Actor(0, acme.organisation_id, "", "operator", Role.ADMIN, None, "UTC")


def freya(acme: SampleOrganisation, **values: Any) -> Contact:
    """Freya Evans with a reference and two numbers, called once, and with a row in every table."""
    person = acme.add_person(NAME, MOBILE, LANDLINE)
    acme.change(Person, person.id, key=f"ref:{REFERENCE}")
    contact = acme.add_contact(number=MOBILE, person=acme.one(Person, person.id), **values)
    called(acme, contact)
    _proofs(acme, contact, acme.clock())
    _work(acme, contact, acme.clock())
    return acme.one(Contact, contact.id)


def called(
    acme: SampleOrganisation, contact: Contact, outcome: Outcome = Outcome.NO_ANSWER, note: str = WORDS
) -> Attempt:
    next_call.hand_out(acme.deps, acme.alice, 1)
    calling.call(acme.deps, acme.alice, acme.all(Lease)[-1].id or 0)
    acme.clock.tick(minutes=1)
    attempt = acme.all(Attempt)[-1]
    outcomes.record(acme.deps, acme.alice, attempt.id or 0, outcome, note)
    acme.clock.tick(minutes=1)
    assert attempt.contact_id == contact.id
    return attempt


def _proofs(acme: SampleOrganisation, contact: Contact, at: datetime) -> None:
    same: dict[str, Any] = {"organisation_id": acme.organisation_id, "person_id": contact.person_id}
    dated: dict[str, Any] = {**same, "recorded_at": at}
    acme.put(Consent(**dated, number=LANDLINE, given_at=at, wording=WORDS, source=f"form of {NAME}"))
    acme.put(Withdrawal(**dated, principal="Clear Water", at=at))
    acme.put(ContactDetails(**same, campaign_id=contact.campaign_id, cells=json.dumps({"Note": WORDS, "Called": NAME})))
    acme.put(Relationship(**dated, principal="Bright Energy", kind="customer", from_on=date(2026, 1, 2)))
    acme.put(CallRequest(**dated, principal="Bright Energy", at=at))
    acme.put(PersonalHours(**dated, blocked_days="7", at=at))
    acme.put(CorrectedLine(**same, number=MOBILE, line="business", until=at))
    attempt = acme.all(Attempt)[-1]
    acme.put(SharedAttempt(**same, attempt_id=attempt.id or 0))
    heard: dict[str, Any] = {
        "system": "dialpad",
        "direction": "out",
        "started_at": at,
        "ended_at": at,
        "result": "busy",
    }
    acme.put(PhoneCall(**same, **heard, key=f"mark: {MOBILE}", number=MOBILE, attempt_id=attempt.id, found_at=at))
    found: dict[str, Any] = {
        "organisation_id": acme.organisation_id,
        "kind": "short_ring",
        "found_at": at,
        "seconds": 9,
    }
    acme.put(CallFinding(**found, attempt_id=attempt.id or 0))
    row: dict[str, Any] = {"name": NAME, "reference": REFERENCE, "numbers": f"{MOBILE} {LANDLINE}", "brought": LANDLINE}
    where: dict[str, Any] = {
        "places": "GB-ENG",
        "zones": "Europe/London",
        "known_by": "postcode=GB-ENG;Europe/London",
        "source": "list.csv",
        "line": 3,
        "earlier_line": 2,
    }
    merged: dict[str, Any] = {"campaign_id": contact.campaign_id, "why": "reference", "says": "", "merged_at": at}
    acme.put(PersonMerge(**same, **row, **where, **merged, parted_because=WORDS))
    closed: dict[str, Any] = {"closed_at": at, "closed_because": "not_in_service", "attempt_id": attempt.id or 0}
    acme.put(ReopenedNumber(**same, number=LANDLINE, reopened_at=at, **closed))
    screened: dict[str, Any] = {"obtained_at": at, "is_listed": False, "recorded_at": at}
    acme.put(Screening(organisation_id=acme.organisation_id, register_name="tps", number=MOBILE, **screened))


def _work(acme: SampleOrganisation, contact: Contact, at: datetime) -> None:
    same: dict[str, Any] = {"organisation_id": acme.organisation_id, "contact_id": contact.id or 0}
    dana = acme.dana.agent_id
    acme.put(Hold(**same, reason=WORDS, note=WORDS, placed_at=at, placed_by=dana, lifted_at=at, lifted_because=WORDS))
    acme.put(Override(**same, rule="gb-house.cool_off", reason="other", words=WORDS, approved_at=at, approved_by=dana))
    source = next(one for one in acme.all(ContactList) if one.campaign_id != contact.campaign_id)
    acme.put(ListMove(**same, list_id=source.id or 0, until=at))
    was: dict[str, Any] = {
        "places": "GB-SCT",
        "zones": "Europe/London",
        "known_by": "region=GB-SCT;Europe/London",
        "until": at,
        "corrected_by": dana,
        "said": WORDS,
    }
    acme.put(CorrectedPlace(**same, **was))
    acme.put(Reminder(**same, agent_id=acme.alice.agent_id, due_at=at + timedelta(days=9)))
    acme.put(Message(**same, agent_id=acme.alice.agent_id, kind="card_withdrawn", written_at=at, closed_at=at))
    acme.add_callback(contact, acme.alice.agent_id, at + timedelta(days=2))
    lease = acme.all(Lease)[-1]
    acme.change(Lease, lease.id, release_words=WORDS)
    acme.put(
        ShownNumber(
            organisation_id=acme.organisation_id,
            agent_id=acme.alice.agent_id,
            lease_id=lease.id or 0,
            message="D1:1.2",
            response_url="https://hooks.slack.test/1",
            expires_at=at + timedelta(minutes=9),
        )
    )
    waiting = [{"state": "held", "reason": f"Held for a team lead ({WORDS}, another reason)", "count": 1}]
    quoted = {
        "waiting": waiting,
        "overrides": [{"contact_id": contact.id, "words": WORDS}, {"contact_id": 0, "words": "another's"}],
    }
    acme.put(
        DigestRun(organisation_id=acme.organisation_id, team_id=acme.energy.id or 0, on_date=at.date(), content=quoted)
    )


def stopped(acme: SampleOrganisation, contact: Contact, principal: str = "Bright Energy", **values: Any) -> Suppression:
    row: dict[str, Any] = {"number": MOBILE, "person_id": None, "principal": principal, "note": WORDS, **values}
    return acme.put(
        Suppression(organisation_id=acme.organisation_id, source=SuppressionSource.REQUEST, since=acme.clock(), **row)
    )


def questioned(acme: SampleOrganisation, stop: Suppression) -> MistakenStop:
    """An admin says that the stop is a mistake, in words about the person."""
    key, at = acme.organisation_id, acme.clock()
    return acme.put(
        MistakenStop(organisation_id=key, suppression_id=stop.id or 0, reason=WORDS, asked_by="U0ERIN", asked_at=at)
    )


def share(acme: SampleOrganisation, number: str, name: str = "Ben Evans") -> Contact:
    """Another person at one of the numbers, for another campaign."""
    return acme.add_contact(name, number, campaign=acme.water_campaign)


def listed(acme: SampleOrganisation, folder: Path, rows: str, campaign: str = "Energy switch") -> list[str]:
    """Imports a list; the faults it reports."""
    file = folder / "list.csv"
    file.write_text(f"name,phone,reference\n{rows}\n")
    return [one.reason for one in import_contacts(acme.deps, ListOrder(file, campaign, "GB")).faults]


def everything(acme: SampleOrganisation) -> str:
    """Every value of every row, as one text."""
    with acme.units(is_read_only=True) as uow:
        tables = sorted(PersonNumber.metadata.tables)
        return "\n".join(
            f"{table}: {tuple(row)}"
            for table in tables
            for row in uow.session.execute(text(f'SELECT * FROM "{table}"'))
        )


def marks_in(acme: SampleOrganisation) -> list[str]:
    return [line for line in everything(acme).splitlines() if any(mark in line for mark in MARKS)]
