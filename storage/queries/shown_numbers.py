"""Messages that show a number: which are due to be hidden."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, true
from sqlmodel import Session, col, select

from storage.database.engine import insert_or_change
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


def ended(
    session: Session, at: datetime, ended_before: datetime, is_untaken: ColumnElement[bool], most: int
) -> Sequence[tuple[ShownNumber, Lease, Contact, Agent]]:
    """Numbers whose call ended by `ended_before`, on messages that can still be redrawn and that none is hiding."""
    found = (
        select(ShownNumber, Lease, Contact, Agent)
        .join(Lease, col(Lease.id) == col(ShownNumber.lease_id))
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .join(Agent, col(Agent.id) == col(ShownNumber.agent_id))
        .where(col(Lease.ended_at) <= ended_before, col(ShownNumber.expires_at) > at, is_untaken)
        .order_by(col(ShownNumber.id))
        .limit(most)
    )
    return session.exec(found).all()
