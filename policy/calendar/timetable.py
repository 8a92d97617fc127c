"""The open windows of one rule's hours on one set of clocks, as epoch seconds: built once, read by every decision."""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from functools import reduce

from policy.calendar.local_time import DAY, ZoneClock
from policy.calendar.public_holidays import Calendar, HolidayDays, Holidays
from policy.calendar.spans import FOREVER, HORIZON, Span, gaps, intersection, merged

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
