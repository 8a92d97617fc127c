"""A message to the app: says what to type or press. The desk of who works here comes below.

The message itself is not kept.
"""

from bot.slack import ids
from bot.slack.blocks.home import help_page
from bot.slack.boundary import replies, setup_replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.event(ids.MESSAGE_WRITTEN, answer)


def answer(ask: Ask) -> None:
    replies.write(ask, setup_replies.next_step(ask) or help_page.what_i_do(ask.actor.role))
    if replies.works_in_messages(ask):
        replies.show_desk(ask, is_moved=True)
