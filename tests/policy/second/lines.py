"""Random questions near boundaries: at the edges of hours, terms, counts and versions that the packs name.

Each line depends only on a seed and its number. Instants are whole seconds.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.policy.second.events import random_events
from tests.policy.second.makings import Makings, written
from tests.policy.second.packs import Table, every_pack, is_anywhere_in

SECOND = timedelta(seconds=1)
ZONES = {
    "AU": ["Australia/Sydney", "Australia/Perth"],
    "BR": ["America/Sao_Paulo", "America/Manaus"],
    "CA": ["America/Toronto", "America/St_Johns"],
    "DE": ["Europe/Berlin"],
    "ES": ["Europe/Madrid", "Europe/Madrid", "Atlantic/Canary"],
    "FR": ["Europe/Paris", "Europe/Paris", "Indian/Reunion"],
    "GB": ["Europe/London"],
    "IE": ["Europe/Dublin"],
    "IN": ["Asia/Kolkata"],
    "IT": ["Europe/Rome"],
    "NL": ["Europe/Amsterdam"],
    "NZ": ["Pacific/Auckland"],
    "SG": ["Asia/Singapore"],
    "US": ["America/New_York", "America/Chicago", "America/Los_Angeles", "America/Phoenix"],
    "ZA": ["Africa/Johannesburg"],
}
PLACES = {
    "au": ["AU", "AU-NSW", "AU-WA"],
    "gb": ["GB", "GB-ENG", "GB-ENG", "GB-WLS", "GB-SCT", "GB-NIR"],
    "fr": ["FR", "FR", "RE", "GP"],
    "de": ["DE", "DE-BY"],
    "es": ["ES", "ES-MD", "ES-CN"],
    "za": ["ZA", "ZA-GP"],
}
NUMBERS = {"us": "+12125550123", "fr": "+33612345678", "de": "+4915112345678", "es": "+34612345678"}
# Clock changes, holidays and the days around them.
DAYS = ["2026-03-08", "2026-03-29", "2026-04-03", "2026-04-06", "2026-10-25", "2026-11-01", "2026-11-26", "2026-12-25"]
NOTHING_NAMED = time(12)
_LATELY, _EVER = date(2024, 1, 1), date(1970, 1, 5)  # versions of rules from then on are tested


@cache
def places_of(group: str) -> list[str]:
    """The places asked about: for the United States those with a pack, the whole country and a state without one."""
    if group == "us":
        areas = {area for pack in every_pack().values() for area in pack.get("areas", []) if area.startswith("US")}
        return sorted({*areas, "US", "US-OH"})
    return PLACES.get(group) or every_pack()[group].get("areas") or PLACES["gb"]


def random_line(group: str, seed: int, number: int) -> tuple[Table, str | None]:
    """One question about a country or the places of one pack, and the house pack for it."""
    rng = Random(f"{group} {seed} {number}")
    place = rng.choice(places_of(group))
    places = [place] if rng.random() < 0.93 else rng.choice([[], [place, rng.choice(places_of(group))]])
    country = place[:2] if place[:2] in ZONES else "FR"
    houses = [name for name, pack in every_pack().items() if pack["kind"] == "house" and name[:2] == country.lower()]
    house = rng.choice([None, *houses])
    packs = _packs_at(place, house)
    near = _one_rule(rng, packs) if rng.random() < 0.5 else packs
    candidates = sorted(set(ZONES[country]))
    zones = rng.sample(candidates, min(len(candidates), 1 if rng.random() < 0.8 else 2))
    at = _moment(rng, near, ZoneInfo(zones[0]), _LATELY if near is packs else _EVER)
    call = _call(rng, near, packs)
    contact = _contact(
        rng, near, NUMBERS.get(country.lower(), "+447700900123"), places, zones if rng.random() < 0.98 else []
    )
    makings = Makings(at, zones[0], call, contact, numbers_in(near), packs, near)
    line = {
        "id": number,
        "at": written(at),
        "call": call,
        "contact": contact,
        "events": list(random_events(rng, makings)),
    }
    return line, house


def _one_rule(rng: Random, packs: list[Table]) -> list[Table]:
    """The pack of one random rule, reduced to its versions: their figures, times, purposes and words then mostly
    match."""
    rule, pack = rng.choice([(rule, pack) for pack in packs for rule in pack["rules"]])
    return [{**pack, "rules": [one for one in pack["rules"] if one["id"] == rule["id"]]}]


@cache
def _packs_at(place: str, house: str | None) -> list[Table]:
    return [
        pack
        for name, pack in every_pack().items()
        if pack["kind"] == "base" or name == house or is_anywhere_in([place], pack.get("areas", []))
    ]


def _rules(packs: list[Table]) -> list[Table]:
    return [rule for pack in packs for rule in pack["rules"]]


@cache
def _figures_of(rule: str) -> tuple[set[time], set[date], set[int]]:
    """The clock times, the days when a version begins or ends, and the whole numbers of all versions of one rule."""
    versions = [one for one in every_pack()[rule.split(".")[0]]["rules"] if one["id"] == rule]
    found = list(leaves(versions))
    ends = {one for version in versions for one in (version["effective_from"], version["effective_until"])}
    return (
        {one for one in found if type(one) is time},
        {one for one in ends if type(one) is date and one <= date(2028, 1, 1)},
        {one for one in found if type(one) is int and 0 < one <= 1000},
    )


def numbers_in(packs: list[Table]) -> list[int]:
    """Every whole number in the rules of the packs: lengths, ages, counts."""
    return sorted({1, 14, 28, 183}.union(*(_figures_of(rule["id"])[2] for rule in _rules(packs))))


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from leaves(one)
    else:
        yield value


def _moment(rng: Random, packs: list[Table], zone: ZoneInfo, since: date) -> datetime:
    """A moment in calling hours, or a second around one when a window or a day begins or ends."""
    figures = [_figures_of(rule["id"]) for rule in _rules(packs)]
    dates = sorted(on for _, some, _ in figures for on in some if on >= since)
    around = [date.fromisoformat(on) for on in DAYS]
    on = rng.choice(around if not dates or rng.random() < 0.5 else dates) + timedelta(days=rng.randint(-2, 3))
    if rng.random() < 0.4:
        on = date(2026, 1, 1) + timedelta(days=rng.randint(0, 420))
    clocks = sorted(clock for some, _, _ in figures for clock in some)
    fraction = SECOND * rng.choice((0, 0, 0.3, 0.999_999))
    if rng.random() < 0.6:
        return datetime.combine(on, time(rng.randint(9, 18), rng.choice((0, 30)), rng.randint(0, 59)), zone) + fraction
    clock = rng.choice([*clocks, time(0), NOTHING_NAMED])
    return datetime.combine(on, clock, zone) + SECOND * rng.choice((-60, -1, 0, 0, 1, 60)) + fraction


def _call(rng: Random, near: list[Table], packs: list[Table]) -> Table:
    purposes, usual = named_in(near, "purpose"), ["marketing", "marketing", "debt"] if near is packs else []
    purposes = named_in(packs, "purpose") if rng.random() < 0.2 else purposes
    codes = sorted({*named_in(packs, "code"), *(pack["code"] for pack in packs if "code" in pack)})
    purpose = rng.choice([*purposes, *usual] or ["service", "marketing"])
    return {
        "purpose": purpose,
        "principal": "Bright",
        "campaign": "spring",
        "organisation": rng.choice(["", "", "Acme"]),
        "sector": rng.choice(["", "", "", *named_in(near, "sector"), *named_in(near, "not_sector")]),
        "subject": rng.choice(["", "", "boiler"]),
        "debts": rng.choice([[], ["card"], ["card", "loan"]]) if purpose == "debt" else [],
        "caller_role": _wanted(rng, near, "caller_role", ["creditor", "third_party"]),
        "caller": rng.choice(["person"] * 30 + ["automated"]),
        "authorised_for": rng.choice([[], ["pensions"]]),
        "codes": rng.choice([codes, codes, []]),
        "is_number_shown": rng.choice([True, True, True, None, False]),
    }


def _contact(rng: Random, near: list[Table], number: str, places: list[str], zones: list[str]) -> Table:
    return {
        "person": "P",
        "number": number,
        "places": places,
        "zones": zones,
        "role": _wanted(rng, near, "role", ["consumer"] * 6 + ["spouse", "third_party", "attorney"]),
        "number_kind": _wanted(rng, near, "number_kind", ["", "mobile", "mobile", "home", "work"]),
        "line": _wanted(rng, near, "line", ["consumer", "consumer", "consumer", "business"]),
        "subscriber": _wanted(rng, near, "subscriber", ["", "individual", "corporate"]),
        "source": _wanted(rng, near, "source", ["", "given", "bought", "directory", "random"]),
    }


def named_in(packs: list[Table], key: str) -> list[str]:
    """The words that rules of the packs list under a key of `applies_when`."""
    return sorted({word for rule in _rules(packs) for word in rule.get("applies_when", {}).get(key, [])})


def _wanted(rng: Random, near: list[Table], key: str, words: list[str]) -> str:
    """One of the words; if a single rule is tested, mostly one that it names."""
    named = named_in(near, key) if len(_rules(near)) <= 2 else []
    return rng.choice(named if named and rng.random() < 0.8 else words)
