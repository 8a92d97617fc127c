"""What a hand-out needs first, in one query: the team's campaigns, and whether anything comes before new contacts."""

import json
from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from storage.database.statements import Statement
from storage.hand_out.search import OVERDUE_AFTER, leased_value


class Worked(NamedTuple):
    """An active campaign of the team."""

    priority: int
    id: int
    name: str


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


def _question(agents: str, team: str, at: str, overdue_at: str, *, each: str, all_of: str) -> str:
    return f"""
SELECT CAST({each}(
  (SELECT {all_of}({each}(campaign.priority, campaign.id, campaign.name))
     FROM campaignteam JOIN campaign ON campaign.id = campaignteam.campaign_id
    WHERE campaignteam.team_id = {team} AND campaign.is_active),
  {of_all(at)},
  (SELECT {all_of}({each}(agent.id, {", ".join(of_agent(team, "agent.id", at, overdue_at))})) FROM {agents})
) AS text)
"""  # noqa: S608


_ON_SQLITE = _question(
    "(SELECT value AS id FROM json_each(:agent_ids)) AS agent",
    ":team_id",
    ":at",
    ":overdue_at",
    each="json_array",
    all_of="json_group_array",
)
_ON_POSTGRESQL = _question(
    "unnest(CAST(:agent_ids AS int[])) AS agent(id)",
    "CAST(:team_id AS int)",
    "CAST(:at AS timestamptz)",
    "CAST(:overdue_at AS timestamptz)",
    each="json_build_array",
    all_of="json_agg",
)
_STATEMENT = Statement(_ON_SQLITE, _ON_POSTGRESQL)
