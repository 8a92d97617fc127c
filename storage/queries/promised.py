"""Callbacks that one agent has promised to make."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from storage.models import Callback, Campaign, Contact


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
