"""They rang us: a call to a number on no list was none of ours."""

from bot.services.calls import outcomes
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.action(ids.THEY_RANG, answer)


def answer(ask: Ask) -> None:
    done = outcomes.they_rang(ask.deps, ask.actor, ask.asking.number)
    replies.show_work(ask, happened.they_rang(done), hand=done.hand)
