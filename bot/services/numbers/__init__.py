"""Telephone numbers, and the places and time zones that they and addresses point to."""

from bot.services.numbers.address_parts import lands_with_state
from bot.services.numbers.cells import Unreadable, read_cell
from bot.services.numbers.dialling import MOST_IN_LINK, NUMBER, TELEPHONE, dial_link, is_dialable
from bot.services.numbers.known_by import as_corrected, known_places
from bot.services.numbers.line_kinds import BUSINESS, COMPANY, CONSUMER, kind_of_line, line_and_subscriber
from bot.services.numbers.parsing import (
    ERASED,
    ERASED_IN_FACTS,
    country_of_number,
    format_number,
    hyphenated,
    is_erased,
    mask,
    parse_number,
    whereabouts_at,
    whereabouts_of,
)
from bot.services.numbers.places import (
    Address,
    UnknownPlace,
    Whereabouts,
    country_code,
    locate,
    place_name,
    zone_named,
    zone_of_city,
)
from bot.services.numbers.plans import ListNumber, read_plain

# fmt: off
__all__ = [
    "BUSINESS", "COMPANY", "CONSUMER", "ERASED", "ERASED_IN_FACTS", "MOST_IN_LINK", "NUMBER", "TELEPHONE",
    "Address", "ListNumber", "UnknownPlace", "Unreadable", "Whereabouts", "as_corrected", "country_code",
    "country_of_number", "dial_link", "format_number", "hyphenated", "is_dialable", "is_erased", "kind_of_line",
    "known_places", "lands_with_state", "line_and_subscriber", "locate", "mask", "parse_number", "place_name",
    "read_cell", "read_plain", "whereabouts_at", "whereabouts_of", "zone_named", "zone_of_city",
]
