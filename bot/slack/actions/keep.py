"""Keep longer: ten more minutes for a card, once, decided again, never beyond the lawful time."""

from bot.services import renewals
from bot.services.results import CallRefused, CardGone
from bot.slack import ids, replies
from bot.slack.blocks import happened, offer_card
from bot.slack.blocks.reply import CardPlace
from bot.slack.boundary import Boundary
from bot.slack.identity import Ask


def register(boundary: Boundary) -> None:
    boundary.action(ids.KEEP, answer)


def answer(ask: Ask) -> None:
    result, place = renewals.keep(ask.deps, ask.who, ask.asking.number), CardPlace(ask.asking.number)
    if isinstance(result, CallRefused):
        replies.show_work(ask, happened.refused(result, ask.reader), place)
    elif isinstance(result, CardGone):
        replies.show_work(ask, happened.gone(result), place)
    else:
        replies.show_work(ask, offer_card.kept(result, ask.reader), place)
