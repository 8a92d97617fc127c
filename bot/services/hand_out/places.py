"""Where contacts may be and how that is known, for people to see."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.services.answers.people import Actor
from bot.services.answers.places import KnownBy, PlaceCorrection, PlacesView
from bot.services.deps import Deps
from bot.services.errors import AlreadyGone
from bot.services.numbers.known_by import known_places
from bot.services.permissions import led_contact
from storage.models import Contact, Lease
from storage.queries import contacts


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
