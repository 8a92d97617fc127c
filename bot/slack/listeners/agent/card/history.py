"""History: what came of every call to the contact of a card before."""

from bot.services.calls import history
from bot.slack import ids
from bot.slack.blocks.agent import history_page
from bot.slack.blocks.kit.kit import Block
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.opens(ids.HISTORY, "calls.history", build)


def build(ask: Ask) -> Block:
    return history_page.history(history.history_of(ask.deps, ask.actor, ask.asking.number), ask.reader)
