"""The only concurrency code. Who holds what is decided by unique indexes and by the WHERE of an update, never by a read."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import CursorResult, Update, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from policy.vocabulary import LeaseEnd, LeaseStage
from storage.engine import insert_unless_taken, is_first
from storage.models import Contact, Lease


@dataclass(frozen=True, slots=True)
class Terms:
    """What a claim grants. Instants are aware UTC; `leased_until` never outlives `lawful_until`."""

    agent_id: int
    offered_at: datetime
    leased_until: datetime
    lawful_until: datetime
    callback_id: int | None = None


def claim(session: Session, contact: Contact, terms: Terms) -> Lease | None:
    """Lease the contact to one agent, stage offered. None: its person, its number or itself is held already."""
    if contact.number is None or not is_first(session, *_names(contact)):
        return None
    lease_id = insert_unless_taken(
        session,
        Lease,
        {
            "organisation_id": contact.organisation_id,
            "contact_id": contact.id,
            "person_id": contact.person_id,
            "number": contact.number,
            "agent_id": terms.agent_id,
            "stage": LeaseStage.OFFERED,
            "offered_at": terms.offered_at,
            "leased_until": terms.leased_until,
            "lawful_until": terms.lawful_until,
            "callback_id": terms.callback_id,
            "ended_because": "",
            "release_reason": "",
            "release_words": "",
        },
    )
    return None if lease_id is None else session.get(Lease, lease_id)


def start_calling(session: Session, lease: Lease, until: datetime, lawful_until: datetime) -> bool:
    """Move an offered lease to stage calling. False: it is no longer offered."""
    return _changed(
        session,
        lease,
        update(Lease)
        .where(col(Lease.id) == lease.id, col(Lease.ended_at).is_(None), col(Lease.stage) == LeaseStage.OFFERED)
        .values(stage=LeaseStage.CALLING, leased_until=until, lawful_until=lawful_until),
    )


def shorten(session: Session, lease: Lease, lawful_until: datetime) -> bool:
    """Bring an offered lease's end forward to what is lawful now. Never lengthens. False: it is no longer offered."""
    return _changed(
        session,
        lease,
        update(Lease)
        .where(col(Lease.id) == lease.id, col(Lease.ended_at).is_(None), col(Lease.stage) == LeaseStage.OFFERED)
        .values(leased_until=min(lease.leased_until, lawful_until), lawful_until=lawful_until),
    )


def end(
    session: Session, lease: Lease, at: datetime, because: LeaseEnd, release_reason: str = "", release_words: str = ""
) -> bool:
    """End a lease that is in force. False: it had ended before, and stays as it ended."""
    return _changed(
        session,
        lease,
        update(Lease)
        .where(col(Lease.id) == lease.id, col(Lease.ended_at).is_(None))
        .values(ended_at=at, ended_because=because.value, release_reason=release_reason, release_words=release_words),
    )


def lapsed(session: Session, at: datetime, most: int) -> Sequence[Lease]:
    """Leases that ran out before `at` and are not yet ended, the oldest first."""
    return session.exec(
        select(Lease)
        .where(col(Lease.ended_at).is_(None), col(Lease.leased_until) <= at)
        .order_by(col(Lease.leased_until))
        .limit(most)
    ).all()


def lapse(session: Session, lease: Lease, at: datetime) -> bool:
    """End one lease because its time is up. False: somebody ended or lengthened it first."""
    return _changed(
        session,
        lease,
        update(Lease)
        .where(col(Lease.id) == lease.id, col(Lease.ended_at).is_(None), col(Lease.leased_until) <= at)
        .values(ended_at=at, ended_because=LeaseEnd.LAPSED.value),
    )


def restore(session: Session, lease: Lease, until: datetime) -> bool:
    """Take an ended lease in stage calling up again, for an undo. False: the contact, person or number is held now."""
    statement = (
        update(Lease)
        .where(col(Lease.id) == lease.id, col(Lease.ended_at).is_not(None), col(Lease.stage) == LeaseStage.CALLING)
        .values(ended_at=None, ended_because="", leased_until=until)
    )
    try:
        with session.begin_nested():
            return _changed(session, lease, statement)
    except IntegrityError:
        return False


def _names(contact: Contact) -> tuple[str, str]:
    """What a claim of the contact shuts off, whichever list it is claimed from."""
    return f"{contact.organisation_id} person {contact.person_id}", f"{contact.organisation_id} number {contact.number}"


def _changed(session: Session, lease: Lease, statement: Update) -> bool:
    result: CursorResult[Any] = session.execute(statement.execution_options(synchronize_session=False))  # type: ignore[assignment]
    session.refresh(lease)
    return result.rowcount == 1
