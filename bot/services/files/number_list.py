"""Reads files of telephone numbers: any list that can be imported, with or without names, or one number a line."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from bot.services.answers.lists import RowFault
from bot.services.errors import FileRefused
from bot.services.files.columns import Columns
from bot.services.files.table import Record, Table, open_table
from bot.services.files.values import read_day
from bot.services.numbers import ListNumber, Unreadable, read_cell
from bot.services.quoting import quoted

_DATES = (
    "listedon listingdate listeddate tpslistedon ctpslistedon dateregistered registeredon registrationdate registereddate "
    "dateadded addedon date"
)
_DAY_OF_ENTRY = frozenset(_DATES.split())


class NumberRow(NamedTuple):
    """The numbers of one row in E.164, and the day of their entry if the file gives one."""

    line: int
    numbers: tuple[str, ...]
    listed_on: date | None


@dataclass(frozen=True, slots=True)
class NumberFile:
    """A file of numbers. `heading`: empty if it has none."""

    heading: tuple[str, ...]
    table: Table
    columns: Columns | None
    country: str

    @property
    def rows(self) -> int:
        return self.table.rows if self.heading else self.table.rows + 1

    def read(self) -> Iterator[NumberRow | RowFault]:
        """Every row: its numbers, in use or not, or why it has none."""
        return map(self._row, self.table.below() if self.heading else self.table.records())

    def _row(self, record: Record) -> NumberRow | RowFault:
        numbers: list[str] = []
        reasons: list[str] = []
        at, cells = self._cells(record)
        is_told = self.columns is not None or len(record.cells) == 1  # beside other cells it may be anything
        for found in cells:
            if isinstance(found, ListNumber):
                numbers.append(found.number)
            elif found.well_formed and is_told:
                numbers.append(found.well_formed)
            else:
                reasons.append(found.reason)
        if reasons or not numbers:
            return RowFault(record.line, "; ".join(reasons) or "the row has no telephone number", record.cells)
        return NumberRow(record.line, tuple(numbers), self._listed_on(record, at) if len(record.cells) > 1 else None)

    def _cells(self, record: Record) -> tuple[int, list[ListNumber | Unreadable]]:
        """What the number columns hold; without a heading, the first cell that holds a number, and its position."""
        cells = record.cells
        if self.columns is not None:
            read = [read_cell(cells[one.at], self.country) for one in self.columns.numbers if one.at < len(cells)]
            return -1, [found for some in read for found in some]
        first = read_cell(cells[0], self.country)
        for at, cell in enumerate(cells):
            read_here = read_cell(cell, self.country) if at else first
            if any(isinstance(found, ListNumber) for found in read_here):
                return at, list(read_here)
        return 0, list(first)

    def _listed_on(self, record: Record, number_at: int) -> date | None:
        """The day of the entry. If it cannot be read, the number counts as listed for a long time."""
        others = (cell for at, cell in enumerate(record.cells) if at != number_at)
        for cell in others if self.columns is None else self._dated(record, self.columns):
            try:
                if on := read_day(cell.strip(), self.country):
                    return on
            except ValueError:
                continue
        return None

    def _dated(self, record: Record, columns: Columns) -> Iterator[str]:
        for cell, heading in zip(record.cells, columns.heading, strict=False):
            if "".join(char for char in heading.casefold() if char.isalnum()) in _DAY_OF_ENTRY:
                yield cell


def open_numbers(path: Path, country: str) -> NumberFile:
    """Open a file of numbers; those without a country code are read as `country`'s (ISO 3166). Raises FileRefused."""
    table = open_table(path)
    name, first = table.name, table.first
    if table.columns.numbers:
        if table.rows == 0:
            raise FileRefused(f"{name} has a heading and no rows: export the list again.")
        return NumberFile(first.cells, table, table.columns, country)
    if any(_is_number(cell, country, is_alone=len(first.cells) == 1) for cell in first.cells):
        return NumberFile((), table, None, country)
    seen = ", ".join(f'"{quoted(cell)}"' for cell in first.cells[:12])
    raise FileRefused(
        f"{name}: the first line is {seen}: begin with a number, or name the column of numbers Phone, Mobile or Landline."
    )


def _is_number(cell: str, country: str, *, is_alone: bool) -> bool:
    return any(isinstance(found, ListNumber) or (is_alone and found.well_formed) for found in read_cell(cell, country))
