"""Next contacts: the same as /nextcall, one press away when the last card is done."""

from bot.services import next_call
from bot.slack import ids, replies
from bot.slack.boundary import Boundary
from bot.slack.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.action(ids.NEXT_CONTACTS, answer)


def answer(ask: Ask) -> None:
    replies.show_hand_out(ask, next_call.hand_out(ask.deps, ask.who, ask.asking.number))
