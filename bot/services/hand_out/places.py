"""Where contacts may be and how that is known; and corrections: a person is elsewhere than their list said.

Their contacts are decided anew at once, on every list. An agent corrects it on the card; a team lead for any contact of
their campaigns, above all those whose place is unknown. What was known until then stays on record with the agent and
the moment: the audit judges earlier calls by it.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.services.agents import led_contact
from bot.services.answers.calls import CardGone, PlaceCorrected, Refusal
from bot.services.answers.people import Actor
from bot.services.answers.places import KnownBy, PlaceCorrection, PlacesView
from bot.services.blanking import blank_about
from bot.services.deciding import refresh
from bot.services.deciding.decisions import decide_contact
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.deciding.refresh import redecide_touched, tell_withdrawn
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import AlreadyGone, PlaceUnknown, StaleForm
from bot.services.hand_out import hand
from bot.services.hand_out.hand import lapse_if_due
from bot.services.hand_out.releases import held_by, why_gone
from bot.services.numbers.address_parts import lands_with_state
from bot.services.numbers.parsing import whereabouts_at
from bot.services.numbers.places import (
    Address,
    UnknownPlace,
    Whereabouts,
    as_corrected,
    country_code,
    known_places,
    zone_of_city,
)
from policy.calendar.local_time import latest_zone
from policy.vocabulary import LeaseStage
from storage.models import Contact, CorrectedPlace, Lease
from storage.queries import compliance, contacts


def places_of(session: Session, some: Sequence[Contact]) -> list[PlacesView]:
    """Of each contact its candidates, and who corrected them last. Changes nothing."""
    known = [known_places(one.places, one.zones, one.known_by) for one in some]
    corrected = [
        one.id
        for one, ways in zip(some, known, strict=True)
        if one.id is not None and any(way.by is KnownBy.CORRECTION for way in ways)
    ]
    said = {
        row.contact_id: PlaceCorrection(agent.name, row.until)
        for row, agent in (contacts.place_corrections(session, corrected) if corrected else ())
    }
    return [PlacesView(ways, said.get(one.id or 0)) for one, ways in zip(some, known, strict=True)]


def places_on_card(deps: Deps, actor: Actor, lease_id: int) -> PlacesView:
    """Where the person of the actor's card may be. Raises AlreadyGone, also for another's card."""
    with deps.unit_of_work(is_read_only=True) as uow:
        lease = uow.session.get(Lease, lease_id)
        if lease is None or lease.agent_id != actor.agent_id:
            raise AlreadyGone
        return places_of(uow.session, [uow.session.get_one(Contact, lease.contact_id)])[0]


def places_to_lead(deps: Deps, actor: Actor, contact_id: int) -> PlacesView:
    """The same of a contact in a campaign that the actor leads. Raises RoleNeeded, AlreadyGone."""
    with deps.unit_of_work(is_read_only=True) as uow:
        return places_of(uow.session, [led_contact(uow.session, actor, contact_id, is_only_read=True)])[0]


@retry_lost_turn
def correct(deps: Deps, actor: Actor, lease_id: int, address: Address) -> PlaceCorrected | CardGone:
    """Record where the person of a card is now. A place named in part keeps every candidate: a country, all its zones.

    `address.zone` may name a city. Raises PlaceUnknown, NotYours, AlreadyGone; StaleForm where another corrected it
    since the form was opened. A repeat changes nothing.
    """

    def change(press: hand.Press) -> PlaceCorrected | CardGone:
        session = press.session
        lease, contact = held_by(session, actor, lease_id)
        lapse_if_due(session, lease, deps.clock())
        if lease.ended_at is not None:
            return why_gone(session, lease, contact)
        corrected = _correct(deps, session, actor, contact, address)
        # An offered card never outlives the time in which a call is lawful there.
        session.refresh(lease)
        if lease.ended_at is None and lease.stage is LeaseStage.OFFERED and contact.callable_until is not None:
            lease.lawful_until = contact.callable_until
            lease.leased_until = min(lease.leased_until, contact.callable_until)
            contact.leased_until = lease.leased_until
        return replace(corrected, is_withdrawn=lease.ended_at is not None, lease_id=lease_id)

    return hand.changed(deps, actor, change)


@retry_lost_turn
def correct_as_lead(deps: Deps, actor: Actor, contact_id: int, address: Address) -> PlaceCorrected:
    """Do the same for a contact of a campaign the actor leads. Raises what `correct` raises, RoleNeeded."""
    with deps.unit_of_work() as uow:
        contact = led_contact(uow.session, actor, contact_id)
        return _correct(deps, uow.session, actor, contact, address)


def why_not_there(deps: Deps, actor: Actor, lease_id: int) -> Refusal | None:
    """Why no call is lawful where the actor said that the person of their card is; None: one is. Raises AlreadyGone."""
    with deps.unit_of_work(is_read_only=True) as uow:
        lease = uow.session.get(Lease, lease_id)
        if lease is None or lease.organisation_id != actor.organisation_id or lease.agent_id != actor.agent_id:
            raise AlreadyGone
        contact = uow.session.get_one(Contact, lease.contact_id)
        decided = decide_contact(deps, uow.session, contact, deps.clock(), COUNT_NO_OFFERS)
        return None if decided.is_callable else decided.refusal


def _correct(deps: Deps, session: Session, actor: Actor, contact: Contact, address: Address) -> PlaceCorrected:
    persons = frozenset({contact.person_id})
    theirs = contacts.contacts_sharing(session, contact.organisation_id, (), persons, for_update=True)
    earlier = contacts.place_corrections(session, [one.id or 0 for one in theirs])
    if any(deps.is_unseen(one.until) for one, _ in earlier if one.corrected_by != actor.agent_id):
        raise StaleForm
    at = deps.clock()
    numbers = [one.number for one in compliance.numbers_of(session, persons) if one.closed_at is None]
    where, zones = _located(address, numbers)
    words = filter(None, (address.zone, address.region, address.postcode, address.country))
    said = blank_about(", ".join(words), contact.number or "").text
    changed = [_move(session, actor, one, where, said, at) for one in theirs]
    touched = refresh.Touched(contact.organisation_id, frozenset(numbers), persons)
    withdrawn = redecide_touched(deps, session, touched, at)
    tell_withdrawn(session, withdrawn, at, actor.slack_user_id)
    decided = decide_contact(deps, session, contact, at, COUNT_NO_OFFERS)
    refusal = None if decided.is_callable else decided.refusal
    zone = latest_zone(zones, at)
    return PlaceCorrected(contact.name, not any(changed), zone, refusal, bool(withdrawn))


def _located(address: Address, numbers: list[str]) -> tuple[Whereabouts, tuple[str, ...]]:
    """Where the person may be by address and numbers; and the zones of what was said alone."""
    try:
        country = country_code(address.country) if address.country else ""
    except UnknownPlace as error:
        raise PlaceUnknown(address.country, "country") from error
    try:
        zone = zone_of_city(address.zone) if address.zone else ""
    except UnknownPlace as error:
        raise PlaceUnknown(address.zone, "city") from error
    if not country and address.region:
        # the country of a state that is named without it, where the person's numbers are of another; not if in doubt
        lands = lands_with_state(address.region)
        own = {place[:2] for place in whereabouts_at(Address(), numbers).places}
        country = next(iter(lands)) if len(lands) == 1 and not lands & own else ""
    told = Address(country, address.region, address.postcode, zone, is_told=True)
    where = whereabouts_at(told, numbers)
    if not (country or zone) and not any(f"{by}=" in where.known_by for by in (KnownBy.REGION, KnownBy.POSTCODE)):
        part = "region" if address.region else "postcode"
        raise PlaceUnknown(address.region or address.postcode, part)
    return where, whereabouts_at(told, []).zones or where.zones


def _move(session: Session, actor: Actor, contact: Contact, where: Whereabouts, said: str, at: datetime) -> bool:
    """Give the contact its new place, and keep the old one. False: it had it already."""
    places, zones, known_by = " ".join(where.places), " ".join(where.zones), as_corrected(where.known_by)
    is_there = (contact.places, contact.zones) == (places, zones)
    if is_there and contact.known_by == known_by:
        return False
    session.add(
        CorrectedPlace(
            organisation_id=contact.organisation_id,
            contact_id=contact.id or 0,
            places=contact.places,
            zones=contact.zones,
            known_by=contact.known_by,
            until=at,
            corrected_by=actor.agent_id,
            said=said,
        )
    )
    contact.places, contact.zones, contact.known_by = places, zones, known_by
    return not is_there
