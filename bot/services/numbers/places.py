"""Where a listed person may be: every candidate place (ISO 3166) and zone (IANA), never narrower than the facts.

A nation of the United Kingdom comes from the address, never from an area code: numbers move, and public holidays follow
the person. Without an address the place is GB: any of the four.

Some US states treat a person with one of their area codes as theirs: they count beside the address's state. Without a
state the place is US: any state.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from zoneinfo import available_timezones

from babel import Locale

from bot.services.answers.places import KnownBy
from bot.services.numbers import known_by
from bot.services.numbers.north_america import AREA_CODES_OF_TWO_ZONES, CANADA, STATES_BY_AREA_CODE, UNITED_STATES
from bot.services.numbers.plans import ListNumber
from bot.services.numbers.postcodes import states_of_postcode
from bot.services.numbers.uk_nations import nation, nations_of_postcode
from bot.services.quoting import quoted
from policy.templates import WRITTEN, template

_COUNTRY_ALIASES = {
    "uk": "GB",
    "united kingdom": "GB",
    "great britain": "GB",
    "großbritannien": "GB",
    "grossbritannien": "GB",
    "grande-bretagne": "GB",
    "gran bretaña": "GB",
    "gran bretagna": "GB",
    "groot-brittannië": "GB",
    "kosovo": "XK",  # no ISO code, but telephone numbers have this one
    "gb": "GB",
    "usa": "US",
    "us of a": "US",
    "united states of america": "US",
    "america": "US",
    "eire": "IE",
    "republic of ireland": "IE",
    "deutschland": "DE",
    "france": "FR",
    "espana": "ES",
    "españa": "ES",
    "italia": "IT",
    "nederland": "NL",
    "holland": "NL",
    "the netherlands": "NL",
    "österreich": "AT",
    "schweiz": "CH",
    "united kingdom of great britain and northern ireland": "GB",
    "united kingdom of great britain and northern ireland (the)": "GB",
    "netherlands, the": "NL",
    "netherlands (the)": "NL",
    "france métropolitaine": "FR",
    "vs": "US",  # Verenigde Staten
    "etats-unis d'amérique": "US",
    "vereinigte staaten von amerika": "US",
    "stati uniti d'america": "US",
    "belgië/belgique": "BE",
    "belgique/belgië": "BE",
}
# ISO 3166-1 alpha-3, for the countries with rules and their neighbours.
_THREE_LETTERS = {
    "gbr": "GB", "usa": "US", "can": "CA", "irl": "IE", "deu": "DE", "ger": "DE", "fra": "FR", "esp": "ES", "ita": "IT",
    "nld": "NL", "bel": "BE", "lux": "LU", "aut": "AT", "che": "CH", "aus": "AU", "nzl": "NZ", "zaf": "ZA", "ind": "IN",
    "sgp": "SG", "bra": "BR", "prt": "PT", "pol": "PL", "dnk": "DK", "swe": "SE", "nor": "NO", "fin": "FI", "cze": "CZ",
    "mex": "MX",
}  # fmt: skip
_NO_COUNTRY = template('"{written}" is not a country: write its name or its two letters, such as GB', written=WRITTEN)
_NO_SUMMER_TIME = template(
    '"{written}" is a time zone without summer time: write that of the place, such as Europe/London', written=WRITTEN
)
_NO_ZONE = template('"{written}" is not a time zone: write a name such as Europe/London', written=WRITTEN)
_WITHOUT_SUMMER_TIME = frozenset(
    ["EST", "MST", "GMT", "UTC", "UCT", "Zulu", "Universal", "Greenwich", "GMT0", "GMT+0", "GMT-0"]
)
_LABEL = re.compile(r"utc [+_]\d\d:\d\d ")
_LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
_Evidence = dict[KnownBy, set[str]]  # what each source points to
_STATES = {f"US-{code}": zones for code, (_, zones) in UNITED_STATES.items()} | {
    f"CA-{code}": zones for code, (_, zones) in CANADA.items()
}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a row says the person is; each part may be empty."""

    country: str = ""
    region: str = ""
    postcode: str = ""
    zone: str = ""


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Candidates, and how each is known (see `known_by`)."""

    places: tuple[str, ...]
    zones: tuple[str, ...]
    known_by: str = ""


class UnknownPlace(Exception):
    """An unknown country or zone was named. Carries the reason for the report."""


def locate(address: Address, numbers: tuple[ListNumber, ...]) -> Whereabouts:
    """Every place and zone that the address or a number points to. Raises UnknownPlace."""
    by_area_code = frozenset(state for number in numbers if (state := _state_of(number)))
    is_american = any(number.number.startswith("+1") and not number.region for number in numbers)
    return _locate(address, tuple((number.region, _zones_of(number)) for number in numbers), by_area_code, is_american)


@lru_cache(maxsize=50_000)
def _locate(
    address: Address, numbers: tuple[tuple[str, tuple[str, ...]], ...], by_area_code: frozenset[str], is_american: bool
) -> Whereabouts:
    by_number = {region for region, _ in numbers if region}
    declared, evidence = _declared(address, by_number, is_american)
    countries = {place[:2] for place in declared}
    places = declared | {region for region in by_number if region not in countries}
    places -= {place[:2] for place in places if "-" in place}  # a named nation or state is more exact
    evidence[KnownBy.NUMBER] = by_number | by_area_code
    zones, pointing = _zones(address, places, numbers, evidence)  # those of the area code are included already
    if "US" not in places:  # US means any state
        places |= by_area_code
    return Whereabouts(tuple(sorted(places)), tuple(sorted(zones)), known_by.as_text(evidence, pointing))


def _declared(address: Address, regions: set[str], is_american: bool) -> tuple[set[str], _Evidence]:
    """What the address says, and in which part. `is_american`: a number is North American, and of no country."""
    country = country_code(address.country) if address.country else ""
    countries = {country} if country else regions or ({"US", "CA"} if is_american else set())
    is_british = country[:2] == "GB" or countries <= {"GB"}
    by_country = {country} if country else set()
    by_region = _from_region(address.region, countries, is_british)
    is_postcode = is_british or " " in address.postcode  # a full British postcode is unlike any other country's
    by_code = set(nations_of_postcode(address.postcode)) if is_postcode else set()
    found = by_country | by_region | by_code
    for land in countries & {"US", "CA"}:
        of_land = states_of_postcode(address.postcode, land)
        found |= set() if of_land & found else of_land  # a code of two states does not widen the state that is named
        by_code |= of_land
    return found, {KnownBy.COUNTRY: by_country, KnownBy.REGION: by_region, KnownBy.POSTCODE: by_code}


def country_code(text: str) -> str:
    """ISO 3166 of a country or British nation as people write it. Raises UnknownPlace."""
    folded = " ".join(text.casefold().replace(".", "").split())
    code = nation(folded) or _COUNTRY_ALIASES.get(folded) or _countries().get(folded) or _countries_abroad().get(folded)
    if not code:
        plain = _plain(text)
        code = _THREE_LETTERS.get(plain) or _plain_countries().get(plain)
    if not code:
        raise UnknownPlace(_NO_COUNTRY.says(written=quoted(text)))
    return code


def _plain(text: str) -> str:
    """The words of a country's name without case, accents and punctuation."""
    letters = "".join(
        char for char in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(char)
    )
    return " ".join("".join(char if char.isalnum() else " " for char in letters).split())


@lru_cache(maxsize=1)
def _plain_countries() -> dict[str, str]:
    """Names without accents and punctuation, also with the article at the end: Netherlands, The."""
    known = {**_countries_abroad(), **{name: code for name, code in _countries().items() if len(name) > len("XX")}}
    return {_plain(name): code for name, code in [*known.items(), *_COUNTRY_ALIASES.items()]}


def place_name(place: str, language: str = "en") -> str:
    """`Jersey`, `United States (US-NY)`: the name of a country, or of the country of a part, in a language."""
    country = place.partition("-")[0]
    name = Locale.parse(language).territories.get(country, country)
    return f"{name} ({place})" if "-" in place else str(name)


@lru_cache(maxsize=1_000)
def zone_named(text: str) -> str:
    """The IANA name of a zone, in any case or as a CRM spells it (europe_slash_london). Raises UnknownPlace.

    GMT, EST and the like are refused: people write them in summer too, when their clocks show another time.
    """
    found = _spelt_zone(text)
    if found is None:
        raise UnknownPlace(_NO_ZONE.says(written=quoted(text)))
    if found.startswith("Etc/") or found in _WITHOUT_SUMMER_TIME:
        raise UnknownPlace(_NO_SUMMER_TIME.says(written=quoted(text)))
    return found


def _spelt_zone(text: str) -> str | None:
    if not text or text in _known_zones():
        return text
    spelt = text.casefold().replace("_slash_", "/").replace("_hyphen_", "_").replace("-", "_")
    if label := _LABEL.match(spelt):  # UTC +01:00 Europe Berlin, as HubSpot shows it
        return _folded_zones().get("_".join(spelt[label.end() :].split()).replace("_", "/", 1))
    return _folded_zones().get("_".join(spelt.split()).replace("_/_", "/"))


def zone_of_city(text: str) -> str:
    """A time zone by its name or by the city in it: America/Denver, Denver, Wien. Raises UnknownPlace."""
    return _zones_by_city().get("_".join(text.casefold().split())) or zone_named(text)


@lru_cache(maxsize=1)
def _zones_by_city() -> dict[str, str]:
    """Zones by their city, in English and the other languages of lists."""
    zones = sorted(_zones_of_countries())
    cities: dict[str, str] = {}
    for language in _LANGUAGES:
        named = Locale.parse(language).time_zones
        said = {zone: named.get(zone, {}).get("city", "") for zone in zones}
        cities |= {"_".join(city.casefold().split()): zone for zone, city in said.items() if city}
    return cities | {zone.rpartition("/")[2].casefold(): zone for zone in zones}


@lru_cache(maxsize=1)
def _folded_zones() -> dict[str, str]:
    return {name.casefold().replace("-", "_"): name for name in sorted(_known_zones())}


def _from_region(text: str, countries: set[str], is_british: bool) -> set[str]:
    folded = " ".join(text.casefold().replace(".", "").split())
    if is_british and (british := nation(folded)):
        return {british}
    found: set[str] = set()  # stays empty for a county or city, which do not help
    for prefix, states in (("US", UNITED_STATES), ("CA", CANADA)):
        if prefix in countries:
            code = folded.upper().removeprefix(f"{prefix}-")
            found |= {f"{prefix}-{key}" for key, (name, _) in states.items() if code == key or folded == name}
    return found


def _zones(
    address: Address, places: set[str], numbers: tuple[tuple[str, tuple[str, ...]], ...], evidence: _Evidence
) -> tuple[set[str], _Evidence]:
    """The zones that count, and those that each source points to, also what a named zone overrules."""
    zones: set[str] = set()
    pointing: _Evidence = {KnownBy.NUMBER: set()}
    for place in places:
        of_place, by_number = _zones_of_place(place, numbers)
        zones |= of_place | by_number
        pointing[KnownBy.NUMBER] |= by_number
        if address.zone and place not in _STATES and place[:2] != "GB":
            continue  # all zones of a country say little beside the one that is named
        for by in (by for by, named in evidence.items() if place in named):
            pointing[by] = pointing.get(by, set()) | of_place
    if address.zone:
        zones = pointing[KnownBy.ZONE] = {zone_named(address.zone)}
    return zones, pointing


def _zones_of_place(place: str, numbers: tuple[tuple[str, tuple[str, ...]], ...]) -> tuple[set[str], set[str]]:
    """Zones by the state if one is named, else by the country's numbers, else all of the country's.

    Those of the place itself, and those of numbers.
    """
    by_number = {zone for region, zones in numbers if region == place[:2] for zone in zones}
    if place in _STATES:
        return set(_STATES[place]), by_number  # if address and area code disagree, both bind
    if place[:2] == "GB":
        return {"Europe/London"}, set()
    return (set(), by_number) if by_number else (set(_country_zones().get(place[:2], ())), set())


def _zones_of(number: ListNumber) -> tuple[str, ...]:
    split = AREA_CODES_OF_TWO_ZONES.get(number.number[2:5], ()) if number.number.startswith("+1") else ()
    return tuple(sorted({*number.zones, *split})) if split else number.zones


def _state_of(number: ListNumber) -> str:
    """The state whose law goes by the area code; empty if there is none."""
    return STATES_BY_AREA_CODE.get(number.number[2:5], "") if number.number.startswith("+1") else ""


@lru_cache(maxsize=1)
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    """Country names and codes to two letters, from the time-zone package's table."""
    found: dict[str, str] = {}
    for code, name in _table("iso3166.tab"):
        found[code.casefold()] = code
        found[name.casefold()] = code
    return found


@lru_cache(maxsize=1)
def _countries_abroad() -> dict[str, str]:
    """The names of countries in the other languages of lists. A name that means two countries is left out."""
    meant: dict[str, set[str]] = {}
    for language in _LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            if code in _country_zones():
                meant.setdefault(" ".join(name.casefold().replace(".", "").split()), set()).add(code)
    return {name: codes.pop() for name, codes in meant.items() if len(codes) == 1}


@lru_cache(maxsize=1)
def _country_zones() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, _, zone, *_ in _table("zone.tab"):
        found[code] = (*found.get(code, ()), zone)
    return found


def _zones_of_countries() -> set[str]:
    return {zone for zones in _country_zones().values() for zone in zones}


def _table(name: str) -> list[list[str]]:
    lines = (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]
