"""An agent's commands, buttons and forms."""

from bot.slack.boundary import Boundary
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
    place,
    record_outcome,
    release,
    see,
    take_these,
    undo,
)

__all__ = ["register"]


def register(boundary: Boundary) -> None:
    for listener in (
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
        place,
        record_outcome,
        release,
        see,
        take_these,
        undo,
    ):
        listener.register(boundary)
