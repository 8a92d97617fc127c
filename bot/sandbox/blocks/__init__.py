"""Block Kit: the blocks Slack refuses, and the form in which it stores the others."""

from bot.sandbox.blocks.checks import Fault
from bot.sandbox.blocks.surfaces import check_home, check_message, check_modal, weight

__all__ = ["Fault", "check_home", "check_message", "check_modal", "weight"]
