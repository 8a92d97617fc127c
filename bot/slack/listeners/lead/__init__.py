"""A team lead's commands, buttons and forms."""

from bot.slack.boundary import Boundary
from bot.slack.listeners.lead import (
    choose,
    digest_again,
    lift_hold,
    list_file,
    list_presses,
    lists,
    move,
    move_callback,
    override,
    pause,
    take_back,
    teamstatus,
    tell_admins,
)

__all__ = ["register"]


def register(boundary: Boundary) -> None:
    for listener in (
        choose,
        digest_again,
        lift_hold,
        list_file,
        list_presses,
        lists,
        move,
        move_callback,
        override,
        pause,
        take_back,
        teamstatus,
        tell_admins,
    ):
        listener.register(boundary)
