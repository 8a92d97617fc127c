"""What becomes callable when, counted by the database from cached windows: a forecast, never the law."""

from collections.abc import Collection, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import ColumnElement, and_, case, func, select
from sqlmodel import Session, col

from policy.vocabulary import AttemptState
from storage.hand_out import PRIORITIES
from storage.models import Agent, Attempt, Contact
from storage.queries.contacts import has_open_window


def opening(session: Session, campaigns: Collection[int], edges: Sequence[datetime]) -> list[int]:
    """How many contacts' windows open in each of the spans [edge, next edge)."""
    opens_at = col(Contact.callable_from)
    spans = [and_(opens_at >= start, opens_at < end) for start, end in pairwise(edges)]
    return _counted(session, campaigns, and_(opens_at >= edges[0], opens_at < edges[-1]), spans)


def open_at(session: Session, campaigns: Collection[int], moments: Sequence[datetime]) -> list[int]:
    """How many contacts' windows are open at each moment, those with an agent among them."""
    is_in_time = col(Contact.callable_from) <= moments[-1]
    return _counted(session, campaigns, is_in_time, [has_open_window(moment) for moment in moments])


def calls_since(session: Session, team_id: int, since: datetime, until: datetime) -> int:
    """Calls out that the team's agents made in [since, until); void attempts ("not dialled") are none."""
    counted = (
        select(func.count())
        .select_from(Attempt)
        .join(Agent, col(Agent.id) == col(Attempt.agent_id))
        .where(
            col(Agent.team_id) == team_id,
            col(Attempt.direction) == "out",
            col(Attempt.state) != AttemptState.NOT_DIALLED,
            col(Attempt.opened_at) >= since,
            col(Attempt.opened_at) < until,
        )
    )
    return int(session.execute(counted).scalar_one())


def _counted(
    session: Session, campaigns: Collection[int], which: ColumnElement[bool], each: Sequence[ColumnElement[bool]]
) -> list[int]:
    sums = [func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in each]
    found = select(*sums).where(
        col(Contact.campaign_id).in_(campaigns),
        col(Contact.priority).in_(PRIORITIES),  # a range of one index for each
        col(Contact.finished_at).is_(None),
        which,
    )
    return [int(count) for count in session.execute(found).one()]
