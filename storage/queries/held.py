"""Contacts that a team lead's hold keeps from being called."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, or_
from sqlmodel import Session, col, select

from policy.vocabulary import Verdict
from storage.models import Contact, Hold


class OpenHold(NamedTuple):
    contact_id: int
    person_id: int
    reason: str
    placed_at: datetime


def open_holds(session: Session, organisation_id: int, most: int) -> list[OpenHold]:
    """Holds nobody has lifted, the oldest first."""
    found = (
        select(col(Hold.contact_id), col(Contact.person_id), col(Hold.reason), col(Hold.placed_at))
        .select_from(Hold)
        .join(Contact, col(Contact.id) == col(Hold.contact_id))
        .where(col(Hold.lifted_at).is_(None), col(Hold.organisation_id) == organisation_id)
        .order_by(col(Hold.placed_at), col(Hold.id))
        .limit(most)
    )
    return [OpenHold(*row) for row in session.exec(found)]


def contacts_held(
    session: Session, campaigns: Collection[int], contact_ids: Collection[int], person_ids: Collection[int]
) -> Sequence[Contact]:
    """Those of the contacts, and of the persons' contacts, that stand in the campaigns and are held."""
    return _held(session, campaigns, or_(col(Contact.id).in_(contact_ids), col(Contact.person_id).in_(person_ids)))


def contacts_held_by(
    session: Session, campaigns: Collection[int], rules: Collection[str], most: int
) -> Sequence[Contact]:
    """Held contacts of the campaigns whose strictest reason is one of the rules."""
    return _held(session, campaigns, col(Contact.rule).in_(rules), most)


def _held(
    session: Session, campaigns: Collection[int], which: ColumnElement[bool], most: int | None = None
) -> Sequence[Contact]:
    found = select(Contact).where(
        col(Contact.campaign_id).in_(campaigns),
        col(Contact.verdict) == Verdict.HELD,
        col(Contact.finished_at).is_(None),
        which,
    )
    return session.exec(found.order_by(col(Contact.id)).limit(most)).all()
