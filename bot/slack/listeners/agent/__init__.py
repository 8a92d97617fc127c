"""Commands, buttons and forms of an agent."""

from bot.slack.listeners.agent import (
    call,
    callback,
    callcheck,
    dnc,
    keep,
    my_day,
    my_language,
    next_contacts,
    nextcall,
    outcome,
    outcome_form,
    record_outcome,
    release,
    see,
    take_these,
    undo,
)

# fmt: off
__all__ = [
    "call", "callback", "callcheck", "dnc", "keep", "my_day", "my_language", "next_contacts", "nextcall", "outcome",
    "outcome_form", "record_outcome", "release", "see", "take_these", "undo",
]
