"""Draws the two charts of a report, calls by day and when in the week people are reached, and its page."""

from collections.abc import Iterator, Sequence
from datetime import date

from bot.services.answers.activity import ActivityReport, ActivityWords, Line, Tally, columns
from bot.services.answers.evidence.proof_packs import Block, Document, Drawing, Figure, Figures, Paragraph, Row, Table
from bot.services.answers.reports import OFFICE_HOURS
from bot.services.drawing import as_pdf, charts

FEWEST_TO_RATE = 5  # attempts in an hour of the week
_FEW_DAYS = 14
_WIDTH = 1800  # of a chart across the page: its letters are as high as those beside it
_MOST_LINES = 6
_LONGEST_NAME = 28
_OF_A_LINE = (0, 1, 2, 3, 4, 6)  # which of a tally's figures stand beside a name
_SHADES = ("F2F2F2", "56B4E9", "0072B2", "003A5D")  # from no contact to the most


def days(report: ActivityReport, words: ActivityWords, width: int = charts.WIDTH, height: int = 400) -> Drawing:
    """Attempts of each day, with the contacts among them."""
    sheet, few = charts.Sheet(width), len(report.days) <= _FEW_DAYS
    drawn = [
        charts.Column(
            ((tally.contacts, charts.CONTACT), (tally.attempts - tally.contacts, charts.NOT_ANSWERED)),
            _label(on, words, len(report.days)),
            charts.short_count(tally.attempts) if few else "",
        )
        for on, tally in report.days
    ]
    sheet.columns(words["by_day"], drawn, height)
    sheet.key({words["attempts"]: charts.NOT_ANSWERED, words["contacts"]: charts.CONTACT})
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
    sheet.cells(words["by_hour"], heads, dict(zip(words.weekdays, rows, strict=True)), height)
    return sheet.drawing()


def _rate(tally: Tally) -> float | None:
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


def page(report: ActivityReport, words: ActivityWords) -> bytes:
    """The report as one A4 page in PDF: the figures, the two charts, and the busiest agents, lists and campaigns.

    Its text can be selected; letters that the font lacks are drawn as boxes.
    """
    title = f"{words['title']}: {words.scope(report.wanted)}"
    span = f"{words.span(report.span)} ({report.span.zone}), {words.span_compared(report.before)}"
    return as_pdf(Document(title, span, "", "", tuple(_blocks(report, words))), None)


def _blocks(report: ActivityReport, words: ActivityWords) -> Iterator[Block]:
    both = zip(columns(words, report.whole), columns(words, report.whole_before), strict=True)
    yield Figures(
        tuple(
            Figure(f"{now.heading}\n{words['was'].format(figure=words.written(then))}", words.written(now))
            for now, then in both
        )
    )
    yield Paragraph(f"{words['meaning']} {words['few']}", "faint")
    yield days(report, words, _WIDTH, 200)
    yield hours(report, words, _WIDTH, 42)
    for title, lines in (
        (words["by_agent"], report.agents),
        (words["by_list"], report.lists),
        (words["by_campaign"], report.campaigns),
    ):
        if lines:
            yield _table(title, lines, words)


def _table(title: str, lines: Sequence[Line], words: ActivityWords) -> Table:
    heads = (title, *(columns(words, lines[0].tally)[place].heading for place in _OF_A_LINE))
    rows = []
    for line in lines[:_MOST_LINES]:
        name, figures = line.name or words["off_list"], columns(words, line.tally)
        short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
        rows.append(Row((short, *(words.written(figures[place]) for place in _OF_A_LINE))))
    if len(lines) > _MOST_LINES:
        rows.append(Row((words["and_more"].format(count=len(lines) - _MOST_LINES), *[""] * len(_OF_A_LINE))))
    return Table(heads, (28, *[12] * len(_OF_A_LINE)), tuple(rows), is_of_figures=True)
