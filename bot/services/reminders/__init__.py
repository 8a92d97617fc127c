"""Tells agents which contacts are callable again and asks for missing outcomes; tells team leads what needs them
now."""

from bot.services.reminders import (
    broken_promises,
    callbacks_ahead,
    lead_alerts,
    outcome_requests,
    reminders,
    screening_warnings,
)
from bot.services.reminders.delivery import MOST_IN_FLIGHT

__all__ = [
    "MOST_IN_FLIGHT",
    "broken_promises",
    "callbacks_ahead",
    "lead_alerts",
    "outcome_requests",
    "reminders",
    "screening_warnings",
]
