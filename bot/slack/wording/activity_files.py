"""The files of a report: two charts, calls by day and when in the week people are reached; one page; a workbook.

The libraries that draw and write are slow to import, and a small install has none: import this inside `needs_extra`.
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from bot.services.answers.activity import ActivityReport, Line, Tally
from bot.services.answers.evidence.proof_packs import Block, Document, Drawing, Figure, Figures, Paragraph, Row, Table
from bot.services.answers.own_outcomes import Value
from bot.services.answers.reports import OFFICE_HOURS
from bot.services.drawing import as_pdf, charts
from bot.slack.wording import activity
from bot.slack.wording.activity import Column, columns, words
from bot.slack.wording.labels import outcome_name, short_day

FEWEST_TO_RATE = 5  # attempts in an hour of the week
_FEW_DAYS = 14
_WIDTH = 1800  # of a chart across the page: its letters are as high as those beside it
_MOST_LINES = 6
_LONGEST_NAME = 28
_OF_A_LINE = (0, 1, 2, 3, 4, 6)  # which of a tally's figures stand beside a name
_SHADES = ("F2F2F2", "56B4E9", "0072B2", "003A5D")  # from no contact to the most
_DAY = "yyyy-mm-dd"
_FORMATS = {"count": "#,##0", "share": "0.0%", "rate": "0.0"}
_NAME_WIDTH, _FIGURE_WIDTH = 34, 15
Cell = Value | date | Column  # text, a number, yes or no, a moment or a day, a figure


def pictures(report: ActivityReport) -> tuple[bytes, bytes]:
    """The charts by day and by hour: PNG, 1200 pixels wide, to be shown 600 wide."""
    return charts.paint(days(report)), charts.paint(hours(report))


def days(report: ActivityReport, width: int = charts.WIDTH, height: int = 400) -> Drawing:
    """Attempts of each day, with the contacts among them."""
    sheet, few = charts.Sheet(width), len(report.days) <= _FEW_DAYS
    drawn = [
        charts.Column(
            ((tally.contacts, charts.CONTACT), (tally.attempts - tally.contacts, charts.NOT_ANSWERED)),
            _label(on, len(report.days)),
            charts.short_count(tally.attempts) if few else "",
        )
        for on, tally in report.days
    ]
    sheet.columns(words()["by_day"], drawn, height)
    sheet.key({words()["attempts"]: charts.NOT_ANSWERED, words()["contacts"]: charts.CONTACT})
    return sheet.drawing()


def _label(on: date, days: int) -> str:
    """Of a week every day; of a longer span every Monday; of more than two months the first Monday of each month."""
    if days <= 7:
        return f"{activity.weekdays()[on.weekday()]}\n{on.day}"
    if on.weekday() or (days > 62 and on.day > 7):
        return ""
    return short_day(on)


def hours(report: ActivityReport, width: int = charts.WIDTH, height: int = 72) -> Drawing:
    """Contact rates by weekday and hour."""
    busy = [hour for day in report.hours for hour, tally in enumerate(day) if tally.attempts]
    shown = range(min([*busy, OFFICE_HOURS[0]]), max([*busy, OFFICE_HOURS[-1]]) + 1)
    most = max(_rate(day[hour]) or 0 for day in report.hours for hour in shown)
    rows = [[_cell(day[hour], max(most, 1)) for hour in shown] for day in report.hours]
    named = shown[:: 1 if len(shown) <= 14 else 2]
    heads = [str(hour) if hour in named else "" for hour in shown]
    sheet = charts.Sheet(width)
    sheet.cells(words()["by_hour"], heads, dict(zip(activity.weekdays(), rows, strict=True)), height)
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


def page(report: ActivityReport) -> bytes:
    """The report as one A4 page in PDF: the figures, the two charts, and the busiest agents, lists and campaigns.

    Its text can be selected; letters that the font lacks are drawn as boxes.
    """
    title, span = activity.heading(report), activity.spans(report)
    return as_pdf(Document(title, span, "", "", tuple(_blocks(report))), None)


def _blocks(report: ActivityReport) -> Iterator[Block]:
    both, known = zip(columns(report.whole), columns(report.whole_before), strict=True), words()
    yield Figures(
        tuple(Figure(f"{now.heading}\n{known['was'].format(figure=then.written)}", now.written) for now, then in both)
    )
    yield Paragraph(f"{known['meaning']} {known['few']}", "faint")
    yield days(report, _WIDTH, 200)
    yield hours(report, _WIDTH, 42)
    for title, lines in (
        (known["by_agent"], report.agents),
        (known["by_list"], report.lists),
        (known["by_campaign"], report.campaigns),
    ):
        if lines:
            yield _table(title, lines)


def _table(title: str, lines: Sequence[Line]) -> Table:
    heads = (title, *(columns(lines[0].tally)[place].heading for place in _OF_A_LINE))
    rows = []
    for line in lines[:_MOST_LINES]:
        name, figures = line.name or words()["off_list"], columns(line.tally)
        short = name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"
        rows.append(Row((short, *(figures[place].written for place in _OF_A_LINE))))
    if len(lines) > _MOST_LINES:
        rows.append(Row((words()["and_more"].format(count=len(lines) - _MOST_LINES), *[""] * len(_OF_A_LINE))))
    return Table(heads, (28, *[12] * len(_OF_A_LINE)), tuple(rows), is_of_figures=True)


def workbook(report: ActivityReport) -> bytes:
    """The report as an XLSX workbook: one sheet for each way to look at the calls.

    Names are written as text: none becomes a formula or a link.
    """
    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        _Sheets(book).write(report)
    return content.getvalue()


class _Sheets:
    def __init__(self, book: xlsxwriter.Workbook) -> None:
        self._book, self._words = book, words()
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._figures = {kind: book.add_format({"num_format": shape}) for kind, shape in _FORMATS.items()}
        self._moment = book.add_format({"num_format": f"{_DAY} hh:mm", "align": "left"})
        self._day = book.add_format({"num_format": _DAY, "align": "left"})

    def write(self, report: ActivityReport) -> None:
        known = self._words
        self._summary(report)
        days = ((on, *columns(tally)) for on, tally in report.days)
        self._tallies(known["by_day"][:31], (known["day"],), days, 12)
        hours = (
            (activity.weekdays()[weekday], hour, *columns(tally))
            for weekday, of_day in enumerate(report.hours)
            for hour, tally in enumerate(of_day)
            if tally.attempts
        )
        self._tallies(known["week"], (known["day"], known["hour"]), hours, 12)
        for title, what, lines in (
            ("by_agent", "agent", report.agents),
            ("by_list", "listed", report.lists),
            ("by_campaign", "campaign", report.campaigns),
        ):
            named = ((line.name or known["off_list"], *columns(line.tally)) for line in lines)
            self._tallies(known[title], (known[what],), named, _NAME_WIDTH)
        if report.own_outcomes:
            own = [
                (one.name, outcome_name(one.counts_as), *(Column("", n, "count") for n in (one.calls, one.before)))
                for one in report.own_outcomes
            ]
            heads = [known[one] for one in ("own_outcome", "counts_as", "title", "calls_before")]
            self._sheet(known["by_own"], heads, own, _NAME_WIDTH)
        if report.answers:
            answers = (
                (call.at, call.agent, call.campaign or known["off_list"], call.own_outcome, one.question, one.value)
                for call in report.answers
                for one in call.answers
            )
            heads = [known[one] for one in ("when", "agent", "campaign", "own_outcome", "question", "answer")]
            self._sheet(known["answers"], heads, answers, _FIGURE_WIDTH)

    def _summary(self, report: ActivityReport) -> None:
        known, sheet = self._words, self._book.add_worksheet(self._words["summary"])
        sheet.set_column(0, 0, _NAME_WIDTH)
        sheet.set_column(1, 2, 24)
        for row, said in enumerate(
            (activity.scope(report.wanted), f"{activity.days(report.span)} ({report.span.zone})")
        ):
            sheet.write_string(row, 0, said)
        for place, head in enumerate((known["figure"], activity.days(report.span), activity.days(report.before))):
            sheet.write_string(3, place, head, self._head)
        both = zip(columns(report.whole), columns(report.whole_before), strict=True)
        self._rows(sheet, ((now.heading, now, then) for now, then in both), 4)
        sheet.write_string(16, 0, known["meaning"])

    def _tallies(self, title: str, what: Sequence[str], rows: Iterable[Sequence[Any]], width: int) -> None:
        self._sheet(title, (*what, *(one.heading for one in columns(Tally()))), rows, width)

    def _sheet(self, title: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], width: int) -> None:
        """A sheet below its headings. `width`: of the first column, in characters."""
        sheet = self._book.add_worksheet(title)
        for place, head in enumerate(heads):
            sheet.write_string(0, place, head, self._head)
        sheet.set_column(0, 0, width)
        sheet.set_column(1, len(heads) - 1, _FIGURE_WIDTH)
        sheet.freeze_panes(1, 1)
        self._rows(sheet, rows, 1)

    def _rows(self, sheet: Worksheet, rows: Iterable[Sequence[Any]], first: int) -> None:
        for row, cells in enumerate(rows, first):
            for place, cell in enumerate(cells):
                self._cell(sheet, row, place, cell)

    def _cell(self, sheet: Worksheet, row: int, place: int, cell: Cell) -> None:
        match cell:
            case Column(value=None):
                sheet.write_blank(row, place, None, self._figures[cell.kind])
            case Column():
                sheet.write_number(row, place, cell.value, self._figures[cell.kind])
            case bool():
                sheet.write_string(row, place, self._words["yes"] if cell else self._words["no"])
            case str():
                sheet.write_string(row, place, cell)
            case date():
                sheet.write_datetime(row, place, cell, self._moment if isinstance(cell, datetime) else self._day)
            case _:
                sheet.write_number(row, place, cell)
