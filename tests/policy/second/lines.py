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
    "GB": ["Europe/London"],
    "FR": ["Europe/Paris", "Europe/Paris", "Indian/Reunion"],
    "DE": ["Europe/Berlin"],
    "ES": ["Europe/Madrid", "Europe/Madrid", "Atlantic/Canary"],
    "US": ["America/New_York", "America/Chicago", "America/Los_Angeles", "America/Phoenix"],
}
PLACES = {
    "gb": ["GB", "GB-ENG", "GB-ENG", "GB-WLS", "GB-SCT", "GB-NIR"],
    "fr": ["FR", "FR", "RE", "GP"],
    "de": ["DE", "DE-BY"],
    "es": ["ES", "ES-MD", "ES-CN"],
}
NUMBERS = {
    "gb": "+447700900123",
    "us": "+12125550123",
    "fr": "+33612345678",
    "de": "+4915112345678",
    "es": "+34612345678",
}
# Changes of the clocks, holidays and the days around them.
DAYS = ["2026-03-08", "2026-03-29", "2026-04-03", "2026-04-06", "2026-10-25", "2026-11-01", "2026-11-26", "2026-12-25"]
NOTHING_NAMED = time(12)


def places_of(group: str) -> list[str]:
    """The places asked about: of the United States those that have a pack, the whole country and a state that has none."""
    if group != "us":
        return PLACES[group]
    areas = {area for pack in every_pack().values() for area in pack.get("areas", []) if area.startswith("US")}
    return sorted({*areas, "US", "US-CO"})


def random_line(group: str, seed: int, number: int) -> tuple[Table, str | None]:
    """One question of a group of places, and the house pack it is put under."""
    rng = Random(f"{group} {seed} {number}")
    place = rng.choice(places_of(group))
    houses = [name for name, pack in every_pack().items() if pack["kind"] == "house" and name.startswith(group)]
    house = rng.choice([None, *houses])
    packs = _packs_at(place, house)
    zones = rng.sample(sorted(set(ZONES[group.upper()])), 1 if rng.random() < 0.8 or group in ("gb", "de") else 2)
    at = _moment(rng, packs, ZoneInfo(zones[0]))
    call = _call(rng, packs)
    contact = _contact(rng, group, [place], zones)
    makings = Makings(at, zones[0], call, contact, numbers_in(packs), packs)
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
def _dates_in(pack: str) -> list[date]:
    found = {one for rule in every_pack()[pack]["rules"] for one in (rule["effective_from"], rule["effective_until"])}
    return sorted(one for one in found if type(one) is date and date(2024, 1, 1) <= one <= date(2028, 1, 1))


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


def _moment(rng: Random, packs: list[Table], zone: ZoneInfo) -> datetime:
    """A moment in calling hours, or a second around one at which a window or a day begins or ends."""
    dates = [on for pack in packs for on in _dates_in(pack["id"])]
    around = [date.fromisoformat(on) for on in DAYS]
    on = rng.choice(around if not dates or rng.random() < 0.5 else dates) + timedelta(days=rng.randint(-2, 3))
    if rng.random() < 0.4:
        on = date(2026, 1, 1) + timedelta(days=rng.randint(0, 420))
    clocks = [clock for pack in packs for clock in _times_in(pack["id"])]
    if rng.random() < 0.6:
        return datetime.combine(on, time(rng.randint(9, 18), rng.choice((0, 30)), rng.randint(0, 59)), zone)
    clock = rng.choice([*clocks, time(0), NOTHING_NAMED])
    return datetime.combine(on, clock, zone) + SECOND * rng.choice((-60, -1, 0, 0, 1, 60))


def _call(rng: Random, packs: list[Table]) -> Table:
    wanted = [rule.get("applies_when", {}) for pack in packs for rule in pack["rules"]]
    purposes = sorted({one for when in wanted for one in when.get("purpose", [])}) or ["service"]
    sectors = sorted({one for when in wanted for one in when.get("sector", [])})
    named = {one for when in wanted for one in when.get("code", [])}
    codes = sorted(named | {pack["code"] for pack in packs if "code" in pack})
    purpose = rng.choice([*purposes, "marketing", "marketing", "debt"])
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


def _contact(rng: Random, group: str, places: list[str], zones: list[str]) -> Table:
    return {
        "person": "P",
        "number": NUMBERS[group],
        "places": places,
        "zones": zones,
        "role": rng.choice(["consumer"] * 6 + ["spouse", "third_party", "attorney"]),
        "number_kind": rng.choice(["", "mobile", "mobile", "home", "work"]),
        "line": rng.choice(["consumer", "consumer", "consumer", "business"]),
        "subscriber": rng.choice(["", "individual", "corporate"]),
        "source": rng.choice(["", "given", "bought", "directory", "random"]),
    }
