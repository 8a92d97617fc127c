"""Time arithmetic: spans of time, local days and clocks, timetables, public holidays."""
