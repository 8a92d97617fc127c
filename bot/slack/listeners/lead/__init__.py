"""Commands, buttons and forms of a team lead."""

from bot.slack.listeners.lead import (
    choose,
    digest_again,
    lift_hold,
    move,
    move_callback,
    override,
    pause,
    take_back,
    teamstatus,
    tell_admins,
)

# fmt: off
__all__ = [
    "choose", "digest_again", "lift_hold", "move", "move_callback", "override", "pause", "take_back", "teamstatus",
    "tell_admins",
]
