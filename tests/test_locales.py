"""The names of days, months, countries and cities are Babel's. `python -m tests.test_locales` writes them anew."""

import json
from typing import Any

import babel

from bot.languages import COUNTRIES, FILE, languages, locales, names_of_countries

IN_LISTS = ("de", "en", "es", "fr", "it", "nl")  # in which people write places and months
KNOWN = sorted({*languages(), "en_GB", *IN_LISTS})
# Languages of Europe; and the countries whose names in them lists may have: of Europe, and those overseas.
LANGUAGES = (
    "be bg bs ca cs cy da de el en es et eu fi fo fr fy ga gd gl hr hu is it lb lt lv mk mt nb nl nn pl pt rm ro ru sk "
    "sl sq sr sr_Latn sv tr uk"
)
CODES = (
    "AD AL AT AU BA BE BG BR BY CA CH CY CZ DE DK EE ES FI FO FR GB GG GI GR HR HU IE IL IM IN IS IT JE JP LI LT LU LV "
    "MC MD ME MK MT MX NL NO NZ PL PT RO RS RU SE SG SI SK SM TR UA US VA XK ZA"
)


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


def countries_of_babel() -> dict[str, list[str]]:
    named: Any = [babel.Locale.parse(language).territories for language in LANGUAGES.split()]
    return {code: sorted({one[code] for one in named if code in one}) for code in CODES.split()}


def test_names_of_countries_are_those_of_babel() -> None:
    assert names_of_countries() == countries_of_babel()


def test_every_language_of_sentences_has_them() -> None:
    assert set(languages()) <= set(locales())


if __name__ == "__main__":
    COUNTRIES.write_text(json.dumps(countries_of_babel(), ensure_ascii=False, indent=0) + "\n", "utf-8")
    FILE.write_text(json.dumps({name: of_babel(name) for name in KNOWN}, ensure_ascii=False, indent=0) + "\n", "utf-8")
