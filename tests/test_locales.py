"""The names of days, months, countries and cities are Babel's. `python -m tests.test_locales` writes them anew."""

import json
from typing import Any

import babel

from bot.languages import languages
from bot.locales import FILE, locales

IN_LISTS = ("de", "en", "es", "fr", "it", "nl")  # in which people write places and months
KNOWN = sorted({*languages(), "en_GB", *IN_LISTS})


def of_babel(name: str) -> dict[str, Any]:
    found: Any = babel.Locale.parse(name)
    language, days, months = name[:2], found.days, found.months["format"]
    return {
        "name": str(babel.Locale.parse(language).get_display_name(language)).capitalize(),
        "group": found.number_symbols["latn"]["group"],
        "decimal": found.number_symbols["latn"]["decimal"],
        "weekdays": [days["format"]["wide"][day] for day in range(7)],
        "short_weekdays": [days["format"]["abbreviated"][day] for day in range(7)],
        "headed_weekdays": [days["stand-alone"]["abbreviated"][day] for day in range(7)],
        "months": [months["wide"][month] for month in range(1, 13)],
        "short_months": [months["abbreviated"][month] for month in range(1, 13)],
        "countries": {code: said for code, said in sorted(found.territories.items()) if len(code) == 2},
        "cities": {zone: said["city"] for zone, said in sorted(found.time_zones.items()) if said.get("city")},
    }


def test_they_are_those_of_babel() -> None:
    assert {name: one._asdict() for name, one in locales().items()} == {name: of_babel(name) for name in KNOWN}


def test_every_language_of_sentences_has_them() -> None:
    assert set(languages()) <= set(locales())


if __name__ == "__main__":
    FILE.write_text(json.dumps({name: of_babel(name) for name in KNOWN}, ensure_ascii=False, indent=0) + "\n", "utf-8")
