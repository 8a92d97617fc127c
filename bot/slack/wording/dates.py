"""Days as we write them ourselves, where Slack's own date markup cannot stand."""

from datetime import date
from functools import lru_cache
from typing import Any

from bot.slack.wording.language import _, conventions, spoken


def short_day(on: date) -> str:
    """`Wed 25 Nov`."""
    return _("{weekday} {day} {month}").format(
        weekday=_weekday(spoken(), on.weekday(), "format", "abbreviated"),
        day=on.day,
        month=_month(spoken(), on.month, "abbreviated"),
    )


def long_day(on: date) -> str:
    """`Wednesday 25 November 2026`."""
    return _("{weekday} {day} {month} {year}").format(
        weekday=_weekday(spoken(), on.weekday(), "format", "wide"),
        day=on.day,
        month=_month(spoken(), on.month, "wide"),
        year=on.year,
    )


def month_of(on: date) -> str:
    """`November 2026`."""
    return _("{month} {year}").format(month=_month(spoken(), on.month, "wide"), year=on.year)


def weekday(on: date) -> str:
    """`Wed`, for a column."""
    return _weekday(spoken(), on.weekday(), "stand-alone", "abbreviated")


def day_and_time(on: date, time: str) -> str:
    return _("{day} {time}").format(day=short_day(on), time=time)


# Kept: Babel walks its inheritance of locales for each name, and a card has several days on it.
@lru_cache(maxsize=256)
def _weekday(language: str, number: int, use: str, width: str) -> str:
    names: Any = conventions(language).days
    return str(names[use][width][number])


@lru_cache(maxsize=256)
def _month(language: str, number: int, width: str) -> str:
    names: Any = conventions(language).months
    return str(names["format"][width][number])
