"""Finds the next contacts worth deciding, in order of hand-out, and those whose window has closed. Hand-written SQL:
every agent waits for it.

The stock has one queue for each campaign, contact priority and window end. Each queue is a range of the index
`contact_claim`, in the order in which contacts opened. The search merges the heads of queues. It sorts only heads, and
passes over no contact that is leased, finished, closed or not yet open. It reads level by level (campaign priority,
then contact priority) until it has enough.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter
from time import monotonic
from typing import Any, NamedTuple

from sqlmodel import Session

from policy.vocabulary import NOT_SAID, ReleaseReason
from storage.database.rows import Statement
from storage.models.work import WAITING

GOOD_FOR_S = 1.0
PAGES = 500  # of contacts, read by one search; a healthy search reads a tenth of that

Whose = tuple[int | None, frozenset[int] | None]  # the team, and the campaigns it is limited to


class Head(NamedTuple):
    """The queues of one level, one for each campaign and window, and when the first contact found in them opened."""

    priority: int
    campaigns: Sequence[int]
    untils: Sequence[str | None]
    since: str


class ResumePoints:
    """How far a team's searches came, where everything before that point is slow to pass and nothing is free.

    PostgreSQL cannot clean away rows that an open transaction (a report, a dump, a forgotten session) might still see.
    Contacts handed out since then stay at the head of their queue as dead rows, and every search passes over them. So a
    search that read much notes how far it came, and the searches of the same process begin there for one second. If
    they find too little, everything is searched: no agent is told "nothing to call" because of this. A contact that
    returned to an earlier place waits for that second.
    """

    def __init__(self) -> None:
        self._known: dict[Whose, tuple[Head, float]] = {}  # until when, by the monotonic clock; then all is searched

    def of(self, whose: Whose) -> Head | None:
        """How far the last search came, if it read much less than a second ago."""
        known = self._known.get(whose)
        return known[0] if known is not None and monotonic() < known[1] else None

    def keep(self, whose: Whose, head: Head) -> None:
        """Note how far a search came, until one second after the last search of everything."""
        until = self._known[whose][1] if self.of(whose) else monotonic() + GOOD_FOR_S
        self._known[whose] = head, until

    def forget(self, whose: Whose) -> None:
        """Search everything next time."""
        self._known.pop(whose, None)


PRIORITIES = range(5)
# a contact given back for such a reason, or for none, is not offered to the same agent for so long
NOT_AGAIN_FOR = timedelta(hours=24)
NOT_AGAIN = (
    ReleaseReason.NOT_MY_LANGUAGE.value,
    ReleaseReason.KNOWN_TO_ME.value,
    ReleaseReason.WRONG_CAMPAIGN.value,
    ReleaseReason.OTHER.value,
    NOT_SAID,
)
OVERDUE_AFTER = timedelta(minutes=15)  # then anyone of the team may make the callback, before anything else

# How far to look into each queue: further where other transactions have locked its head.
DEPTHS = (8, 32, 96, 256, 4096)


@dataclass(frozen=True, slots=True)
class OnCard:
    """The columns of a contact that its card shows as they are."""

    name: str


@dataclass(frozen=True, slots=True)
class Candidate(OnCard):
    """The columns of a contact that its decision, its lease and its card need."""

    id: int
    organisation_id: int
    campaign_id: int
    list_id: int
    person_id: int
    number: str
    places: str
    zones: str


FIELDS = tuple(one.name for one in fields(Candidate))
_COLUMNS = ", ".join(f"contact.{name}" for name in FIELDS)


def leased_value(column: str, wanted: str, nobody: str, which: str) -> str:
    """SQL: `wanted` where a lease in force has it in `column`, otherwise `nobody`. One index look-up.

    A range instead of `=`: for an equal value PostgreSQL may read all leases in force by another index while it takes
    the table to be small.
    """
    return (
        f"coalesce((SELECT {column} FROM lease WHERE lease.ended_at IS NULL AND {which}"  # noqa: S608
        f" AND {column} >= {wanted} AND {column} <= {wanted} ORDER BY {column} LIMIT 1), {nobody})"
    )


def takes_locks(row: str) -> str:
    """SQL for PostgreSQL: whether this transaction has the locks of a row's person and number. Waits for neither.

    Without them a claim would wait for the whole transaction of another claim of the same person, and two claims in
    opposite orders would deadlock.
    """
    names = (f"{row}.organisation_id || ' {name} ' || {row}.{column}" for name, column in _LOCKED.items())
    return " AND ".join(f"pg_try_advisory_xact_lock(hashtextextended({name}, 0))" for name in names)


_LOCKED = {"person": "person_id", "number": "number"}
_OF_HOUSE = "lease.organisation_id = contact.organisation_id"

# Leaves out contacts that share a person or a number with a lease in force, and so also those leased by a process of
# the previous version, which does not mark the contact. Where several agents ask together, `agent_id` is NULL: a
# callback kept by one of them or a contact given back by one is left out, because it might go to the wrong agent.
# A callback keeps its person for its agent in every campaign of the client: a call through any of them would keep it.
# It is looked up by its person alone, hence CASE: PostgreSQL would read all open callbacks for each contact.
_FREE = f"""
  {WAITING} AND number IS NOT NULL AND callable_from <= :at AND (callable_until IS NULL OR callable_until > :at)
  AND {leased_value("lease.person_id", "contact.person_id", "-1", _OF_HOUSE)} <> contact.person_id
  AND {leased_value("lease.number", "contact.number", "''", _OF_HOUSE)} <> contact.number
  AND coalesce((SELECT 1 FROM callback WHERE callback.person_id = contact.person_id
                 AND CASE WHEN callback.closed_at IS NULL AND callback.due_at > :overdue_at
                          THEN coalesce(callback.agent_id <> :agent_id, callback.agent_id IS NOT NULL)
                           AND (callback.contact_id = contact.id OR callback.principal =
                                (SELECT client.principal FROM campaign AS client WHERE client.id = contact.campaign_id))
                          ELSE false END LIMIT 1), 0) = 0
  AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.contact_id = contact.id AND lease.agent_id IN agents
                  AND lease.release_reason IN ({", ".join(f"'{reason}'" for reason in NOT_AGAIN)})
                  AND lease.ended_at > :given_back_at)
"""  # noqa: S608 - our own words; what is asked comes as parameters

_FREE_ON_POSTGRESQL = _FREE.replace("IN agents", "= ANY(asked.agent_ids)").replace(":", "asked.")
_FREE_ON_SQLITE = _FREE.replace("IN agents", "IN (SELECT value FROM json_each(:agent_ids))")

# Finds the open windows of a queue by skipping from one to the next, and adds the queue of contacts with no known end.
# Locks a contact as soon as it is chosen, with its person and its number on any list: two searches never find the same
# one, and neither waits. Passes over locked contacts without counting them, so that no agent is told "nothing to call"
# while others take the head. With `heads` it goes on from where the last search came, in the queues of that level
# alone.
SEARCH = f"""
SELECT chosen.*, level.rank, level.priority, queues.campaigns, queues.untils, next.callable_from AS since FROM (
  SELECT DISTINCT first.rank, second.priority
    FROM unnest(asked.ranks) AS first(rank), unnest(asked.priorities) AS second(priority) WHERE asked.head_since IS NULL
   UNION ALL
  SELECT NULL, asked.head_priority WHERE asked.head_since IS NOT NULL AND asked.head_campaigns <@ asked.campaigns
   ORDER BY 1, 2
) AS level
CROSS JOIN LATERAL (
  SELECT coalesce(asked.head_campaigns, array_agg(campaign.id)) AS campaigns,
         coalesce(asked.head_untils, array_agg(span.until)) AS untils
    FROM unnest(asked.campaigns, asked.ranks) AS campaign(id, rank)
   CROSS JOIN LATERAL (
     WITH RECURSIVE span(until, since) AS (
       (SELECT callable_until, callable_from FROM contact
         WHERE campaign_id = campaign.id AND priority = level.priority AND {WAITING} AND callable_until > asked.at
         ORDER BY callable_until, callable_from, id LIMIT 1)
       UNION ALL
       SELECT later.* FROM span CROSS JOIN LATERAL (
         SELECT callable_until, callable_from FROM contact
          WHERE campaign_id = campaign.id AND priority = level.priority AND {WAITING} AND callable_until > span.until
          ORDER BY callable_until, callable_from, id LIMIT 1) AS later
     )
     SELECT until FROM span WHERE since <= asked.at UNION ALL SELECT NULL
   ) AS span WHERE campaign.rank = level.rank
) AS queues
CROSS JOIN LATERAL (
  SELECT * FROM unnest(asked.froms, asked.depths) AS depth(passed, deep)
   WHERE queues.campaigns IS NOT NULL ORDER BY passed OFFSET 0
) AS depth
CROSS JOIN LATERAL (
  SELECT head.id, head.callable_from FROM unnest(queues.campaigns, queues.untils) AS queue(campaign_id, until)
   CROSS JOIN LATERAL (
     (SELECT callable_from, id FROM contact
       WHERE campaign_id = queue.campaign_id AND priority = level.priority AND {WAITING}
         AND callable_until = queue.until AND callable_from <= asked.at AND id <> ALL(asked.seen)
         AND callable_from >= coalesce(asked.head_since, '-infinity')
       ORDER BY callable_from, id LIMIT depth.deep)
     UNION ALL
     (SELECT callable_from, id FROM contact
       WHERE queue.until IS NULL AND campaign_id = queue.campaign_id AND priority = level.priority AND {WAITING}
         AND callable_until IS NULL AND callable_from <= asked.at AND id <> ALL(asked.seen)
         AND callable_from >= coalesce(asked.head_since, '-infinity')
       ORDER BY callable_from, id LIMIT depth.deep)
   ) AS head
   ORDER BY head.callable_from, head.id LIMIT depth.deep - depth.passed OFFSET depth.passed
) AS next
CROSS JOIN LATERAL (
  SELECT {_COLUMNS} FROM contact WHERE id = next.id AND {_FREE_ON_POSTGRESQL} FOR NO KEY UPDATE SKIP LOCKED
) AS chosen
CROSS JOIN LATERAL (
  SELECT {takes_locks("chosen")} AS is_first OFFSET 0
) AS turn
WHERE turn.is_first LIMIT asked.most
"""  # noqa: S608

# The parameters are a row of their own, so that the plan depends on no value and PostgreSQL keeps it.
ASKED = """
  CAST(:at AS timestamptz) AS at, CAST(:agent_id AS int) AS agent_id, CAST(:agent_ids AS int[]) AS agent_ids,
  CAST(:overdue_at AS timestamptz) AS overdue_at, CAST(:given_back_at AS timestamptz) AS given_back_at,
  CAST(:priorities AS int[]) AS priorities, CAST(:froms AS int[]) AS froms, CAST(:depths AS int[]) AS depths,
  CAST(:seen AS int[]) AS seen,
  CAST(:head_priority AS int) AS head_priority, CAST(:head_campaigns AS int[]) AS head_campaigns,
  CAST(:head_untils AS timestamptz[]) AS head_untils, CAST(:head_since AS timestamptz) AS head_since
"""

# SQLite's writers take turns, so it needs no locks. Each level is its own query.
_SQLITE = f"""
WITH RECURSIVE span(campaign_id, until) AS (
  SELECT campaign.value, (SELECT min(callable_until) FROM contact WHERE campaign_id = campaign.value
    AND priority = :priority AND {WAITING} AND callable_until > :at) FROM json_each(:campaigns) AS campaign
  UNION ALL
  SELECT campaign_id, (SELECT min(callable_until) FROM contact WHERE campaign_id = span.campaign_id
    AND priority = :priority AND {WAITING} AND callable_until > span.until) FROM span WHERE until IS NOT NULL
), queue(campaign_id, until) AS (
  SELECT campaign_id, until FROM span WHERE until IS NOT NULL
)
SELECT contact.callable_from, contact.id, {_COLUMNS} FROM queue CROSS JOIN contact ON contact.id IN (
    SELECT id FROM contact
    WHERE campaign_id = queue.campaign_id AND priority = :priority AND callable_until = queue.until
       AND id NOT IN (SELECT value FROM json_each(:seen)) AND {_FREE_ON_SQLITE} ORDER BY callable_from, id LIMIT :most)
 UNION ALL
SELECT contact.callable_from, contact.id, {_COLUMNS} FROM json_each(:campaigns) AS campaign
 CROSS JOIN contact ON contact.id IN (
    SELECT id FROM contact WHERE campaign_id = campaign.value AND priority = :priority AND callable_until IS NULL
       AND id NOT IN (SELECT value FROM json_each(:seen)) AND {_FREE_ON_SQLITE} ORDER BY callable_from, id LIMIT :most)
 ORDER BY 1, 2 LIMIT :most
"""  # noqa: S608


_OF_A_LEVEL = Statement(_SQLITE, "")


class Worked(NamedTuple):
    """An active campaign of the team."""

    priority: int
    id: int
    name: str


def candidates_on_sqlite(
    session: Session, campaigns: Sequence[Worked], at: datetime, agents: Sequence[int], seen: Collection[int], most: int
) -> list[Candidate]:
    """Contacts with an open cached window, without a lease, for any of the agents; `seen` are left out. `campaigns`: by
    priority."""
    given = search_parameters(at, agents, seen, most)
    found: list[Candidate] = []
    for _, queued in groupby(campaigns, attrgetter("priority")):
        ids = [campaign.id for campaign in queued]
        for priority in PRIORITIES:
            level = {**given, "campaigns": ids, "priority": priority, "most": most - len(found)}
            found += [Candidate(*row[2:]) for row in _OF_A_LEVEL.rows(session, level)]
            if len(found) == most:
                return found
    return found


def search_parameters(
    at: datetime, agents: Sequence[int], seen: Collection[int], most: int, head: Head | None = None
) -> dict[str, Any]:
    """The parameters of a search for at most `most` contacts, without its queues."""
    depths = [deep for deep in DEPTHS if deep > most]
    return {
        "head_priority": head and head.priority,
        "head_campaigns": head and head.campaigns,
        "head_untils": head and head.untils,
        "head_since": head and head.since,
        "at": at,
        "agent_id": agents[0] if len(agents) == 1 else None,
        "agent_ids": agents,
        "overdue_at": at - OVERDUE_AFTER,
        "given_back_at": at - NOT_AGAIN_FOR,
        "priorities": PRIORITIES,
        "froms": (0, *depths[:-1]),
        "depths": depths,
        "seen": seen,
    }


_CLOSED = f"""
  SELECT id FROM contact WHERE campaign_id = campaign.value AND priority = level.value AND {WAITING}
     AND callable_until <= :at ORDER BY callable_until, callable_from, id LIMIT :most
"""  # noqa: S608 - our own words; what is asked comes as parameters
_CLOSED_ON_POSTGRESQL = _CLOSED.replace(":at", "CAST(:at AS timestamptz)").replace(":most", "CAST(:most AS int)")
_CLOSED_SQLITE = f"""
SELECT contact.id FROM json_each(:campaigns) AS campaign CROSS JOIN json_each(:priorities) AS level
 CROSS JOIN contact ON contact.id IN ({_CLOSED}) LIMIT :most
"""  # noqa: S608
_CLOSED_POSTGRESQL = f"""
SELECT closed.id FROM unnest(CAST(:campaigns AS int[])) AS campaign(value)
 CROSS JOIN unnest(CAST(:priorities AS int[])) AS level(value)
 CROSS JOIN LATERAL ({_CLOSED_ON_POSTGRESQL} {{lock}}) AS closed LIMIT CAST(:most AS int)
"""  # noqa: S608
# Locks each row as it is reached, and none after the last one wanted.
_TAKEN = Statement(_CLOSED_SQLITE, _CLOSED_POSTGRESQL.format(lock="FOR NO KEY UPDATE SKIP LOCKED"))
_LOOKED_AT = Statement(_CLOSED_SQLITE, _CLOSED_POSTGRESQL.format(lock=""))


def closed_windows(session: Session, campaigns: Collection[int], at: datetime, most: int) -> list[int]:
    """Ids of unfinished, unleased contacts whose window has closed, locked until the transaction ends; in each queue,
    longest closed first.

    Queue by queue, without reading other campaigns: in the evening millions of contacts need a new window. Skips rows
    that another transaction has locked.
    """
    session.flush()
    given = {"campaigns": campaigns, "priorities": PRIORITIES, "at": at, "most": most}
    return [int(row[0]) for row in _TAKEN.rows(session, given)]


def has_closed_windows(session: Session, campaigns: Collection[int], at: datetime) -> bool:
    """Whether there are any, locked by another transaction or not."""
    return bool(_LOOKED_AT.rows(session, {"campaigns": campaigns, "priorities": PRIORITIES, "at": at, "most": 1}))
