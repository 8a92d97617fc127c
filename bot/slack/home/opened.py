"""Somebody opened the app: their Home is drawn anew. The Messages tab reports itself by the same event."""

from bot.slack import ids, replies, setup_replies
from bot.slack.boundary import Boundary
from bot.slack.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.event(ids.HOME_OPENED, answer)


def answer(ask: Ask) -> None:
    if ask.asking.said == "home":
        replies.show_home(setup_replies.introduced(ask))
