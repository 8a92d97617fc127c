"""How one contact stands, in one of six states, and which contact opens next; by cached verdicts and leases in force."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, select

from policy.vocabulary import ContactState, Verdict
from storage.database import Statement
from storage.hand_out import PRIORITIES
from storage.models import Contact
from storage.models.work import WAITING
from storage.queries.contacts import is_held_now


def state_of(session: Session, contact: Contact, at: datetime) -> ContactState:
    """The state of one contact, by the same precedence as the counts."""
    if contact.verdict is Verdict.SUPPRESSED:
        return ContactState.SUPPRESSED
    if contact.finished_at is not None:
        return ContactState.FINISHED
    if session.exec(select(Contact.id).where(Contact.id == contact.id, is_held_now())).first() is not None:
        return ContactState.LEASED
    if contact.verdict is Verdict.HELD:
        return ContactState.HELD
    start, end = contact.callable_from, contact.callable_until
    is_open = start is not None and start <= at and (end is None or end > at)
    return ContactState.CALLABLE if is_open else ContactState.LOCKED


def next_to_open(session: Session, campaign_ids: Sequence[int], at: datetime) -> Contact | None:
    """The unfinished contact whose window opens first after `at`, of those that nobody holds."""
    given = {"campaigns": campaign_ids, "priorities": PRIORITIES, "at": at}
    found = _OPENS_FIRST.rows(session, given) if campaign_ids else ()
    return session.get(Contact, found[0][0]) if found else None


def _opens_first(campaigns: str, levels: str, at: str) -> str:
    """By windows, as the hand-out goes: of each ("until when") the first that opens is the first of a range of its index."""
    queue = f"campaign_id = {{0}}.campaign_id AND priority = {{0}}.level AND {WAITING}"
    first = f"""(SELECT id FROM contact WHERE {queue} AND callable_until {{1}} AND callable_from > {at}
      ORDER BY callable_from, id LIMIT 1)"""  # noqa: S608 - our own words
    return f"""
WITH RECURSIVE queue(campaign_id, level) AS (
  SELECT campaign.value, level.value FROM {campaigns} CROSS JOIN {levels}
), span(campaign_id, level, until) AS (
  SELECT campaign_id, level, (SELECT min(callable_until) FROM contact WHERE {queue.format("queue")}
    AND callable_until > {at}) FROM queue
  UNION ALL
  SELECT campaign_id, level, (SELECT min(callable_until) FROM contact WHERE {queue.format("span")}
    AND callable_until > span.until) FROM span WHERE until IS NOT NULL
), head(id) AS (
  SELECT {first.format("span", "= span.until")} FROM span WHERE until IS NOT NULL
  UNION ALL SELECT {first.format("queue", "IS NULL")} FROM queue
)
SELECT id FROM (
  SELECT id, (SELECT callable_from FROM contact WHERE contact.id = head.id) AS opens FROM head WHERE id IS NOT NULL
) AS opening ORDER BY opens, id LIMIT 1
"""  # noqa: S608


_OPENS_FIRST = Statement(
    _opens_first("json_each(:campaigns) AS campaign", "json_each(:priorities) AS level", ":at"),
    _opens_first(
        "unnest(CAST(:campaigns AS int[])) AS campaign(value)",
        "unnest(CAST(:priorities AS int[])) AS level(value)",
        "CAST(:at AS timestamptz)",
    ),
)
