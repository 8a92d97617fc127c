"""Amounts, dates and clock times within a sentence, in English."""

from calendar import month_name
from collections.abc import Iterable
from datetime import date, time
from functools import cache
from typing import NamedTuple

DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")

Clocks = tuple[tuple[int, int], ...]  # from and to, in seconds from midnight


class Amount(NamedTuple):
    """A number of a unit, named in the singular: 3 of `day`."""

    number: int
    unit: str


def count(number: int, noun: str) -> str:
    """`1 day`, `3 days`."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def either(words: Iterable[str]) -> str:
    """`a`, `a or b`, `a, b or c`, without empty and repeated texts."""
    return listed(words, "or")


def listed(words: Iterable[str], last: str) -> str:
    """The words with commas, and `last` before the final one."""
    kept = list(dict.fromkeys(word for word in words if word))
    return f" {last} ".join(part for part in (", ".join(kept[:-1]), *kept[-1:]) if part)


def in_hours(hours: int) -> Amount:
    """Hours as people say them: 72 hours, but 7 days."""
    return Amount(hours // 24, "day") if hours % 24 == 0 and hours >= 96 else Amount(hours, "hour")


def date_phrase(on: date) -> str:
    """`24 November 2026`."""
    return f"{on.day} {month_name[on.month]} {on.year}"


def clock_phrase(seconds: int) -> str:
    """Seconds from midnight as a wall-clock time."""
    minutes = seconds // 60
    return "24:00" if minutes == 1440 else time(minutes // 60, minutes % 60).strftime("%H:%M")


@cache
def windows_phrase(windows: Clocks) -> str:
    """`09:00 to 12:00 and 14:00 to 18:00`."""
    return " and ".join(f"{clock_phrase(start)} to {clock_phrase(end)}" for start, end in windows)
