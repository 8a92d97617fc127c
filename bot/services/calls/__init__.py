"""From Call to outcome: attempts, their outcomes, callbacks, and stops recorded in a call."""

from bot.services.calls import (
    callback_changes,
    callback_ends,
    callback_times,
    callback_watch,
    callbacks,
    calling,
    effects,
    found_calls,
    history,
    off_list,
    outcomes,
    statements,
)
from bot.services.calls.callback_times import mark_told, refusal_at_time, trouble_of
from bot.services.calls.data_complaints import due_on, overdue
from bot.services.calls.recording import UNDO_FOR
from bot.services.calls.ringing_back import calls_in, last_call
from bot.services.calls.rung_often import days_rung_often
from bot.services.calls.statements import Stop, is_in_force, suppress
from bot.services.calls.unlisted_numbers import as_contact

# fmt: off
__all__ = [
    "UNDO_FOR",
    "Stop",
    "as_contact",
    "callback_changes",
    "callback_ends",
    "callback_times",
    "callback_watch",
    "callbacks",
    "calling",
    "calls_in",
    "days_rung_often",
    "due_on",
    "effects",
    "found_calls",
    "history",
    "is_in_force",
    "last_call",
    "mark_told",
    "off_list",
    "outcomes",
    "overdue",
    "refusal_at_time",
    "statements",
    "suppress",
    "trouble_of",
]
