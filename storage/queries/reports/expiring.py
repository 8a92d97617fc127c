"""What expires soon: screenings by age, and the places in which a team's contacts may be."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, exists, func, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from policy.vocabulary import Verdict
from storage.models import Contact, Screening
from storage.queries.about import is_within

_MAY_BE_CALLED = (Verdict.CALLABLE, Verdict.LOCKED)


class Ageing(NamedTuple):
    """Contacts of one campaign and place whose newest screening against one register was obtained at one moment."""

    obtained_at: datetime
    contacts: int
    sample_id: int  # any one of them


def screened_against(session: Session, organisation_id: int) -> set[str]:
    """The registers that any number of the organisation was ever screened against."""
    found = select(col(Screening.register_name)).where(col(Screening.organisation_id) == organisation_id).distinct()
    return set(session.execute(found).scalars())


def ageing_screenings(
    session: Session, register: str, campaigns: Collection[int], since: datetime, until: datetime, per_campaign: bool
) -> list[Ageing]:
    """Contacts callable now or later whose newest screening was clear and obtained in [since, until).

    `per_campaign`: only a screening made for the contact's own campaign counts.
    """
    newer = aliased(Screening)
    is_own = [col(newer.campaign_id) == col(Contact.campaign_id)] if per_campaign else []
    counts = [col(Screening.campaign_id) == col(Contact.campaign_id)] if per_campaign else []
    is_newer = and_(
        col(newer.organisation_id) == col(Screening.organisation_id),
        col(newer.number) == col(Screening.number),
        col(newer.register_name) == register,
        col(newer.obtained_at) > col(Screening.obtained_at),
        *is_own,
    )
    found = (
        select(
            col(Screening.obtained_at), func.count(func.distinct(col(Contact.id))).label("held"), func.min(Contact.id)
        )
        .select_from(Screening)
        .join(
            Contact,
            and_(
                col(Contact.number) == col(Screening.number),
                col(Contact.organisation_id) == col(Screening.organisation_id),
            ),
        )
        .where(
            col(Screening.register_name) == register,
            is_within(Screening.obtained_at, since, until),
            col(Screening.is_listed).is_(False),
            col(Contact.campaign_id).in_(campaigns),
            col(Contact.finished_at).is_(None),
            col(Contact.verdict).in_(_MAY_BE_CALLED),
            *counts,
            ~exists(select(col(newer.id)).where(is_newer)),
        )
        .group_by(col(Contact.campaign_id), col(Contact.places), col(Screening.obtained_at))
        .order_by(col(Screening.obtained_at), func.min(Contact.id))
    )
    return [Ageing(*row) for row in session.execute(found)]


def places_of(session: Session, campaign_id: int) -> list[tuple[str, ...]]:
    """The distinct sets of places of a campaign's contacts."""
    found = select(col(Contact.places)).where(col(Contact.campaign_id) == campaign_id).distinct()
    return [tuple(places.split()) for places in session.execute(found).scalars()]
