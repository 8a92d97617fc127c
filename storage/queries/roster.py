"""Writes that keep the people of the house as Slack has them; each says whether it was the one that changed something."""

from datetime import datetime
from typing import Any

from sqlalchemy import update
from sqlmodel import Session, col

from storage.models import Agent, Team


def switch_off(session: Session, agent_id: int, at: datetime) -> bool:
    """False: somebody else did, or they were off already."""
    done: Any = session.execute(
        update(Agent)
        .where(col(Agent.id) == agent_id, col(Agent.is_active).is_(True))
        .values(is_active=False, deactivated_at=at)
    )
    return bool(done.rowcount)


def set_group_fault(session: Session, team_id: int, code: str) -> bool:
    """Why a team cannot follow its group; empty: it can. False: that is what stood there."""
    done: Any = session.execute(
        update(Team).where(col(Team.id) == team_id, col(Team.group_fault) != code).values(group_fault=code)
    )
    return bool(done.rowcount)
