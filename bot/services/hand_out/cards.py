"""Builds the cards of what an agent holds: number masked while offered, shown while calling."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlmodel import Session

from bot.services.answers.calls import CallingCard, Card, OfferCard
from bot.services.answers.own_outcomes import OwnOutcomeView
from bot.services.answers.people import Actor
from bot.services.deciding import Left, Span, findings_from_json, warning_findings
from bot.services.hand_out import card_details, scripts
from bot.services.hand_out.card_outcomes import offered_outcomes
from bot.services.hand_out.lease_terms import AnyLease, may_be_kept
from bot.services.local_time import latest_zone
from bot.services.numbers.dialling import dial_link
from bot.services.numbers.parsing import format_number, hyphenated, mask
from bot.services.own_outcomes import MOST_BUTTONS, all_of
from bot.services.own_outcomes import offered as offered_own
from policy import Finding
from policy.vocabulary import AttemptState, LeaseStage
from storage.models import Attempt, Lease
from storage.queries import attempts, compliance
from storage.record.any_contact import AnyContact
from storage.record.record_rows import CallbackRow, CampaignRow
from storage.record.whole_record import OnRecord

COUNTED_FOR = timedelta(days=30)  # the longest span over which house policy counts attempts


class NamedContact(AnyContact, Protocol):
    """A contact with the name on its card."""

    @property
    def name(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Holding:
    """A lease with its contact and the findings behind it. `left`: attempts by the tightest cap, after any under
    way."""

    lease: AnyLease
    contact: NamedContact
    findings: tuple[Finding, ...]
    record: OnRecord
    left: Left | None = None
    callback_spans: tuple[Span, ...] | None = None  # of a call: when a callback may be made; None: not looked at


def cards(session: Session, held: Sequence[Holding], at: datetime, holder: Actor) -> tuple[Card, ...]:
    """The cards, in the order given."""
    known = card_details.cells_of(session, [_whom(one) for one in held if _needs_cells(one)])
    return tuple(_card(session, one, at, holder, known.get(_whom(one), {})) for one in held)


def _whom(holding: Holding) -> tuple[int, int]:
    return holding.contact.campaign_id, holding.contact.person_id


def _needs_cells(holding: Holding) -> bool:
    """Whether the card shows something of what lists say else."""
    campaign = holding.record.campaigns[holding.contact.campaign_id]
    return bool(campaign.card_details) or holding.lease.stage is LeaseStage.CALLING


def findings_of(session: Session, lease: Lease) -> tuple[Finding, ...]:
    """The findings of a lease's newest stored decision."""
    stored = compliance.decision_of_lease(session, lease.id or 0)
    return () if stored is None else findings_from_json(stored.findings, stored.sentences)


def _card(session: Session, holding: Holding, at: datetime, holder: Actor, cells: card_details.Cells) -> Card:
    offer = _offer(holding, at, cells)
    if holding.lease.stage is LeaseStage.OFFERED:
        return offer
    attempt = attempts.of_lease(session, holding.lease.id or 0)
    if attempt is None:
        return offer
    return _calling(session, offer, holding, attempt, holder, card_details.company(cells))


def _offer(holding: Holding, at: datetime, cells: card_details.Cells) -> OfferCard:
    lease, contact, record = holding.lease, holding.contact, holding.record
    made = [
        attempt
        for attempt in record.attempts
        if attempt.state is not AttemptState.NOT_DIALLED
        and attempt.lease_id != lease.id
        and (attempt.number == lease.number or attempt.person_id == contact.person_id)
    ]
    client = record.campaigns[contact.campaign_id].principal
    due = [one.due_at for one in record.callbacks if _is_due(one, contact, client, at)]
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
        warnings=warning_findings(holding.findings),
        attempts_left_in="" if holding.left is None else holding.left.within,
        may_be_kept=may_be_kept(lease),
        details=card_details.on_card(record.campaigns[contact.campaign_id], cells),
        company=card_details.company_or_town(cells),
    )


def _is_due(callback: CallbackRow, contact: AnyContact, client: str, at: datetime) -> bool:
    """Whether a call to the contact keeps it: agreed there, or with the same person in another campaign of the
    client."""
    is_theirs = callback.person_id == contact.person_id and callback.principal == client
    return (callback.contact_id == contact.id or is_theirs) and callback.closed_at is None and callback.due_at <= at


def _calling(
    session: Session, offer: OfferCard, holding: Holding, attempt: Attempt, holder: Actor, company: str
) -> CallingCard:
    campaign = holding.record.campaigns[holding.contact.campaign_id]
    known = _own_outcomes(session, campaign, holder)
    return CallingCard(
        offer,
        attempt_id=attempt.id or 0,
        number=attempt.number,
        number_shown=format_number(attempt.number, campaign.country),
        dial_link=dial_link(attempt.number, holder.dial_with),
        opened_at=attempt.opened_at,
        numbers_to_show=tuple(map(hyphenated, campaign.caller_numbers.split())),
        script=scripts.spoken(campaign.script, name=offer.name, company=company, agent=holder.name),
        outcomes=offered_outcomes(campaign.outcomes),
        own_buttons=offered_own(campaign.own_buttons, known)[:MOST_BUTTONS],
        own_outcomes=offered_own(campaign.own_outcomes, known),
        callback_spans=holding.callback_spans,
    )


def _own_outcomes(session: Session, campaign: CampaignRow, holder: Actor) -> tuple[OwnOutcomeView, ...]:
    """Those of the organisation, if the campaign offers any."""
    is_asked = campaign.own_buttons or campaign.own_outcomes
    return all_of(session, holder.organisation_id) if is_asked else ()
