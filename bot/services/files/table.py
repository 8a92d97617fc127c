"""Reads CSV files as people write them: any usual encoding, any usual delimiter, quoted line breaks.

A file is read twice, a row at a time: once to the end, so that an unreadable file is refused as a whole and its rows
are counted, and once for its rows.
"""

import csv
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TextIO

from bot.services.errors import FileRefused
from bot.services.files.columns import Columns, read_heading
from bot.services.files.spreadsheet_cells import as_written
from bot.services.files.text import TextFile, open_text

REJECT_COLUMNS = ("Line", "Why it was not imported")  # added by a file of rejects after the list's own columns
DELIMITERS = (",", ";", "\t", "|")
MOST_LINES_IN_A_CELL = 12  # an address has a handful; more means a quotation mark was never closed
MOST_IN_A_ROW = 1 << 20  # characters, on however many lines


class Record(NamedTuple):
    """One row, and the line of the file on which it begins (1 is the first)."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """A readable file: its first row that is not blank, which may be a heading, and how many follow."""

    text: TextFile
    delimiter: str
    first: Record
    columns: Columns
    rows: int  # after the first

    @property
    def name(self) -> str:
        return self.text.name

    def records(self) -> Iterator[Record]:
        """Every row that is not blank, including the first."""
        read = _records(self.text, self.delimiter)
        return map(_as_written, read) if self.first.cells[-2:] == REJECT_COLUMNS else read

    def below(self) -> Iterator[Record]:
        """Every row after the first."""
        return islice(self.records(), 1, None)


def open_csv(path: Path) -> Table:
    """Open a list. Raises FileRefused: missing, empty, binary, no telephone or name column, an open quotation mark."""
    text = open_text(path)
    first = text.start().lstrip("\r\n \t").split("\n", 1)[0].strip().casefold()
    told = first[4:5] if first.startswith("sep=") and len(first) == 5 else ""  # Excel's own note of its delimiter
    found = _best_reading(text, (told,) if told in DELIMITERS else DELIMITERS)
    if fault := found.columns.fault():
        raise FileRefused(f"{path.name}: {fault}")
    return _counted(found)


def open_table(path: Path) -> Table:
    """Open a file with or without a heading. Raises FileRefused as `open_csv` does, but not for its columns."""
    return _counted(_best_reading(open_text(path), DELIMITERS), may_be_one_row=True)


def _best_reading(text: TextFile, delimiters: tuple[str, ...]) -> Table:
    """The reading with the delimiter under which the most columns are recognised."""
    readings = []
    for delimiter in delimiters:
        with closing(_records(text, delimiter)) as records:
            first = next(records, None)
        if first is None:
            raise FileRefused(f"{text.name} is empty: export the list again.")
        readings.append(Table(text, delimiter, first, read_heading(first.cells), 0))
    return max(readings, key=lambda reading: (reading.columns.known, len(reading.first.cells)))


def _counted(found: Table, *, may_be_one_row: bool = False) -> Table:
    rows = sum(1 for _ in _rows(found.text, found.delimiter)) - 1
    if rows == 0 and not may_be_one_row:
        raise FileRefused(f"{found.name} has a heading and no rows: export the list again.")
    return Table(found.text, found.delimiter, found.first, found.columns, rows)


def _records(text: TextFile, delimiter: str) -> Generator[Record]:
    return (Record(line, tuple(cells)) for line, cells in _rows(text, delimiter))


def _as_written(record: Record) -> Record:
    """A row of a file of rejects, as it was in the list."""
    return Record(record.line, tuple(map(as_written, record.cells)))


def _rows(text: TextFile, delimiter: str) -> Generator[tuple[int, list[str]]]:
    """Every row that is not blank, with its line. Raises FileRefused at a row too long for any list."""
    with text.reading() as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=delimiter)
        line = 1
        try:
            for cells in reader:
                if cells and (cells[0].strip() or any(cell.strip() for cell in cells)):
                    is_note = line == 1 and len(cells) <= 2 and cells[0].casefold().startswith("sep=")
                    if not is_note:
                        yield line, cells
                line = reader.line_num + 1
                lines.of_row = 0
        except csv.Error as error:
            what = f"has a cell of more than {csv.field_size_limit():,} characters"
            raise _refused(text, line, what) from error
        except _RowTooLong as error:
            raise _refused(text, line, f"has more than {MOST_IN_A_ROW:,} characters") from error


def _refused(text: TextFile, line: int, what: str) -> FileRefused:
    return FileRefused(
        f"{text.name}: the row that begins on line {line} {what}. Perhaps a quotation mark is never closed: correct the row."
    )


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
