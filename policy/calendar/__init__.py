"""Spans of time, local days and clocks, public holidays."""
