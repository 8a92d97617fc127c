"""The Home tab of each role, and direct messages."""

from bot.slack.blocks.home import direct, help_page
from bot.slack.blocks.home.direct import taken
from bot.slack.blocks.home.home_page import Shown, render

__all__ = ["Shown", "direct", "help_page", "render", "taken"]
