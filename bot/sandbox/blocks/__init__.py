"""Block Kit: what Slack refuses, and how it stores what it accepts."""

from bot.sandbox.blocks.checks import Fault
from bot.sandbox.blocks.surfaces import check_home, check_message, check_modal, weight

__all__ = ["Fault", "check_home", "check_message", "check_modal", "weight"]
