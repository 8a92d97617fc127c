"""The next contacts worth deciding, in order of hand-out. By hand in SQL: the one question that every agent waits for.

The stock is a queue for each campaign, contact's priority and window ("until when"), and each queue is a range of the index
`contact_claim` in the order it opened. Heads of queues are merged; nothing is sorted but heads, and nothing that is leased,
finished, closed already or not open yet is passed over on the way. Levels (campaign's priority, then contact's) are looked
at one after the other, until there are enough.
"""

import json
from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from sqlalchemy import ARRAY, BindParameter, Integer, TextClause, bindparam, text
from sqlmodel import Session, select

from policy.vocabulary import ReleaseReason
from storage.models import Contact
from storage.models.work import WAITING

PRIORITIES = range(5)
NOT_AGAIN_FOR = timedelta(hours=24)  # what an agent gave back for such a reason goes to somebody else first
NOT_AGAIN = (
    ReleaseReason.NOT_MY_LANGUAGE.value,
    ReleaseReason.KNOWN_TO_ME.value,
    ReleaseReason.WRONG_CAMPAIGN.value,
    ReleaseReason.OTHER.value,
)
OVERDUE_AFTER = timedelta(minutes=30)  # a promise that its agent has let slip may be kept by anyone

# How far into each queue to look: as far as is needed where others are at work on what comes first.
DEPTHS = (16, 256, 4096)

_COLUMNS = ", ".join(f"contact.{column.name}" for column in Contact.__table__.c)  # type: ignore[attr-defined]
_INSTANT = Contact.__table__.c.callable_from.type  # type: ignore[attr-defined]

# Whoever shares a person or a number with a lease in force is left out here, and so is what a process of the version before
# has leased: it does not say so on the contact.
_FREE = f"""
  {WAITING} AND number IS NOT NULL AND callable_from <= :at AND (callable_until IS NULL OR callable_until > :at)
  AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.organisation_id = contact.organisation_id
                  AND lease.person_id = contact.person_id AND lease.ended_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.organisation_id = contact.organisation_id
                  AND lease.number = contact.number AND lease.ended_at IS NULL)
  AND NOT EXISTS (SELECT 1 FROM callback WHERE callback.contact_id = contact.id AND callback.closed_at IS NULL
                  AND callback.agent_id <> :agent_id AND callback.due_at > :overdue_at)
  AND NOT EXISTS (SELECT 1 FROM lease WHERE lease.contact_id = contact.id AND lease.agent_id = :agent_id
                  AND lease.release_reason IN ({", ".join(f"'{reason}'" for reason in NOT_AGAIN)})
                  AND lease.ended_at > :given_back_at)
"""  # noqa: S608 - our own words; what is asked comes as parameters

# The windows of a queue that are open, found by skipping from one to the next, and one more: no end is known.
# A contact is locked as soon as it is chosen, and so are its person and its number, for whichever list they stand on: two
# who ask at once are never shown the same, and neither waits. What is locked is passed over, not counted, so that nobody is
# told that there is nothing while others take what comes first.
_POSTGRESQL = f"""
SELECT chosen.* FROM (
  SELECT DISTINCT first.rank, second.priority
    FROM unnest(:ranks) AS first(rank), unnest(:priorities) AS second(priority) ORDER BY 1, 2
) AS level
CROSS JOIN LATERAL (
  SELECT array_agg(campaign.id) AS campaigns, array_agg(span.until) AS untils
    FROM unnest(:campaigns, :ranks) AS campaign(id, rank)
   CROSS JOIN LATERAL (
     WITH RECURSIVE span(until, since) AS (
       (SELECT callable_until, callable_from FROM contact
         WHERE campaign_id = campaign.id AND priority = level.priority AND {WAITING} AND callable_until > :at
         ORDER BY callable_until, callable_from, id LIMIT 1)
       UNION ALL
       SELECT later.* FROM span CROSS JOIN LATERAL (
         SELECT callable_until, callable_from FROM contact
          WHERE campaign_id = campaign.id AND priority = level.priority AND {WAITING} AND callable_until > span.until
          ORDER BY callable_until, callable_from, id LIMIT 1) AS later
     )
     SELECT until FROM span WHERE since <= :at UNION ALL SELECT NULL
   ) AS span WHERE campaign.rank = level.rank
) AS queues
CROSS JOIN LATERAL (
  SELECT * FROM unnest(:froms, :depths) AS depth(passed, deep) WHERE queues.campaigns IS NOT NULL ORDER BY passed OFFSET 0
) AS depth
CROSS JOIN LATERAL (
  SELECT head.id FROM unnest(queues.campaigns, queues.untils) AS queue(campaign_id, until)
   CROSS JOIN LATERAL (
     (SELECT callable_from, id FROM contact
       WHERE campaign_id = queue.campaign_id AND priority = level.priority AND {WAITING}
         AND callable_until = queue.until AND callable_from <= :at AND id <> ALL(:seen)
       ORDER BY callable_from, id LIMIT depth.deep)
     UNION ALL
     (SELECT callable_from, id FROM contact
       WHERE queue.until IS NULL AND campaign_id = queue.campaign_id AND priority = level.priority AND {WAITING}
         AND callable_until IS NULL AND callable_from <= :at AND id <> ALL(:seen)
       ORDER BY callable_from, id LIMIT depth.deep)
   ) AS head
   ORDER BY head.callable_from, head.id LIMIT depth.deep - depth.passed OFFSET depth.passed
) AS next
CROSS JOIN LATERAL (
  SELECT {_COLUMNS} FROM contact WHERE id = next.id AND {_FREE} FOR NO KEY UPDATE SKIP LOCKED
) AS chosen
CROSS JOIN LATERAL (
  SELECT pg_try_advisory_xact_lock(hashtextextended(chosen.organisation_id || ' person ' || chosen.person_id, 0))
     AND pg_try_advisory_xact_lock(hashtextextended(chosen.organisation_id || ' number ' || chosen.number, 0)) AS is_first
  OFFSET 0
) AS turn
WHERE turn.is_first LIMIT :most
"""  # noqa: S608

# SQLite's writers take turns, so nothing needs a lock; a level is a question of its own.
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
SELECT {_COLUMNS} FROM queue CROSS JOIN contact ON contact.id IN (
    SELECT id FROM contact WHERE campaign_id = queue.campaign_id AND priority = :priority AND callable_until = queue.until
       AND id NOT IN (SELECT value FROM json_each(:seen)) AND {_FREE} ORDER BY callable_from, id LIMIT :most)
 UNION ALL
SELECT {_COLUMNS} FROM json_each(:campaigns) AS campaign CROSS JOIN contact ON contact.id IN (
    SELECT id FROM contact WHERE campaign_id = campaign.value AND priority = :priority AND callable_until IS NULL
       AND id NOT IN (SELECT value FROM json_each(:seen)) AND {_FREE} ORDER BY callable_from, id LIMIT :most)
 ORDER BY callable_from, id LIMIT :most
"""  # noqa: S608


class Queued(Protocol):
    """A campaign whose contacts are handed out."""

    @property
    def id(self) -> int | None: ...

    @property
    def priority(self) -> int: ...


def candidates(
    session: Session, campaigns: Sequence[Queued], at: datetime, agent_id: int, seen: Collection[int], most: int
) -> list[Contact]:
    """Contacts whose cached window is open, that no lease forbids and nobody else is at work on; `seen` are left out.

    On PostgreSQL they are this transaction's own until it ends.
    """
    if not campaigns or most <= 0:
        return []
    asked = {
        "at": at,
        "agent_id": agent_id,
        "overdue_at": at - OVERDUE_AFTER,
        "given_back_at": at - NOT_AGAIN_FOR,
    }
    if session.get_bind().dialect.name == "sqlite":
        return _level_by_level(session, campaigns, {**asked, "seen": json.dumps(list(seen))}, most)
    given = {
        "campaigns": [campaign.id for campaign in campaigns],
        "ranks": [campaign.priority for campaign in campaigns],
        "priorities": list(PRIORITIES),
        "froms": [0, *DEPTHS[:-1]],
        "depths": list(DEPTHS),
        "seen": list(seen),
        "most": most,
    }
    return _contacts(session, _ON_POSTGRESQL, {**asked, **given})


def _level_by_level(session: Session, campaigns: Sequence[Queued], asked: dict[str, Any], most: int) -> list[Contact]:
    found: list[Contact] = []
    for ids in _by_rank(campaigns):
        for priority in PRIORITIES:
            level = {**asked, "campaigns": json.dumps(ids), "priority": priority, "most": most - len(found)}
            found += _contacts(session, _ON_SQLITE, level)
            if len(found) == most:
                return found
    return found


def _by_rank(campaigns: Sequence[Queued]) -> Iterator[list[int]]:
    for rank in sorted({campaign.priority for campaign in campaigns}):
        yield [campaign.id or 0 for campaign in campaigns if campaign.priority == rank]


def _contacts(session: Session, statement: TextClause, asked: dict[str, Any]) -> list[Contact]:
    rows = select(Contact).from_statement(statement.columns(*Contact.__table__.c))  # type: ignore[attr-defined]
    return list(session.scalars(rows, asked, execution_options={"populate_existing": True}))


def _instants() -> tuple[BindParameter[Any], ...]:
    return tuple(bindparam(name, type_=_INSTANT) for name in ("at", "overdue_at", "given_back_at"))


def _numbers() -> tuple[BindParameter[Any], ...]:
    names = ("campaigns", "ranks", "priorities", "froms", "depths", "seen")
    return tuple(bindparam(name, type_=ARRAY(Integer)) for name in names)


_ON_POSTGRESQL = text(_POSTGRESQL).bindparams(*_instants(), *_numbers())
_ON_SQLITE = text(_SQLITE).bindparams(*_instants())
