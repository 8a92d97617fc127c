"""/nextcall [n] [campaign]: the cards the agent holds, then the next callable contacts."""

from bot.services.errors import Paused
from bot.services.hand_out import next_call
from bot.slack import ids
from bot.slack.blocks.agent import happened
from bot.slack.blocks.agent.cards import USUALLY_WANTED
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.command_text import parse_wanted
from bot.slack.boundary.identity import Ask
from bot.slack.wording import refusals


def register(boundary: Boundary) -> None:
    boundary.command(ids.NEXTCALL, answer)


def answer(ask: Ask) -> None:
    asked = parse_wanted(ask.asking.said)
    count = USUALLY_WANTED if asked.count is None else asked.count
    try:
        handed = next_call.hand_out(ask.deps, ask.actor, count, asked.campaign)
    except Paused as refusal:  # no new contacts, but the agent may finish the held ones
        replies.show_work(ask, happened.told(refusals.refusal(refusal)))
    else:
        replies.show_hand_out(ask, handed)
