"""What team leads and managers can do."""

from bot.slack.listeners.lead import file_uses, list_files, reports, status

__all__ = ["ACTIONS"]

ACTIONS = (*status.ACTIONS, *list_files.ACTIONS, *file_uses.ACTIONS, *reports.ACTIONS)
