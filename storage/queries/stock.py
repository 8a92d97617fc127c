"""How many contacts are callable, now and later, by cached verdicts and leases in force; and how fast teams call."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import ColumnElement, and_, case, func, text
from sqlalchemy import select as sql_select
from sqlmodel import Session, col

from policy.vocabulary import AttemptState
from storage.database.rows import Statement, is_within
from storage.hand_out.search import PRIORITIES
from storage.models import Agent, Attempt, Contact, Lease
from storage.models.people import team_then
from storage.models.work import WAITING
from storage.queries.contacts import has_open_window


def opening(session: Session, campaigns: Collection[int], edges: Sequence[datetime]) -> list[int]:
    """How many windows open in each span [edge, next edge)."""
    opens_at = col(Contact.callable_from)
    spans = [and_(opens_at >= start, opens_at < end) for start, end in pairwise(edges)]
    return _counted(session, campaigns, and_(opens_at >= edges[0], opens_at < edges[-1]), spans)


def open_at(session: Session, campaigns: Collection[int], moments: Sequence[datetime]) -> list[int]:
    """How many windows are open at each moment, including leased contacts."""
    is_in_time = col(Contact.callable_from) <= moments[-1]
    return _counted(session, campaigns, is_in_time, [has_open_window(moment) for moment in moments])


def calls_by_team(session: Session, organisation_id: int, since: datetime, until: datetime) -> dict[int, int]:
    """How many attempts were made for each team in [since, until), without void ones ("not dialled"), by team id."""
    made = (
        sql_select(team_then(Attempt.opened_at).label("team_id"))
        .select_from(Attempt)
        .join(Agent, col(Agent.id) == col(Attempt.agent_id))
        .where(
            col(Attempt.organisation_id) == organisation_id,
            col(Attempt.direction) == "out",
            col(Attempt.state) != AttemptState.NOT_DIALLED,
            is_within(Attempt.opened_at, since, until),
        )
        .subquery()
    )
    counted = sql_select(made.c.team_id, func.count()).group_by(made.c.team_id)
    return {team_id: count for team_id, count in session.execute(counted) if team_id is not None}


def lasting(
    session: Session, campaigns: Collection[int], at: datetime, until: datetime, most: int
) -> Mapping[int, int]:
    """How many free contacts of each campaign are callable from `at` to `until`, by its id; counts up to `most`."""
    given = {"campaigns": campaigns, "priorities": PRIORITIES, "at": at, "until": until, "most": most}
    return {row[0]: row[1] for row in _LASTING.rows(session, given)} if campaigns else {}


_OF_LEVELS = f"""SELECT id FROM contact WHERE campaign_id = campaign.value
      AND priority IN (SELECT value FROM unnest(:priorities::int[]) AS level(value)) AND {WAITING}"""  # noqa: S608
# For each campaign, the first rows of index ranges: a range for each priority.
_LASTING = Statement.of(f"""
SELECT campaign.value, (
  SELECT count(*) FROM (
    {_OF_LEVELS} AND callable_until > :until::timestamptz AND callable_from <= :at::timestamptz LIMIT :most
  ) AS closing
) + (
  SELECT count(*) FROM (
    {_OF_LEVELS} AND callable_until IS NULL AND callable_from <= :at::timestamptz LIMIT :most
  ) AS staying
) FROM unnest(:campaigns::int[]) AS campaign(value)
""")  # noqa: S608 - our own words


def stocks(
    session: Session, campaigns: Collection[int], moments: Sequence[datetime]
) -> list[tuple[int, bool, Sequence[int]]]:
    """How many contacts of each campaign that has any have an open window at each moment: those that agents hold, as
    the flag says, and those that none holds."""
    sums = [func.coalesce(func.sum(case((has_open_window(moment), 1), else_=0)), 0) for moment in moments]
    is_one = [col(Contact.campaign_id).in_(campaigns), col(Contact.callable_from) <= moments[-1]]
    which = col(Contact.campaign_id)
    free = sql_select(which, *sums).where(*is_one, col(Contact.priority).in_(PRIORITIES), text(WAITING)).group_by(which)
    taken = (
        sql_select(which, *sums)
        .select_from(Lease)
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .where(*is_one, col(Lease.ended_at).is_(None))
        .group_by(which)
    )
    return [
        (campaign_id, is_taken, counts)
        for is_taken, found in ((False, free), (True, taken))
        for campaign_id, *counts in session.execute(found)
    ]


def _counted(
    session: Session, campaigns: Collection[int], which: ColumnElement[bool], each: Sequence[ColumnElement[bool]]
) -> list[int]:
    sums = [func.coalesce(func.sum(case((one, 1), else_=0)), 0) for one in each]
    # each priority is one range of the index
    queues = col(Contact.campaign_id).in_(campaigns), col(Contact.priority).in_(PRIORITIES)
    found = sql_select(*sums).where(*queues, col(Contact.finished_at).is_(None), which)
    return [int(count) for count in session.execute(found).one()]
