"""Time arithmetic: spans of time, local days and clocks, timetables, public holidays."""

from policy.calendar.local_time import (
    DAY,
    EDGES_OF_THE_WORLD,
    ZoneClock,
    clock_of,
    date_of,
    day_of,
    epoch,
    epoch_up,
    moment_of,
    months_after,
    second_of,
    zone_data_fault,
    zone_data_version,
)
from policy.calendar.public_holidays import Calendar, Holidays, OwnDay, subdivisions_of
from policy.calendar.spans import FOREVER, HORIZON, Span, covers, cut_out, gaps, intersection, merged
from policy.calendar.timetable import Timetable, Windows

# fmt: off
__all__ = [
    "DAY", "EDGES_OF_THE_WORLD", "FOREVER", "HORIZON", "Calendar", "Holidays", "OwnDay", "Span", "Timetable", "Windows",
    "ZoneClock", "clock_of", "covers", "cut_out", "date_of", "day_of", "epoch", "epoch_up", "gaps", "intersection",
    "merged", "moment_of", "months_after", "second_of", "subdivisions_of", "zone_data_fault", "zone_data_version",
]
