"""What a team lead sees of agents' work besides calls: contacts given back and why, pauses, overdue callbacks."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot.services.answers.leads import Pause
from bot.services.answers.teams import AgentLine, OverdueCallback, PausedAgent
from bot.services.hand_out.releases import BY_LEAD
from bot.services.local_time import latest_zone
from bot.services.numbers.parsing import mask
from storage.hand_out.search import OVERDUE_AFTER
from storage.models import Agent, Campaign, Team
from storage.queries import agents, callbacks

MOST_OVERDUE = 10


def with_hand_outs(
    session: Session, team: Team, lines: Sequence[AgentLine], since: datetime, until: datetime
) -> tuple[AgentLine, ...]:
    """Add to each line the contacts offered in [since, until), those given back, and whether the agent is paused."""
    offered: dict[int, int] = defaultdict(int)
    back: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for row in agents.handed_out(session, team.organisation_id, since, until):
        offered[row.agent_id] += row.contacts
        if row.release_reason and row.release_reason not in BY_LEAD:
            back[row.agent_id].append((row.release_reason, row.contacts))
    resting = {one.id for one in agents.paused(session, team.id or 0)}
    return tuple(
        replace(
            line,
            handed_out=offered[line.agent_id],
            given_back=tuple(sorted(back[line.agent_id], key=lambda pair: (-pair[1], pair[0]))),
            is_paused=line.agent_id in resting,
        )
        for line in lines
    )


def paused_agents(session: Session, team_id: int) -> tuple[PausedAgent, ...]:
    """A team's paused agents: since when, by whom and why."""
    found = agents.paused(session, team_id)
    names = agents.agents_by_id(session, [one.paused_by for one in found if one.paused_by is not None])
    return tuple(
        PausedAgent(
            one.id or 0,
            one.name,
            Pause(_name(names, one.paused_by), one.paused_at, one.paused_because, one.paused_by == one.id),
        )
        for one in found
        if one.paused_at is not None
    )


def overdue_callbacks(
    session: Session, campaigns: Sequence[Campaign], at: datetime, most: int = MOST_OVERDUE
) -> tuple[OverdueCallback, ...]:
    """The callbacks longest overdue."""
    names = {campaign.id or 0: campaign.name for campaign in campaigns}
    return tuple(
        OverdueCallback(
            callback_id=one.callback_id,
            name=one.name,
            masked_number="" if one.number is None else mask(one.number),
            campaign=names[one.campaign_id],
            due_at=one.due_at,
            zone=latest_zone(one.zones.split(), one.due_at),
            agent_name=one.agent_name or "",
        )
        for one in callbacks.overdue(session, names, at - OVERDUE_AFTER, most)
    )


def _name(names: dict[int, Agent], agent_id: int | None) -> str:
    return names[agent_id].name if agent_id in names else ""
