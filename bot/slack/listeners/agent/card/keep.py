"""Keep longer: 10 more minutes for a card, once, after a new decision, and never past the lawful time."""

from bot.services.answers.calls import CallRefused, CardGone
from bot.services.hand_out import extensions
from bot.slack import ids
from bot.slack.blocks.agent import happened, offer_card
from bot.slack.blocks.kit.reply import CardPlace
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary
from bot.slack.boundary.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.action(ids.KEEP, answer)


def answer(ask: Ask) -> None:
    lease_id = ask.asking.number
    result = extensions.keep(ask.deps, ask.actor, lease_id)
    if isinstance(result, CallRefused):
        line = happened.refused(result, ask.reader)
    elif isinstance(result, CardGone):
        line = happened.gone(result)
    else:
        line = offer_card.kept(result, ask.reader)
    replies.show_work(ask, line, CardPlace(lease_id), result.hand)
