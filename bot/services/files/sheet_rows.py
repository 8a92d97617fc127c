"""Reads the rows of one sheet as text, as an importer wants them, a part of the sheet at a time.

Numbers come in full, dates as 2026-03-02 or 2026-03-02 14:30:00, truths as TRUE and FALSE, errors as they are shown
(#N/A), and a formula as the value last calculated (#NO VALUE if there is none): nothing that is wrong becomes blank.
"""

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bot.services.errors import FileRefused
from bot.services.files import refusals
from bot.services.files.nameless import NamelessFile
from bot.services.files.workbook import LONGEST_TEXT, Attributes, Sheet, Workbook, parsed, xml_parser
from bot.services.quoting import quoted

NO_VALUE = "#NO VALUE"
MOST_COLUMNS = 1_000
_MOST_MERGED = 100_000
_BEFORE_1900, _BEFORE_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)  # noqa: DTZ001 - days of a calendar
_FALSE_DAY = 60  # 29 February 1900, which there was not: days before it count from a day later
_LAST_DAY = 2_958_466  # the first serial after 9999
_TEXT: Any = {"encoding": "utf-8", "errors": "surrogatepass", "newline": ""}  # of the spool
_WHOLE = 1e15  # a number of more digits has lost some


class Merged(NamedTuple):
    """Cells of one column that show the value of the first. Rows from 1, columns from 0."""

    top: int
    bottom: int
    column: int


class SheetRow(NamedTuple):
    line: int  # as the sheet counts
    cells: list[str]
    is_hidden: bool


def read_sheet(book: Workbook, sheet: Sheet, merged: list[Merged] | None = None) -> Generator[SheetRow]:
    """The rows that are not blank. `merged` gets the merged cells, which stand at the end of the sheet."""
    reader = _Reader(book, merged)
    for _ in parsed(book.parts, sheet.part, xml_parser(reader.start, reader.end, reader.text)):
        if reader.rows:
            rows, reader.rows = reader.rows, []
            yield from rows


class _Reader:
    def __init__(self, book: Workbook, merged: list[Merged] | None) -> None:
        self.rows: list[SheetRow] = []
        self._book, self._merged = book, merged
        self._cells: dict[int, str] = {}
        self._line = 0
        self._is_hidden = False
        self._column, self._phonetic = -1, 0
        self._kind = self._style = ""
        self._has_formula = self._is_on = False
        self._parts: list[str] = []
        self._columns: dict[str, int] = {}
        # elements, by name with the namespace of this sheet
        self._starts: dict[str, Callable[[Attributes], None]] = {}
        self._ends: dict[str, Callable[[], None]] = {}

    def start(self, tag: str, attributes: Attributes) -> None:
        if not self._starts:
            self._learn(tag.rpartition("}")[0])
        if (act := self._starts.get(tag)) is not None:
            act(attributes)

    def end(self, tag: str) -> None:
        if (act := self._ends.get(tag)) is not None:
            act()

    def text(self, found: str) -> None:
        if self._is_on:
            self._parts.append(found)

    def _learn(self, namespace: str) -> None:
        before = f"{namespace}}}" if namespace else ""
        self._starts = {
            f"{before}c": self._start_cell,
            f"{before}v": self._start_text,
            f"{before}t": self._start_text,
            f"{before}row": self._start_row,
            f"{before}f": self._start_formula,
            f"{before}rPh": self._start_phonetic,
            f"{before}mergeCell": self._merge,
        }
        self._ends = {
            f"{before}v": self._end_text,
            f"{before}t": self._end_text,
            f"{before}c": self._end_cell,
            f"{before}row": self._end_row,
            f"{before}rPh": self._end_phonetic,
        }

    def _start_row(self, attributes: Attributes) -> None:
        told = attributes.get("r", "")
        self._line = int(told) if told else self._line + 1
        self._is_hidden = attributes.get("hidden", "0") in ("1", "true")
        self._column = -1

    def _start_cell(self, attributes: Attributes) -> None:
        told = attributes.get("r")
        self._column = self._column + 1 if told is None else self._column_of(told)
        self._kind, self._style = attributes.get("t", "n"), attributes.get("s", "")
        self._has_formula = False
        self._parts.clear()

    def _start_text(self, _: Attributes) -> None:
        self._is_on = not self._phonetic

    def _end_text(self) -> None:
        self._is_on = False

    def _start_formula(self, _: Attributes) -> None:
        self._has_formula = True

    def _start_phonetic(self, _: Attributes) -> None:
        self._phonetic += 1

    def _end_phonetic(self) -> None:
        self._phonetic -= 1

    def _end_cell(self) -> None:
        parts = self._parts
        if parts:
            written = parts[0] if len(parts) == 1 else "".join(parts)
            kind = self._kind
            if kind == "s":
                written = self._book.texts[int(written)]
            elif kind == "n":
                written = self._number(written)
            elif kind == "b":
                written = "TRUE" if written.strip().lower() in ("1", "true") else "FALSE"
            if len(written) > LONGEST_TEXT:
                said = refusals.LONG_SHEET_CELL.says(file=self._book.name, most=LONGEST_TEXT, line=self._line)
                raise FileRefused(said)
            if written:
                self._cells[self._column] = written
        elif (self._has_formula and self._kind != "str") or self._kind == "e":
            self._cells[self._column] = NO_VALUE

    def _end_row(self) -> None:
        if self._cells:
            cells = [self._cells.get(at, "") for at in range(max(self._cells) + 1)]
            self._cells.clear()
            if any(cell.strip() for cell in cells):
                self.rows.append(SheetRow(self._line, cells, self._is_hidden))

    def _number(self, written: str) -> str:
        style = self._style
        if style and style != "0" and int(style) < len(self._book.dates) and self._book.dates[int(style)]:
            return as_day(written, is_1904=self._book.is_1904)
        return written if written.isdigit() else as_number(written)

    def _column_of(self, cell: str) -> int:
        letters = cell.rstrip("0123456789")
        found = self._columns.get(letters)
        if found is None:
            found = column_at(letters)
            if found < 0:
                raise ValueError(cell)  # a cell without a place must not take another's
            self._columns[letters] = found
            if found >= MOST_COLUMNS:
                raise FileRefused(refusals.FAR_CELL.says(file=self._book.name, cell=cell, most=MOST_COLUMNS))
        return found

    def _merge(self, attributes: Attributes) -> None:
        first, _, last = attributes.get("ref", "").partition(":")
        if self._merged is None or not last:
            return
        if len(self._merged) >= _MOST_MERGED:
            raise FileRefused(refusals.MANY_MERGED.says(file=self._book.name, most=_MOST_MERGED))
        top, bottom = (int(one.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ$")) for one in (first, last))
        if bottom > top:
            self._merged.append(Merged(top, bottom, column_at(first.rstrip("0123456789"))))


def column_at(letters: str) -> int:
    """The position of a column: A is 0."""
    at = 0
    for letter in letters.replace("$", ""):
        at = at * 26 + ord(letter) - 64
    return at - 1


def as_number(written: str) -> str:
    """A number as it was written: whole ones in full, without exponent or decimals."""
    with suppress(ValueError):
        value = float(written)
        if value.is_integer() and abs(value) < _WHOLE:
            return str(int(value))
    return written


def as_day(written: str, *, is_1904: bool) -> str:
    """A serial day as a date, with a time if it has one; below 1, a time alone. Other numbers stay as they are."""
    try:
        serial = float(written)
    except ValueError:
        return written
    if not 0 <= serial < _LAST_DAY:
        return as_number(written)
    first = _BEFORE_1904 if is_1904 else _BEFORE_1900
    if not is_1904 and 1 <= serial < _FALSE_DAY:
        serial += 1
    at = first + timedelta(seconds=round(serial * 86_400))
    if serial < 1 and not is_1904:
        return at.strftime("%H:%M:%S")
    return at.strftime("%Y-%m-%d") if serial == int(serial) else at.strftime("%Y-%m-%d %H:%M:%S")


def choose_sheets(book: Workbook, wanted: str) -> list[Sheet]:
    """The sheet of that name, or every visible one. Raises FileRefused. What a program hides is never read."""
    if not wanted:
        visible = [one for one in book.sheets if one.state == "visible"]
        if visible:
            return visible
        raise FileRefused(refusals.NO_VISIBLE_SHEET.says(file=book.name))
    shown = [one for one in book.sheets if one.state != "veryHidden"]
    found = next((one for one in shown if one.name.casefold() == wanted.strip().casefold()), None)
    if found is None:
        names = ", ".join(f'"{one.name}"' for one in shown)
        raise FileRefused(refusals.NO_SUCH_SHEET.says(file=book.name, sheet=quoted(wanted), there=names))
    return [found]


class Spool:
    """The rows of a sheet, copied to a file without a name: read as often as asked, at the speed of CSV.

    Cells that are merged downwards all get the value of the first.
    """

    def __init__(self, name: str, file: NamelessFile, hidden: set[int], merged: list[Merged]) -> None:
        """`file`: the rows as CSV, each after its line. `hidden`: lines that a filter or a person has hidden."""
        self.name, self._file, self.hidden = name, file, hidden
        self._merged: dict[int, list[Merged]] = defaultdict(list)
        for one in merged:
            self._merged[one.top].append(one)

    def rows(self) -> Generator[tuple[int, list[str]]]:
        with io.TextIOWrapper(self._file.reading(), **_TEXT) as text:
            read = ((int(line), cells) for line, *cells in csv.reader(text))
            yield from self._filled(read) if self._merged else read

    def _filled(self, rows: Iterator[tuple[int, list[str]]]) -> Iterator[tuple[int, list[str]]]:
        shown: dict[int, tuple[int, str]] = {}  # by column: the last row that shows the value
        tops = sorted(self._merged)
        at = 0
        for line, cells in rows:
            while at < len(tops) and tops[at] <= line:
                for one in self._merged[tops[at]]:
                    value = cells[one.column] if tops[at] == line and one.column < len(cells) else ""
                    shown[one.column] = (one.bottom, value)
                at += 1
            for column, (bottom, value) in shown.items():
                if line <= bottom and value:
                    cells.extend([""] * (column + 1 - len(cells)))
                    cells[column] = cells[column] or value
            yield line, cells
