"""Names of days, months, countries and cities, and the marks in figures, by language.

They are those of Unicode's CLDR (LICENSE.unicode), which Babel has for 700 locales in 36 MB. `tests/test_locales.py`
compares `locales.json` and `country_names.json` with Babel, and writes them.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

FILE = Path(__file__).with_suffix(".json")
COUNTRIES = Path(__file__).with_name("country_names.json")


class Locale(NamedTuple):
    """`weekdays` are from Monday, `months` from January; short ones as in a date, headed ones as above a column.

    `group` and `decimal`: the marks in 1,234.5. `countries`: by ISO 3166 code. `cities`: by time zone.
    """

    name: str
    group: str
    decimal: str
    weekdays: Sequence[str]
    short_weekdays: Sequence[str]
    headed_weekdays: Sequence[str]
    months: Sequence[str]
    short_months: Sequence[str]
    countries: dict[str, str]
    cities: dict[str, str]


@lru_cache(maxsize=1)
def names_of_countries() -> dict[str, list[str]]:
    """What the countries of Europe, and some others, are called in the languages of Europe: names by ISO 3166 code."""
    found: dict[str, list[str]] = json.loads(COUNTRIES.read_text(encoding="utf-8"))
    return found


@lru_cache(maxsize=1)
def locales() -> dict[str, Locale]:
    """By CLDR's name: de, en, en_GB."""
    known = json.loads(FILE.read_text(encoding="utf-8"))
    return {name: Locale(**values) for name, values in known.items()}
