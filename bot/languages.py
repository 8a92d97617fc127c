"""The languages in which people read Nextcall, and what each says of itself.

A language is one file of `bot/slack/wording`. Its first table, `language`, has `forms` and `plural`, the names of its
plural forms and which of them is for a number; `help` and `rules`, the words that ask for these after a command;
`today` and `yesterday`, the words for these days there, and `on`, which stands before a day;
`opt_outs`, how people write that they want no more calls, as regular expressions; `rejects`, the two columns that a
file of rejects adds. A language that has some sentences only names them: `parts` of `en.toml`, and `packs`.

Names of days, months, countries and cities, and the marks in figures, are those of Unicode's CLDR (LICENSE.unicode),
which Babel has for 700 locales in 36 MB. `tests/test_locales.py` compares `locales.json` and `country_names.json` with
Babel, and writes them.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, NamedTuple

ENGLISH: Final = "en"
SENTENCES: Final = Path(__file__).parent / "slack" / "wording"
_OF_ITSELF: Final = re.compile(r"^\[language\]\n.*?(?=^\[)", re.DOTALL | re.MULTILINE)


@lru_cache(maxsize=1)
def languages() -> tuple[str, ...]:
    """The available languages, the source first: `en`, `de`."""
    return (ENGLISH, *sorted(path.stem for path in SENTENCES.glob("*.toml") if path.stem != ENGLISH))


@lru_cache(maxsize=16)
def of_itself(language: str) -> Mapping[str, Any]:
    """The file's first table. Its sentences are not read: there are thousands."""
    [said] = _OF_ITSELF.findall(f"{(SENTENCES / f'{language}.toml').read_text('utf-8')}\n[")
    table: Mapping[str, Any] = tomllib.loads(said)["language"]
    return table


def in_every_language(what: str) -> Iterator[Any]:
    """What each language that says it says of itself."""
    return (said for one in languages() if (said := of_itself(one).get(what)))


FILE = Path(__file__).with_name("locales.json")
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
