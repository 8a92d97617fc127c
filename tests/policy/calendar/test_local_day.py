"""Local dates and times as UTC instants, on ordinary days and at clock changes."""

from datetime import UTC, date, datetime, time

import pytest

from policy.calendar import local_time

SPRING, AUTUMN = date(2026, 3, 29), date(2026, 10, 25)  # in London 01:00 becomes 02:00, and 02:00 becomes 01:00


def utc(day: date, hour: int, minute: int = 0) -> datetime:
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("on", "wall", "expected"),
    [
        (SPRING, time(0, 59), utc(SPRING, 0, 59)),
        (SPRING, time(1, 30), utc(SPRING, 1)),  # skipped: the moment of the change
        (SPRING, time(2), utc(SPRING, 1)),
        (SPRING, time(18), utc(SPRING, 17)),
        (AUTUMN, time(1, 30), utc(AUTUMN, 0, 30)),  # repeated: the first
        (AUTUMN, time(18), utc(AUTUMN, 18)),
    ],
)
def test_it_finds_the_first_instant_of_a_local_time(on: date, wall: time, expected: datetime) -> None:
    assert local_time.moment("Europe/London", on, wall) == expected


def test_a_day_without_midnight_begins_at_the_clock_change() -> None:
    on = date(2026, 9, 6)  # in Santiago 00:00 becomes 01:00
    assert local_time.midnight("America/Santiago", on) == datetime(2026, 9, 6, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "at", "on", "wall"),
    [
        ("Asia/Kolkata", utc(SPRING, 18, 29), SPRING, time(23, 59)),
        ("Asia/Kolkata", utc(SPRING, 18, 30), date(2026, 3, 30), time(0)),
        ("America/New_York", utc(SPRING, 3, 59), date(2026, 3, 28), time(23, 59)),
    ],
)
def test_it_gives_the_local_date_and_time_of_a_zone(zone: str, at: datetime, on: date, wall: time) -> None:
    assert (local_time.date_in(zone, at), local_time.time_in(zone, at)) == (on, wall)


@pytest.mark.parametrize(
    ("wall_from", "wall_until", "hour", "is_inside"),
    [
        (time(8), time(20), 8, True),
        (time(8), time(20), 20, False),
        (time(20), time(8), 7, True),
        (time(20), time(8), 8, False),
        (time(20), time(8), 20, True),
        (time(8), time(8), 3, True),  # the whole day
    ],
)
def test_spans_may_pass_midnight(wall_from: time, wall_until: time, hour: int, is_inside: bool) -> None:
    assert local_time.is_within("UTC", utc(AUTUMN, hour), wall_from, wall_until) is is_inside


def test_it_refuses_a_zone_that_does_not_exist() -> None:
    with pytest.raises(LookupError):
        local_time.midnight("Europe/Atlantis", AUTUMN)
