"""Complaints about how a person's data are used that nobody has acknowledged yet: holds with a reason of their own."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col, select

from policy.vocabulary import DATA_COMPLAINT
from storage.models import Attempt, Contact, Hold


class OpenComplaint(NamedTuple):
    """One complaint. `received_at`: when the call in which it was made was opened."""

    contact_id: int
    campaign_id: int
    zones: str
    received_at: datetime


def open_complaints(session: Session, organisation_id: int, campaigns: Collection[int]) -> list[OpenComplaint]:
    """Those of the campaigns' contacts, the oldest first."""
    found = (
        select(Hold.contact_id, Contact.campaign_id, Contact.zones, Attempt.opened_at)
        .select_from(Hold)
        .join(Contact, col(Contact.id) == col(Hold.contact_id))
        .join(Attempt, col(Attempt.id) == col(Hold.attempt_id))
        .where(
            col(Hold.lifted_at).is_(None),
            col(Hold.organisation_id) == organisation_id,
            col(Hold.reason) == DATA_COMPLAINT,
            col(Contact.campaign_id).in_(campaigns),
        )
        .order_by(col(Attempt.opened_at), col(Hold.id))
    )
    return [OpenComplaint(*row) for row in session.execute(found)]


def of_contact(session: Session, contact_id: int) -> list[Hold]:
    """The open complaints of one contact."""
    found = select(Hold).where(
        col(Hold.contact_id) == contact_id, col(Hold.lifted_at).is_(None), col(Hold.reason) == DATA_COMPLAINT
    )
    return list(session.exec(found))
