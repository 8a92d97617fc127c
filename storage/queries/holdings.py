"""Leases in force, and the contacts they are on."""

from collections.abc import Collection, Sequence

from sqlalchemy import or_
from sqlmodel import Session, col, select

from storage.models import Agent, Contact, Lease


def held_by(session: Session, agent_id: int) -> Sequence[tuple[Lease, Contact]]:
    """What one agent holds, oldest first."""
    return session.exec(
        select(Lease, Contact)
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .where(Lease.agent_id == agent_id, col(Lease.ended_at).is_(None))
        .order_by(col(Lease.id))
    ).all()


def live_on(
    session: Session, organisation_id: int, numbers: Collection[str], person_ids: Collection[int]
) -> Sequence[tuple[Lease, Contact, Agent]]:
    """Leases in force on any of the numbers or persons, whoever holds them."""
    return session.exec(
        select(Lease, Contact, Agent)
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .join(Agent, col(Agent.id) == col(Lease.agent_id))
        .where(
            Lease.organisation_id == organisation_id,
            col(Lease.ended_at).is_(None),
            or_(col(Lease.number).in_(numbers), col(Lease.person_id).in_(person_ids)),
        )
        .order_by(col(Lease.id))
    ).all()
