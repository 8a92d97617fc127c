"""Team lead screens: team status, the team's work, and their buttons."""

from bot.slack.blocks.lead import (
    call_columns,
    callback_trouble,
    calls_message,
    lead_alert,
    lead_forms,
    lead_presses,
    lead_work,
    list_forms,
    list_message,
    list_page,
    register_forms,
    screening_warning,
    status_pages,
    team_status,
)
from bot.slack.blocks.lead.lead_presses import supply, wanting_lines
from bot.slack.blocks.lead.status_pages import Page, agent_line, unreported_line
from bot.slack.blocks.lead.team_status import PAGES, sections_of

# fmt: off
__all__ = [
    "PAGES", "Page", "agent_line", "call_columns", "callback_trouble", "calls_message", "lead_alert", "lead_forms",
    "lead_presses", "lead_work", "list_forms", "list_message", "list_page", "register_forms", "screening_warning",
    "sections_of", "status_pages", "supply", "team_status", "unreported_line", "wanting_lines",
]
