"""The Home tab of each role, and direct messages."""

from bot.slack.blocks.home import direct, help_page
from bot.slack.blocks.home.direct import contacts_taken
from bot.slack.blocks.home.home_page import Shown, render

__all__ = ["Shown", "contacts_taken", "direct", "help_page", "render"]
