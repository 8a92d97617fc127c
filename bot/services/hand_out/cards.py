"""Builds the cards of what an agent holds: number masked while offered, shown while calling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session

from bot.services.answers.calls import CallingCard, Card, OfferCard
from bot.services.deciding import Left, findings_from_json, warnings
from bot.services.files import may_be_company
from bot.services.hand_out import scripts
from bot.services.hand_out.card_outcomes import offered_outcomes
from bot.services.hand_out.lease_terms import AnyLease, may_be_kept
from bot.services.local_time import latest_zone
from bot.services.numbers import mask, shown
from policy import Finding
from policy.vocabulary import AttemptState, LeaseStage
from storage.models import Attempt, Lease
from storage.queries import attempts, compliance, contacts
from storage.record import AnyContact, CallbackRow, OnRecord

COUNTED_FOR = timedelta(days=30)  # the longest span over which house policy counts attempts


class NamedContact(AnyContact, Protocol):
    """A contact with the name on its card."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Holding:
    """A lease with its contact and the findings behind it. `left`: attempts by the tightest cap, while offered."""

    lease: AnyLease
    contact: NamedContact
    findings: tuple[Finding, ...]
    record: OnRecord
    left: Left | None = None


def cards(session: Session, held: Sequence[Holding], at: datetime, agent: str) -> tuple[Card, ...]:
    """The cards, in the order given. `agent`: the holder's name, as they say it on the telephone."""
    return tuple(_card(session, holding, at, agent) for holding in held)


def findings_of(session: Session, lease: Lease) -> tuple[Finding, ...]:
    """The findings of a lease's newest stored decision."""
    stored = compliance.decision_of_lease(session, lease.id or 0)
    return () if stored is None else findings_from_json(stored.findings)


def _card(session: Session, holding: Holding, at: datetime, agent: str) -> Card:
    offer = _offer(holding, at)
    if holding.lease.stage is LeaseStage.OFFERED:
        return offer
    attempt = attempts.of_lease(session, holding.lease.id or 0)
    return offer if attempt is None else _calling(session, offer, holding, attempt, agent)


def _offer(holding: Holding, at: datetime) -> OfferCard:
    lease, contact, record = holding.lease, holding.contact, holding.record
    made = [
        attempt
        for attempt in record.attempts
        if attempt.state is not AttemptState.NOT_DIALLED
        and attempt.lease_id != lease.id
        and (attempt.number == lease.number or attempt.person_id == contact.person_id)
    ]
    due = [one.due_at for one in record.callbacks if _is_due(one, contact, at)]
    notes = [one.note for one in record.notes if one.contact_id == contact.id]
    return OfferCard(
        lease_id=lease.id or 0,
        contact_id=contact.id or 0,
        name=contact.name,
        masked_number=mask(lease.number),
        campaign=record.campaigns[contact.campaign_id].name,
        list_name=record.lists[contact.list_id].name,
        zone=latest_zone(contact.zones.split(), at),
        place=" ".join(contact.places.split()[:1]),
        leased_until=lease.leased_until,
        lawful_until=lease.lawful_until,
        attempts_made=sum(attempt.opened_at > at - COUNTED_FOR for attempt in made),
        attempts_left=None if holding.left is None else holding.left.attempts,
        last_outcome=made[-1].outcome if made else None,
        last_attempt_at=made[-1].opened_at if made else None,
        callback_due_at=min(due, default=None),
        note=notes[-1] if notes else "",
        warnings=warnings(holding.findings),
        attempts_left_in="" if holding.left is None else holding.left.within,
        may_be_kept=may_be_kept(lease),
    )


def _is_due(promise: CallbackRow, contact: AnyContact, at: datetime) -> bool:
    return promise.contact_id == contact.id and promise.closed_at is None and promise.due_at <= at


def _calling(session: Session, offer: OfferCard, holding: Holding, attempt: Attempt, agent: str) -> CallingCard:
    campaign = holding.record.campaigns[holding.contact.campaign_id]
    number = shown(attempt.number, campaign.country)
    choice = offered_outcomes(campaign.outcomes)
    script = campaign.script
    if script:
        company = _company(session, holding.contact) if scripts.uses(script, scripts.COMPANY) else ""
        script = scripts.spoken(script, name=offer.name, company=company, agent=agent)
    return CallingCard(offer, attempt.id or 0, attempt.number, number, attempt.opened_at, script, choice)


def _company(session: Session, contact: AnyContact) -> str:
    """The company of the contact, as their list says it; empty if it does not."""
    details = contacts.details_of(session, contact.campaign_id, [contact.person_id]).get(contact.person_id, {})
    return next((text for heading, text in details.items() if may_be_company(heading)), "")
