"""Somewhere else: an agent learns that the person of a card is in another place."""

from bot.services.answers.calls import CardGone
from bot.services.errors import PlaceUnknown
from bot.services.hand_out import place_correction
from bot.services.hand_out.places import places_on_card
from bot.services.numbers.places import Address
from bot.slack import ids
from bot.slack.blocks.agent import happened, place_form
from bot.slack.blocks.kit.kit import Block
from bot.slack.blocks.kit.reply import CardPlace
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.wording import say


def register(boundary: Boundary) -> None:
    boundary.opens(ids.PLACE_FORM, "calls.place_title", build)
    boundary.submits(ids.PLACE_MODAL, take)
    boundary.opens(ids.PLACE_WHY, "calls.place_why", why)


def build(ask: Ask) -> Block:
    known = places_on_card(ask.deps, ask.actor, ask.asking.number)
    return place_form.place_form(ask.asking.remembered(ask.asking.number), known, ask.reader)


def take(ask: Ask, form: Form) -> Taken:
    address = Address(form.text(ids.COUNTRY), form.text(ids.REGION), form.text(ids.POSTCODE), form.text(ids.CITY))
    if address == Address():
        return Taken({ids.COUNTRY: say("calls.place_empty")})
    try:
        result = place_correction.correct(ask.deps, ask.actor, ask.asking.number, address)
    except PlaceUnknown as error:
        return Taken(place_form.unknown(error))
    line = happened.gone(result) if isinstance(result, CardGone) else happened.place_corrected(result, ask.reader)
    place = CardPlace(ask.asking.number)
    return Taken(then=lambda: replies.show_work(ask, line, place, result.hand))


def why(ask: Ask) -> Block:
    return place_form.why_not(place_correction.why_not_there(ask.deps, ask.actor, ask.asking.number), ask.reader)
