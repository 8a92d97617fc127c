"""Pause me, and back to work: the agent's own breaks, on Home."""

from dataclasses import replace

from bot.services.answers.people import BreakReason
from bot.services.teams import breaks
from bot.slack import ids
from bot.slack.blocks.agent import working_day
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Unreadable


def register(boundary: Boundary) -> None:
    boundary.action(ids.PAUSE_ME, begin)
    boundary.action(ids.BACK_TO_WORK, finish)


def begin(ask: Ask) -> None:
    if ask.asking.said not in set(BreakReason):
        raise Unreadable
    done = breaks.begin(ask.deps, ask.actor, BreakReason(ask.asking.said))
    replies.show_desk(ask, working_day.break_began(done))


def finish(ask: Ask) -> None:
    breaks.finish(ask.deps, ask.actor)
    replies.show_desk(replace(ask, actor=replace(ask.actor, paused_at=None)), working_day.back())
