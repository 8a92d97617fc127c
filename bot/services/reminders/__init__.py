"""Tells agents what is callable again, and asks for outcomes that nobody gave."""

from bot.services.reminders import reminders
from bot.services.reminders.delivery import MOST_IN_FLIGHT

__all__ = ["MOST_IN_FLIGHT", "reminders"]
