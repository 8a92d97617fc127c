"""Checks the values of a setup, for the file and for the forms in Slack.

Each `..._fault` returns a sentence that says what is wrong and what to do; empty if nothing is.
"""

import difflib
import re
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from functools import lru_cache
from zoneinfo import available_timezones

from bot.services.errors import BadNumber
from bot.services.hand_out import cards
from bot.services.numbers.parsing import parse_number, whereabouts_of
from bot.services.numbers.places import UnknownPlace, country_code
from bot.services.quoting import quoted
from policy.calendar import local_time

EDITIONS = ("day", "week", "month")
CALLER_ROLES = ("creditor", "third_party")


def unknown_word(word: str, known: Iterable[str]) -> str:
    words = list(known)
    near = difflib.get_close_matches(word.casefold(), words, n=1)
    return f'"{word}" is not known; ' + (f"did you mean {near[0]}?" if near else f"use one of {', '.join(words)}")


def is_zone(value: str) -> bool:
    return value in _zones()


def zone_like(value: str) -> str:
    """The zone that was probably meant; empty if none is close."""
    tail = {zone.rsplit("/", 1)[-1].replace("_", " ").casefold(): zone for zone in sorted(_zones())}
    wanted = value.replace("_", " ").casefold()
    found = difflib.get_close_matches(value, _zones(), n=1) or difflib.get_close_matches(wanted, tail, n=1)
    return tail.get(found[0], found[0]) if found else ""


def zone_fault(value: str) -> str:
    if is_zone(value):
        return ""
    near = zone_like(value)
    return f'"{value}" is not a time zone; {f"did you mean {near}?" if near else "write a name such as Europe/London"}'


def country_fault(value: str) -> str:
    try:
        is_code = country_code(value) == value
    except UnknownPlace:
        is_code = False
    return "" if is_code else f'"{value}" is not a country code: write its two letters, such as GB'


def _like(pattern: str, says: str) -> Callable[[str], str]:
    return lambda value: "" if re.fullmatch(pattern, value) else f'"{value}" is not {says}'


channel_fault = _like(
    r"[CG][A-Z0-9]{2,}", "a channel id: copy it (it begins with C) from the foot of the channel's details"
)
slack_user_fault = _like(
    r"[UW][A-Z0-9]{2,}", "a Slack user id: copy the member id (it begins with U) from the person's profile"
)
# Empty is allowed: the team follows no group.
group_fault = _like(
    r"(S[A-Z0-9]{2,})?", "a user group id: it begins with S and stands in the address of the group in Slack"
)


def script_fault(value: str) -> str:
    wrong = cards.unknown_variables(value)
    if not wrong:
        return ""
    known = ", ".join(f"{{{one}}}" for one in cards.VARIABLES)
    return f"{{{quoted(wrong[0])}}} is not a variable: use {known}, or leave out the braces"


def is_day(value: date) -> bool:
    """Whether decisions can be made on that day."""
    return value.year in local_time.YEARS


def day_fault(value: date) -> str:
    if is_day(value):
        return ""
    return f"{value.isoformat()} is too far away: write a year from {local_time.YEARS[0]} to {local_time.YEARS[-1]}"


_zones = lru_cache(maxsize=1)(available_timezones)

MOST = 3  # of one campaign
_BETWEEN = re.compile(r"[,;\n]+")


def parts_of(text: str) -> tuple[str, ...]:
    """The numbers in one text, as they were written, separated by commas or lines."""
    return tuple(one.strip() for one in _BETWEEN.split(text) if one.strip())


def read(written: Iterable[str], country: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The numbers in E.164, each once, as people of `country` (ISO 3166) write them; and the texts that are none."""
    found, wrong = [], []
    for text in written:
        try:
            found.append(parse_number(text, country))
        except BadNumber:
            wrong.append(text)
    return tuple(dict.fromkeys(found)), tuple(wrong)


def of_elsewhere(numbers: Sequence[str], country: str) -> tuple[str, ...]:
    """Those that surely belong to another country: they may be shown, but people may not ring them back."""
    countries = {one: {place[:2] for place in whereabouts_of(one).places} for one in numbers}
    return tuple(one for one, found in countries.items() if found and country not in found)
