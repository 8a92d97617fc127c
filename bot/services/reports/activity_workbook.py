"""The report as an XLSX workbook: one sheet for each way to look at the calls."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from io import BytesIO
from typing import Any

import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from bot.services.answers.activity import ActivityReport, ActivityWords, Column, Tally, columns
from bot.services.answers.own_outcomes import Value

_FORMATS = {"count": "#,##0", "share": "0.0%", "rate": "0.0"}
_NAME_WIDTH, _FIGURE_WIDTH = 34, 15
Cell = Value | date | Column  # text, a number, yes or no, a moment or a day, a figure


def write(report: ActivityReport, words: ActivityWords) -> bytes:
    """The workbook's bytes. Names are written as text: none becomes a formula or a link."""
    content = BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(content, options) as book:
        _Sheets(book, words).write(report)
    return content.getvalue()


class _Sheets:
    def __init__(self, book: xlsxwriter.Workbook, words: ActivityWords) -> None:
        self._book, self._words = book, words
        self._head = book.add_format({"bold": True, "text_wrap": True, "valign": "top", "bottom": 1})
        self._figures = {kind: book.add_format({"num_format": shape}) for kind, shape in _FORMATS.items()}
        self._moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm", "align": "left"})
        self._day = book.add_format({"num_format": "yyyy-mm-dd", "align": "left"})

    def write(self, report: ActivityReport) -> None:
        words = self._words
        self._summary(report)
        days = ((on, *columns(words, tally)) for on, tally in report.days)
        self._tallies(words["by_day"][:31], (words["day"],), days, 12)
        hours = (
            (words.weekdays[weekday], hour, *columns(words, tally))
            for weekday, of_day in enumerate(report.hours)
            for hour, tally in enumerate(of_day)
            if tally.attempts
        )
        self._tallies(words["week"], (words["day"], words["hour"]), hours, 12)
        for title, what, lines in (
            ("by_agent", "agent", report.agents),
            ("by_list", "listed", report.lists),
            ("by_campaign", "campaign", report.campaigns),
        ):
            named = ((line.name or words["off_list"], *columns(words, line.tally)) for line in lines)
            self._tallies(words[title], (words[what],), named, _NAME_WIDTH)
        if report.own_outcomes:
            own = [
                (one.name, words.outcome(one.counts_as), *(Column("", n, "count") for n in (one.calls, one.before)))
                for one in report.own_outcomes
            ]
            heads = [words[one] for one in ("own_outcome", "counts_as", "title", "calls_before")]
            self._sheet(words["by_own"], heads, own, _NAME_WIDTH)
        if report.answers:
            answers = (
                (call.at, call.agent, call.campaign or words["off_list"], call.own_outcome, one.question, one.value)
                for call in report.answers
                for one in call.answers
            )
            heads = [words[one] for one in ("when", "agent", "campaign", "own_outcome", "question", "answer")]
            self._sheet(words["answers"], heads, answers, _FIGURE_WIDTH)

    def _summary(self, report: ActivityReport) -> None:
        words, sheet = self._words, self._book.add_worksheet(self._words["summary"])
        sheet.set_column(0, 0, _NAME_WIDTH)
        sheet.set_column(1, 2, 24)
        for row, said in enumerate((words.scope(report.wanted), f"{words.span(report.span)} ({report.span.zone})")):
            sheet.write_string(row, 0, said)
        for place, head in enumerate((words["figure"], words.span(report.span), words.span(report.before))):
            sheet.write_string(3, place, head, self._head)
        both = zip(columns(words, report.whole), columns(words, report.whole_before), strict=True)
        self._rows(sheet, ((now.heading, now, then) for now, then in both), 4)
        sheet.write_string(16, 0, words["meaning"])

    def _tallies(self, title: str, what: Sequence[str], rows: Iterable[Sequence[Any]], width: int) -> None:
        """A sheet of tallies. `what`: the headings before their figures."""
        self._sheet(title, (*what, *(one.heading for one in columns(self._words, Tally()))), rows, width)

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
