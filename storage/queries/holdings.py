"""Leases in force, and the contacts they are on."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import or_
from sqlmodel import Session, col, select

from policy.vocabulary import LeaseStage
from storage.models import Agent, Contact, Lease


class Offered(NamedTuple):
    lease: Lease
    campaign_id: int


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


def offered_on(
    session: Session, organisation_id: int, numbers: Collection[str], person_ids: Collection[int], at: datetime
) -> list[Offered]:
    """Offered leases in force that have not run out: they count provisionally."""
    rows = session.exec(
        select(Lease, Contact.campaign_id)
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .where(
            Lease.organisation_id == organisation_id,
            col(Lease.ended_at).is_(None),
            Lease.stage == LeaseStage.OFFERED,
            col(Lease.leased_until) > at,
            or_(col(Lease.number).in_(numbers), col(Lease.person_id).in_(person_ids)),
        )
    )
    return [Offered(lease, campaign_id) for lease, campaign_id in rows]
