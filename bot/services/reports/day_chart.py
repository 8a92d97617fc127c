"""Draws the digest's chart: calls by hour, their outcomes, and of a week or month its days.

It draws only days, hours, counts and the closed list of outcomes, so names in any script are safe.
"""

from collections.abc import Sequence

from bot.services.answers.evidence.proof_packs import Drawing
from bot.services.answers.reports import DayFigures, Digest, Edition
from bot.services.drawing import charts
from policy.calendar import local_time
from policy.vocabulary import CONNECTED, CONTACTS, Outcome

_FEW = 10  # days with room for weekday and sum


def render(digest: Digest) -> bytes:
    """The chart as a PNG, 1200 pixels wide."""
    return charts.paint(drawn(digest))


def drawn(digest: Digest) -> Drawing:
    """Every chart of the digest, one below the other."""
    sheet = charts.Sheet()
    sheet.heading(f"{_named(digest)}: {_counted(digest.attempts, 'call')}, {_counted(digest.contacts, 'contact')}")
    if digest.edition is not Edition.DAY:
        _draw_days(sheet, digest.days)
    shown, by_hour = digest.hours_shown, digest.by_hour
    named = shown[:: 1 if len(shown) <= 14 else 2]
    columns = [
        charts.Column(
            ((by_hour[hour], charts.CONTACT),), str(hour) if hour in named else "", charts.short_count(by_hour[hour])
        )
        for hour in shown
    ]
    sheet.columns("Calls by hour, team time", columns, 340, steps=6)
    _draw_outcomes(sheet, digest.outcomes)
    if digest.ahead and digest.edition is Edition.DAY:
        days = [(local_time.date_in(digest.zone, one.starts_at), one.opens) for one in digest.ahead]
        opening = [
            charts.Column(((count, charts.AHEAD),), f"{on:%a}\n{on.day} {on:%b}", f"{count:,}") for on, count in days
        ]
        sheet.columns("Contacts that become callable by day; first the rest of today", opening, 280, fill=0.6)
    return sheet.drawing()


def _named(digest: Digest) -> str:
    if digest.edition is Edition.MONTH:
        return f"{digest.on:%B %Y}"
    date = f"{digest.on:%A} {digest.on.day} {digest.on:%B %Y}"
    return date if digest.edition is Edition.DAY else f"Week to {date}"


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"


def _draw_days(sheet: charts.Sheet, days: Sequence[DayFigures]) -> None:
    """Three charts of the same days. Opt-outs have their own scale: they are few beside the refusals."""
    sheet.columns("Calls by day", [_calls(day, days) for day in days], 360, room=1.5)
    keys = {
        "contacts": charts.CONTACT,
        "answered, no contact": charts.ANSWERED,
        "not answered, or no outcome": charts.NOT_ANSWERED,
    }
    if any(day.figures["broken"] for day in days):
        keys["broken promises"] = charts.ALARM
    if not all(day.is_posted for day in days):
        keys["no digest was posted"] = charts.SHADE
    sheet.key(keys)
    for title, key, colour in (
        ("Refused by a rule", "refusals", charts.REFUSED),
        ("Asked not to be called again", "opt_outs", charts.STOPPED),
    ):
        numbers = [(day, day.figures[key]) for day in days]
        columns = [charts.Column(((n, colour),), _label(day, days), _sum(n, days)) for day, n in numbers]
        sheet.columns(title, columns, 200, fill=0.5)


def _calls(day: DayFigures, days: Sequence[DayFigures]) -> charts.Column:
    of = day.figures
    parts = (
        (of["contacts"], charts.CONTACT),
        (of["connected"] - of["contacts"], charts.ANSWERED),
        (of["attempts"] - of["connected"], charts.NOT_ANSWERED),
    )
    return charts.Column(
        parts, _label(day, days), _sum(of["attempts"], days), charts.short_count(of["broken"]), not day.is_posted
    )


def _sum(number: int, days: Sequence[DayFigures]) -> str:
    """The count above the column of a week's day; those of a month are too narrow, and the evidence file has them."""
    return charts.short_count(number) if len(days) <= _FEW else ""


def _label(day: DayFigures, days: Sequence[DayFigures]) -> str:
    is_named = len(days) <= _FEW or day.on.isoweekday() == 1
    return f"{day.on:%a}\n{day.on.day} {day.on:%b}" if is_named else ""


def _draw_outcomes(sheet: charts.Sheet, outcomes: tuple[tuple[Outcome, int], ...]) -> None:
    title = "Outcomes"
    if not outcomes:
        sheet.note(title, "No outcome was recorded")
        return
    ordered = sorted(outcomes, key=lambda pair: -pair[1])
    sheet.bars(title, [(outcome.meaning.label.rstrip("…"), count, _colour(outcome)) for outcome, count in ordered])
    sheet.key({"contact": charts.CONTACT, "answered, no contact": charts.ANSWERED, "not answered": charts.NOT_ANSWERED})


def _colour(outcome: Outcome) -> str:
    if outcome in CONTACTS:
        return charts.CONTACT
    return charts.ANSWERED if outcome in CONNECTED else charts.NOT_ANSWERED
