"""The Home tab of each role, and direct messages."""

from bot.slack.blocks.home import direct, help_page
from bot.slack.blocks.home.direct import contacts_taken
from bot.slack.blocks.home.home_page import NOT_PRESSED, Pressed, Shown, desk, render

__all__ = ["NOT_PRESSED", "Pressed", "Shown", "contacts_taken", "desk", "direct", "help_page", "render"]
