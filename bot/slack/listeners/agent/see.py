"""See the card, see team status: buttons on messages that stay. The answer is private, beside the message."""

from bot.services.hand_out.hand import held_cards
from bot.services.teams import team_status
from bot.slack import ids
from bot.slack.blocks.agent.cards import hand_out
from bot.slack.blocks.lead import team_status as page
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.action(ids.SEE_CARDS, cards)
    boundary.action(ids.SEE_STATUS, status)


def cards(ask: Ask) -> None:
    if replies.works_in_messages(ask):
        replies.show_desk(ask, is_moved=True)
    else:
        replies.say(ask.asking, ask.client, hand_out(held_cards(ask.deps, ask.actor), ask.reader))


def status(ask: Ask) -> None:
    replies.say(ask.asking, ask.client, page.team_status(team_status.team_status(ask.deps, ask.actor), ask.reader))
