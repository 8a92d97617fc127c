"""Random questions near boundaries: at the edges of hours, terms, counts and versions that the packs themselves name.

Each line comes from a seed and its number alone. Instants are whole seconds.
"""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import cache
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from tests.policy.second.events import Makings, random_events
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
# Changes of the clocks, holidays and the days around them.
DAYS = ["2026-03-08", "2026-03-29", "2026-04-03", "2026-04-06", "2026-10-25", "2026-11-01", "2026-11-26", "2026-12-25"]
NOTHING_NAMED = time(12)
_LATELY, _EVER = date(2024, 1, 1), date(1975, 1, 1)  # versions of rules that begin or end from then on are asked about


def places_of(group: str) -> list[str]:
    """The places asked about: of the United States those that have a pack, the whole country and a state that has none."""
    if group == "us":
        areas = {area for pack in every_pack().values() for area in pack.get("areas", []) if area.startswith("US")}
        return sorted({*areas, "US", "US-CO"})
    return PLACES.get(group) or every_pack()[group].get("areas") or PLACES["gb"]


def random_line(group: str, seed: int, number: int, focus: str = "") -> tuple[Table, str | None]:
    """One question to a country or the places of one pack, and the house pack it is put under.

    `focus`: a pack whose figures, times and purposes are mostly taken.
    """
    rng = Random(f"{group} {seed} {number} {focus}")
    place = rng.choice(places_of(group))
    country = place[:2] if place[:2] in ZONES else "FR"
    houses = [name for name, pack in every_pack().items() if pack["kind"] == "house" and name[:2] == country.lower()]
    house = focus if focus in houses else rng.choice([None, *houses])
    packs = _packs_at(place, house)
    near = [every_pack()[focus]] if focus and rng.random() < 0.8 else packs
    candidates = sorted(set(ZONES[country]))
    zones = rng.sample(candidates, min(len(candidates), 1 if rng.random() < 0.8 else 2))
    at = _moment(rng, near, ZoneInfo(zones[0]), _LATELY if near is packs else _EVER)
    call = _call(rng, near, packs)
    contact = _contact(rng, NUMBERS.get(country.lower(), "+447700900123"), [place], zones)
    makings = Makings(at, zones[0], call, contact, numbers_in(near), packs, near)
    line = {
        "id": number,
        "at": _text(at),
        "call": call,
        "contact": contact,
        "events": list(random_events(rng, makings)),
    }
    return line, house


def _text(at: datetime) -> str:
    return at.astimezone(ZoneInfo("UTC")).strftime("%Y-%m-%dT%H:%M:%SZ")


def _packs_at(place: str, house: str | None) -> list[Table]:
    return [
        pack
        for name, pack in every_pack().items()
        if pack["kind"] == "base" or name == house or is_anywhere_in([place], pack.get("areas", []))
    ]


@cache
def _times_in(pack: str) -> list[time]:
    return sorted({one for one in leaves(every_pack()[pack]["rules"]) if type(one) is time})


@cache
def _dates_in(pack: str, since: date) -> list[date]:
    found = {one for rule in every_pack()[pack]["rules"] for one in (rule["effective_from"], rule["effective_until"])}
    return sorted(one for one in found if type(one) is date and since <= one <= date(2028, 1, 1))


@cache
def _numbers_in(pack: str) -> list[int]:
    return sorted({one for one in leaves(every_pack()[pack]["rules"]) if type(one) is int and 0 < one <= 1000})


def numbers_in(packs: list[Table]) -> list[int]:
    """Every whole number in the rules of the packs: lengths, ages, counts."""
    return sorted({number for pack in packs for number in (*_numbers_in(pack["id"]), 1, 14, 28, 183)})


def leaves(value: Any) -> Iterator[Any]:
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        for one in value:
            yield from leaves(one)
    else:
        yield value


def _moment(rng: Random, packs: list[Table], zone: ZoneInfo, since: date) -> datetime:
    """A moment in calling hours, or a second around one at which a window or a day begins or ends."""
    dates = [on for pack in packs for on in _dates_in(pack["id"], since)]
    around = [date.fromisoformat(on) for on in DAYS]
    on = rng.choice(around if not dates or rng.random() < 0.5 else dates) + timedelta(days=rng.randint(-2, 3))
    if rng.random() < 0.4:
        on = date(2026, 1, 1) + timedelta(days=rng.randint(0, 420))
    clocks = [clock for pack in packs for clock in _times_in(pack["id"])]
    if rng.random() < 0.6:
        return datetime.combine(on, time(rng.randint(9, 18), rng.choice((0, 30)), rng.randint(0, 59)), zone)
    clock = rng.choice([*clocks, time(0), NOTHING_NAMED])
    return datetime.combine(on, clock, zone) + SECOND * rng.choice((-60, -1, 0, 0, 1, 60))


def _call(rng: Random, near: list[Table], packs: list[Table]) -> Table:
    wanted = [rule.get("applies_when", {}) for pack in near for rule in pack["rules"]]
    purposes = sorted({one for when in wanted for one in when.get("purpose", [])}) or ["service"]
    sectors = sorted({one for when in wanted for one in when.get("sector", [])})
    named = {one for when in wanted for one in when.get("code", [])}
    codes = sorted(named | {pack["code"] for pack in packs if "code" in pack})
    purpose = rng.choice([*purposes, *(["marketing", "marketing", "debt"] if near is packs else [])])
    return {
        "purpose": purpose,
        "principal": "Bright",
        "campaign": "spring",
        "organisation": rng.choice(["", "", "Acme"]),
        "sector": rng.choice(["", "", "", *sectors]),
        "subject": rng.choice(["", "", "boiler"]),
        "debts": rng.choice([[], ["card"], ["card", "loan"]]) if purpose == "debt" else [],
        "caller_role": rng.choice(["creditor", "third_party"]),
        "caller": rng.choice(["person"] * 30 + ["automated"]),
        "authorised_for": rng.choice([[], ["pensions"]]),
        "codes": rng.choice([codes, codes, []]),
        "is_number_shown": rng.choice([True, True, True, None, False]),
    }


def _contact(rng: Random, number: str, places: list[str], zones: list[str]) -> Table:
    return {
        "person": "P",
        "number": number,
        "places": places,
        "zones": zones,
        "role": rng.choice(["consumer"] * 6 + ["spouse", "third_party", "attorney"]),
        "number_kind": rng.choice(["", "mobile", "mobile", "home", "work"]),
        "line": rng.choice(["consumer", "consumer", "consumer", "business"]),
        "subscriber": rng.choice(["", "individual", "corporate"]),
        "source": rng.choice(["", "given", "bought", "directory", "random"]),
    }
