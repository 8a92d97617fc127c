"""Tells agents which of their contacts are callable again, and asks for missing outcomes."""

from bot.services.reminders import callbacks_ahead, lead_alerts, outcome_requests, reminders, screening_warnings
from bot.services.reminders.delivery import MOST_IN_FLIGHT

__all__ = [
    "MOST_IN_FLIGHT",
    "callbacks_ahead",
    "lead_alerts",
    "outcome_requests",
    "reminders",
    "screening_warnings",
]
