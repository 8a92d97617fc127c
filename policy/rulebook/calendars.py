"""Reads the calendars of a pack."""

from policy.calendar import Calendar, OwnDay
from policy.rules import Fields, is_place, read_places


def read_calendar(fields: Fields) -> Calendar:
    calendar = Calendar(
        source=fields.text("source", ""),
        shift=fields.word("shift", ("library", "none", "monday", "both"), "library"),
        days=tuple(_read_own_day(one) for one in fields.subs("days")),
    )
    if not calendar.source and (fields.has("source") or not calendar.days):
        fields.fault("source", "is missing or empty; a calendar has a source, days, or both")
    elif calendar.source not in ("", "place") and not _is_source(calendar.source.removesuffix("-*")):
        fields.fault("source", f'{calendar.source!r} is no country, no subdivision, no CC-* and not "place"')
    fields.done()
    return calendar


def _is_source(code: str) -> bool:
    """Whether a source of holidays exists. A country without known holidays counts: its contacts are held."""
    return is_place(code) or (len(code) == 2 and code.isalpha() and code.isupper())


def _read_own_day(fields: Fields) -> OwnDay:
    places = read_places(fields, "places")
    name = fields.text("name", "")
    if fields.has("on"):
        day = OwnDay(places=places, on=fields.day("on"), name=name)
    elif fields.has("from_easter"):
        day = OwnDay(places=places, from_easter=fields.whole("from_easter", least=-100, most=100), name=name)
    else:
        month, of_month = fields.whole("month", least=1, most=12), fields.whole("day", least=1, most=31)
        day = OwnDay(month, of_month, places=places, name=name)
    fields.done()
    return day
