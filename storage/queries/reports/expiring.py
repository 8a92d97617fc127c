"""What expires soon: screenings by age, and the places in which a team's contacts may be."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from policy.vocabulary import Verdict
from storage.database.rows import is_within
from storage.models import Callback, CallRequest, Consent, Contact, Override, PersonNumber, Relationship, Screening

_Columns = TypeVarTuple("_Columns")
_MAY_BE_CALLED = (Verdict.CALLABLE, Verdict.LOCKED)
_EXEMPTING: tuple[Any, ...] = (Consent, Relationship, CallRequest, Callback)  # besides what an override says


class Ageing(NamedTuple):
    """A contact whose newest screening against one register was obtained at a moment, and how many it answers for.

    One of several answers for all whether a rule requires the screening: they share the screening's moment, the
    campaign, list, places, zones and kind of number, and no fact on record about any of them could exempt it.
    """

    obtained_at: datetime
    contact_id: int
    campaign_id: int
    zones: str
    contacts: int = 1


@dataclass(frozen=True, slots=True)
class Sought:
    """Screenings against `register`, obtained in [since, until), of contacts of the campaigns.

    `is_per_campaign`: only a screening made for the contact's own campaign counts.
    """

    register: str
    campaigns: Collection[int]
    since: datetime
    until: datetime
    is_per_campaign: bool


def screened_against(session: Session, organisation_id: int) -> set[str]:
    """The registers that any number of the organisation was ever screened against."""
    found = select(col(Screening.register_name)).where(col(Screening.organisation_id) == organisation_id).distinct()
    return set(session.execute(found).scalars())


def ageing_alike(session: Session, sought: Sought) -> list[Ageing]:
    """Contacts callable now or later whose newest screening was clear, by what decides whether a rule requires it."""
    kind = and_(
        col(PersonNumber.organisation_id) == col(Contact.organisation_id),
        col(PersonNumber.person_id) == col(Contact.person_id),
        col(PersonNumber.number) == col(Contact.number),
    )
    obtained_at, campaign_id, zones = col(Screening.obtained_at), col(Contact.campaign_id), col(Contact.zones)
    first, contacts = func.min(Contact.id), func.count(func.distinct(col(Contact.id)))
    alike = col(Contact.list_id), col(Contact.places), col(PersonNumber.kind), col(PersonNumber.line)
    found = (
        _ageing(select(obtained_at, first, campaign_id, zones, contacts), sought)
        .outerjoin(PersonNumber, kind)
        .where(~_may_be_exempt())
        .group_by(obtained_at, zones, campaign_id, *alike)
        .order_by(obtained_at, first)
    )
    return [Ageing(*row) for row in session.execute(found)]


def ageing_alone(session: Session, sought: Sought) -> list[Ageing]:
    """The contacts that `ageing_alike` leaves out, each for itself, in order of id: each has a fact on record that may
    exempt it, such as a consent."""
    columns = (col(Screening.obtained_at), col(Contact.id), col(Contact.campaign_id), col(Contact.zones))
    found = _ageing(select(*columns).distinct(), sought).where(_may_be_exempt()).order_by(col(Contact.id))
    return [Ageing(*row) for row in session.execute(found)]


def _ageing(found: Select[*_Columns], sought: Sought) -> Select[*_Columns]:
    newer = aliased(Screening)
    is_own = [col(newer.campaign_id) == col(Contact.campaign_id)] if sought.is_per_campaign else []
    counts = [col(Screening.campaign_id) == col(Contact.campaign_id)] if sought.is_per_campaign else []
    ours = col(Contact.organisation_id) == col(Screening.organisation_id)
    is_newer = and_(
        col(newer.organisation_id) == col(Screening.organisation_id),
        col(newer.number) == col(Screening.number),
        col(newer.register_name) == sought.register,
        col(newer.obtained_at) > col(Screening.obtained_at),
        *is_own,
    )
    return (
        found.select_from(Screening)
        .join(Contact, and_(col(Contact.number) == col(Screening.number), ours))
        .where(
            col(Screening.register_name) == sought.register,
            is_within(Screening.obtained_at, sought.since, sought.until),
            col(Screening.is_listed).is_(False),
            col(Contact.campaign_id).in_(sought.campaigns),
            col(Contact.finished_at).is_(None),
            col(Contact.verdict).in_(_MAY_BE_CALLED),
            *counts,
            ~exists(select(col(newer.id)).where(is_newer)),
        )
    )


def _may_be_exempt() -> ColumnElement[bool]:
    """SQL: whether a fact about the contact or its person is on record that may stand in for a screening."""
    ours = col(Contact.organisation_id)
    of_person = (
        select(table.id).where(table.organisation_id == ours, table.person_id == col(Contact.person_id))
        for table in _EXEMPTING
    )
    approved = select(col(Override.id)).where(col(Override.contact_id) == col(Contact.id))
    return or_(*map(exists, (*of_person, approved)))


def places_of(session: Session, campaign_id: int) -> list[tuple[str, ...]]:
    """The distinct sets of places of a campaign's contacts."""
    found = select(col(Contact.places)).where(col(Contact.campaign_id) == campaign_id).distinct()
    return [tuple(places.split()) for places in session.execute(found).scalars()]
