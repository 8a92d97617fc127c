"""The people of a team who call, and what each did with what was handed to them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func
from sqlmodel import Session, col, select

from policy.vocabulary import Role
from storage.models import Agent, Lease

CALLERS = (Role.AGENT, Role.TEAM_LEAD)


class HandedOut(NamedTuple):
    """How many contacts offered to an agent in a span ended in one way."""

    agent_id: int
    release_reason: str  # empty: not given back
    contacts: int


def callers(session: Session, team_id: int) -> Sequence[Agent]:
    """The active agents and team leads of a team, by name."""
    return session.exec(
        select(Agent)
        .where(Agent.team_id == team_id, col(Agent.is_active).is_(True), col(Agent.role).in_(CALLERS))
        .order_by(col(Agent.name), col(Agent.id))
    ).all()


def paused(session: Session, team_id: int) -> Sequence[Agent]:
    """The people of a team to whom nothing new is handed out, by name."""
    return session.exec(
        select(Agent)
        .where(Agent.team_id == team_id, col(Agent.is_active).is_(True), col(Agent.paused_at).is_not(None))
        .order_by(col(Agent.name), col(Agent.id))
    ).all()


def handed_out(session: Session, organisation_id: int, since: datetime, until: datetime) -> list[HandedOut]:
    """What was offered in [since, until), counted by agent and by the reason it was given back for."""
    found = session.exec(
        select(Lease.agent_id, Lease.release_reason, func.count())
        .where(Lease.organisation_id == organisation_id, col(Lease.offered_at) >= since, col(Lease.offered_at) < until)
        .group_by(col(Lease.agent_id), col(Lease.release_reason))
    )
    return [HandedOut(*row) for row in found]
