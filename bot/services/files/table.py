"""Reads lists as people make them: CSV in any usual encoding and with any usual delimiter, or a workbook's sheet.

A file is read twice, a row at a time: once to the end, so that an unreadable file is refused as a whole, its rows are
counted and its questions known; and once for its rows.
"""

import csv
import hashlib
from collections.abc import Collection, Generator, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple, Protocol, TextIO

from bot.languages import in_every_language
from bot.services.answers.lists import ListQuestion, Meaning
from bot.services.errors import FileRefused
from bot.services.files import refusals, sheet_process
from bot.services.files.bars import Doubts
from bot.services.files.columns import Columns, read_heading
from bot.services.files.dates import ColumnOrders, DayOrder
from bot.services.files.headings import key_of
from bot.services.files.sheet_rows import MOST_COLUMNS
from bot.services.files.spoken.answers import NO_ANSWERS, Answers
from bot.services.files.spreadsheet_cells import as_written
from bot.services.files.text import TextFile, open_text
from bot.services.files.workbook import is_workbook
from bot.services.quoting import quoted

DELIMITERS = (",", ";", "\t", "|")
MOST_LINES_IN_A_CELL = 12  # an address has a handful; more means a quotation mark was never closed
MOST_IN_A_ROW = 1 << 20  # characters, on however many lines
MOST_BLANK = 1 << 21  # rows: two whole sheets of them
_BLANK_ROW = 128  # characters; a longer one counts as several
_MOST_ABOVE = 25  # rows of titles that may stand above the heading


class Record(NamedTuple):
    """One row, and the line of the file on which it begins (1 is the first)."""

    line: int
    cells: tuple[str, ...]


class RowSource(Protocol):
    """Where rows come from: a text with a delimiter, or a sheet. Read as often as asked."""

    @property
    def name(self) -> str: ...

    def rows(self) -> Generator[tuple[int, list[str]]]:
        """Every row that is not blank, with its line."""
        ...


class SavedMapping(NamedTuple):
    """What a person once said of the columns of a file, under a name."""

    name: str
    chosen: Mapping[str, Meaning]  # by heading


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a person wants a file read. `saved`: earlier choices, by `heading_key`; what is chosen now comes first."""

    chosen: Mapping[str, Meaning] = field(default_factory=dict)
    saved: Mapping[str, SavedMapping] = field(default_factory=dict)
    sheet: str = ""
    answers: Answers = NO_ANSWERS  # what was said of words that may say no
    order: DayOrder | None = None  # of day and month, where no cell of a column decides


AS_IT_IS = Wishes()


@dataclass(frozen=True, slots=True)
class Table:
    """A readable file: its heading, or its first row that is not blank, and how many rows follow.

    `above`: rows that are not blank before it. `questions`: what must be answered before an import.
    """

    source: RowSource
    first: Record
    columns: Columns
    rows: int  # after the first
    above: int = 0
    mapping: str = ""  # the saved mapping that was used
    questions: tuple[ListQuestion, ...] = ()
    sheet: str = ""  # of a workbook
    sheets: tuple[str, ...] = ()  # that can be chosen
    hidden: Collection[int] = frozenset()  # lines of rows that the workbook hides
    is_rejects: bool = False  # rows that an earlier import could not use, with two columns of its own

    @property
    def name(self) -> str:
        return self.source.name

    def records(self) -> Iterator[Record]:
        """Every row that is not blank, from the first on."""
        read = islice(_records(self.source), self.above, None)
        return (_as_written(one, len(self.first.cells)) for one in read) if self.is_rejects else read

    def below(self) -> Iterator[Record]:
        """Every row after the first."""
        return islice(self.records(), 1, None)


def open_list(path: Path, wishes: Wishes = AS_IT_IS) -> Table:
    """Open a list: CSV or a workbook.

    Raises FileRefused: missing, empty, binary, protected, no telephone or name column, an open quotation mark.
    """
    found = _best_heading(path, wishes)
    if fault := found.columns.fault():
        raise FileRefused(refusals.UNDER.says(heading=path.name, fault=fault))
    _check_choices(found, wishes)
    return _counted(found, wishes.order)


def open_table(path: Path) -> Table:
    """Open a file with or without a heading. Raises FileRefused as `open_list` does, but not for its columns."""
    return _counted(_best_heading(path, AS_IT_IS, most_above=0), may_be_one_row=True)


def heading_key(cells: tuple[str, ...]) -> str:
    """What files with the same headings, in any order, have in common."""
    keys = sorted({key_of(cell) for cell in cells} - {""})
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


def _best_heading(path: Path, wishes: Wishes, most_above: int = _MOST_ABOVE) -> Table:
    """The way of reading with which the most columns are recognised; its heading may stand below titles."""
    if is_workbook(path):
        return _best_sheet(path, wishes, most_above)
    if wishes.sheet:
        raise FileRefused(refusals.SHEET_OF_TEXT.says(file=path.name, sheet=quoted(wishes.sheet)))
    return _best_reading(path.name, _texts(path), wishes, most_above)


def _texts(path: Path) -> list[RowSource]:
    """The ways to read a text: with each delimiter."""
    text = open_text(path)
    first = text.start().lstrip("\r\n \t").split("\n", 1)[0].strip().casefold()
    told = first[4:5] if first.startswith("sep=") and len(first) == 5 else ""  # Excel's own note of its delimiter
    return [DelimitedText(text, one) for one in ((told,) if told in DELIMITERS else DELIMITERS)]


def _best_sheet(path: Path, wishes: Wishes, most_above: int) -> Table:
    """The sheet that is asked for, or the first visible one whose columns are recognised best."""

    def spooled(book: sheet_process.OpenBook) -> Table:
        found = _best_reading(path.name, book.beginnings, wishes, most_above)
        at = next(one.sheet for one in book.beginnings if one.sheet_name == getattr(found.source, "sheet_name", ""))
        spool = book.spool(at)
        return replace(found, source=spool, sheet=at.name, sheets=book.visible, hidden=spool.hidden)

    return sheet_process.read(path, wishes.sheet, spooled)


def _best_reading(name: str, sources: Sequence[RowSource], wishes: Wishes, most_above: int) -> Table:
    readings = [found for source in sources if (found := _with_heading(source, wishes, most_above)) is not None]
    if not readings:
        raise FileRefused(refusals.EMPTY.says(file=name))
    best = max(readings, key=lambda one: (not one.columns.fault(), one.columns.known, len(one.first.cells)))
    return _check_width(best)


def _with_heading(source: RowSource, wishes: Wishes, most_above: int) -> Table | None:
    """The first row that will do as a heading; if none will, the first row; None if there is none."""
    first = None
    with closing(source.rows()) as rows:
        for above in range(most_above + 1):
            try:
                line, cells = next(rows)
            except StopIteration:
                break
            except FileRefused:
                if first is None:
                    raise
                break  # under another delimiter the row may be whole
            found = _reading(source, above, Record(line, tuple(cells)), wishes)
            if not found.columns.fault():
                return found
            first = first or found
    return first


def _check_width(found: Table) -> Table:
    if len(found.first.cells) > MOST_COLUMNS:
        raise FileRefused(refusals.MANY_COLUMNS.says(file=found.name, count=len(found.first.cells), most=MOST_COLUMNS))
    return found


def _reading(source: RowSource, above: int, record: Record, wishes: Wishes) -> Table:
    if is_rejects := [*record.cells[-2:]] in in_every_language("rejects"):
        record = Record(record.line, record.cells[:-2])  # "Line" would be read as the kind of line
    saved = wishes.saved.get(heading_key(record.cells)) if wishes.saved else None
    chosen = {**(saved.chosen if saved else {}), **wishes.chosen}
    columns = read_heading(record.cells[:MOST_COLUMNS], chosen, wishes.answers)
    return Table(source, record, columns, 0, above, saved.name if saved else "", is_rejects=is_rejects)


def _check_choices(found: Table, wishes: Wishes) -> None:
    """Raises FileRefused for a choice that concerns no column, or sets aside what bars calls."""
    keys = {key_of(cell) for cell in found.first.cells}
    for heading in wishes.chosen:
        if key_of(heading) not in keys:
            there = ", ".join(f'"{name}"' for name in found.columns.heading if name)
            said = refusals.NO_SUCH_COLUMN.says(file=found.name, heading=quoted(heading), there=there)
            raise FileRefused(said)
    if doubled := found.columns.doubled:
        raise FileRefused(refusals.DOUBLED.says(file=found.name, meaning=doubled))
    if found.columns.set_aside:
        names = ", ".join(f'"{name}"' for name in found.columns.set_aside)
        raise FileRefused(refusals.SET_ASIDE.says(file=found.name, names=names))


def _counted(found: Table, told: DayOrder | None = None, *, may_be_one_row: bool = False) -> Table:
    doubts, orders, rows = Doubts(found.columns), ColumnOrders(found.columns, told), -1 - found.above
    if doubts or orders:
        for line, cells in found.source.rows():
            rows += 1
            if rows > 0:
                doubts.look(line, cells)
                orders.look(line, cells)
    else:
        rows += sum(1 for _ in found.source.rows())
    if rows == 0 and not may_be_one_row:
        raise FileRefused(refusals.NO_ROWS.says(file=found.name))
    columns = replace(found.columns, orders=orders.orders(found.name))
    return replace(found, columns=columns, rows=rows, questions=(*doubts.questions(), *orders.questions()))


def _records(source: RowSource) -> Generator[Record]:
    return (Record(line, tuple(cells)) for line, cells in source.rows())


def _as_written(record: Record, width: int) -> Record:
    """A row of a file of rejects, as it was in the list: without the line and the reason."""
    return Record(record.line, tuple(map(as_written, record.cells[:width])))


@dataclass(frozen=True, slots=True)
class DelimitedText:
    """A text whose cells a delimiter separates."""

    text: TextFile
    delimiter: str

    @property
    def name(self) -> str:
        return self.text.name

    def rows(self) -> Generator[tuple[int, list[str]]]:
        """Every row that is not blank, with its line. Raises FileRefused at a row too long for any list."""
        return _rows(self.text, self.delimiter)


def _rows(text: TextFile, delimiter: str) -> Generator[tuple[int, list[str]]]:
    """Every row that is not blank, with its line. Raises FileRefused at a row too long for any list."""
    with text.reading() as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=delimiter)
        line, blank = 1, 0
        try:
            for cells in reader:
                if cells and (cells[0].strip() or any(cell.strip() for cell in cells)):
                    is_note = line == 1 and len(cells) <= 2 and cells[0].casefold().startswith("sep=")
                    if not is_note:
                        yield line, cells
                elif (blank := blank + 1 + lines.of_row // _BLANK_ROW) > MOST_BLANK:
                    raise FileRefused(refusals.BLANKS.says(file=text.name))
                line = reader.line_num + 1
                lines.of_row = 0
        except csv.Error as error:
            what = refusals.LONG_CELL.says(most=csv.field_size_limit())
            raise _refused(text, line, what) from error
        except _RowTooLong as error:
            raise _refused(text, line, refusals.LONG_ROW.says(most=MOST_IN_A_ROW)) from error


def _refused(text: TextFile, line: int, what: str) -> FileRefused:
    return FileRefused(refusals.OPEN_QUOTATION.says(file=text.name, line=line, what=what))


class _RowTooLong(Exception):
    """The row is longer than `MOST_IN_A_ROW`."""


class _Lines:
    """The lines of a file. `of_row` counts the characters of the current row."""

    def __init__(self, text: TextIO) -> None:
        self._text = text
        self.of_row = 0

    def __iter__(self) -> Iterator[str]:
        while line := self._text.readline(MOST_IN_A_ROW + 1):
            self.of_row += len(line)
            if self.of_row > MOST_IN_A_ROW:
                raise _RowTooLong
            yield line
