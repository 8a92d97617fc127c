"""Days as we write them ourselves, where Slack's own date markup cannot stand."""

from datetime import date
from typing import Any

from bot.slack.wording.language import _, conventions


def short_day(on: date) -> str:
    """`Wed 25 Nov`."""
    return _("{weekday} {day} {month}").format(
        weekday=_weekday(on, "format", "abbreviated"), day=on.day, month=_month(on, "abbreviated")
    )


def long_day(on: date) -> str:
    """`Wednesday 25 November 2026`."""
    return _("{weekday} {day} {month} {year}").format(
        weekday=_weekday(on, "format", "wide"), day=on.day, month=_month(on, "wide"), year=on.year
    )


def weekday(on: date) -> str:
    """`Wed`, for a column."""
    return _weekday(on, "stand-alone", "abbreviated")


def day_and_time(on: date, time: str) -> str:
    return _("{day} {time}").format(day=short_day(on), time=time)


def _weekday(on: date, use: str, width: str) -> str:
    names: Any = conventions().days
    return str(names[use][width][on.weekday()])


def _month(on: date, width: str) -> str:
    names: Any = conventions().months
    return str(names["format"][width][on.month])
