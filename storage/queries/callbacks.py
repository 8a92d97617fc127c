"""Promises to call: open, agreed in an attempt, closed by one."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_
from sqlmodel import Session, col, select

from storage.models import Callback, Contact


def on(session: Session, person_ids: Collection[int]) -> Sequence[Callback]:
    """Every promise to the persons, closed ones too."""
    return session.exec(
        select(Callback).where(col(Callback.person_id).in_(person_ids)).order_by(col(Callback.id))
    ).all()


def open_on_contacts(session: Session, contact_ids: Collection[int]) -> Sequence[Callback]:
    """Open promises on the contacts, soonest first."""
    return session.exec(
        select(Callback)
        .where(col(Callback.contact_id).in_(contact_ids), col(Callback.closed_at).is_(None))
        .order_by(col(Callback.due_at))
    ).all()


def open_to(
    session: Session, organisation_id: int, numbers: Collection[str], person_ids: Collection[int]
) -> Sequence[Callback]:
    """Open promises to any of the persons, or on contacts that ring any of the numbers."""
    return session.exec(
        select(Callback)
        .join(Contact, col(Contact.id) == col(Callback.contact_id))
        .where(
            Callback.organisation_id == organisation_id,
            col(Callback.closed_at).is_(None),
            or_(col(Callback.person_id).in_(person_ids), col(Contact.number).in_(numbers)),
        )
        .order_by(col(Callback.id))
    ).all()


def agreed_in(session: Session, attempt_id: int) -> Sequence[Callback]:
    """Open promises that were agreed in one attempt."""
    return session.exec(
        select(Callback).where(Callback.attempt_id == attempt_id, col(Callback.closed_at).is_(None))
    ).all()


def closed_by(session: Session, attempt_id: int) -> Sequence[Callback]:
    """Promises that one attempt kept, or that its outcome cancelled or superseded."""
    return session.exec(select(Callback).where(Callback.closed_attempt_id == attempt_id)).all()
