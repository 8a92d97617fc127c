"""One file for each command, button, form and event. A folder for each role registers its own."""

from bot.slack.listeners import admin, agent, home, lead

__all__ = ["admin", "agent", "home", "lead"]
