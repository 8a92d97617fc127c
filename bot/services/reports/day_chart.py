"""Draws the digest's chart: calls by hour or by day, and their outcomes.

It draws only hours, counts and the closed list of outcomes, so names in any script are safe.
"""

from bot.services import local_time
from bot.services.answers.evidence.proof_pages import Drawing
from bot.services.answers.reports import Digest, Edition
from bot.services.drawing import charts
from bot.services.reports import trend_chart
from bot.services.reports.chart_style import AHEAD, CONNECTED, CONTACT, NOT_CONNECTED
from policy.vocabulary import Outcome
from storage.queries.reports import status


def render(digest: Digest) -> bytes:
    """The chart as a PNG, 1200 pixels wide."""
    return charts.paint(drawn(digest))


def drawn(digest: Digest) -> Drawing:
    """Every chart of the digest, one below the other."""
    sheet = charts.Sheet()
    sheet.heading(f"{_named(digest)}: {_counted(digest.attempts, 'call')}, {_counted(digest.contacts, 'contact')}")
    if digest.edition is not Edition.DAY:
        trend_chart.draw(sheet, digest.days)
    _draw_hours(sheet, digest)
    _draw_outcomes(sheet, digest.outcomes)
    if digest.ahead and digest.edition is Edition.DAY:
        _draw_ahead(sheet, digest)
    return sheet.drawing()


def _named(digest: Digest) -> str:
    if digest.edition is Edition.MONTH:
        return f"{digest.on:%B %Y}"
    date = f"{digest.on:%A} {digest.on.day} {digest.on:%B %Y}"
    return date if digest.edition is Edition.DAY else f"Week to {date}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _draw_hours(sheet: charts.Sheet, digest: Digest) -> None:
    shown, by_hour = digest.hours_shown, digest.by_hour
    named = shown[:: 1 if len(shown) <= 14 else 2]
    columns = [
        charts.Column(
            ((by_hour[hour], CONTACT),), str(hour) if hour in named else "", charts.short_count(by_hour[hour])
        )
        for hour in shown
    ]
    sheet.columns("Calls by hour, the team's clock", columns, 340, steps=6)


def _draw_outcomes(sheet: charts.Sheet, outcomes: tuple[tuple[Outcome, int], ...]) -> None:
    title = "What came of them"
    if not outcomes:
        sheet.note(title, "No outcome was recorded")
        return
    ordered = sorted(outcomes, key=lambda pair: -pair[1])
    sheet.bars(title, [(outcome.meaning.label.rstrip("…"), count, _colour(outcome)) for outcome, count in ordered])
    sheet.key({"contact": CONTACT, "answered, no contact": CONNECTED, "not answered": NOT_CONNECTED})


def _draw_ahead(sheet: charts.Sheet, digest: Digest) -> None:
    days = [(local_time.date_in(digest.zone, one.starts_at), one.opens) for one in digest.ahead]
    columns = [charts.Column(((count, AHEAD),), f"{on:%a}\n{on.day} {on:%b}", f"{count:,}") for on, count in days]
    sheet.columns("Contacts that become callable by day; first the rest of today", columns, 280, fill=0.6)


def _colour(outcome: Outcome) -> str:
    if outcome in status.CONTACTS:
        return CONTACT
    return CONNECTED if outcome in status.CONNECTED else NOT_CONNECTED
