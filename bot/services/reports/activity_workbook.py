"""The report as an XLSX workbook: one sheet for each way to look at the calls."""

from collections.abc import Iterable, Sequence
from io import BytesIO

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from bot.services.answers.activity import (
    ActivityReport,
    ActivityWords,
    AnswersTold,
    Column,
    Line,
    OwnCount,
    Tally,
    columns,
)
from bot.services.answers.own_outcomes import Value

_FORMATS = {"count": "#,##0", "share": "0.0%", "rate": "0.0"}
_NAME_WIDTH, _FIGURE_WIDTH = 34, 15


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
        self._summary(report)
        self._days(report)
        self._hours(report)
        words = self._words
        self._lines(words["by_agent"], words["agent"], report.agents)
        self._lines(words["by_list"], words["listed"], report.lists)
        self._lines(words["by_campaign"], words["campaign"], report.campaigns)
        if report.own_outcomes:
            self._own_outcomes(report.own_outcomes)
        if report.answers:
            self._answers(report.answers)

    def _summary(self, report: ActivityReport) -> None:
        words, sheet = self._words, self._book.add_worksheet(self._words["summary"])
        sheet.set_column(0, 0, _NAME_WIDTH)
        sheet.set_column(1, 2, 24)
        for row, said in enumerate((words.scope(report.wanted), f"{words.span(report.span)} ({report.span.zone})")):
            sheet.write_string(row, 0, said)
        heads = (words["figure"], words.span(report.span), words.span(report.before))
        for place, head in enumerate(heads):
            sheet.write_string(3, place, head, self._head)
        both = zip(columns(words, report.whole), columns(words, report.whole_before), strict=True)
        for row, (now, then) in enumerate(both, 4):
            sheet.write_string(row, 0, now.heading)
            self._figure(sheet, row, 1, now)
            self._figure(sheet, row, 2, then)
        sheet.write_string(16, 0, words["meaning"])

    def _days(self, report: ActivityReport) -> None:
        sheet = self._table(self._words["by_day"][:31], self._words["day"], 12)
        for row, (on, tally) in enumerate(report.days, 1):
            sheet.write_datetime(row, 0, on, self._day)
            self._tally(sheet, row, tally)

    def _hours(self, report: ActivityReport) -> None:
        words = self._words
        sheet = self._table(words["week"], words["day"], 12, (words["hour"],))
        row = 0
        for weekday, hours in enumerate(report.hours):
            for hour, tally in enumerate(hours):
                if tally.attempts:
                    row += 1
                    sheet.write_string(row, 0, words.weekdays[weekday])
                    sheet.write_number(row, 1, hour)
                    self._tally(sheet, row, tally, 2)

    def _lines(self, title: str, what: str, found: Iterable[Line]) -> None:
        sheet = self._table(title, what, _NAME_WIDTH)
        for row, line in enumerate(found, 1):
            sheet.write_string(row, 0, line.name or self._words["off_list"])
            self._tally(sheet, row, line.tally)

    def _own_outcomes(self, found: Iterable[OwnCount]) -> None:
        words = self._words
        heads = (words["own_outcome"], words["counts_as"], words["title"], words["calls_before"])
        sheet = self._sheet(words["by_own"], heads, _NAME_WIDTH)
        for row, one in enumerate(found, 1):
            sheet.write_string(row, 0, one.name)
            sheet.write_string(row, 1, words.outcome(one.counts_as))
            sheet.write_number(row, 2, one.calls, self._figures["count"])
            sheet.write_number(row, 3, one.before, self._figures["count"])

    def _answers(self, found: Iterable[AnswersTold]) -> None:
        """A row for each answer."""
        words = self._words
        heads = (
            words["when"],
            words["agent"],
            words["campaign"],
            words["own_outcome"],
            words["question"],
            words["answer"],
        )
        sheet = self._sheet(words["answers"], heads, _FIGURE_WIDTH)
        row = 0
        for call in found:
            for one in call.answers:
                row += 1
                sheet.write_datetime(row, 0, call.at, self._moment)
                texts = (call.agent, call.campaign or words["off_list"], call.own_outcome, one.question)
                for place, text in enumerate(texts, 1):
                    sheet.write_string(row, place, text)
                self._answer(sheet, row, len(texts) + 1, one.value)

    def _answer(self, sheet: Worksheet, row: int, place: int, value: Value) -> None:
        if isinstance(value, bool):
            sheet.write_string(row, place, self._words["yes"] if value else self._words["no"])
        elif isinstance(value, str):
            sheet.write_string(row, place, value)
        else:
            sheet.write_number(row, place, value)

    def _table(self, title: str, what: str, width: int, more: Sequence[str] = ()) -> Worksheet:
        heads = (what, *more, *(one.heading for one in columns(self._words, Tally())))
        return self._sheet(title, heads, width)

    def _sheet(self, title: str, heads: Sequence[str], width: int) -> Worksheet:
        """A sheet with its headings. `width`: of the first column, in characters."""
        sheet = self._book.add_worksheet(title)
        for place, head in enumerate(heads):
            sheet.write_string(0, place, head, self._head)
        sheet.set_column(0, 0, width)
        sheet.set_column(1, len(heads) - 1, _FIGURE_WIDTH)
        sheet.freeze_panes(1, 1)
        return sheet

    def _tally(self, sheet: Worksheet, row: int, tally: Tally, begin: int = 1) -> None:
        for place, column in enumerate(columns(self._words, tally), begin):
            self._figure(sheet, row, place, column)

    def _figure(self, sheet: Worksheet, row: int, place: int, column: Column) -> None:
        shape: Format = self._figures[column.kind]
        if column.value is None:
            sheet.write_blank(row, place, None, shape)
        else:
            sheet.write_number(row, place, column.value, shape)
