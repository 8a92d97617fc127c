"""What team leads and managers can do."""

from bot.slack.listeners.lead import list_files, reports, status

__all__ = ["ACTIONS"]

ACTIONS = (*status.ACTIONS, *list_files.ACTIONS, *reports.ACTIONS)
