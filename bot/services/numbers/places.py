"""Where a listed person may be: every candidate place (ISO 3166) and zone (IANA), never narrower than the facts.

A nation of the United Kingdom comes from the address, never from an area code: numbers move, and public holidays follow
the person. Without an address the place is GB: any of the four.

Some US states treat a person with one of their area codes as theirs: they count beside the address's state. Without a
state the place is US: any state.
"""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple
from zoneinfo import available_timezones

import phonenumbers

from bot.languages import locales, names_of_countries
from bot.services.answers.places import KnownBy, KnownPlaces
from bot.services.names import fold_name
from bot.services.numbers.address_parts import ZONES_OF_STATE, Evidence, Parts, nation, nation_name, read_parts
from bot.services.numbers.north_america import AREA_CODES_OF_TWO_ZONES, CANADIAN_AREA_CODES, STATES_BY_AREA_CODE
from bot.services.numbers.plans import ListNumber
from bot.services.quoting import quoted, quoting
from policy.templates.sentence import PLACE, Said

_COUNTRY_ALIASES = {
    "uk": "GB", "united kingdom": "GB", "great britain": "GB", "großbritannien": "GB", "grossbritannien": "GB",
    "grande-bretagne": "GB", "gran bretaña": "GB", "gran bretagna": "GB", "groot-brittannië": "GB", "gb": "GB",
    "united kingdom of great britain and northern ireland": "GB",
    "united kingdom of great britain and northern ireland (the)": "GB",
    "usa": "US", "us of a": "US", "united states of america": "US", "america": "US", "etats-unis d'amérique": "US",
    "vs": "US",  # Verenigde Staten
    "vereinigte staaten von amerika": "US", "stati uniti d'america": "US",
    "eire": "IE", "republic of ireland": "IE", "deutschland": "DE", "france": "FR", "france métropolitaine": "FR",
    "espana": "ES", "españa": "ES", "italia": "IT", "österreich": "AT", "schweiz": "CH",
    "nederland": "NL", "holland": "NL", "the netherlands": "NL", "netherlands, the": "NL", "netherlands (the)": "NL",
    "belgië/belgique": "BE", "belgique/belgië": "BE", "česká republika": "CZ", "slovenská republika": "SK",
    "kosovo": "XK",  # no ISO code, but telephone numbers have this one
}  # fmt: skip
# ISO 3166-1 alpha-3, for the countries with rules and their neighbours.
_THREE_LETTERS = {
    "gbr": "GB", "usa": "US", "can": "CA", "irl": "IE", "deu": "DE", "ger": "DE", "fra": "FR", "esp": "ES", "ita": "IT",
    "nld": "NL", "bel": "BE", "lux": "LU", "aut": "AT", "che": "CH", "aus": "AU", "nzl": "NZ", "zaf": "ZA", "ind": "IN",
    "sgp": "SG", "bra": "BR", "prt": "PT", "pol": "PL", "dnk": "DK", "swe": "SE", "nor": "NO", "fin": "FI", "cze": "CZ",
    "mex": "MX",
}  # fmt: skip
_NO_COUNTRY = quoting('"{written}" is not a country: write its name or its two letters, such as GB')
_NO_SUMMER_TIME = quoting(
    '"{written}" is a time zone without summer time: write that of the place, such as Europe/London'
)
_NO_ZONE = quoting('"{written}" is not a time zone: write a name such as Europe/London')
_WITHOUT_SUMMER_TIME = frozenset(
    ["EST", "MST", "GMT", "UTC", "UCT", "Zulu", "Universal", "Greenwich", "GMT0", "GMT+0", "GMT-0"]
)
_DIALLED = re.compile(r"(?:[^\d+]*\+|00)?([1-9]\d{0,2})(?:\.0)?[^\d.]*")
_LABEL = re.compile(r"utc [+_]\d\d:\d\d ")
_LANGUAGES = ("en", "de", "fr", "es", "it", "nl")
_OVERSEAS = frozenset({"GP", "MQ", "GF", "RE", "YT", "PM", "BL", "MF", "TF", "WF", "PF", "NC"})  # France, elsewhere
_MOBILES_TELL_NO_PLACE = frozenset({"AU", "ES", "FR"})


@dataclass(frozen=True, slots=True)
class Address:
    """Where a row says the person is; each part may be empty.

    `is_told`: by somebody who knows where the person is now; the zone then overrules the numbers.
    """

    country: str = ""
    region: str = ""
    postcode: str = ""
    zone: str = ""
    is_told: bool = False


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """Candidates, and how each is known, as text: `region=US-CO;America/Denver number=US`."""

    places: tuple[str, ...]
    zones: tuple[str, ...]
    known_by: str = ""


class UnknownPlace(Exception):
    """An unknown country or zone was named. Carries the reason for the report."""


class _Number(NamedTuple):
    """What a number says of its person. `tells_place`: it belongs to a part of its country, not only to all of it."""

    region: str
    zones: tuple[str, ...]
    tells_place: bool


def locate(address: Address, numbers: tuple[ListNumber, ...]) -> Whereabouts:
    """Every place and zone that the address or a number points to. Raises UnknownPlace."""
    by_area_code = frozenset(
        STATES_BY_AREA_CODE[area] for one in numbers if (area := _area_of(one)) in STATES_BY_AREA_CODE
    )
    is_american = any(number.number.startswith("+1") and not number.region for number in numbers)
    return _locate(address, tuple(_number(one) for one in numbers), by_area_code, is_american)


@lru_cache(maxsize=50_000)
def _locate(
    address: Address, numbers: tuple[_Number, ...], by_area_code: frozenset[str], is_american: bool
) -> Whereabouts:
    by_number = {one.region for one in numbers if one.region}
    country = country_code(address.country) if address.country else ""
    countries = {country} if country else by_number or ({"US", "CA"} if is_american else set())
    parts = read_parts(address.region, address.postcode, country, countries)
    by_country = {country} if country else set()
    declared = parts.places | by_country | parts.open_in
    if parts.places & _OVERSEAS:  # a mobile of France is used there too
        declared -= {"FR"}
        by_number -= set() if any(one.region == "FR" and one.tells_place for one in numbers) else {"FR"}
    named = {place[:2] for place in declared}
    places = declared | {region for region in by_number if region not in named}
    places -= {place[:2] for place in places if "-" in place} - parts.open_in  # a named nation or state is more exact
    places -= {place for place in places if "-" in place and place[:2] in parts.open_in}
    evidence: Evidence = {KnownBy.COUNTRY: by_country, KnownBy.REGION: parts.region, KnownBy.POSTCODE: parts.postcode}
    if parts.open_in:
        by = KnownBy.REGION if address.region and not parts.region else KnownBy.POSTCODE
        evidence[by] = evidence[by] | parts.open_in
    evidence[KnownBy.NUMBER] = by_number | by_area_code
    zones, pointing = _zones(address, places, numbers, parts, evidence)  # those of the area code are included already
    if "US" not in places:  # US means any state
        places |= by_area_code
    return Whereabouts(tuple(sorted(places)), tuple(sorted(zones)), _sources_as_text(evidence, pointing))


def country_code(text: str) -> str:
    """ISO 3166 of a country or British nation as people write it. Raises UnknownPlace."""
    folded = " ".join(text.casefold().replace(".", "").split())
    code = nation(folded) or _COUNTRY_ALIASES.get(folded) or _countries().get(folded) or _countries_abroad().get(folded)
    if not code:
        plain = fold_name(text)
        code = _THREE_LETTERS.get(plain) or _plain_countries().get(plain)
    if not code:
        raise UnknownPlace(_NO_COUNTRY.says(written=quoted(text)))
    return code


@lru_cache(maxsize=1_000)
def country_of_numbers(text: str) -> str:
    """The country (ISO 3166) in whose form numbers are written, by its name or by its dialling code: 49, +49, 0049.
    Raises UnknownPlace."""
    dialled = _DIALLED.fullmatch(text.strip())
    country = phonenumbers.region_code_for_country_code(int(dialled[1])) if dialled else ""
    return country if country.isalpha() and country != "ZZ" else country_code(text)[:2]


@lru_cache(maxsize=1)
def _plain_countries() -> dict[str, str]:
    """Names without accents and punctuation, also with the article at the end: Netherlands, The."""
    europe = _of_one_country((name, code) for code, names in names_of_countries().items() for name in names)
    in_english = {name: code for name, code in _countries().items() if len(name) > len("XX")}
    known = europe | _countries_abroad() | in_english
    return {fold_name(name): code for name, code in [*known.items(), *_COUNTRY_ALIASES.items()]}


def _of_one_country(named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """The countries by name, without each name that means two of them."""
    meant: dict[str, set[str]] = defaultdict(set)
    for name, code in named:
        meant[name].add(code)
    return {name: codes.pop() for name, codes in meant.items() if len(codes) == 1}


def place_name(place: str, language: str = "en") -> str:
    """`Jersey`, `Northern Ireland`, `United States (US-NY)`: a country, a nation, or the country of a part, by name."""
    if name := nation_name(place, language):
        return name
    country = place.partition("-")[0]
    named = locales()[language].countries.get(country, country)
    return f"{named} ({place})" if "-" in place else named


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
    zones = sorted({zone for of_country in _country_zones().values() for zone in of_country})
    cities: dict[str, str] = {}
    for language in _LANGUAGES:
        said = {zone: locales()[language].cities.get(zone, "") for zone in zones}
        cities |= {"_".join(city.casefold().split()): zone for zone, city in said.items() if city}
    return cities | {zone.rpartition("/")[2].casefold(): zone for zone in zones}


@lru_cache(maxsize=1)
def _folded_zones() -> dict[str, str]:
    return {name.casefold().replace("-", "_"): name for name in sorted(_known_zones())}


def _zones(
    address: Address, places: set[str], numbers: tuple[_Number, ...], parts: Parts, evidence: Evidence
) -> tuple[set[str], Evidence]:
    """The zones that count, and those that each source points to, also what a named zone overrules."""
    named = {zone_named(address.zone)} if address.zone else set()
    zones = set(named)
    pointing: Evidence = {KnownBy.NUMBER: set()}
    for place in places:
        of_place, by_number = _zones_of_place(place, numbers, parts)
        for some in (of_place, by_number):
            # Of a place without a clock of its own, a zone names one; what says another is one candidate more.
            zones |= set() if named and (address.is_told or named <= some) else some
        pointing[KnownBy.NUMBER] |= by_number
        has_own_clock = place in ZONES_OF_STATE or place in parts.finer or place[:2] == "GB"
        if named and not has_own_clock and named <= of_place:
            continue  # all zones of a country say little beside the one that is named
        for by in (by for by, found in evidence.items() if place in found):
            pointing[by] = pointing.get(by, set()) | of_place
    if named:
        pointing[KnownBy.ZONE] = named
    return zones, pointing


def _zones_of_place(place: str, numbers: tuple[_Number, ...], parts: Parts) -> tuple[set[str], set[str]]:
    """Zones by the state or code if one is named, else by the country's numbers, else all of the country's. Those of
    the place itself, and those of numbers. If address and area code disagree, both bind."""
    of_country = [one for one in numbers if one.region == place[:2]]
    placed = {zone for one in of_country if one.tells_place for zone in one.zones}
    if place in parts.open_in:
        return set(all_zones_of(place)), placed
    if place in parts.finer:
        return parts.finer[place], placed
    if place in ZONES_OF_STATE:
        return set(ZONES_OF_STATE[place]), placed
    if place[:2] == "GB":
        return {"Europe/London"}, set()
    by_number = {zone for one in of_country for zone in one.zones}
    return (set(), by_number) if by_number else (set(all_zones_of(place[:2])), set())


def _number(number: ListNumber) -> _Number:
    tells_place = not (number.is_mobile and number.region in _MOBILES_TELL_NO_PLACE)
    area = _area_of(number)
    if area in CANADIAN_AREA_CODES and number.region:
        return _Number(number.region, CANADIAN_AREA_CODES[area], tells_place)
    zones = tuple(sorted({*number.zones, *AREA_CODES_OF_TWO_ZONES.get(area, ())}))
    return _Number(number.region, zones, tells_place)


def _area_of(number: ListNumber) -> str:
    return number.number[2:5] if number.number.startswith("+1") else ""


def all_zones_of(country: str) -> tuple[str, ...]:
    """Every zone of a country (ISO 3166)."""
    return _country_zones().get(country, ())


@lru_cache(maxsize=1)
def _known_zones() -> frozenset[str]:
    return frozenset(available_timezones())


@lru_cache(maxsize=1)
def _countries() -> dict[str, str]:
    return {said.casefold(): code for code, name in _table("iso3166.tab") for said in (code, name)}


@lru_cache(maxsize=1)
def _countries_abroad() -> dict[str, str]:
    """The names of countries in the other languages of lists. A name that means two countries is left out."""
    return _of_one_country(
        (" ".join(name.casefold().replace(".", "").split()), code)
        for language in _LANGUAGES
        for code, name in locales()[language].countries.items()
        if code in _country_zones()
    )


@lru_cache(maxsize=1)
def _country_zones() -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for code, _, zone, *_ in _table("zone.tab"):
        found[code] = (*found.get(code, ()), zone)
    return found


def _table(name: str) -> list[list[str]]:
    lines = (files("tzdata") / "zoneinfo" / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]


def with_place_names(said: str) -> str:
    """`Nextcall has no rules for Jersey`, for JE. A sentence without a place stays as it is."""
    if not isinstance(said, Said) or said.template is None:
        return said
    parameters = said.template.parameters
    if PLACE not in parameters.values():
        return said
    write = {name: place_name if one is PLACE else one.write for name, one in parameters.items()}
    return said.template.text.format(**{name: write[name](value) for name, value in said.values.items()})


_Named = Mapping[KnownBy, Collection[str]]
_SOURCES = {by.value: by for by in KnownBy}


def _sources_as_text(places: _Named, zones: _Named) -> str:
    """Places (ISO 3166) and zones (IANA) by source, also what a stronger one overrules: nothing that a list said is
    lost."""
    told = ((by, ",".join(sorted(places.get(by, ()))), ",".join(sorted(zones.get(by, ())))) for by in KnownBy)
    return " ".join(f"{by}={named}{of and f';{of}'}" for by, named, of in told if named or of)


def as_corrected(known_by: str) -> str:
    """The same where a person said the address: what does not come from a number is a correction."""
    places: dict[KnownBy, set[str]] = defaultdict(set)
    zones: dict[KnownBy, set[str]] = defaultdict(set)
    for by, of_source, with_zones in _read_sources(known_by):
        said = by if by is KnownBy.NUMBER else KnownBy.CORRECTION
        places[said].update(of_source)
        zones[said].update(with_zones)
    return _sources_as_text(places, zones)


def known_places(places: str, zones: str, known_by: str) -> tuple[KnownPlaces, ...]:
    """A contact's candidates, each by its strongest source, then what counts for nothing; all as on the contact."""
    sources = _read_sources(known_by)
    left_places, left_zones = set(places.split()), set(zones.split())
    found = [KnownPlaces(by, _taken(named, left_places), _taken(of, left_zones)) for by, named, of in sources]
    found.append(KnownPlaces(None, tuple(sorted(left_places)), tuple(sorted(left_zones))))
    seen_places, seen_zones = set(places.split()), set(zones.split())
    for by, named, of in sources:
        others = [one for one in named if not any(_is_same(one, other) for other in seen_places)]
        more = [one for one in of if one not in seen_zones]
        found.append(KnownPlaces(by, tuple(others), tuple(more), counts=False))
        seen_places.update(others)
        seen_zones.update(more)
    return tuple(one for one in found if one.places or one.zones)


def _taken(named: Iterable[str], left: set[str]) -> tuple[str, ...]:
    found = tuple(one for one in named if one in left)
    left.difference_update(found)
    return found


def _read_sources(known_by: str) -> list[tuple[KnownBy, list[str], list[str]]]:
    """Sources with their places and zones. A word of a later version is passed over."""
    found = []
    for part in known_by.split():
        by, _, named = part.partition("=")
        places, _, zones = named.partition(";")
        if by in _SOURCES:
            found.append((_SOURCES[by], places.split(",") if places else [], zones.split(",") if zones else []))
    return found


def _is_same(one: str, other: str) -> bool:
    return one == other or one.startswith(f"{other}-") or other.startswith(f"{one}-")
