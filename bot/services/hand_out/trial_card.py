"""Shows a campaign's card before going live, for a made-up contact or one of its lists.

Nothing is stored: no lease, no attempt. No telephone number leaves this module.
"""

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services.answers.calls import CallingCard, OfferCard, Refusal
from bot.services.answers.people import Actor
from bot.services.deciding import COUNT_NO_OFFERS, attempts_left, decide_contact
from bot.services.deps import Deps
from bot.services.errors import AlreadyGone
from bot.services.hand_out import card_details
from bot.services.hand_out.cards import Holding, calling_of, offer_of
from bot.services.hand_out.lease_terms import LEASED_FOR
from bot.services.numbers import mask
from bot.services.permissions import led_campaign, led_campaigns
from policy.vocabulary import LeaseStage, Verdict
from storage.models import Campaign, Contact
from storage.queries import contacts, lists
from storage.record import CampaignRow

_MOST_CONTACTS = 3  # offered of each verdict
_NO_NUMBER = "+447700900000"  # Ofcom keeps it for drama: nobody has it
_LAWFUL_FOR = timedelta(hours=2)  # of a made-up contact


@dataclass(frozen=True, slots=True)
class Sample:
    """What a made-up contact is called, in the reader's language."""

    name: str
    company: str
    cell: str  # what stands under each heading
    page: str  # and under a heading of links: an https address


@dataclass(frozen=True, slots=True)
class Choice:
    """A contact of the campaign that may be shown."""

    contact_id: int
    name: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Trial:
    """A card on trial. `contact_id`: 0 for a made-up contact. `refusal`: why a real one may not be called now."""

    campaign_id: int
    card: CallingCard
    campaigns: tuple[tuple[int, str], ...]  # whose cards the actor may see
    contacts: tuple[Choice, ...]
    contact_id: int = 0
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class _NoCall:
    """Stands in for the lease and the attempt of a card, neither of which exists."""

    number: str
    offered_at: datetime
    leased_until: datetime
    lawful_until: datetime
    id: int = 0
    stage: LeaseStage = LeaseStage.CALLING

    @property
    def opened_at(self) -> datetime:
        return self.offered_at


def trial(deps: Deps, actor: Actor, campaign_id: int, contact_id: int, sample: Sample) -> Trial:
    """The card as agents see it; 0: of the actor's first campaign, for a made-up contact.

    Raises RoleNeeded for agents and for leads of other teams; AlreadyGone where there is no such campaign or contact.
    """
    with deps.unit_of_work(is_read_only=True) as uow:
        session, at = uow.session, deps.clock()
        known = led_campaigns(session, actor)
        if not (campaign_id or known):
            raise AlreadyGone
        campaign = led_campaign(session, actor, campaign_id or known[0].id or 0)
        key = campaign.id or 0
        if contact_id:
            card, refusal = _real(deps, session, actor, _contact(session, campaign, contact_id), at)
        else:
            card, refusal = _made_up(session, actor, campaign, at, sample), None
        return Trial(
            campaign_id=key,
            card=replace(card, number="", number_shown="", dial_link=""),
            campaigns=tuple((one.id or 0, one.name) for one in known),
            contacts=tuple(
                Choice(one.id or 0, one.name, one.verdict) for one in contacts.samples(session, key, _MOST_CONTACTS)
            ),
            contact_id=contact_id,
            refusal=refusal,
        )


def _contact(session: Session, campaign: Campaign, contact_id: int) -> Contact:
    contact = session.get(Contact, contact_id)
    if contact is None or contact.campaign_id != campaign.id or contact.number is None:
        raise AlreadyGone
    return contact


def _real(
    deps: Deps, session: Session, actor: Actor, contact: Contact, at: datetime
) -> tuple[CallingCard, Refusal | None]:
    decided = decide_contact(deps, session, contact, at, COUNT_NO_OFFERS)
    no_call = _NoCall(contact.number or "", at, at + LEASED_FOR, decided.lawful_until)
    left = attempts_left(decided.facts, deps.rulebook(), at, decided.house_pack)
    if left is not None:  # the card of a call counts the call
        left = left._replace(attempts=max(0, left.attempts - 1))
    holding = Holding(no_call, contact, decided.decision.findings, decided.record, left)
    whom = (contact.campaign_id, contact.person_id)
    cells = card_details.cells_of(session, [whom]).get(whom, {})
    campaign = decided.record.campaigns[contact.campaign_id]
    card = calling_of(session, offer_of(holding, at, cells), campaign, no_call, actor, card_details.company(cells))
    return card, None if decided.is_callable else decided.refusal


def _made_up(session: Session, actor: Actor, campaign: Campaign, at: datetime, sample: Sample) -> CallingCard:
    row = CampaignRow(*(getattr(campaign, name) for name in CampaignRow._fields))
    links = card_details.wanted_headings(row.card_links)
    headings = card_details.wanted_headings(row.card_details)
    cells = {one: sample.page if one in links else sample.cell for one in headings}
    offer = OfferCard(
        lease_id=0,
        contact_id=0,
        name=sample.name,
        masked_number=mask(_NO_NUMBER),
        campaign=campaign.name,
        list_name=lists.newest_name(session, campaign.id or 0),
        zone=actor.zone,
        place=campaign.country,
        leased_until=at + LEASED_FOR,
        lawful_until=at + _LAWFUL_FOR,
        attempts_made=0,
        attempts_left=None,
        last_outcome=None,
        last_attempt_at=None,
        callback_due_at=None,
        note="",
        warnings=(),
        details=card_details.on_card(row, cells),
        company=sample.company,
    )
    no_call = _NoCall(_NO_NUMBER, at, offer.leased_until, offer.lawful_until)
    return calling_of(session, offer, row, no_call, actor, sample.company)
