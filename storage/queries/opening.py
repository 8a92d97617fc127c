"""What a hand-out begins with, in one question: what the team works, and whether there is anything to do first."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from storage.queries.candidates import OVERDUE_AFTER, leads
from storage.statements import Statement


class Worked(NamedTuple):
    """An active campaign of the team."""

    priority: int
    id: int
    name: str


class Opening(NamedTuple):
    campaigns: list[Worked]  # the first priority first
    has_lapsed: bool  # leases, of whomever, that ran out and are not ended yet
    is_holding: bool  # the agent, anything
    is_promised: bool  # a callback that is due, which the agent may keep

    @property
    def is_plain(self) -> bool:
        """Nothing comes before handing out what is next."""
        return not (self.has_lapsed or self.is_holding or self.is_promised)


def opening(session: Session, team_id: int | None, agent_id: int, at: datetime) -> Opening:
    """How things stand for an agent of the team who asks for contacts at the moment."""
    asked = {"team_id": team_id, "agent_id": agent_id, "at": at, "overdue_at": at - OVERDUE_AFTER}
    [(said,)] = _STATEMENT.rows(session, asked)
    return read(json.loads(said))


def read(said: Sequence[Any]) -> Opening:
    """From the JSON of the question."""
    worked, *flags = said
    return Opening(sorted(Worked._make(row) for row in worked or ()), *map(bool, flags))


def question(team: str, agent: str, at: str, overdue_at: str, *, is_sqlite: bool) -> str:
    """The parts of an opening, of what stands for them in SQL. Promises are looked at from the callbacks: few are due."""
    each, all_of = ("json_array", "json_group_array") if is_sqlite else ("json_build_array", "json_agg")
    return f"""
(SELECT {all_of}({each}(campaign.priority, campaign.id, campaign.name))
   FROM campaignteam JOIN campaign ON campaign.id = campaignteam.campaign_id
  WHERE campaignteam.team_id = {team} AND campaign.is_active),
coalesce((SELECT leased_until FROM lease WHERE ended_at IS NULL ORDER BY leased_until LIMIT 1) <= {at}, false),
{leads("lease.agent_id", agent, "-1", "true")} = {agent},
EXISTS (SELECT 1 FROM callback CROSS JOIN contact
         WHERE callback.closed_at IS NULL AND callback.due_at <= {at} AND contact.id = callback.contact_id
           AND (callback.agent_id IS NULL OR callback.agent_id = {agent} OR callback.due_at <= {overdue_at})
           AND contact.finished_at IS NULL
           AND contact.campaign_id IN (SELECT campaign_id FROM campaignteam WHERE team_id = {team}))
"""  # noqa: S608 - our own words


_NAMES = (":team_id", ":agent_id", ":at", ":overdue_at")
_KINDS = ("int", "int", "timestamptz", "timestamptz")
_STATEMENT = Statement(
    f"SELECT json_array({question(*_NAMES, is_sqlite=True)})",
    "SELECT CAST(json_build_array("
    + question(*(f"CAST({name} AS {kind})" for name, kind in zip(_NAMES, _KINDS, strict=True)), is_sqlite=False)
    + ") AS text)",
)
