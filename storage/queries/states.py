"""The state of one contact, and which contact opens next, by cached verdicts and leases in force."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from itertools import pairwise

from sqlalchemy import ColumnElement, and_, case, func, or_, text
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from policy.vocabulary import AttemptState, ContactState, Verdict
from storage.database.rows import Statement, is_within
from storage.hand_out.search import PRIORITIES
from storage.models import Agent, Attempt, Contact, Lease
from storage.models.people import team_then
from storage.models.work import WAITING
from storage.queries.contacts import has_open_window, is_held_now


def state_of(session: Session, contact: Contact, at: datetime, *, is_free: bool = False) -> ContactState:
    """The state of one contact, by the same precedence as in the counts. `is_free`: surely no lease is in force."""
    if contact.verdict is Verdict.SUPPRESSED:
        return ContactState.SUPPRESSED
    if contact.finished_at is not None:
        return ContactState.FINISHED
    held = select(Contact.id).where(Contact.id == contact.id, is_held_now())
    if not is_free and session.exec(held).first() is not None:
        return ContactState.LEASED
    if contact.verdict is Verdict.HELD:
        return ContactState.HELD
    start, end = contact.callable_from, contact.callable_until
    is_open = start is not None and start <= at and (end is None or end > at)
    return ContactState.CALLABLE if is_open else ContactState.LOCKED


def next_to_open(session: Session, campaign_ids: Sequence[int], at: datetime) -> Contact | None:
    """The unfinished, unleased contact whose window opens first after `at`."""
    given = {"campaigns": campaign_ids, "priorities": PRIORITIES, "at": at}
    found = _OPENS_FIRST.rows(session, given) if campaign_ids else ()
    return session.get(Contact, found[0][0]) if found else None


_QUEUE = f"campaign_id = {{0}}.campaign_id AND priority = {{0}}.level AND {WAITING}"
_FIRST = f"""(SELECT id FROM contact WHERE {_QUEUE} AND callable_until {{1}} AND callable_from > :at::timestamptz
      ORDER BY callable_from, id LIMIT 1)"""  # noqa: S608 - our own words
# For each window, the contact that opens first, which is the first of an index range.
_OPENS_FIRST = Statement.of(f"""
WITH RECURSIVE queue(campaign_id, level) AS (
  SELECT campaign.value, level.value FROM unnest(:campaigns::int[]) AS campaign(value)
   CROSS JOIN unnest(:priorities::int[]) AS level(value)
), span(campaign_id, level, until) AS (
  SELECT campaign_id, level, (SELECT min(callable_until) FROM contact WHERE {_QUEUE.format("queue")}
    AND callable_until > :at::timestamptz) FROM queue
  UNION ALL
  SELECT campaign_id, level, (SELECT min(callable_until) FROM contact WHERE {_QUEUE.format("span")}
    AND callable_until > span.until) FROM span WHERE until IS NOT NULL
), head(id) AS (
  SELECT {_FIRST.format("span", "= span.until")} FROM span WHERE until IS NOT NULL
  UNION ALL SELECT {_FIRST.format("queue", "IS NULL")} FROM queue
)
SELECT id FROM (
  SELECT id, (SELECT callable_from FROM contact WHERE contact.id = head.id) AS opens FROM head WHERE id IS NOT NULL
) AS opening ORDER BY opens, id LIMIT 1
""")  # noqa: S608


def held_by(session: Session, agent_id: int) -> Sequence[tuple[Lease, Contact]]:
    """An agent's leases with their contacts, oldest first, read anew."""
    return session.exec(
        select(Lease, Contact)
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .where(Lease.agent_id == agent_id, col(Lease.ended_at).is_(None))
        .order_by(col(Lease.id))
        .execution_options(populate_existing=True)
    ).all()


def live_on(
    session: Session, organisation_id: int, numbers: Collection[str], person_ids: Collection[int]
) -> Sequence[tuple[Lease, Contact, Agent]]:
    """Leases in force on any of the numbers or persons, held by any agent."""
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
