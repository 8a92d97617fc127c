"""Local dates and wall-clock times of a team, an agent or a contact, as aware UTC moments. Arithmetic is in UTC."""

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from policy.calendar.local_time import DAY, ZoneClock, clock_of, day_of, epoch, moment_of

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
