"""What happens in the app's own tabs: Home opened, a message written."""

from bot.slack.listeners.home import opened, written

__all__ = ["opened", "written"]
