"""Reminders of contacts: which are due, how they end, and when they come back."""

import json
from collections.abc import Collection, Mapping
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, func, or_
from sqlalchemy import select as sql_select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, exists, select

from policy.vocabulary import Outcome
from storage.database.bulk import is_one_of
from storage.database.engine import insert_or_change, is_first
from storage.database.rows import CLOCKS_DIFFER, PUT_OFF_FOR, Statement, changed, count_of, instant, is_free
from storage.models import Agent, Attempt, Callback, Campaign, Contact, Message, Reminder
from storage.queries.agents import works
from storage.queries.contacts import is_held_now

LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
NEEDS_NO_OTHER = ("sent", "off", "deactivated", "undeliverable")  # how a reminder ended that no other follows
_MOST_AGAIN = 3
_PROMISED = col(Callback.contact_id) == col(Reminder.contact_id), col(Callback.closed_at).is_(None)


class Wanted(NamedTuple):
    """Which reminders to take for an agent: due by a moment, and (unless None) scheduled before one."""

    due_by: datetime
    scheduled_before: datetime | None = None


class Taken(NamedTuple):
    """A due reminder that no other transaction has locked."""

    id: int
    agent_id: int
    contact_id: int


class Standing(NamedTuple):
    """The state of a contact, without its verdict."""

    is_finished: bool
    is_held: bool  # leased: itself, or its person or number through another list
    name: str
    campaign: str
    last_outcome: Outcome | None
    callback_due_at: datetime | None  # when the next open callback is due


def agents_to_remind(session: Session, at: datetime) -> list[tuple[Agent, datetime, int]]:
    """Active agents with due reminders that were not put off, by id: when the first was scheduled, and how many."""
    due = (
        sql_select(
            col(Reminder.agent_id),
            func.min(func.coalesce(col(Reminder.scheduled_at), LONG_AGO)).label("first"),
            func.count().label("how_many"),
        )
        .where(col(Reminder.due_at) <= at, col(Reminder.closed_at).is_(None), is_free(Reminder, at))
        .group_by(col(Reminder.agent_id))
        .subquery()
    )
    found = sql_select(Agent, due.c.first, due.c.how_many).join(due, due.c.agent_id == col(Agent.id))
    return [(agent, first, many) for agent, first, many in session.execute(found.order_by(col(Agent.id)))]


def ended_ahead(session: Session, at: datetime) -> list[int]:
    """Reminders, the newest of their contacts, that a clock which ran a day or more ahead has sent or given up.

    What was told a little early is told. Each three times at most, should a bot with such a clock still be at work: it
    counts as a sending that failed. Those of open callbacks are scheduled anew by the callback's own time.
    """
    newer = aliased(Reminder)
    found = sql_select(col(Reminder.id)).where(
        col(Reminder.closed_at) > at + A_DAY,
        col(Reminder.closed_because).in_(NEEDS_NO_OTHER),
        col(Reminder.failed) < _MOST_AGAIN,
        ~exists().where(*_PROMISED),
        ~exists().where(col(newer.contact_id) == col(Reminder.contact_id), col(newer.id) > col(Reminder.id)),
    )
    return [*session.execute(found).scalars()]


_FREE = "closed_at IS NULL AND (taken_at IS NULL OR taken_at <= :at OR taken_at > :ahead)"
_TAKE = Statement(
    f"""
SELECT id, agent_id, contact_id FROM (
    SELECT reminder.*, row_number() OVER (PARTITION BY agent_id ORDER BY due_at, reminder.id) AS place
      FROM json_each(:asked) AS asked
      JOIN reminder ON agent_id = json_extract(asked.value, '$.agent_id')
                   AND due_at <= json_extract(asked.value, '$.due_by') AND {_FREE}
                   AND (scheduled_at IS NULL OR json_extract(asked.value, '$.scheduled_before') IS NULL
                        OR scheduled_at < json_extract(asked.value, '$.scheduled_before')))
 WHERE place <= :most ORDER BY due_at, id
""",  # noqa: S608 - our own words
    f"""
SELECT mine.id, mine.agent_id, mine.contact_id
  FROM json_to_recordset(CAST(:asked AS json)) AS asked(agent_id int, due_by timestamptz, scheduled_before timestamptz)
 CROSS JOIN LATERAL (
    SELECT * FROM reminder
     WHERE reminder.agent_id = asked.agent_id AND due_at <= asked.due_by AND {_FREE}
       AND (scheduled_at IS NULL OR asked.scheduled_before IS NULL OR scheduled_at < asked.scheduled_before)
     ORDER BY due_at, id LIMIT :most FOR UPDATE SKIP LOCKED) AS mine
 ORDER BY mine.due_at, mine.id
""",  # noqa: S608
)
_AMONG = "id = ANY(:ids::int[])"
_PUT_OFF = Statement.of(f"UPDATE reminder SET taken_at = :until WHERE {_AMONG}")  # noqa: S608
_AGAIN = "UPDATE reminder SET closed_at = NULL, closed_because = '', taken_at = NULL"
_OPEN_AGAIN = Statement.of(f"{_AGAIN}, failed = failed + 1 WHERE {_AMONG}")
# The last reminder of each contact, if what closed it is over.
_REOPEN = Statement.of(
    f"{_AGAIN}, failed = 0, scheduled_at = :at"  # noqa: S608
    f" WHERE id IN (SELECT max(id) FROM reminder WHERE contact_{_AMONG} GROUP BY contact_id)"
    " AND closed_because IN ('held', 'suppressed', 'not_callable')"
)
_NEWER = "SELECT 1 FROM reminder AS newer WHERE newer.contact_id = reminder.contact_id AND newer.id > reminder.id"
_UNTOLD = Statement.of(f"{_AGAIN} WHERE {_AMONG} AND closed_because = 'sent' AND NOT EXISTS ({_NEWER})")
_WAITS = f"EXISTS ({_NEWER} AND newer.closed_at IS NULL)"
_REPLACED = Statement.of(f"SELECT id FROM reminder WHERE {_AMONG} AND {_WAITS}")  # noqa: S608
_CLOSE = Statement.of(
    f"UPDATE reminder SET closed_at = :at, closed_because = :because WHERE {_AMONG} AND closed_at IS NULL"  # noqa: S608
)


def take_reminders(session: Session, wanted: Mapping[int, Wanted], at: datetime, most: int) -> list[Taken]:
    """The reminders wanted for each agent, at most `most` for each, soonest first, locked until the transaction ends.

    Skips those that were put off, and rows that another transaction has locked, and takes none while another one
    takes, so that one agent's reminders are not split over two messages.
    """
    if not is_first(session, "reminders"):
        return []
    zone = "" if session.get_bind().dialect.name == "sqlite" else "+00"
    asked = [
        {"agent_id": agent_id, **{key: instant(moment) + zone for key, moment in one._asdict().items() if moment}}
        for agent_id, one in wanted.items()
    ]
    given = {"asked": json.dumps(asked), "at": at, "ahead": at + PUT_OFF_FOR, "most": most}
    return [Taken(*row) for row in _TAKE.rows(session, given)]


def close_reminders(session: Session, ids: Collection[int], at: datetime, because: str) -> None:
    """Close the reminders that are still open."""
    if ids:
        _CLOSE.rows(session, {"ids": ids, "at": at, "because": because})


def open_again(session: Session, ids: Collection[int]) -> None:
    """Open reminders again that `ended_ahead` found."""
    _OPEN_AGAIN.rows(session, {"ids": ids})


def open_untold(session: Session, ids: Collection[int]) -> None:
    """Open reminders again whose messages are over and told nobody, unless their contacts have newer ones."""
    _UNTOLD.rows(session, {"ids": ids})


def no_longer_theirs(session: Session, ids: Collection[int]) -> set[int]:
    """Those of the reminders whose contact has a newer one that waits, or whose campaign is not their agent's now."""
    return {row[0] for row in _REPLACED.rows(session, {"ids": ids})} | waiting_for_campaign(session, ids)


def reopen_closed(session: Session, contact_ids: Collection[int], at: datetime) -> None:
    """Open again the last reminder of contacts that no longer are held or stopped, if that closed it."""
    if contact_ids:
        _REOPEN.rows(session, {"ids": contact_ids, "at": at})


def bring_forward(
    session: Session, before: Mapping[int, datetime | None], now: Mapping[int, datetime | None], at: datetime
) -> None:
    """Remind earlier of contacts that open earlier, if their reminder was to come by the time they opened before.

    `before` and `now`: when each opened, and opens, by its id. A promised callback keeps its time.
    """
    earlier = {
        key: (was, max(opens, at))
        for key, opens in now.items()
        if opens is not None and (was := before[key]) is not None and max(opens, at) < was
    }
    if not earlier:
        return
    waits = col(Reminder.contact_id).in_(earlier), col(Reminder.closed_at).is_(None)
    waiting = select(Reminder).where(*waits, ~exists().where(*_PROMISED))
    moved: dict[int, dict[int, tuple[int, datetime]]] = {}
    for one in session.exec(waiting.execution_options(populate_existing=True)):
        was, opens = earlier[one.contact_id]
        if opens < one.due_at <= was:
            moved.setdefault(one.organisation_id, {})[one.contact_id] = (one.agent_id, opens)
    for organisation_id, wanted in moved.items():
        schedule_all(session, organisation_id, wanted, at)


def put_off(session: Session, ids: Collection[int], until: datetime) -> None:
    """Do not look at reminders again until a moment."""
    if ids:
        _PUT_OFF.rows(session, {"ids": ids, "until": until})


def standing_of(session: Session, contact_ids: Collection[int]) -> dict[int, Standing]:
    """The standing of each contact."""
    calls = sql_select(col(Attempt.outcome)).where(col(Attempt.contact_id) == col(Contact.id))
    last = calls.order_by(col(Attempt.opened_at).desc(), col(Attempt.id).desc()).limit(1).scalar_subquery()
    promised = col(Callback.contact_id) == col(Contact.id), col(Callback.closed_at).is_(None)
    due = sql_select(func.min(col(Callback.due_at))).where(*promised).scalar_subquery()
    stands = (col(Contact.finished_at).is_not(None), is_held_now(), col(Contact.name), col(Campaign.name), last, due)
    found = (
        sql_select(col(Contact.id), *stands)
        .join(Campaign, col(Campaign.id) == col(Contact.campaign_id))
        .where(is_one_of(session, col(Contact.id), contact_ids))
    )
    return {contact_id: Standing(*said) for contact_id, *said in session.execute(found)}


# The contact's campaign is not active, or none of the agent's teams works it.
_WAITS_FOR_CAMPAIGN = exists().where(
    col(Contact.id) == col(Reminder.contact_id),
    col(Campaign.id) == col(Contact.campaign_id),
    col(Agent.id) == col(Reminder.agent_id),
    or_(~col(Campaign.is_active), ~works(col(Campaign.id))),
)


def waiting_for_campaign(session: Session, ids: Collection[int]) -> set[int]:
    """Those of the reminders whose campaign is not active, or is not the agent's."""
    found = sql_select(col(Reminder.id)).where(col(Reminder.id).in_(ids), _WAITS_FOR_CAMPAIGN)
    return set(session.execute(found).scalars())


OVERDUE = timedelta(hours=1)
A_DAY = timedelta(days=1)


def undelivered(session: Session, organisation_id: int, at: datetime) -> int:
    """How many reminders have waited for Slack for an hour, or were given up within the last day."""
    waits = and_(col(Message.closed_at).is_(None), col(Message.written_at) < at - OVERDUE)
    gone = and_(col(Message.closed_because).in_(("undeliverable", "broken")), col(Message.closed_at) > at - A_DAY)
    ours = (col(Message.organisation_id) == organisation_id, col(Message.kind) == "callable_again")
    return count_of(session, Message, *ours, or_(waits, gone))


def open_of(session: Session, contact_ids: Collection[int]) -> dict[int, list[Reminder]]:
    """Reminders of each contact that are neither sent nor dropped."""
    open_now = select(Reminder).where(col(Reminder.contact_id).in_(contact_ids), col(Reminder.closed_at).is_(None))
    # without a flush: what the session has changed of contacts is written once, at the end
    found: dict[int, list[Reminder]] = {one: [] for one in contact_ids}
    for reminder in session.exec(open_now.execution_options(populate_existing=True, autoflush=False)):
        found[reminder.contact_id].append(reminder)
    return found


def close_all(session: Session, contact_ids: Collection[int], at: datetime, because: str) -> None:
    """Drop every open reminder of contacts."""
    theirs = col(Reminder.contact_id).in_(contact_ids), col(Reminder.closed_at).is_(None)
    changed(session, Reminder, *theirs, closed_at=at, closed_because=because)


def schedule(session: Session, contact: Contact, agent_id: int, due_at: datetime, at: datetime) -> None:
    """Remind the agent of the contact at `due_at`, and at no other time. A reminder that was sent is not sent again.

    Unless a clock that ran ahead sent it, and its moment is still to come.
    """
    session.flush()
    schedule_all(session, contact.organisation_id, {contact.id or 0: (agent_id, due_at)}, at)


def schedule_all(
    session: Session, organisation_id: int, wanted: Mapping[int, tuple[int, datetime]], at: datetime
) -> None:
    """Do the same for many contacts of one organisation: by contact id, whom to remind and when."""
    if not wanted:
        return
    columns = (col(Reminder.id), col(Reminder.contact_id), col(Reminder.agent_id), col(Reminder.due_at))
    standing = session.execute(
        sql_select(*columns).where(col(Reminder.contact_id).in_(wanted), col(Reminder.closed_at).is_(None))
    )
    others = [id_ for id_, contact_id, *those in standing if tuple(those) != wanted[contact_id]]
    reschedule(session, organisation_id, wanted, others, at)


def reschedule(
    session: Session,
    organisation_id: int,
    wanted: Mapping[int, tuple[int, datetime]],
    others: Collection[int],
    at: datetime,
) -> None:
    """The same, where the open reminders are known: `others` are those of another agent or moment, by id.

    `wanted` has those that are not open.
    """
    close_reminders(session, others, at, "superseded")
    same = {"organisation_id": organisation_id, "scheduled_at": at}
    rows = [
        {**same, "agent_id": agent_id, "contact_id": contact_id, "due_at": due_at}
        for contact_id, (agent_id, due_at) in wanted.items()
    ]
    if not rows:
        return
    insert_or_change(
        session,
        Reminder,
        rows,
        unique=("agent_id", "contact_id", "due_at"),
        change={"scheduled_at": at, "closed_at": None, "closed_because": "", "taken_at": None, "failed": 0},
        where=and_(
            col(Reminder.closed_at).is_not(None),
            or_(
                col(Reminder.closed_because) != "sent",
                and_(col(Reminder.due_at) > at, col(Reminder.closed_at) > at + CLOCKS_DIFFER),
            ),
        ),
    )
