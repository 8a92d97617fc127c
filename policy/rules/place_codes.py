"""Checks ISO 3166 codes in packs: a rule for a place that does not exist would never apply."""

import re
from typing import Any

from policy.calendar import subdivisions_of
from policy.rules.pack_table import Fields

_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


def read_places(fields: Fields, key: str, default: Any = ()) -> tuple[str, ...]:
    """A list of country or subdivision codes; a fault for each that does not exist."""
    places = fields.words(key, default=default)
    for place in places:
        if not is_place(place):
            fields.fault(key, f"{place!r} is not an ISO 3166 code such as GB, GB-ENG or US-FL")
    return places


def is_place(code: str) -> bool:
    """Whether a code names a country or a subdivision. If a country's subdivisions are unknown, any code passes."""
    country, _, subdivision = code.partition("-")
    known = subdivisions_of(country)
    return bool(_CODE.fullmatch(code)) and known is not None and (not subdivision or not known or subdivision in known)
