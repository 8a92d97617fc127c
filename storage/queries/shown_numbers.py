"""Messages that show a number: which are due to be hidden, and which process hides them.

Rows are taken by conditional update: of two processes that see the same row, one gets it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from storage.database.engine import insert_or_change
from storage.database.rows import changed, deleted, is_any, is_free
from storage.models import Agent, Contact, Lease, ShownNumber


def note(session: Session, shown: ShownNumber, lease_ids: Iterable[int]) -> None:
    """Store a row like `shown` for each lease, replacing rows of the same message and lease."""
    kept = shown.model_dump(exclude={"id", "lease_id"})
    insert_or_change(
        session,
        ShownNumber,
        [{**kept, "lease_id": one} for one in lease_ids],
        unique=("agent_id", "message", "lease_id"),
        change={name: kept[name] for name in ("response_url", "expires_at", "taken_at")},
        where=true(),
    )


def has_others(session: Session, agent_id: int, message: str, lease_ids: Collection[int]) -> bool:
    """Whether the message has a row of another lease than these."""
    return is_any(session, ShownNumber, _on(agent_id, message), col(ShownNumber.lease_id).not_in(lease_ids))


def forget_all_but(session: Session, agent_id: int, message: str, lease_ids: Collection[int]) -> None:
    """Delete the message's rows except those of these leases: it was redrawn and shows only their numbers."""
    deleted(session, ShownNumber, _on(agent_id, message), col(ShownNumber.lease_id).not_in(lease_ids))


def forget_expired(session: Session, at: datetime) -> int:
    """Delete expired rows: Slack no longer accepts a change to their messages. Returns how many."""
    return deleted(session, ShownNumber, col(ShownNumber.expires_at) <= at)


def ended(
    session: Session, at: datetime, ended_before: datetime, taken_before: datetime, most: int
) -> Sequence[tuple[ShownNumber, Lease, Contact, Agent]]:
    """Numbers whose call ended by `ended_before`, on messages that can still be redrawn and that no process is
    hiding."""
    found = (
        select(ShownNumber, Lease, Contact, Agent)
        .join(Lease, col(Lease.id) == col(ShownNumber.lease_id))
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .join(Agent, col(Agent.id) == col(ShownNumber.agent_id))
        .where(
            col(Lease.ended_at) <= ended_before, col(ShownNumber.expires_at) > at, is_free(ShownNumber, taken_before)
        )
        .order_by(col(ShownNumber.id))
        .limit(most)
    )
    return session.exec(found).all()


def take(session: Session, row_id: int, at: datetime, taken_before: datetime) -> bool:
    """Take a row in order to hide its number. False: another process has it, or the number is hidden."""
    is_open = col(ShownNumber.id) == row_id, is_free(ShownNumber, taken_before)
    return changed(session, ShownNumber, *is_open, taken_at=at) == 1


def is_taken(session: Session, row_id: int, at: datetime) -> bool:
    """Whether the row taken at `at` is still to be hidden."""
    return is_any(session, ShownNumber, ShownNumber.id == row_id, ShownNumber.taken_at == at)


def forget(session: Session, row_id: int, at: datetime) -> None:
    """Delete the row taken at `at`: its number is hidden."""
    deleted(session, ShownNumber, col(ShownNumber.id) == row_id, col(ShownNumber.taken_at) == at)


def put_back(session: Session, row_id: int, at: datetime, then: datetime) -> None:
    """Change when a row counts as taken, so that it becomes free again earlier or later."""
    changed(session, ShownNumber, col(ShownNumber.id) == row_id, col(ShownNumber.taken_at) == at, taken_at=then)


def _on(agent_id: int, message: str) -> ColumnElement[bool]:
    return (col(ShownNumber.agent_id) == agent_id) & (col(ShownNumber.message) == message)
