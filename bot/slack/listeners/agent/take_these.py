"""Take these, on a reminder: hands out those of its contacts that are still callable. The reminder becomes one line."""

from bot.services.hand_out import next_call
from bot.slack import ids
from bot.slack.blocks.agent.cards import hand_out
from bot.slack.blocks.home.direct import contacts_taken
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.action(ids.TAKE_THESE, answer)


def answer(ask: Ask) -> None:
    handed = next_call.hand_out_these(ask.deps, ask.actor, ask.asking.numbers)
    replies.replace_with(ask, contacts_taken(ask.reader))
    if replies.works_in_messages(ask):
        replies.show_desk(ask, handed=handed, is_moved=True)
    else:
        replies.say(ask.asking, ask.client, hand_out(handed, ask.reader))
