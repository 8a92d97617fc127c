"""What a hand-out asks first: the state of the agents; which contacts are next, and everything on record about these.

One round trip on PostgreSQL. It locks what it finds until the transaction ends. The record is as of the query's start:
every transaction that writes about a person also decides their contacts again, so a contact whose record changes
meanwhile changes too, and is re-read when it is locked.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from storage.database.rows import Statement
from storage.hand_out import search
from storage.hand_out.search import OVERDUE_AFTER, Candidate, Head, ResumePoints, Worked, leased_value
from storage.record import whole_record
from storage.record.whole_record import OnRecord


class Opening(NamedTuple):
    """The state of one agent who asks for contacts."""

    campaigns: list[Worked]  # by priority, highest first
    has_lapsed: bool  # any agent's lease has run out and is not yet ended
    is_holding: bool  # the agent has a lease
    is_callback_due: bool  # a callback is due that the agent may make
    has_changed: bool  # since they asked: they work for another team, are paused or switched off

    @property
    def is_plain(self) -> bool:
        """Whether nothing comes before handing out new contacts."""
        return not (self.has_lapsed or self.is_holding or self.is_callback_due or self.has_changed)


def opening(session: Session, team_id: int | None, agent_id: int, at: datetime) -> Opening:
    """The state of one agent of the team."""
    return openings(session, team_id, [agent_id], at)[agent_id]


def openings(session: Session, team_id: int | None, agents: Collection[int], at: datetime) -> dict[int, Opening]:
    """The state of each of several agents of the team."""
    asked = {"team_id": team_id, "agent_ids": agents, "at": at, "overdue_at": at - OVERDUE_AFTER}
    [(said,)] = _STATEMENT.rows(session, asked)
    worked, has_lapsed, each = json.loads(said)
    campaigns = sorted(Worked._make(row) for row in worked or ())
    return {id_: Opening(campaigns, bool(has_lapsed), *map(bool, own)) for id_, *own in each}


def of_all(at: str) -> str:
    """SQL: whether any lease has run out and is not yet ended. `at` is SQL for the moment."""
    oldest = "SELECT leased_until FROM lease WHERE ended_at IS NULL ORDER BY leased_until LIMIT 1"
    return f"coalesce(({oldest}) <= {at}, false)"


def of_agent(team: str, agent: str, at: str, overdue_at: str) -> tuple[str, str, str]:
    """SQL: whether the agent has a lease, whether a callback is due, and whether the agent is no longer at work there.

    The second starts from callbacks: few are due.
    """
    is_callback_due = f"""
EXISTS (SELECT 1 FROM callback CROSS JOIN contact
         WHERE callback.closed_at IS NULL AND callback.due_at <= {at} AND contact.id = callback.contact_id
           AND (callback.agent_id IS NULL OR callback.agent_id = {agent} OR callback.due_at <= {overdue_at})
           AND contact.finished_at IS NULL
           AND contact.campaign_id IN (SELECT campaign_id FROM campaignteam WHERE team_id = {team}))
"""  # noqa: S608 - our own words
    is_at_work = f"member.id = {agent} AND member.team_id = {team} AND member.is_active AND member.paused_at IS NULL"
    has_changed = f"NOT EXISTS (SELECT 1 FROM agent AS member WHERE {is_at_work})"  # noqa: S608
    return f"{leased_value('lease.agent_id', agent, '-1', 'true')} = {agent}", is_callback_due, has_changed


_OF_EACH = ", ".join(of_agent(":team_id::int", "agent.value", ":at::timestamptz", ":overdue_at::timestamptz"))
_STATEMENT = Statement.of(f"""
SELECT CAST(json_build_array(
  (SELECT json_agg(json_build_array(campaign.priority, campaign.id, campaign.name))
     FROM campaignteam JOIN campaign ON campaign.id = campaignteam.campaign_id
    WHERE campaignteam.team_id = :team_id::int AND campaign.is_active),
  {of_all(":at::timestamptz")},
  (SELECT json_agg(json_build_array(agent.value, {_OF_EACH})) FROM unnest(:agent_ids::int[]) AS agent(value))
) AS text)
""")  # noqa: S608


@dataclass(frozen=True, slots=True)
class Asking:
    """Agents of one team who ask at one moment, and how many contacts each wants. `only`: limits the team's
    campaigns."""

    organisation_id: int
    team_id: int | None
    wanted: Mapping[int, int]  # by agent, in the order in which they asked
    at: datetime
    only: Collection[int] | None = None

    @property
    def in_all(self) -> int:
        return sum(self.wanted.values())


class NextUp(NamedTuple):
    """Candidates for the agents who are ready: nothing comes before new contacts for them."""

    ready: list[int]  # agents, in the order in which they asked
    candidates: list[Candidate]
    record: OnRecord | None  # about the candidates, if any


def next_up(
    session: Session, asking: Asking, seen: Collection[int], points: ResumePoints, *, whatever_comes_first: bool
) -> NextUp:
    """Find at most as many candidates as the ready agents want, and none of `seen`.

    `whatever_comes_first`: treat every agent as ready, because what comes first is done.
    """
    session.flush()
    if session.get_bind().dialect.name == "sqlite":
        return _step_by_step(session, asking, seen, whatever_comes_first=whatever_comes_first)
    given = {
        "organisation_id": asking.organisation_id,
        "team_id": asking.team_id,
        "only": asking.only,
        "wants": asking.wanted.values(),
        "goes_on": int(whatever_comes_first),
    }
    whose = asking.team_id, None if asking.only is None else frozenset(asking.only)
    head = points.of(whose)
    found, came_to = _ask(session, asking, {**given, **_searched(asking, seen, head)})
    if head is not None and len(found.candidates) < _wanted_by(asking, found.ready):
        points.forget(whose)
        found, came_to = _ask(session, asking, {**given, **_searched(asking, seen)})
    if came_to is not None and len(found.candidates) == _wanted_by(asking, found.ready):
        points.keep(whose, came_to)
    return found


def _searched(asking: Asking, seen: Collection[int], head: Head | None = None) -> dict[str, Any]:
    return search.search_parameters(asking.at, list(asking.wanted), seen, asking.in_all, head)


def _wanted_by(asking: Asking, ready: Collection[int]) -> int:
    return sum(asking.wanted[agent_id] for agent_id in ready)


def _ask(session: Session, asking: Asking, given: dict[str, Any]) -> tuple[NextUp, Head | None]:
    """Candidates, and how far the search came if it had to read much."""
    [(said,)] = _AT_ONCE.rows(session, given)
    ready, found, came_to, *record = json.loads(said)
    rows = [Candidate(*row) for row in found or ()]
    told = whole_record.record_from_json(whole_record.by_kind(record)) if rows else None
    in_order = [agent_id for agent_id in asking.wanted if agent_id in (ready or ())]
    return NextUp(in_order, rows, told), Head._make(came_to) if came_to else None


def _step_by_step(session: Session, asking: Asking, seen: Collection[int], *, whatever_comes_first: bool) -> NextUp:
    found = openings(session, asking.team_id, list(asking.wanted), asking.at)
    ready = [agent_id for agent_id in asking.wanted if whatever_comes_first or found[agent_id].is_plain]
    if not ready:
        return NextUp([], [], None)
    campaigns = found[ready[0]].campaigns
    queued = [one for one in campaigns if asking.only is None or one.id in asking.only]
    most = _wanted_by(asking, ready)
    rows = search.candidates_on_sqlite(session, queued, asking.at, list(asking.wanted), seen, most)
    return NextUp(ready, rows, whole_record.on_record(session, rows) if rows else None)


_COMES_FIRST = " OR ".join((of_all("asked.at"), *of_agent("asked.team_id", "agent.id", "asked.at", "asked.overdue_at")))
_WORKED = """
SELECT array_agg(campaign.id) AS campaigns, array_agg(campaign.priority) AS ranks
  FROM campaignteam JOIN campaign ON campaign.id = campaignteam.campaign_id
 WHERE campaignteam.team_id = asked.team_id AND campaign.is_active
   AND (asked.only IS NULL OR campaign.id = ANY(asked.only)) AND EXISTS (SELECT 1 FROM ready)
"""
_BATCH = {
    "persons": ("int", "person_id"),
    "numbers": ("text", "number"),
    "contacts": ("int", "id"),
    "campaigns": ("int", "campaign_id"),
    "lists": ("int", "list_id"),
}
# Leave out offers: no agent has been offered a candidate's person or number, or it would not be a candidate.
_OF_BATCH = {
    name: f"= ANY(CAST((SELECT {name} FROM batch) AS {kind}[]))"  # noqa: S608
    for name, (kind, _) in _BATCH.items()
}
_PAGES_READ = "pg_stat_get_xact_blocks_fetched(CAST('contact' AS regclass))"
_AT_ONCE = Statement(
    "",
    f"""
WITH asked AS MATERIALIZED (
  SELECT {_PAGES_READ} AS read_before,
         CAST(:team_id AS int) AS team_id, CAST(:only AS int[]) AS only, CAST(:wants AS int[]) AS wants,
         CAST(:goes_on AS int) = 1 AS goes_on, {search.ASKED}
), ready AS MATERIALIZED (
  SELECT agent.id, agent.wanted FROM asked CROSS JOIN unnest(asked.agent_ids, asked.wants) AS agent(id, wanted)
   WHERE asked.goes_on OR NOT ({_COMES_FIRST})
), chosen AS MATERIALIZED (
  SELECT chosen.* FROM (
    SELECT asked.*, worked.*, (SELECT sum(wanted) FROM ready) AS most
      FROM asked CROSS JOIN LATERAL ({_WORKED}) AS worked OFFSET 0
  ) AS asked CROSS JOIN LATERAL ({search.SEARCH}) AS chosen
), batch AS MATERIALIZED (
  SELECT {", ".join(f"array_agg({column}) AS {name}" for name, (_, column) in _BATCH.items())} FROM chosen
)
SELECT CAST(json_build_array(
  (SELECT json_agg(id) FROM ready),
  (SELECT json_agg(json_build_array({", ".join(search.FIELDS)})) FROM chosen),
  (SELECT json_build_array(priority, campaigns, untils, since) FROM chosen CROSS JOIN asked
    WHERE {_PAGES_READ} > read_before + {search.PAGES} ORDER BY rank DESC, priority DESC, since LIMIT 1),
  {whole_record.record_questions(_OF_BATCH, is_sqlite=False, none_of=["sharers", "reminders", "offers"])}
) AS text)
""",  # noqa: S608 - our own words; what is asked comes as parameters
)
