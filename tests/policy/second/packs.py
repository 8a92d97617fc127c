"""The packs read from their files: which cover a call, which of their rules apply, and which days are holidays."""

import tomllib
from collections.abc import Iterable
from datetime import date, timedelta
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

import holidays

Table = dict[str, Any]
FOLDER = Path(__file__).parents[3] / "policy" / "packs"
ORDER = ("base", "law", "code", "house")


@cache
def every_pack() -> dict[str, Table]:
    """Every shipped pack by name: its head, with `rules` in use and `calendar`."""
    found = {path.stem: read_pack(path) for path in FOLDER.glob("*.toml")}
    return dict(sorted(found.items(), key=lambda item: (ORDER.index(item[1]["kind"]), item[0])))


def read_pack(path: Path) -> Table:
    table = _whole(tomllib.loads(path.read_text("utf-8")))
    rules = [rule for rule in table.get("rule", []) if rule.get("enabled", True)]
    return {**table["pack"], "rules": rules, "calendar": table.get("calendar", {})}


def _whole(table: Table) -> Table:
    """A pack that is like another, with the rules it takes from there; any other as it is."""
    head = table["pack"]
    if "like" not in head:
        return table
    text = (FOLDER / f"{head['like']}.toml").read_text("utf-8")
    other = tomllib.loads(text.replace(f'"{head["like"]}.', f'"{head["id"]}.'))
    rules = {rule["id"]: {**rule, "effective_from": head["effective_from"]} for rule in other["rule"]}
    gone = [f"{head['id']}.{name}".removesuffix("*") for name in head.get("without", [])]
    for name in [name for name in rules if name.startswith(tuple(gone))]:
        del rules[name]
    for said in table.get("rule", []):
        name = said["id"].removesuffix("*")
        for each in [one for one in rules if one == name or (one.startswith(name) and name != said["id"])] or [name]:
            rules[each] = {**rules.get(each, {}), **said, "id": each}
    for rule in rules.values():
        if "frees" in rule:
            rule["frees"] = [name for name in rule["frees"] if name in rules]
    calendar = {**other.get("calendar", {}), **table.get("calendar", {})}
    return {"pack": {**other["pack"], **head}, "rule": list(rules.values()), "calendar": calendar}


@cache
def may_lie_in(place: str, area: str) -> bool:
    """Whether a place lies in an area, or is wider than it, so that the person may be there."""
    return place == area or place.startswith(f"{area}-") or area.startswith(f"{place}-")


def is_anywhere_in(places: Iterable[str], areas: list[str]) -> bool:
    return any(may_lie_in(place, area) for place in places for area in areas)


def chosen(packs: dict[str, Table], call: Table, contact: Table, house: str | None) -> list[Table]:
    """The base, the laws of every place where the person may be, the codes adhered to there, and the house pack."""
    found = []
    for name, pack in packs.items():
        is_there = is_anywhere_in(contact["places"], pack.get("areas", []))
        if (
            pack["kind"] == "base"
            or (pack["kind"] == "house" and name == house)
            or (pack["kind"] == "law" and is_there)
            or (pack["kind"] == "code" and is_there and pack["code"] in call["codes"])
        ):
            found.append(pack)
    return found


def is_base(pack: Table) -> bool:
    """Whether the pack is the base of its areas: by its own key, otherwise if it is a law of whole countries."""
    of_countries = pack["kind"] == "law" and all("-" not in area for area in pack["areas"])
    return bool(pack.get("is_base_of_area", of_countries))


def is_dated(item: Table, on: date) -> bool:
    until = item["effective_until"]
    return bool(item["effective_from"] <= on and (until == "open" or on <= until))


def applies(rule: Table, call: Table, contact: Table) -> bool:
    """Whether a rule is for such calls to such contacts. An unknown fact about the contact counts as a match."""
    when = rule.get("applies_when", {})
    for key, known in (
        ("purpose", call["purpose"]),
        ("caller_role", call["caller_role"]),
        ("caller", call["caller"]),
        ("line", contact["line"]),
        ("role", contact["role"]),
    ):
        if when.get(key) and known not in when[key]:
            return False
    if when.get("sector") and call["sector"] not in when["sector"]:
        return False
    if when.get("not_sector") and call["sector"] in when["not_sector"]:
        return False
    if when.get("code") and not set(when["code"]) & set(call["codes"]):
        return False
    for key in ("number_kind", "subscriber", "source"):
        if when.get(key) and contact[key] and contact[key] not in when[key]:
            return False
    return not (when.get("place") and contact["places"]) or is_anywhere_in(contact["places"], when["place"])


# Holidays -------------------------------------------------------------------------------------------------------------


def is_holiday(pack: Table, calendar: str, places: list[str], on: date) -> bool:
    """Whether a day is a holiday by one of the pack's calendars, for any of the places."""
    return on in _holidays(pack["id"], calendar, tuple(places), on.year)


@lru_cache(maxsize=4096)
def _holidays(pack: str, name: str, places: tuple[str, ...], year: int) -> frozenset[date]:
    """The holidays of a year, including those that move into it from the years around it."""
    calendar = every_pack()[pack]["calendar"][name]
    shift = calendar.get("shift", "library")
    found: set[date] = set()
    for near in (year - 1, year, year + 1):
        for country, part in _regions(calendar.get("source", ""), places):
            found |= _shifted(_of_library(country, part, near, is_moved=shift == "library"), shift)
        found |= _shifted(set(_own_days(calendar, places, near)), shift)
    return frozenset(found)


def _regions(source: str, places: tuple[str, ...]) -> list[tuple[str, str]]:
    """(country, part) of the lists to read; part "" is the national list, "*" every part's."""
    if not source:
        return []
    if source == "place":
        return [_country_and_part(place, "*") for place in places]
    if source.endswith("-*"):
        own = [_country_and_part(place, "*") for place in places if place.split("-")[0] == source[:-2]]
        return own or [(source[:-2], "*")]
    return [_country_and_part(source, "")]


def _country_and_part(code: str, default: str) -> tuple[str, str]:
    country, _, part = code.partition("-")
    return country, part or default


@lru_cache(maxsize=4096)
def _listed(country: str, part: str | None, year: int, is_moved: bool) -> frozenset[date]:
    return frozenset(holidays.country_holidays(country, subdiv=part, years=year, observed=is_moved))


def _of_library(country: str, part: str, year: int, *, is_moved: bool) -> set[date]:
    parts = holidays.list_supported_countries(include_aliases=False).get(country, [])
    if part == "":
        wanted: list[str | None] = [None]
    elif part in parts:
        wanted = [part]
    else:
        wanted = [None, *parts]
    return set().union(*(_listed(country, one, year, is_moved) for one in wanted))


def _own_days(calendar: Table, places: tuple[str, ...], year: int) -> list[date]:
    found = []
    for day in calendar.get("days", []):
        if day.get("places") and not is_anywhere_in(list(places), day["places"]):
            continue
        if "on" in day:
            found += [day["on"]] if day["on"].year == year else []
        elif "from_easter" in day:
            found.append(easter_sunday(year) + timedelta(days=day["from_easter"]))
        else:
            found.append(date(year, day["month"], day["day"]))
    return found


def _shifted(days: set[date], shift: str) -> set[date]:
    """The holidays plus the days to which weekend holidays move: Sunday's to Monday; for "both" Saturday's to
    Friday."""
    moved = {on + timedelta(days=1) for on in days if on.isoweekday() == 7 and shift in ("monday", "both")}
    moved |= {on - timedelta(days=1) for on in days if on.isoweekday() == 6 and shift == "both"}
    return days | moved


def easter_sunday(year: int) -> date:
    """By Gauss, as corrected for the Gregorian calendar."""
    golden, century = year % 19, year // 100
    moon = (15 + century - century // 4 - (13 + 8 * century) // 25) % 30
    days = (19 * golden + moon) % 30
    days -= days == 29 or (days == 28 and golden > 10)
    start = (4 + century - century // 4) % 7
    rest = (2 * (year % 4) + 4 * (year % 7) + 6 * days + start) % 7
    sunday = 22 + days + rest
    if days == 28 and rest == 6 and (11 * moon + 11) % 30 < 19:
        sunday -= 7
    return date(year, 3, 1) + timedelta(days=sunday - 1)
