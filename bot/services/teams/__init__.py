"""What a team lead sees and does: status, holds, overrides, pauses, moves."""

from bot.services.teams import (
    breaks,
    call_check,
    campaign_rules,
    choices,
    holds,
    moves,
    overrides,
    own_day,
    pauses,
    supply_requests,
    switching,
    team_status,
)
from bot.services.teams.forecast import days_ahead
from bot.services.teams.pauses import pause_of
from bot.services.teams.supply import Supply, supply_soon
from bot.services.teams.supply_requests import Wanted
from bot.services.teams.switching import Switched
from bot.services.teams.team_status import (
    LONG_CALL,
    OPEN_FOR,
    agent_lines,
    closed_rows,
    find_team,
    open_attempt,
    team_of,
)
from bot.services.teams.waiting import LIFTED_BY_A_LEAD

# fmt: off
__all__ = [
    "LIFTED_BY_A_LEAD", "LONG_CALL", "OPEN_FOR", "Supply", "Switched", "Wanted", "agent_lines", "breaks", "call_check",
    "campaign_rules", "choices", "closed_rows", "days_ahead", "find_team", "holds", "moves", "open_attempt",
    "overrides", "own_day", "pause_of", "pauses", "supply_requests", "supply_soon", "switching", "team_of",
    "team_status",
]
