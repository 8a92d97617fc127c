"""Draws a week or month day by day: calls and outcomes, broken promises, refusals, opt-outs."""

from collections.abc import Sequence

from bot.services.answers.reports import DayFigures
from bot.services.drawing import charts
from bot.services.reports.chart_style import CONNECTED, CONTACT, NOT_CONNECTED, REFUSED, STOPPED

_FEW = 10  # days with room for weekday and sum


def draw(sheet: charts.Sheet, days: Sequence[DayFigures]) -> None:
    """Three charts of the same days. Opt-outs have their own scale: they are few beside the refusals."""
    sheet.columns("Calls by day", [_calls(day, days) for day in days], 360, room=1.5)
    sheet.key(_keys(days))
    sheet.columns(
        "Refused by a rule", [_count(day, day.figures.refusals, REFUSED, days) for day in days], 200, fill=0.5
    )
    stops = [_count(day, day.figures.opt_outs, STOPPED, days) for day in days]
    sheet.columns("Asked not to be called again", stops, 200, fill=0.5)


def _calls(day: DayFigures, days: Sequence[DayFigures]) -> charts.Column:
    """Contacts, other answered calls and the rest; marked where promises were broken or no digest was posted."""
    of = day.figures
    parts = (
        (of.contacts, CONTACT),
        (of.connected - of.contacts, CONNECTED),
        (of.attempts - of.connected, NOT_CONNECTED),
    )
    return charts.Column(
        parts, _label(day, days), _sum(of.attempts, days), charts.short_count(of.broken), not day.is_posted
    )


def _count(day: DayFigures, number: int, colour: str, days: Sequence[DayFigures]) -> charts.Column:
    return charts.Column(((number, colour),), _label(day, days), _sum(number, days))


def _sum(number: int, days: Sequence[DayFigures]) -> str:
    """The count above the column of a week's day; those of a month are too narrow, and the evidence file has them."""
    return charts.short_count(number) if len(days) <= _FEW else ""


def _label(day: DayFigures, days: Sequence[DayFigures]) -> str:
    """Each day of a week, and the Mondays of a month."""
    is_named = len(days) <= _FEW or day.on.isoweekday() == 1
    return f"{day.on:%a}\n{day.on.day} {day.on:%b}" if is_named else ""


def _keys(days: Sequence[DayFigures]) -> dict[str, str]:
    keys = {"contacts": CONTACT, "answered, no contact": CONNECTED, "not answered, or no outcome": NOT_CONNECTED}
    if any(day.figures.broken for day in days):
        keys["broken promises"] = charts.ALARM
    if not all(day.is_posted for day in days):
        keys["no digest was posted"] = charts.SHADE
    return keys
