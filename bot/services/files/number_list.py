"""Reads files of telephone numbers: any list that can be imported, with or without names, or one number a line.

And the numbers of a list's row: which are called, of what kind each is, and why the others are not.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import NamedTuple

from bot.services.answers.lists import Meaning, RowFault
from bot.services.errors import FileRefused
from bot.services.files import refusals
from bot.services.files.bars import NumbersUnderOtherHeadings, is_invalid
from bot.services.files.columns import Columns, NumberColumn, read_heading
from bot.services.files.headings import key_of
from bot.services.files.looks import may_be_day
from bot.services.files.refusals import UNDER
from bot.services.files.table import Kind, Opened, Record, Watch, check_rows, open_table
from bot.services.files.values import read_day
from bot.services.numbers.parsing import TWO_READINGS, Unreadable, read_cell
from bot.services.numbers.places import UnknownPlace, country_of_numbers
from bot.services.numbers.plans import ListNumber, read_plain
from bot.services.quoting import quoted
from policy.templates.sentence import phrase, several

_ALONE = NumberColumn(0, "")[2:]  # no column beside it says more of its numbers
_INVALID = phrase("the file says that this number is invalid")
# In a row's own label for a number, such as "* Mobile" or "Work Fax", and beside it in its cell.
_NO_CALLS = ("fax", "pager", "telecop", "telex", "tty")
_CLOSED = (
    "wrongnumber", "wrongno", "disconnected", "outofservice", "notinservice", "notinuse", "deadline", "invalid",
    "falschenummer", "ungueltig", "ungultig", "fauxnumero", "mauvaisnumero", "numeroequivocado", "numerosbagliato",
    "verkeerdnummer", "ongeldig",
)  # fmt: skip
_LABELS = {
    "mob": "mobile", "cell": "mobile", "handy": "mobile", "movil": "mobile", "portable": "mobile", "iphone": "mobile",
    "work": "work", "business": "work", "office": "work", "arbeit": "work", "beruf": "work", "geschaeft": "work",
    "travail": "work", "bureau": "work", "trabajo": "work", "lavoro": "work", "werk": "work",
    "home": "home", "privat": "home", "domicile": "home", "casa": "home", "thuis": "home",
}  # fmt: skip


def numbers_of(
    cells: tuple[str, ...], columns: Columns, country: str
) -> tuple[list[tuple[ListNumber, NumberColumn]], list[str]]:
    """The row's numbers in order, each once, with their columns, and the faults of the others."""
    closed, cells = _without_invalid(cells, columns) if Meaning.INVALID in columns.fields else ([], cells)
    if len(columns.numbers) == 1 and columns.numbers[0][2:] == _ALONE:
        (only,) = columns.numbers
        plain = read_plain(cells[only.at], country) if only.at < len(cells) else None
        if plain is not None:
            return [(plain, only)], closed
    numbers: dict[str, tuple[ListNumber, NumberColumn]] = {}
    faults: list[str] = []
    for column in _called(columns, cells):
        for found in read_numbers(cells[column.at], column, cells, country) if column.at < len(cells) else ():
            beside = key_of(found.beside) if isinstance(found, ListNumber) and found.beside else ""
            if isinstance(found, Unreadable):
                faults.append(_about(column, columns, found.reason))
            elif any(word in beside for word in _CLOSED):
                faults.append(_about(column, columns, _INVALID))
            elif not any(word in beside for word in _NO_CALLS):
                numbers.setdefault(found.number, (found, column))
    return list(numbers.values()), closed + list(dict.fromkeys(faults))


def read_numbers(
    text: str, column: NumberColumn, cells: tuple[str, ...], country: str
) -> tuple[ListNumber | Unreadable, ...]:
    """The numbers of a column's cell, of which `text` is what to read, with the codes that other columns say."""
    code, area = (cells[at].strip() if 0 <= at < len(cells) else "" for at in (column.code_at, column.area_at))
    written, code = text.strip(), code or column.code
    if not (code or area) or written.startswith(("+", "00")):
        return read_cell(text, country)
    if area.startswith(("+", "00")):
        code, area = area, ""
    try:
        country = country_of_numbers(code) if code else country
    except UnknownPlace as fault:
        return (Unreadable(str(fault)),)
    alone = read_cell(text, country)
    return alone if not (area and alone) or written.startswith("0") else _joined(area, written, alone, country)


def _joined(
    area: str, written: str, alone: tuple[ListNumber | Unreadable, ...], country: str
) -> tuple[ListNumber | Unreadable, ...]:
    """A number behind its area code, or alone if it has that already."""
    (joined, *_), figures = read_cell(f"{area} {written}", country), re.sub(r"\D", "", area)
    if not figures or not isinstance(joined, ListNumber):
        return alone if re.sub(r"\D", "", written).startswith(figures) else (joined,)
    abroad = None if area.startswith("0") else read_cell(f"+{figures} {written}", country)[0]
    if isinstance(abroad, ListNumber) and abroad.number != joined.number:
        return (Unreadable(TWO_READINGS.says(code=int(figures)), joined.number, abroad.number),)
    return (joined,)


def kind_of_number(number: ListNumber, column: NumberColumn) -> str:
    """The number's own kind wins over its heading, except that a mobile may be a work number."""
    if column.kind == "work":
        return "work"
    if number.is_mobile:
        return "mobile"
    return "" if number.is_fixed and column.kind == "mobile" else column.kind


def _without_invalid(cells: tuple[str, ...], columns: Columns) -> tuple[list[str], tuple[str, ...]]:
    """The row without its first number if its own system calls that invalid, and the reason; else the row as it is."""
    first = next((one.at for one in columns.numbers if one.at < len(cells) and cells[one.at].strip()), -1)
    if first < 0 or not is_invalid(columns, cells):
        return [], cells
    return [UNDER.says(heading=columns.heading[first], fault=_INVALID)], (*cells[:first], "", *cells[first + 1 :])


def _called(columns: Columns, cells: tuple[str, ...]) -> Iterator[NumberColumn]:
    """The columns whose numbers are called, each of the kind that the row's own label says: no fax, no pager."""
    for column in columns.numbers:
        if column.label_at < 0 or column.label_at >= len(cells):
            yield column
            continue
        label = key_of(cells[column.label_at])
        if not any(word in label for word in _NO_CALLS):
            kind = next((kind for word, kind in _LABELS.items() if word in label), column.kind)
            yield column._replace(kind=kind)


def _about(column: NumberColumn, columns: Columns, reason: str) -> str:
    return UNDER.says(heading=columns.heading[column.at], fault=reason) if len(columns.numbers) > 1 else reason


_DATES = (
    "listedon listingdate listeddate tpslistedon ctpslistedon dateregistered registeredon registrationdate "
    "registereddate dateadded addedon date"
)
_AREA_CODED = (r"[2-9]\d\d", r"\d{3}-?\d{4}")
_PARTS = len(_AREA_CODED)
_DAY_OF_ENTRY = frozenset(_DATES.split())
NUMBERLESS = phrase("the row has no telephone number")


class NumberRow(NamedTuple):
    """The numbers of one row in E.164, and the day of their entry if the file gives one.

    `cells`: the row as it stands; `places`: the column of each number.
    """

    line: int
    numbers: tuple[str, ...]
    listed_on: date | None
    cells: tuple[str, ...] = ()
    places: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class NumberColumns:
    """Where a row of numbers has them: under a heading, or anywhere.

    `has_area_codes`: each row is an area code and the seven digits after it, as North America's registers are.
    """

    columns: Columns
    has_area_codes: bool = False
    has_numbers: bool = False  # without a heading

    @property
    def is_heading(self) -> bool:
        return bool(self.columns.numbers)

    @property
    def known(self) -> int:
        return self.columns.known

    def fault(self) -> str:
        return "" if self.is_heading or self.has_area_codes or self.has_numbers else "no number"


@dataclass(frozen=True, slots=True)
class NumberFile:
    """A file of numbers; those without a country code are `country`'s (ISO 3166)."""

    table: Opened[NumberColumns]
    country: str

    @property
    def heading(self) -> tuple[str, ...]:
        """Empty if it has none."""
        return self.table.heading

    @property
    def columns(self) -> Columns | None:
        """None if it has no heading."""
        return self.table.columns.columns if self.table.columns.is_heading else None

    @property
    def rows(self) -> int:
        return self.table.rows

    @property
    def understood(self) -> frozenset[int]:
        """The columns that hold the numbers and the days of their entries."""
        numbers = () if self.columns is None else (one.at for one in self.columns.numbers)
        return frozenset([*numbers, *(at for at, cell in enumerate(self.heading) if _is_day_of_entry(cell))])

    def read(self) -> Iterator[NumberRow | RowFault]:
        """Every row: its numbers, in use or not, or why it has none."""
        return map(self._row, self.table.below())

    def _row(self, record: Record) -> NumberRow | RowFault:
        if record.line in self.table.refused:
            return RowFault(record.line, self.table.refused[record.line], record.cells)
        cells = record.cells
        # Beside other cells, a number that is not in use may be anything.
        is_told = self.table.columns.is_heading or self.table.columns.has_area_codes or len(cells) == 1
        numbers, reasons = list[tuple[int, str]](), list[str]()
        for at, found in self._cells(record):
            number = found.number if isinstance(found, ListNumber) else found.well_formed if is_told else ""
            if number:
                numbers.append((at, number))
            elif isinstance(found, Unreadable):
                reasons.append(found.reason)
        if reasons or not numbers:
            return RowFault(record.line, several(reasons) or NUMBERLESS, cells)
        places = tuple(at for at, _ in numbers)
        on = self._listed_on(record, places[0]) if len(cells) > 1 else None
        return NumberRow(record.line, tuple(number for _, number in numbers), on, cells, places)

    def _cells(self, record: Record) -> list[tuple[int, ListNumber | Unreadable]]:
        """What the number columns hold, each with its column; without a heading, every number."""
        cells = record.cells
        if self.table.columns.has_area_codes:
            if not _is_area_coded(cells):
                return [(0, Unreadable("the row is not an area code and seven digits, as the first row is"))]
            return [(0, found) for found in read_cell("+1" + "".join(map(str.strip, cells[:_PARTS])), "US")]
        if self.columns is not None:
            return list(self._below_heading(self.columns, cells))
        first = read_cell(cells[0], self.country)
        if len(cells) == 1:
            return [(0, found) for found in first]
        numbers: list[tuple[int, ListNumber | Unreadable]] = [
            (at, found)
            for at, cell in enumerate(cells)
            if not may_be_day(cell.strip())
            for found in read_cell(cell, self.country)
            if isinstance(found, ListNumber)
        ]
        return numbers or [(0, found) for found in first]

    def _below_heading(self, columns: Columns, cells: tuple[str, ...]) -> Iterator[tuple[int, ListNumber | Unreadable]]:
        """A country that cannot be read matters where numbers are written without a country code."""
        country, unread = self.country, ""
        if named := columns.countries(cells)[1]:
            try:
                country = country_of_numbers(named)
            except UnknownPlace as fault:
                unread = str(fault)
        for column in (one for one in columns.numbers if one.at < len(cells)):
            text = cells[column.at]
            if unread and text.strip() and not text.strip().startswith(("+", "00")):
                yield column.at, Unreadable(unread)
            else:
                yield from ((column.at, found) for found in read_numbers(text, column, cells, country))

    def _listed_on(self, record: Record, number_at: int) -> date | None:
        """The day of the entry. If it cannot be read, the number counts as listed for a long time."""
        if self.columns is None:
            dated = (cell for at, cell in enumerate(record.cells) if at != number_at)
        else:
            named = zip(record.cells, self.columns.heading, strict=False)
            dated = (cell for cell, heading in named if _is_day_of_entry(heading))
        for cell in dated:
            with suppress(ValueError):
                if on := read_day(cell.strip()):
                    return on
        return None


def _is_day_of_entry(heading: str) -> bool:
    return key_of(heading) in _DAY_OF_ENTRY


def open_numbers(path: Path, country: str) -> NumberFile:
    """Open a file of numbers; those without a country code are read as `country`'s (ISO 3166).

    Raises FileRefused, also for numbers under a heading that nobody knows: left out, they would be called.
    """
    file = look_at_numbers(path, country)
    table = file.table
    for one in table.questions:
        cells = ", ".join(cell for _, cell in one.cells)
        refusal = refusals.CODES if one.answers[0] is Meaning.DIALLING_CODE else refusals.OTHER_NUMBERS
        raise FileRefused(refusal.says(file=table.name, heading=one.heading, cells=cells))
    if table.columns.fault():
        seen = ", ".join(f'"{quoted(cell)}"' for cell in table.first.cells[:12])
        raise FileRefused(refusals.NO_FIRST_NUMBER.says(file=table.name, seen=seen))
    check_rows(table)
    return file


def look_at_numbers(path: Path, country: str) -> NumberFile:
    """Open a file to say what it is, whatever `open_numbers` would refuse of its columns and rows.

    Raises FileRefused for a file that is no table.
    """
    kind = Kind(lambda cells, _: _columns_of(cells, country), lambda found, _: _watch_others(found, country))
    return NumberFile(open_table(path, kind), country)


def _watch_others(found: NumberColumns, country: str) -> Sequence[Watch]:
    if found.has_area_codes or found.has_numbers:
        return ()
    days = [at for at, heading in enumerate(found.columns.heading) if _is_day_of_entry(heading)]
    return (NumbersUnderOtherHeadings(found.columns, country, days),)


def _columns_of(cells: tuple[str, ...], country: str) -> NumberColumns:
    columns = read_heading(cells)
    if columns.numbers:
        return NumberColumns(columns)
    found = (one for cell in cells for one in read_cell(cell, country))
    is_alone = len(cells) == 1
    has_numbers = any(isinstance(one, ListNumber) or (is_alone and one.well_formed) for one in found)
    return NumberColumns(columns, _is_area_coded(cells), has_numbers)


def _is_area_coded(cells: tuple[str, ...]) -> bool:
    """Whether a row is an area code and the rest of a number, as in 416,5550123."""
    return len(cells) >= _PARTS and all(map(re.fullmatch, _AREA_CODED, (cell.strip() for cell in cells)))
