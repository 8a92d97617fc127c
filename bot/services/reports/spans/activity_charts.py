"""Draws the report's two charts: calls by day, and the hours of the week in which people are reached."""

from datetime import date

from bot.services.answers.activity import ActivityReport, Tally
from bot.services.answers.activity_words import ActivityWords
from bot.services.answers.evidence.proof_pages import Drawing
from bot.services.answers.reports import OFFICE_HOURS
from bot.services.drawing import charts
from bot.services.reports.chart_style import CONTACT, NOT_CONNECTED

FEWEST_TO_RATE = 5  # attempts in an hour of the week
_FEW_DAYS = 14
_SHADES = ("F2F2F2", "56B4E9", "0072B2", "003A5D")  # from no contact to the most


def days(report: ActivityReport, words: ActivityWords, width: int = charts.WIDTH, height: int = 400) -> Drawing:
    """Attempts of each day, with the contacts among them."""
    sheet, few = charts.Sheet(width), len(report.days) <= _FEW_DAYS
    columns = [
        charts.Column(
            ((tally.contacts, CONTACT), (tally.attempts - tally.contacts, NOT_CONNECTED)),
            _label(on, words, len(report.days)),
            charts.short_count(tally.attempts) if few else "",
        )
        for on, tally in report.days
    ]
    sheet.columns(words.by_day, columns, height)
    sheet.key({words.attempts: NOT_CONNECTED, words.contacts: CONTACT})
    return sheet.drawing()


def _label(on: date, words: ActivityWords, days: int) -> str:
    """Of a week every day; of a longer span every Monday; of more than two months the first Monday of each month."""
    if days <= 7:
        return f"{words.weekdays[on.weekday()]}\n{on.day}"
    if on.weekday() or (days > 62 and on.day > 7):
        return ""
    return words.short_day(on)


def hours(report: ActivityReport, words: ActivityWords, width: int = charts.WIDTH, height: int = 72) -> Drawing:
    """Contact rates by weekday and hour."""
    busy = [hour for day in report.hours for hour, tally in enumerate(day) if tally.attempts]
    shown = range(min([*busy, OFFICE_HOURS[0]]), max([*busy, OFFICE_HOURS[-1]]) + 1)
    most = max(_rate(day[hour]) or 0 for day in report.hours for hour in shown)
    rows = [[_cell(day[hour], max(most, 1)) for hour in shown] for day in report.hours]
    named = shown[:: 1 if len(shown) <= 14 else 2]
    heads = [str(hour) if hour in named else "" for hour in shown]
    sheet = charts.Sheet(width)
    sheet.cells(words.by_hour, heads, dict(zip(words.weekdays, rows, strict=True)), height)
    return sheet.drawing()


def _rate(tally: Tally) -> float | None:
    """Contacts of 100 attempts; None: too few to tell."""
    rate = tally.contact_rate
    return None if rate is None or tally.attempts < FEWEST_TO_RATE else 100 * rate


def _cell(tally: Tally, most: float) -> tuple[str, str, str]:
    """The rate: a dot for too few attempts, empty without any."""
    rate = _rate(tally)
    if rate is None:
        return "·" if tally.attempts else "", _shade(0), charts.INK
    return f"{rate:.0f}", _shade(rate / most), "#FFFFFF" if rate > 0.45 * most else charts.INK


def _shade(share: float) -> str:
    place, part = divmod(share * (len(_SHADES) - 1), 1)
    below, above = (bytes.fromhex(_SHADES[min(int(place) + more, len(_SHADES) - 1)]) for more in (0, 1))
    return f"#{bytes(round(a + part * (b - a)) for a, b in zip(below, above, strict=True)).hex()}"
