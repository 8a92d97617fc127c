"""A team lead says where a person is, of whom no place is known."""

from bot.services.errors import PlaceUnknown
from bot.services.hand_out import place_correction
from bot.services.hand_out.places import places_to_lead
from bot.services.numbers.places import Address
from bot.slack import ids
from bot.slack.blocks.agent import happened, place_form
from bot.slack.blocks.kit.kit import Block
from bot.slack.blocks.lead.status_pages import Page
from bot.slack.boundary import replies
from bot.slack.boundary.boundary import Boundary, Taken
from bot.slack.boundary.identity import Ask
from bot.slack.boundary.payloads import Form
from bot.slack.wording import say


def register(boundary: Boundary) -> None:
    boundary.opens(ids.LEAD_PLACE_FORM, "calls.place_title", build)
    boundary.submits(ids.LEAD_PLACE_MODAL, take)


def build(ask: Ask) -> Block:
    contact_id, team_id = ask.asking.subject_and_team
    known = places_to_lead(ask.deps, ask.actor, contact_id)
    metadata = ask.asking.remembered(f"{contact_id}:{team_id}")
    return place_form.place_form(metadata, known, ask.reader, is_of_a_lead=True)


def take(ask: Ask, form: Form) -> Taken:
    contact_id = replies.subject_on_status(ask)
    address = Address(form.text(ids.COUNTRY), form.text(ids.REGION), form.text(ids.POSTCODE), form.text(ids.CITY))
    if address == Address():
        return Taken({ids.COUNTRY: say("calls.place_empty")})
    try:
        done = place_correction.correct_as_lead(ask.deps, ask.actor, contact_id, address)
    except PlaceUnknown as error:
        return Taken(place_form.unknown(error))
    return Taken(then=lambda: replies.show_status(ask, happened.place_corrected(done, ask.reader), Page.WHY))
