"""Reads times and durations of call records. A local time that comes twice, in an autumn night, keeps both readings."""

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.services.files.values import day_meant, days_in, read_moment
from bot.services.local_time import YEARS
from bot.services.quoting import quoted, quoting
from bot.services.reconcile.columns import OFFSETS, Clock

_AFTERNOON = re.compile(r"(.+?\d{1,2}):(\d\d)(?::(\d\d))? ?([AaPp])\.?[Mm]\.?")
_ABBREVIATED = re.compile(r"(?P<bare>.*\d(?: ?[AaPp]\.?[Mm]\.?)?) \(?(?P<zone>[A-Z]{3,4})\)?")
_IN_FIGURES = re.compile(r"(?:[A-Za-z]{3,9},? +)?\d{1,2}([/.-])\d{1,2}\1(?:\d{4}|\d\d),?")  # as `days_in` reads it
_YEAR_FIRST = re.compile(r"(\d{4})/(\d\d?)/(\d\d?)(?=[T ])")
_HOURS = re.compile(r"(?:(\d+):)?(\d{1,2}):(\d{1,2}(?:\.\d+)?)")
_COUNTED = re.compile(r"\d{9,14}(?:\.\d+)?")  # since 1970
_MILLISECONDS_FROM = 100_000_000_000  # read as seconds, that is the year 5138
_MIDDAY = 12

_NO_TIME = quoting('"{written}" is not a time: write it as 2026-03-02 14:30:05')
_TWO_DAYS = quoting('"{written}" can be two days: write it as 2026-03-02 14:30:05')
_NEVER = quoting('the clocks of {zone} never showed "{written}": is it the right time zone?')
_NO_LENGTH = quoting('"{written}" is no duration: write seconds, or 0:02:05')


class Moment(NamedTuple):
    """A moment in seconds since 1970, and the second reading of a local time that came twice (else the same)."""

    first: float
    second: float


class NoZone(Exception):
    """The time has no zone, and nobody has said which."""


def read_time(text: str, clock: Clock, zone: str, order: str = "") -> Moment:
    """Read a time. `zone`: the phone system's, for times that name none. `order`: a `DayOrder`, of dates that have two
    readings. Raises ValueError, NoZone."""
    if _COUNTED.fullmatch(text):
        number = float(text)
        is_fine = clock is Clock.MILLISECONDS or number >= _MILLISECONDS_FROM
        seconds = number / 1000 if is_fine else number
        if datetime.fromtimestamp(seconds, UTC).year not in YEARS:
            raise ValueError(_NO_TIME.says(written=quoted(text)))
        return Moment(seconds, seconds)
    bare, abbreviated = text, None
    if (named := _ABBREVIATED.fullmatch(text)) and named["zone"] in OFFSETS:
        bare, abbreviated = named["bare"], timezone(timedelta(hours=OFFSETS[named["zone"]]))
    found = _written(bare, order)
    if found is None or found.year not in YEARS:
        raise ValueError(_NO_TIME.says(written=quoted(text)))
    if found.tzinfo is None and (abbreviated or clock is not Clock.LOCAL):
        found = found.replace(tzinfo=abbreviated or UTC)
    if found.tzinfo is not None:
        seconds = found.timestamp()
        return Moment(seconds, seconds)
    if not zone:
        raise NoZone
    return _local(found, ZoneInfo(zone), text, zone)


def _local(found: datetime, zone: ZoneInfo, text: str, name: str) -> Moment:
    one, other = (found.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1))
    if other < one:  # in a spring night: no clock showed it
        raise ValueError(_NEVER.says(zone=name, written=quoted(text)))
    return Moment(one, other)


def _written(text: str, order: str) -> datetime | None:
    with suppress(ValueError):
        return datetime.fromisoformat(text)
    if text[:3].isalpha():
        with suppress(TypeError, ValueError):  # as RFC 2822 writes it: Fri, 27 Nov 2026 10:05:00 +0000
            return parsedate_to_datetime(text)
    days = days_in(text, has_short_years=True)
    on = day_meant(days, order)
    if days and on is None:
        raise ValueError(_TWO_DAYS.says(written=quoted(text)))
    if on is not None:
        text = _IN_FIGURES.sub(on.isoformat(), text, count=1)
    with suppress(ValueError):
        found = read_moment(_YEAR_FIRST.sub(r"\1-\2-\3", _afternoon(text)), order, "UTC")
        return None if found is None else found.replace(tzinfo=None)
    return None


def _afternoon(text: str) -> str:
    found = _AFTERNOON.fullmatch(text)
    if not found:
        return text
    before, minutes, seconds, half = found.groups()
    lead, hour = re.fullmatch(r"(.*?)(\d{1,2})", before).groups()  # type: ignore[union-attr]  # it ends with a digit
    hours = int(hour) % _MIDDAY + (_MIDDAY if half in "pP" else 0)
    return f"{lead}{hours:02}:{minutes}:{seconds or '00'}"


def read_seconds(text: str, *, is_in_minutes: bool = False) -> float | None:
    """Read a duration: seconds, minutes:seconds or hours:minutes:seconds. None for an empty cell. Raises ValueError.

    `is_in_minutes`: of a system that writes hours:minutes.
    """
    if not text:
        return None
    if is_in_minutes and text.count(":") == 1:
        text = f"{text}:00"
    try:
        found = float(text)
    except ValueError:
        timed = _HOURS.fullmatch(text.split(".")[0] if text.count(".") > 1 else text)
        if not timed:
            raise ValueError(_NO_LENGTH.says(written=quoted(text))) from None
        hours, minutes, seconds = timed.groups()
        found = int(hours or 0) * 3600 + int(minutes) * 60 + float(seconds)
    if not 0 <= found <= timedelta(days=1).total_seconds():
        raise ValueError(_NO_LENGTH.says(written=quoted(text)))
    return found
