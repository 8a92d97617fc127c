"""The cards of what an agent holds: masked while offered; with the number only while calling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services.attempts_left import Left
from bot.services.decisions import warnings
from bot.services.lease_times import may_be_kept
from bot.services.numbers import mask, shown
from bot.services.outcomes_offered import offered
from bot.services.places_now import latest_zone
from bot.services.replays import findings_from_json
from bot.services.results import CallingCard, Card, OfferCard
from policy.decision import Finding
from policy.vocabulary import AttemptState, LeaseStage
from storage.models import Attempt, Callback, Campaign, Contact, ContactList, Lease
from storage.queries import attempts, callbacks, compliance, contacts

COUNTED_FOR = timedelta(days=30)  # the longest span the house counts attempts over


@dataclass(frozen=True, slots=True)
class Holding:
    """One lease with its contact, and what the decision behind it said; `left` by the tightest cap, while offered."""

    lease: Lease
    contact: Contact
    findings: tuple[Finding, ...]
    left: Left | None = None


@dataclass(frozen=True, slots=True)
class _Shelf:
    """What the cards of one answer have in common, fetched once."""

    campaigns: dict[int, Campaign]
    lists: dict[int, ContactList]
    attempts: Sequence[Attempt]
    promises: dict[int, Callback]
    notes: dict[int, str]


def cards(session: Session, held: Sequence[Holding], at: datetime) -> tuple[Card, ...]:
    """The cards, in the order given."""
    if not held:
        return ()
    shelf = _fetch(session, held, at)
    return tuple(_card(session, holding, shelf, at) for holding in held)


def calling_card(session: Session, holding: Holding, attempt: Attempt, at: datetime) -> CallingCard:
    """The card of a lease in stage calling."""
    shelf = _fetch(session, [holding], at)
    return _calling(_offer(holding, shelf, at), holding, attempt, shelf)


def findings_of(session: Session, lease: Lease) -> tuple[Finding, ...]:
    """What the newest stored decision of a lease said."""
    stored = compliance.decision_of_lease(session, lease.id or 0)
    return () if stored is None else findings_from_json(stored.findings)


def _fetch(session: Session, held: Sequence[Holding], at: datetime) -> _Shelf:
    chosen = [holding.contact for holding in held]
    ids = [contact.id or 0 for contact in chosen]
    due = [one for one in callbacks.open_on_contacts(session, ids) if one.due_at <= at]
    return _Shelf(
        campaigns=contacts.campaigns(session, {contact.campaign_id for contact in chosen}),
        lists=contacts.lists(session, {contact.list_id for contact in chosen}),
        attempts=attempts.on(
            session,
            chosen[0].organisation_id,
            {holding.lease.number for holding in held},
            {contact.person_id for contact in chosen},
        ),
        promises={one.contact_id: one for one in reversed(due)},
        notes=attempts.last_notes(session, ids),
    )


def _card(session: Session, holding: Holding, shelf: _Shelf, at: datetime) -> Card:
    offer = _offer(holding, shelf, at)
    if holding.lease.stage is LeaseStage.OFFERED:
        return offer
    attempt = attempts.of_lease(session, holding.lease.id or 0)
    return offer if attempt is None else _calling(offer, holding, attempt, shelf)


def _offer(holding: Holding, shelf: _Shelf, at: datetime) -> OfferCard:
    lease, contact = holding.lease, holding.contact
    made = [
        attempt
        for attempt in shelf.attempts
        if attempt.state is not AttemptState.NOT_DIALLED
        and attempt.lease_id != lease.id
        and (attempt.number == lease.number or attempt.person_id == contact.person_id)
    ]
    promise = shelf.promises.get(contact.id or 0)
    return OfferCard(
        lease_id=lease.id or 0,
        contact_id=contact.id or 0,
        name=contact.name,
        masked_number=mask(lease.number),
        campaign=shelf.campaigns[contact.campaign_id].name,
        list_name=shelf.lists[contact.list_id].name,
        zone=latest_zone(contact.zones.split(), at),
        place=" ".join(contact.places.split()[:1]),
        leased_until=lease.leased_until,
        lawful_until=lease.lawful_until,
        attempts_made=sum(attempt.opened_at > at - COUNTED_FOR for attempt in made),
        attempts_left=None if holding.left is None else holding.left.attempts,
        last_outcome=made[-1].outcome if made else None,
        last_attempt_at=made[-1].opened_at if made else None,
        callback_due_at=None if promise is None else promise.due_at,
        note=shelf.notes.get(contact.id or 0, ""),
        warnings=warnings(holding.findings),
        attempts_left_in="" if holding.left is None else holding.left.within,
        may_be_kept=may_be_kept(lease),
    )


def _calling(offer: OfferCard, holding: Holding, attempt: Attempt, shelf: _Shelf) -> CallingCard:
    campaign = shelf.campaigns[holding.contact.campaign_id]
    number = shown(attempt.number, campaign.country)
    choice = offered(campaign.outcomes)
    return CallingCard(offer, attempt.id or 0, attempt.number, number, attempt.opened_at, campaign.script, choice)
