"""Public holidays: the local days a pack treats as holidays in the places a person may be; and the open windows of a
rule's hours, which they may narrow.

Dates come from the `holidays` package, by country and subdivision, and from days that a pack names itself.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache, reduce

import holidays

from policy.calendar.local_time import (
    DAY,
    FOREVER,
    HORIZON,
    Span,
    ZoneClock,
    date_of,
    day_of,
    gaps,
    intersection,
    merged,
)


@dataclass(frozen=True, slots=True)
class OwnDay:
    """A holiday named by a pack: a month and day, or days from Easter Sunday; for some or all places and years."""

    month: int = 0
    day: int = 0
    from_easter: int | None = None
    places: tuple[str, ...] = ()
    on: date | None = None
    name: str = ""

    def in_year(self, year: int) -> date | None:
        if self.on is not None:
            return self.on if self.on.year == year else None
        if self.from_easter is not None:
            return easter(year) + timedelta(days=self.from_easter)
        try:
            return date(year, self.month, self.day)
        except ValueError:  # 29 February
            return None


@dataclass(frozen=True, slots=True)
class Calendar:
    """Which holidays a rule observes, and where.

    `source`: "place" (the contact's country and subdivision), a country or subdivision code, CC-* (the contact's
    subdivision of that country; all of them if unknown), or empty (only `days`). `shift`: library | none | monday (a
    Sunday holiday moves to Monday) | both (a Saturday holiday also moves to Friday).
    """

    source: str = "place"
    shift: str = "library"
    days: tuple[OwnDay, ...] = ()

    def holidays_in(self, places: Iterable[str], year: int) -> frozenset[int]:
        """Every holiday of the year in any of the places, as days since 1970-01-01."""
        places = tuple(places)
        found: set[int] = set()
        for region in self._regions(places):
            found |= _library_days(region, year, self.shift)
        own = (day.in_year(year) for day in self.days if not day.places or any(_within(p, day.places) for p in places))
        return frozenset(found | _shifted({on for on in own if on is not None}, self.shift))

    def unknown_in(self, places: Iterable[str]) -> str:
        """The first place whose holidays are unknown; empty if all are known."""
        unknown = (region for region in self._regions(tuple(places)) if region.split("-")[0] not in _supported())
        return next(unknown, "").rstrip("-*")

    def _regions(self, places: tuple[str, ...]) -> tuple[str, ...]:
        if not self.source:
            return ()
        if self.source == "place":
            return places
        if self.source.endswith("-*"):
            country = self.source[:-2]
            own = tuple(place for place in places if place.split("-")[0] == country)
            return tuple(place if "-" in place else self.source for place in own) or (self.source,)
        return (self.source if "-" in self.source else f"{self.source}-",)


def _within(place: str, areas: Iterable[str]) -> bool:
    return any(place == area or place.startswith(area + "-") or area.startswith(place + "-") for area in areas)


def subdivisions_of(country: str) -> list[str] | None:
    """The subdivisions of a country that have a holiday list. None: no such country."""
    return _supported().get(country)


@lru_cache(maxsize=1)
def _supported() -> dict[str, list[str]]:
    return holidays.list_supported_countries(include_aliases=False)


@lru_cache(maxsize=4096)
def _library_days(region: str, year: int, shift: str) -> frozenset[int]:
    """`region`: CC-SUB; CC- for the national list alone; CC or CC-* for the lists of all subdivisions together."""
    country, _, subdivision = region.partition("-")
    known = _supported().get(country)
    if known is None:
        return frozenset()
    if region.endswith("-"):
        wanted: list[str | None] = [None]
    elif subdivision in known:
        wanted = [subdivision]
    else:
        wanted = [None, *known]
    days: set[date] = set()
    for one in wanted:
        days |= set(holidays.country_holidays(country, subdiv=one, years=year, observed=shift == "library"))
    return frozenset(_shifted(days, shift))


def _shifted(days: set[date], shift: str) -> set[int]:
    moved = set(days)
    for on in days:
        if on.weekday() == 6 and shift in ("monday", "both"):
            moved.add(on + timedelta(days=1))
        if on.weekday() == 5 and shift == "both":
            moved.add(on - timedelta(days=1))
    return {day_of(on) for on in moved}


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar. Source: the anonymous algorithm, Nature 1876."""
    a, b, c = year % 19, year // 100, year % 100
    d, e, g = b // 4, b % 4, (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = c // 4, c % 4
    m = (a + 11 * h) // 319
    n = (2 * e + 2 * i - k - h + m + 32) % 7
    month = (h - m + n + 90) // 25
    return date(year, month, (h - m + n + month + 19) % 32)


class HolidayDays:
    """The holidays of one calendar in one set of places, computed a year at a time when needed."""

    __slots__ = ("_calendar", "_places", "_years")

    def __init__(self, calendar: Calendar, places: tuple[str, ...]) -> None:
        self._calendar = calendar
        self._places = places
        self._years: dict[int, frozenset[int]] = {}

    def __contains__(self, day: int) -> bool:
        year = date_of(day).year
        known = self._years.get(year)
        if known is None:
            # A holiday near New Year may be observed in the year before or after its own.
            near = (self._calendar.holidays_in(self._places, near) for near in (year - 1, year, year + 1))
            known = self._years[year] = frozenset().union(*near)
        return day in known


Holidays = HolidayDays | frozenset[int]


_BUCKET = 100 * DAY
_MARGIN = 2 * DAY

Windows = tuple[tuple[int, int], ...]  # seconds from local midnight


class Timetable:
    """The open windows of one rule on one set of clocks, as sorted epoch seconds, built a hundred days at a time."""

    __slots__ = ("_buckets", "_clocks", "_windows_on", "holidays", "unknown_holidays")

    def __init__(
        self,
        windows_on: Callable[[int, Holidays], Windows],
        calendar: Calendar | None,
        clocks: Sequence[ZoneClock],
        places: tuple[str, ...],
    ) -> None:
        """`windows_on(day, holidays)`: the windows of a local day, counted from 1970-01-01."""
        self._windows_on = windows_on
        self._clocks = clocks
        self._buckets: dict[int, tuple[list[int], list[int]]] = {}
        self.holidays: Holidays = frozenset() if calendar is None else HolidayDays(calendar, places)
        self.unknown_holidays = "" if calendar is None else calendar.unknown_in(places)

    def open_at(self, moment: int) -> tuple[int, int]:
        """(start, end) of the window that contains the moment, or of the next one; (FOREVER, FOREVER) if none
        follows."""
        bucket = self._buckets.get(moment // _BUCKET) or self._build(moment // _BUCKET)
        starts, ends = bucket
        i = bisect_right(starts, moment) - 1
        if i >= 0 and moment < ends[i]:
            return starts[i], ends[i]
        return (starts[i + 1], ends[i + 1]) if i + 1 < len(starts) else (FOREVER, FOREVER)

    def closed(self, start: int, end: int) -> list[Span]:
        """The parts of [start, end) outside every window."""
        starts, ends = self._buckets.get(start // _BUCKET) or self._build(start // _BUCKET)
        first = max(bisect_right(starts, start) - 1, 0)
        return gaps(zip(starts[first:], ends[first:], strict=True), start, end)

    def _build(self, number: int) -> tuple[list[int], list[int]]:
        start = number * _BUCKET - _MARGIN
        end = start + _BUCKET + HORIZON + 2 * _MARGIN
        # the windows of local days, in seconds from 1970-01-01 on their own clock
        walls = merged(
            (day * DAY + opens, day * DAY + closes)
            for day in range(start // DAY - 2, end // DAY + 3)
            for opens, closes in self._windows_on(day, self.holidays)
        )
        spans = reduce(intersection, (clock.moments_of(walls, start, end) for clock in self._clocks))
        # The last window may continue beyond what was built, so its end is unknown.
        spans = [(opens, FOREVER if closes == end else closes) for opens, closes in spans]
        bucket = [opens for opens, _ in spans], [closes for _, closes in spans]
        self._buckets[number] = bucket
        return bucket


class OpenedTimetable:
    """A timetable that is open in some more spans, too."""

    __slots__ = ("_more", "_table")

    def __init__(self, table: Timetable, more: Iterable[Span]) -> None:
        self._table, self._more = table, merged(more)

    def open_at(self, moment: int) -> tuple[int, int]:
        """Like that of the timetable. Of a window that contains the moment, only the end is exact."""
        start, ends = min([self._table.open_at(moment), *(one for one in self._more if one[1] > moment)])
        while ends < FOREVER:
            until = max(
                closes for opens, closes in (self._table.open_at(ends), *self._more, (start, ends)) if opens <= ends
            )
            if until == ends:
                break
            ends = until
        return start, ends
