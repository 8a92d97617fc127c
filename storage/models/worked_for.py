"""The team that a person worked for at a moment, as SQL."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import col

from storage.models.calls import Attempt
from storage.models.people import Agent, EarlierTeam


def team_then(moment: Any) -> ColumnElement[int]:
    """SQL: the team that an agent (of the table Agent) worked for at a moment, an SQL expression."""
    earlier = (
        select(col(EarlierTeam.team_id))
        .where(col(EarlierTeam.agent_id) == col(Agent.id), col(EarlierTeam.until) > moment)
        .order_by(col(EarlierTeam.until), col(EarlierTeam.id))
        .limit(1)
    )
    return func.coalesce(earlier.scalar_subquery(), col(Agent.team_id))


def worked_for(team_id: int | None, moment: Any) -> ColumnElement[bool]:
    """SQL: whether an agent (of the table Agent) worked for the team at a moment, an SQL expression."""
    return and_(ever_worked_for(team_id), team_then(moment) == team_id)


def made_for(team_id: int | None, since: datetime, until: datetime) -> ColumnElement[bool]:
    """SQL: whether an attempt was made for a team in [since, until), dialled or not. Asks of Attempt and Agent."""
    opened_at = col(Attempt.opened_at)
    is_theirs = worked_for(team_id, opened_at), col(Attempt.direction) == "out"
    return and_(*is_theirs, opened_at >= since, opened_at < until)


def ever_worked_for(team_id: int | None) -> ColumnElement[bool]:
    """SQL: whether an agent works for the team, or ever did."""
    left = select(col(EarlierTeam.agent_id)).where(col(EarlierTeam.team_id) == team_id)
    return or_(col(Agent.team_id) == team_id, col(Agent.id).in_(left))
