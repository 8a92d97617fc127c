"""What a hand-out asks for, in one question: how things stand, what is next, and everything on record about that.

On PostgreSQL one round trip. What it finds is this transaction's own from then on. The record is as it was when the
question was put: whoever writes something about a person decides their contacts again in the same transaction, so a
contact whose record has changed since is another contact by the time that it is locked, and is looked at anew.
"""

import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from storage.queries import candidates, heads, on_record, opening
from storage.queries.candidates import Candidate
from storage.queries.heads import Head
from storage.queries.on_record import OnRecord
from storage.queries.opening import Opening
from storage.statements import Statement


@dataclass(frozen=True, slots=True)
class Asking:
    """An agent who asks at a moment. `only`: of the team's campaigns those alone."""

    organisation_id: int
    team_id: int | None
    agent_id: int
    at: datetime
    only: Collection[int] | None = None


class NextUp(NamedTuple):
    opening: Opening
    candidates: list[Candidate]
    record: OnRecord | None  # about the candidates, if there are any


def next_up(
    session: Session, asking: Asking, seen: Collection[int], most: int, *, whatever_comes_first: bool
) -> NextUp:
    """No more than `most` candidates, and none of `seen`; none at all where something else comes before them.

    `whatever_comes_first`: that has been seen to.
    """
    session.flush()
    if session.get_bind().dialect.name == "sqlite":
        return _step_by_step(session, asking, seen, most, whatever_comes_first=whatever_comes_first)
    given = {
        "organisation_id": asking.organisation_id,
        "team_id": asking.team_id,
        "only": asking.only,
        "goes_on": int(whatever_comes_first),
    }
    engine = session.get_bind().engine
    whose = asking.team_id, None if asking.only is None else frozenset(asking.only)
    head = heads.of(engine, whose)
    found, came_to = _ask(session, {**given, **candidates.asked(asking.at, asking.agent_id, seen, most, head)})
    if head is not None and len(found.candidates) < most:
        heads.forget(engine, whose)
        found, came_to = _ask(session, {**given, **candidates.asked(asking.at, asking.agent_id, seen, most)})
    if came_to is not None and len(found.candidates) == most:
        heads.keep(engine, whose, came_to)
    return found


def _ask(session: Session, given: dict[str, Any]) -> tuple[NextUp, Head | None]:
    """What is next, and how far the search for it came, if it had to read much."""
    [(said,)] = _AT_ONCE.rows(session, given)
    opened, found, came_to, *record = json.loads(said)
    rows = [Candidate._make(row) for row in found or ()]
    next_ones = NextUp(opening.read(opened), rows, on_record.read(on_record.by_kind(record)) if rows else None)
    return next_ones, Head._make(came_to) if came_to else None


def _step_by_step(
    session: Session, asking: Asking, seen: Collection[int], most: int, *, whatever_comes_first: bool
) -> NextUp:
    found = opening.opening(session, asking.team_id, asking.agent_id, asking.at)
    if not (found.is_plain or whatever_comes_first):
        return NextUp(found, [], None)
    queued = [one for one in found.campaigns if asking.only is None or one.id in asking.only]
    rows = candidates.candidates(session, queued, asking.at, asking.agent_id, seen, most)
    return NextUp(found, rows, on_record.on_record(session, rows) if rows else None)


_WORKED = """
SELECT array_agg(campaign.id) AS campaigns, array_agg(campaign.priority) AS ranks
  FROM campaignteam JOIN campaign ON campaign.id = campaignteam.campaign_id
 WHERE campaignteam.team_id = asked.team_id AND campaign.is_active
   AND (asked.only IS NULL OR campaign.id = ANY(asked.only))
   AND (asked.goes_on OR NOT (opened.has_lapsed OR opened.is_holding OR opened.is_promised))
"""
_BATCH = {
    "persons": ("int", "person_id"),
    "numbers": ("text", "number"),
    "contacts": ("int", "id"),
    "campaigns": ("int", "campaign_id"),
    "lists": ("int", "list_id"),
}
# Nobody is offered a person or a number of a candidate: it would be none.
_OF_BATCH = {name: f"= ANY(CAST((SELECT {name} FROM batch) AS {kind}[]))" for name, (kind, _) in _BATCH.items()}  # noqa: S608
_PAGES_READ = "pg_stat_get_xact_blocks_fetched(CAST('contact' AS regclass))"
_AT_ONCE = Statement(
    "",
    f"""
WITH asked AS MATERIALIZED (
  SELECT {_PAGES_READ} AS read_before,
         CAST(:team_id AS int) AS team_id, CAST(:only AS int[]) AS only, CAST(:goes_on AS int) = 1 AS goes_on,
         {candidates.ASKED}
), opened(worked, has_lapsed, is_holding, is_promised) AS MATERIALIZED (
  SELECT {opening.question("asked.team_id", "asked.agent_id", "asked.at", "asked.overdue_at", is_sqlite=False)} FROM asked
), chosen AS MATERIALIZED (
  SELECT chosen.* FROM (
    SELECT asked.*, worked.* FROM asked CROSS JOIN opened CROSS JOIN LATERAL ({_WORKED}) AS worked OFFSET 0
  ) AS asked CROSS JOIN LATERAL ({candidates.SEARCH}) AS chosen
), batch AS MATERIALIZED (
  SELECT {", ".join(f"array_agg({column}) AS {name}" for name, (_, column) in _BATCH.items())} FROM chosen
)
SELECT CAST(json_build_array(
  (SELECT json_build_array(worked, has_lapsed, is_holding, is_promised) FROM opened),
  (SELECT json_agg(json_build_array({", ".join(Candidate._fields)})) FROM chosen),
  (SELECT json_build_array(priority, campaigns, untils, since) FROM chosen CROSS JOIN asked
    WHERE {_PAGES_READ} > read_before + {heads.PAGES} ORDER BY rank DESC, priority DESC, since LIMIT 1),
  {on_record.questions(_OF_BATCH, is_sqlite=False, none_of=["offers"])}
) AS text)
""",  # noqa: S608 - our own words; what is asked comes as parameters
)
