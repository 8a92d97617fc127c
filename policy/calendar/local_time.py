"""Converts epoch seconds to local days and back, also on days when clocks change. No other module does zone arithmetic.

A zone is read once into a list of its clock changes; all later arithmetic is on integers. Local days are counted from
1970-01-01. A local time that occurs twice belongs to a window both times; one that does not occur belongs to none.

A span is half-open, [from, until), in whole epoch seconds (UTC). A list of spans is sorted, and they do not overlap.

Fractions of a second. The engine judges whole seconds: a call is permitted in a second only if it is permitted
throughout that second. So a bar begins with the second its start falls in (`epoch`) and ends with the next whole second
(`epoch_up`); a permission is rounded the opposite way. `callable_from` is therefore never too early and `lawful_until`
never too late. Attempts, stops and other events that may bar count from the beginning of their second. Events that
permit or end a bar, and agreed call times, count from their exact moment. Two events are compared by exact moments.
"""

import zoneinfo
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from importlib import metadata
from operator import itemgetter
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from policy.errors import FactsError

Span = tuple[int, int]

FOREVER = 1 << 53  # later than any moment the engine handles
HORIZON = 400 * 86_400  # how far ahead the engine looks for a lawful moment: 13 months


def merged(spans: Iterable[Span]) -> list[Span]:
    """The union of the spans, as sorted spans that neither overlap nor touch."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def cut_out(span: Span, cuts: Iterable[Span]) -> list[Span]:
    """The parts of one span outside sorted cuts."""
    start, end = span
    left: list[Span] = []
    for cut_from, cut_until in cuts:
        if cut_until <= start or cut_from >= end:
            continue
        if cut_from > start:
            left.append((start, cut_from))
        start = max(start, cut_until)
    if start < end:
        left.append((start, end))
    return left


def gaps(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """The parts of [start, end) that sorted spans do not cover."""
    return cut_out((start, end), spans)


def intersection(first: list[Span], second: list[Span]) -> list[Span]:
    """The moments covered by both lists."""
    found: list[Span] = []
    i = j = 0
    while i < len(first) and j < len(second):
        start, end = first[i]
        other_start, other_end = second[j]
        if end < other_end:
            i += 1
        else:
            end = other_end
            j += 1
        if other_start > start:
            start = other_start
        if start < end:
            found.append((start, end))
    return found


def covers(spans: Iterable[Span], moment: int) -> bool:
    """Whether a moment lies in one of the spans."""
    return any(start <= moment < end for start, end in spans)


DAY = 86_400
EARLIEST = int(datetime(1970, 1, 1, tzinfo=UTC).timestamp())
LATEST = int(datetime(2100, 1, 1, tzinfo=UTC).timestamp())
_STEP = 10 * DAY  # two clock changes closer together than this would not be found; no zone has any
_EPOCH_DAY = date(1970, 1, 1).toordinal()
_START, _END = itemgetter(0), itemgetter(1)  # of a span


class ZoneClock:
    """The wall clock of one zone, from 1970 to the end of 2099."""

    __slots__ = ("_day_starts", "_offsets", "_starts", "name")

    def __init__(self, name: str, changes: Sequence[tuple[int, int]]) -> None:
        """`changes`: (epoch second, UTC offset from then on). The first one applies to all earlier time."""
        self.name = name
        self._starts = [start for start, _ in changes]
        self._offsets = [offset for _, offset in changes]
        self._day_starts: dict[int, int] = {}

    def offset(self, moment: int) -> int:
        """Seconds to add to an epoch second (UTC) to read the wall clock."""
        return self._offsets[max(bisect_right(self._starts, moment) - 1, 0)]

    def day(self, moment: int) -> int:
        """The local day, counted from 1970-01-01."""
        return (moment + self._offsets[max(bisect_right(self._starts, moment) - 1, 0)]) // DAY

    def day_start(self, day: int) -> int:
        """The first moment of a local day, in epoch seconds; of the next existing day if the calendar skips this
        one."""
        known = self._day_starts.get(day)
        if known is None:
            known = self._day_starts[day] = self._find_day_start(day)
        return known

    def _find_day_start(self, day: int) -> int:
        wall = day * DAY
        for start, end, offset in self.pieces(wall - 2 * DAY, wall + 2 * DAY):
            first = max(start, wall - offset)
            if first < end:
                return first
        raise AssertionError("pieces cover their whole range")

    def pieces(self, start: int, end: int) -> Iterator[tuple[int, int, int]]:
        """[start, end), cut where the clock changes: (from, until, offset), all in seconds."""
        i = max(bisect_right(self._starts, start) - 1, 0)
        while start < end:
            until = min(end, self._starts[i + 1]) if i + 1 < len(self._starts) else end
            yield start, until, self._offsets[i]
            start, i = until, i + 1

    def spans_of(self, day: int, wall_from: int, wall_until: int) -> Iterator[Span]:
        """The moments when the wall clock of a local day reads [wall_from, wall_until), given in seconds from
        midnight."""
        low, high = day * DAY + wall_from, day * DAY + wall_until
        for start, end, offset in self.pieces(low - 2 * DAY, high + 2 * DAY):
            first, last = max(start, low - offset), min(end, high - offset)
            if first < last:
                yield first, last

    def moments_of(self, walls: Sequence[Span], start: int, end: int) -> list[Span]:
        """The moments of [start, end) when the wall clock reads one of the spans, given in wall seconds since
        1970-01-01.

        The spans are sorted and neither overlap nor touch. The same is true of the moments.
        """
        found: list[Span] = []
        for first, last, offset in self.pieces(start, end):
            shown = walls[bisect_right(walls, first + offset, key=_END) : bisect_left(walls, last + offset, key=_START)]
            if not shown:
                continue
            spans = [(opens - offset, closes - offset) for opens, closes in shown]
            spans[0] = (max(spans[0][0], first), spans[0][1])
            spans[-1] = (spans[-1][0], min(spans[-1][1], last))
            if found and found[-1][1] == spans[0][0]:
                spans[0] = (found.pop()[0], spans[0][1])
            found += spans
        return found


@lru_cache(maxsize=1024)
def clock_of(name: str) -> ZoneClock | None:
    """The clock of an IANA zone, or None if there is no such zone."""
    try:
        zone = ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
    at = EARLIEST - 2 * DAY
    offset = _offset(zone, at)
    found = [(at, offset)]
    while at < LATEST + 2 * _STEP:
        later = at + _STEP
        if (changed := _offset(zone, later)) != offset:
            ahead = bisect_left(range(at, later), True, key=lambda moment: _offset(zone, moment) != offset)
            found.append((at + ahead, changed))
            offset = changed
        at = later
    return ZoneClock(name, found)


def _offset(zone: ZoneInfo, moment: int) -> int:
    shift = datetime.fromtimestamp(moment, zone).utcoffset()
    return round(shift.total_seconds()) if shift is not None else 0


# For a contact without a known zone, local days are read on the world's first and last clock: both limits apply.
EDGES_OF_THE_WORLD = (ZoneClock("UTC+14", [(0, 14 * 3600)]), ZoneClock("UTC-12", [(0, -12 * 3600)]))


def epoch(moment: datetime, field: str = "at") -> int:
    """Whole epoch seconds of an aware datetime, rounded down. Raises FactsError if it is naive or not within
    1970-2099."""
    if moment.tzinfo is None:
        raise FactsError(field, "has no time zone; give an offset or Z")
    try:
        seconds = int(moment.timestamp())
    except (OverflowError, ValueError) as error:
        raise FactsError(field, "is outside the years 1970 to 2099") from error
    if not EARLIEST <= seconds < LATEST:
        raise FactsError(field, "is outside the years 1970 to 2099")
    return seconds


def epoch_up(moment: datetime) -> int:
    """Epoch seconds of an aware datetime, rounded up to a whole second. Raises FactsError as `epoch` does."""
    return epoch(moment) + (moment.microsecond > 0)


@lru_cache(maxsize=256)
def second_of(utc: datetime) -> int:
    """`epoch` of a moment in UTC, cached: many questions are asked about the same moment."""
    return epoch(utc)


@lru_cache(maxsize=8192)
def moment_of(seconds: int) -> datetime:
    """The aware UTC datetime of an epoch second."""
    return datetime.fromtimestamp(seconds, UTC)


def day_of(on: date) -> int:
    """A date as days since 1970-01-01."""
    return on.toordinal() - _EPOCH_DAY


def date_of(day: int) -> date:
    """The date of a day counted from 1970-01-01."""
    return date.fromordinal(day + _EPOCH_DAY)


def months_after(on: date, months: int) -> date:
    """The same day of the month, some months later (earlier if negative); the last day of the month if that is
    shorter."""
    index = on.year * 12 + on.month - 1 + months
    year, month = divmod(index, 12)
    if year > date.max.year - 1:
        return date.max
    if year < 1:
        return date.min
    following = date(year + (month == 11), (month + 1) % 12 + 1, 1)
    last = (following - timedelta(days=1)).day
    return date(year, month + 1, min(on.day, last))


YEARS = range(1971, 2099)  # years a decision can be made for: one year inside the range of the zone clocks


def date_in(zone: str, at: datetime) -> date:
    """The local date at a moment."""
    clock = _clock(zone)
    return date(1970, 1, 1) + timedelta(days=clock.day(epoch(at)))


def time_in(zone: str, at: datetime) -> time:
    """The local wall-clock time at a moment, to the second."""
    now = epoch(at)
    seconds = (now + _clock(zone).offset(now)) % DAY
    return time(seconds // 3600, seconds % 3600 // 60, seconds % 60)


def midnight(zone: str, on: date) -> datetime:
    """The first moment of a local date."""
    return moment_of(_clock(zone).day_start(day_of(on)))


def moment(zone: str, on: date, wall: time) -> datetime:
    """The first moment of a local date at which the clock reads `wall` or later.

    A time that the clocks skip is reached at the jump; a time that comes twice, at its first coming.
    """
    clock, day = _clock(zone), day_of(on)
    seconds = wall.hour * 3600 + wall.minute * 60 + wall.second
    first = next(clock.spans_of(day, seconds, DAY), None)
    return moment_of(first[0] if first is not None else clock.day_start(day + 1))


def last_at(zone: str, at: datetime, wall: time) -> datetime:
    """The last moment up to `at` at which the local clock read `wall`."""
    today = date_in(zone, at)
    came = moment(zone, today, wall)
    return came if came <= at else moment(zone, today - timedelta(days=1), wall)


def next_at(zone: str, at: datetime, wall: time) -> datetime:
    """The first moment from `at` on at which the local clock reads `wall`."""
    today = date_in(zone, at)
    comes = moment(zone, today, wall)
    return comes if comes >= at else moment(zone, today + timedelta(days=1), wall)


def minute_from(at: datetime) -> datetime:
    """The first whole minute at or after a moment, so that an opening shown in minutes is never too early."""
    whole = at.replace(second=0, microsecond=0)
    return whole if whole == at else whole + timedelta(minutes=1)


def is_within(zone: str, at: datetime, wall_from: time, wall_until: time) -> bool:
    """Whether the local time is in [from, until). A span may pass midnight; equal ends mean the whole day."""
    wall = time_in(zone, at)
    if wall_from < wall_until:
        return wall_from <= wall < wall_until
    return wall >= wall_from or wall < wall_until


def _clock(zone: str) -> ZoneClock:
    """The clock of a zone. Raises LookupError: setup has already checked that it exists."""
    clock = clock_of(zone)
    if clock is None:
        raise LookupError(f"no time zone is called {zone!r}")
    return clock


def latest_zone(zones: Sequence[str], at: datetime) -> str:
    """The candidate zone in which it is latest at `at`; empty if none is known."""
    known = [(zone_offset(zone, at), zone) for zone in zones]
    return max(((offset, zone) for offset, zone in known if offset is not None), default=(None, ""))[1]


def zone_offset(zone: str, at: datetime) -> timedelta | None:
    """A zone's offset from UTC at a moment; None for a zone that does not exist."""
    try:
        return at.astimezone(ZoneInfo(zone)).utcoffset()
    except (ZoneInfoNotFoundError, ValueError):
        return None


# The locked release; the first in which Manitoba, Alberta and British Columbia keep one time all year.
OLDEST = "2026.6"

zoneinfo.reset_tzpath(())
zoneinfo.ZoneInfo.clear_cache()


def zone_data_version() -> str:
    """The release of the zone data in use; empty if the package is not installed."""
    try:
        return metadata.version("tzdata")
    except metadata.PackageNotFoundError:
        return ""


def zone_data_fault() -> str:
    """Why no decision may rest on the zone data; empty if it is as new as the locked release."""
    version = zone_data_version()
    if not version:
        return f"is not installed; install tzdata {OLDEST} or newer"
    if _number(version) < _number(OLDEST):
        return f"{version} is older than {OLDEST}: some clocks have changed since; install tzdata {OLDEST} or newer"
    return ""


def _number(version: str) -> tuple[int, ...]:
    """`2026.6` as (2026, 6); what follows the digits of a part is left out."""
    parts = ("".join(char for char in part if char.isdigit()) for part in version.split(".")[:2])
    return tuple(int(part or 0) for part in parts)
