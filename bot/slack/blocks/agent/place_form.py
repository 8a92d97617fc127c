"""The form for where a person is now, the button that opens it, and the error under one of its fields."""

from bot.services.answers.calls import Refusal
from bot.services.answers.places import KnownBy, KnownPlaces, PlacesView
from bot.services.errors import PlaceUnknown
from bot.slack import ids
from bot.slack.blocks.kit import inputs
from bot.slack.blocks.kit.findings import refusal_lines
from bot.slack.blocks.kit.kit import Block, Reader, field, form, lines_in_sections, modal, section
from bot.slack.wording import refusals
from bot.slack.wording.labels import place
from bot.slack.wording.say import Markup, as_plain, city, named, say, shown

_MOST_NAMED = 3  # places and cities known in one way
_FIELDS = {"country": ids.COUNTRY, "region": ids.REGION, "postcode": ids.POSTCODE, "city": ids.CITY}


def place_form(metadata: str, known: PlacesView, reader: Reader, *, is_of_a_lead: bool = False) -> Block:
    """`known`: where the person may be so far. `is_of_a_lead`: opened from team status, not from a card."""
    parts = (
        (ids.COUNTRY, say("calls.place_country"), say("calls.place_country_such"), ""),
        (ids.REGION, say("calls.place_region"), say("calls.place_region_such"), ""),
        (ids.POSTCODE, say("calls.place_postcode"), say("calls.place_postcode_such"), ""),
        (ids.CITY, say("calls.place_city"), say("calls.place_city_such"), say("calls.place_city_hint")),
    )
    asked = [
        field(key, label, inputs.line(placeholder=such), hint, is_optional=True) for key, label, such, hint in parts
    ]
    said = [section(line) for line in known_line(known, reader)]
    modal = "lead_place" if is_of_a_lead else "place"
    return form(say("calls.place_title"), [*said, section(say("calls.place_about")), *asked], modal, metadata)


def known_line(view: PlacesView, reader: Reader) -> list[str]:
    """Where a contact may be and how that is known, on one line; none if nothing is known."""
    counting = [_known(one, view, reader) for one in view.known if one.counts]
    others = [_known(one, view, reader) for one in view.known if not one.counts]
    if not counting:
        return []
    said = say("calls.places_known", places=Markup("; ".join(counting)))
    return [f"{said} {say('calls.places_not_counted', places=Markup('; '.join(others)))}" if others else said]


def _known(one: KnownPlaces, view: PlacesView, reader: Reader) -> str:
    is_british = any(code[:2] == "GB" for code in one.places)  # all British places have one clock
    zones = [zone for zone in one.zones if not (is_british and zone == "Europe/London")]
    names = [*(shown(place(code)) for code in one.places), *map(city, zones)]
    where, left = Markup(", ".join(names[:_MOST_NAMED])), len(names[_MOST_NAMED:])
    where = say("calls.places_named", count=left, where=where) if left else where
    if one.by is KnownBy.CORRECTION and view.corrected:
        by, when = named(view.corrected.agent_name), reader.when(view.corrected.at)
        return say("calls.place_corrected_by", where=where, agent=by, when=when)
    return say("calls.known_by", one.by or "unrecorded", where=where)


def unknown(error: PlaceUnknown) -> dict[str, str]:
    """What was typed and what to write instead, under the field that it concerns."""
    return {_FIELDS[error.part]: as_plain(refusals.refusal(error), 2000)}


def why_not(refusal: Refusal | None, reader: Reader) -> Block:
    """The rules that forbid a call to a person who is elsewhere, in a modal: the agent may be on the line."""
    lines = [say("calls.place_allows")] if refusal is None else refusal_lines(refusal, reader)
    return modal(say("calls.place_why"), lines_in_sections(lines))
