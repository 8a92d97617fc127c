"""Messages on which a number stands: what is due to be hidden, and who hides it.

Taking is a conditional update: of two processes that see the same row, one gets it.
"""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, CursorResult, Executable, delete, or_, select, true, update
from sqlmodel import Session, col

from storage.database import insert_or_change
from storage.models import Agent, Contact, Lease, ShownNumber


class Ended(NamedTuple):
    """A number whose call is over, and whose it was."""

    shown: ShownNumber
    lease: Lease
    contact: Contact
    agent: Agent


def note(session: Session, shown: ShownNumber, lease_ids: Iterable[int]) -> None:
    """Keep a row like `shown` for each of the leases, in place of what was kept of its message and the same lease."""
    kept = shown.model_dump(exclude={"id", "lease_id"})
    insert_or_change(
        session,
        ShownNumber,
        [{**kept, "lease_id": one} for one in lease_ids],
        unique=("agent_id", "message", "lease_id"),
        change={name: kept[name] for name in ("response_url", "expires_at", "taken_at")},
        where=true(),
    )


def is_kept(session: Session, agent_id: int, message: str) -> bool:
    """Whether anything is kept of a message."""
    found = select(col(ShownNumber.id)).where(_on(agent_id, message)).limit(1)
    return session.execute(found).first() is not None


def forget_all_but(session: Session, agent_id: int, message: str, lease_ids: Collection[int]) -> None:
    """Of a message that was drawn anew and shows the numbers of these leases alone."""
    others = delete(ShownNumber).where(_on(agent_id, message), col(ShownNumber.lease_id).not_in(lease_ids))
    session.execute(others)


def forget_expired(session: Session, at: datetime) -> int:
    """Nothing can be done about them any more."""
    return _changed(session, delete(ShownNumber).where(col(ShownNumber.expires_at) <= at))


def is_any(session: Session) -> bool:
    """Whether there is anything to look at: usually there is not."""
    return session.execute(select(col(ShownNumber.id)).limit(1)).first() is not None


def ended(session: Session, at: datetime, ended_before: datetime, taken_before: datetime, most: int) -> list[Ended]:
    """Numbers whose call was over before a moment, of messages that can still be drawn anew and that nobody is at."""
    found = (
        select(ShownNumber, Lease, Contact, Agent)
        .join(Lease, col(Lease.id) == col(ShownNumber.lease_id))
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .join(Agent, col(Agent.id) == col(ShownNumber.agent_id))
        .where(col(Lease.ended_at) <= ended_before, col(ShownNumber.expires_at) > at, _is_free(taken_before))
        .order_by(col(ShownNumber.id))
        .limit(most)
    )
    return [Ended(*row) for row in session.execute(found)]


def take(session: Session, row_id: int, at: datetime, taken_before: datetime) -> bool:
    """Be the one who hides it. False: another is at it, or it is hidden."""
    taking = update(ShownNumber).where(col(ShownNumber.id) == row_id, _is_free(taken_before)).values(taken_at=at)
    return _changed(session, taking.execution_options(synchronize_session=False)) == 1


def is_taken(session: Session, row_id: int, at: datetime) -> bool:
    """Whether it is still to be hidden by whoever took it at that moment."""
    found = select(col(ShownNumber.id)).where(col(ShownNumber.id) == row_id, col(ShownNumber.taken_at) == at)
    return session.execute(found).first() is not None


def forget(session: Session, row_id: int, at: datetime) -> None:
    """It is hidden, by whoever took it at that moment."""
    session.execute(delete(ShownNumber).where(col(ShownNumber.id) == row_id, col(ShownNumber.taken_at) == at))


def put_back(session: Session, row_id: int, at: datetime, then: datetime) -> None:
    """What was taken at one moment counts as taken at another: as soon as that is long enough ago it is free again."""
    mine = update(ShownNumber).where(col(ShownNumber.id) == row_id, col(ShownNumber.taken_at) == at)
    session.execute(mine.values(taken_at=then).execution_options(synchronize_session=False))


def _on(agent_id: int, message: str) -> ColumnElement[bool]:
    return (col(ShownNumber.agent_id) == agent_id) & (col(ShownNumber.message) == message)


def _is_free(taken_before: datetime) -> ColumnElement[bool]:
    return or_(col(ShownNumber.taken_at).is_(None), col(ShownNumber.taken_at) <= taken_before)


def _changed(session: Session, statement: Executable) -> int:
    result: CursorResult[Any] = session.execute(statement)  # type: ignore[assignment]
    return result.rowcount
