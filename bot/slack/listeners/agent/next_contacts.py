"""Next contacts: /nextcall as a button, when the last card is done."""

from bot.services.hand_out import next_call
from bot.slack import ids
from bot.slack.blocks.agent.cards import hand_out
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Surface


def register(boundary: Boundary) -> None:
    boundary.action(ids.NEXT_CONTACTS, answer)


def answer(ask: Ask) -> None:
    handed = next_call.hand_out(ask.deps, ask.actor, ask.asking.number)
    if replies.works_in_messages(ask):
        replies.show_desk(ask, handed=handed, is_moved=True)
    elif ask.asking.surface is Surface.DIRECT:  # that message stays, so the cards go beside it
        replies.say(ask.asking, ask.client, hand_out(handed, ask.reader))
    else:
        replies.show_hand_out(ask, handed)
