"""Callbacks that one agent has promised to make, and those of a team that nobody has kept in time."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from storage.models import Agent, Callback, Campaign, Contact


class Overdue(NamedTuple):
    callback_id: int
    due_at: datetime
    name: str
    number: str | None
    zones: str
    campaign_id: int
    agent_name: str | None  # None: anyone's


def overdue(session: Session, campaign_ids: Collection[int], before: datetime, most: int) -> list[Overdue]:
    """Open promises that were due before a moment, on unfinished contacts, the longest overdue first."""
    found = (
        select_columns(
            col(Callback.id),
            col(Callback.due_at),
            col(Contact.name),
            col(Contact.number),
            col(Contact.zones),
            col(Contact.campaign_id),
            col(Agent.name),
        )
        .select_from(Callback)
        .join(Contact, col(Contact.id) == col(Callback.contact_id))
        .outerjoin(Agent, col(Agent.id) == col(Callback.agent_id))
        .where(
            col(Callback.closed_at).is_(None),
            col(Callback.due_at) < before,
            col(Contact.finished_at).is_(None),
            col(Contact.campaign_id).in_(campaign_ids),
        )
        .order_by(col(Callback.due_at), col(Callback.id))
        .limit(most)
    )
    return [Overdue(*row) for row in session.execute(found)]


def of_agent(session: Session, agent_id: int, before: datetime, most: int) -> Sequence[tuple[Callback, Contact, str]]:
    """Open promises of the agent that are due before a moment, on unfinished contacts, soonest first, with the campaign."""
    return session.exec(
        select(Callback, Contact, Campaign.name)
        .join(Contact, col(Contact.id) == col(Callback.contact_id))
        .join(Campaign, col(Campaign.id) == col(Contact.campaign_id))
        .where(
            Callback.agent_id == agent_id,
            col(Callback.closed_at).is_(None),
            col(Callback.due_at) < before,
            col(Contact.finished_at).is_(None),
        )
        .order_by(col(Callback.due_at), col(Callback.id))
        .limit(most)
    ).all()
