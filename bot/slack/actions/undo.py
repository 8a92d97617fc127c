"""Undo, for ten minutes: the outcome is taken back and the attempt waits for another."""

from bot.services import outcomes
from bot.slack import ids, replies
from bot.slack.blocks import happened
from bot.slack.boundary import Boundary
from bot.slack.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.action(ids.UNDO, answer)


def answer(ask: Ask) -> None:
    replies.show_work(ask, happened.undone(outcomes.undo(ask.deps, ask.who, ask.asking.number)))
