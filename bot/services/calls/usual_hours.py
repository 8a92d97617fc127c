"""Which hours of the week people expect a call in, so that another one is questioned before a callback is agreed."""

from collections.abc import Sequence
from datetime import date, datetime, time

from bot.services.answers.callbacks import Unusual
from bot.services.local_time import date_in, time_in
from policy.calendar import Calendar, day_of

BEGIN, END = time(8), time(20)
_SUNDAY = 6
_OBSERVED = Calendar()  # each place's own public holidays


def why_unusual(at: datetime, zone: str, places: Sequence[str]) -> tuple[Unusual, ...]:
    """What is unusual about a call at a moment: its hour, a Sunday, a public holiday in any of the places."""
    wall, on = time_in(zone, at), date_in(zone, at)
    said = {
        Unusual.EARLY: wall < BEGIN,
        Unusual.LATE: wall >= END,
        Unusual.SUNDAY: on.weekday() == _SUNDAY,
        Unusual.HOLIDAY: is_holiday(on, places),
    }
    return tuple(why for why, is_so in said.items() if is_so)


def is_holiday(on: date, places: Sequence[str]) -> bool:
    """Whether the day is a public holiday in any of the places (ISO 3166), observed or on its own date."""
    years = {on.year - 1, on.year, on.year + 1}  # one near New Year may be observed in the year before or after
    return any(day_of(on) in _OBSERVED.holidays_in(places, year) for year in years)
