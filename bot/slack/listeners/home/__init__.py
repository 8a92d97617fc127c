"""Events in the app's own tabs: Home opened, message written."""

from bot.slack.boundary import Boundary
from bot.slack.listeners.home import (
    opened,
    written,
)

__all__ = ["register"]


def register(boundary: Boundary) -> None:
    for listener in (opened, written):
        listener.register(boundary)
