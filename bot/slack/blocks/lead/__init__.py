"""Team lead screens: team status, the team's work, and their buttons."""

from bot.slack.blocks.lead import (
    callback_trouble,
    lead_forms,
    lead_presses,
    lead_work,
    list_forms,
    list_message,
    list_page,
    register_forms,
    screening_warning,
    team_status,
)
from bot.slack.blocks.lead.lead_presses import wanting_lines
from bot.slack.blocks.lead.team_status import agent_line, sections_of, unreported_line

# fmt: off
__all__ = [
    "agent_line", "callback_trouble", "lead_forms", "lead_presses", "lead_work", "list_forms",
    "list_message", "list_page", "register_forms", "screening_warning", "sections_of", "team_status",
    "unreported_line", "wanting_lines",
]
