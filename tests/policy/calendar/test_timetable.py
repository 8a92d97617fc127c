"""The windows of a rule, as moments: found whatever stretch of days they were built for."""

from datetime import UTC, date, datetime

import pytest

from policy.calendar.local_time import DAY, FOREVER, clock_of, day_of
from policy.calendar.public_holidays import Holidays, Timetable, Windows

MONDAYS = ((9 * 3600, 12 * 3600),)
NOON = 12 * 3600


def on_mondays(day: int, _holidays: Holidays) -> Windows:
    return MONDAYS if (day + 3) % 7 == 0 else ()


@pytest.mark.parametrize("first", range(day_of(date(2026, 8, 28)), day_of(date(2026, 9, 11))))
def test_the_next_window_is_found_from_any_day(first: int) -> None:
    """Windows are built for a hundred days at a time; a stretch begins on 4 September 2026."""
    utc = clock_of("UTC")
    assert utc is not None
    table, now = Timetable(on_mondays, None, (utc,), ()), first * DAY + NOON
    monday = next(day for day in range(first + 1, first + 8) if (day + 3) % 7 == 0)
    opens, closes = monday * DAY + 9 * 3600, monday * DAY + NOON
    assert table.open_at(now) == (opens, closes)
    assert table.closed(now, closes + DAY) == [(now, opens), (closes, closes + DAY)]


def test_no_window_ahead_is_for_ever_away() -> None:
    utc = clock_of("UTC")
    assert utc is not None
    never = Timetable(lambda _day, _holidays: (), None, (utc,), ())
    now = int(datetime(2026, 11, 24, tzinfo=UTC).timestamp())
    assert never.open_at(now) == (FOREVER, FOREVER)
    assert never.closed(now, now + DAY) == [(now, now + DAY)]
