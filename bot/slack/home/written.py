"""Somebody wrote to the app in its Messages tab: nothing is taken from it, and they are told what to type or press."""

from bot.slack import ids, replies, setup_replies
from bot.slack.blocks import help_page
from bot.slack.boundary import Boundary
from bot.slack.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.event(ids.MESSAGE_WRITTEN, answer)


def answer(ask: Ask) -> None:
    replies.write(ask, setup_replies.next_step(ask) or help_page.what_i_do(ask.who.role))
