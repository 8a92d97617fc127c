"""Keep longer: 10 more minutes for a card, once, after a new decision, and never past the lawful time."""

from bot.services.answers.calls import CallRefused, CardGone
from bot.services.hand_out import extensions
from bot.slack import ids
from bot.slack.blocks.agent import happened, offer_card
from bot.slack.blocks.kit import CardPlace
from bot.slack.boundary import Ask, Boundary, replies


def register(boundary: Boundary) -> None:
    boundary.action(ids.KEEP, answer)


def answer(ask: Ask) -> None:
    result, place = extensions.keep(ask.deps, ask.actor, ask.asking.number), CardPlace(ask.asking.number)
    if isinstance(result, CallRefused):
        replies.show_work(ask, happened.refused(result, ask.reader), place)
    elif isinstance(result, CardGone):
        replies.show_work(ask, happened.gone(result), place)
    else:
        replies.show_work(ask, offer_card.kept(result, ask.reader), place)
