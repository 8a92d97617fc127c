"""One row of a list: a contact with a name, numbers and whereabouts, or the reason why it cannot be one."""

import unicodedata
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from bot.services.csv_columns import Columns, NumberColumn
from bot.services.csv_files import MOST_LINES_IN_A_CELL, Record
from bot.services.list_numbers import ListNumber, Unreadable, read_cell
from bot.services.places import Address, UnknownPlace, country_code, locate
from bot.services.row_proofs import Cells, RowProofs, UnreadableProof, read_proofs

LONGEST_NAME = 120
_PRIORITIES = {str(number): number for number in range(5)} | {"high": 1, "normal": 2, "medium": 2, "low": 3}


@dataclass(frozen=True, slots=True)
class NumberOfRow:
    number: str  # E.164
    kind: str  # mobile | home | work, empty if unknown


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A row that can be imported. `remark` says what of it could not be used, if anything."""

    line: int
    name: str
    folded_name: str
    reference: str
    numbers: tuple[NumberOfRow, ...]
    places: str
    zones: str
    line_kind: str  # consumer | business
    is_line_said: bool  # by the row; otherwise consumer is the presumption
    priority: int | None
    proofs: RowProofs
    remark: str


class RowRefused(Exception):
    """The row cannot be imported; carries the reason."""


def read_row(record: Record, columns: Columns, country: str, now: datetime) -> ContactRow:
    """The contact of a row, its numbers read as those of `country` unless the row names another. Raises RowRefused.

    What the row proves is read on the person's clock; `now` is the moment after which nothing can have happened.
    """
    _check_shape(record, columns)
    name = _name(record.cells, columns)
    address = Address(
        columns.text("country", record.cells),
        columns.text("region", record.cells),
        columns.text("postcode", record.cells),
        columns.text("zone", record.cells),
    )
    try:
        numbers, remarks = _numbers(
            record.cells, columns, country_code(address.country)[:2] if address.country else country
        )
        where = locate(address, tuple(number for number, _ in numbers))
    except UnknownPlace as error:
        raise RowRefused(str(error)) from error
    priority, remark = _priority(columns.text("priority", record.cells))
    cells = Cells(columns, record.cells, country, where.zones[0] if where.zones else "", now)
    line_kind, is_line_said, proofs = _said(cells)
    return ContactRow(
        line=record.line,
        name=name,
        folded_name=fold(name),
        reference=columns.text("reference", record.cells),
        numbers=tuple(NumberOfRow(number.number, _kind(number, column)) for number, column in numbers),
        places=" ".join(where.places),
        zones=" ".join(where.zones),
        line_kind=line_kind,
        is_line_said=is_line_said,
        priority=priority,
        proofs=proofs,
        remark="; ".join([*remarks, *([remark] if remark else [])]),
    )


@lru_cache(maxsize=100_000)
def fold(name: str) -> str:
    """A name without case, accents and punctuation, so that one person written two ways is one person."""
    plain = unicodedata.normalize("NFKD", name.casefold())
    return " ".join(
        "".join(char if char.isalnum() else " " for char in plain if not unicodedata.combining(char)).split()
    )


def _check_shape(record: Record, columns: Columns) -> None:
    extra = [cell for cell in record.cells[len(columns.heading) :] if cell.strip()]
    if extra:
        raise RowRefused(
            f"the row has {len(record.cells)} cells and the heading {len(columns.heading)}: "
            "put quotation marks around text that contains the delimiter"
        )
    if any(cell.count("\n") > MOST_LINES_IN_A_CELL for cell in record.cells):
        swallowed = max(cell.count("\n") for cell in record.cells)
        raise RowRefused(f"a quotation mark is not closed and swallows the next {swallowed} lines")


def _name(cells: tuple[str, ...], columns: Columns) -> str:
    parts = [columns.text("first", cells), columns.text("last", cells)]
    name = columns.text("name", cells) or " ".join(part for part in parts if part) or columns.text("company", cells)
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C").strip()
    if not fold(name):
        raise RowRefused("the row has no name: the agent must know whom to ask for")
    if len(name) > LONGEST_NAME:
        raise RowRefused(f"the name is longer than {LONGEST_NAME} characters: columns may be shifted")
    return name


def _numbers(
    cells: tuple[str, ...], columns: Columns, country: str
) -> tuple[list[tuple[ListNumber, NumberColumn]], list[str]]:
    """The row's numbers in order, each once, and what is wrong with the others. None at all refuses the row."""
    numbers: dict[str, tuple[ListNumber, NumberColumn]] = {}
    faults: list[str] = []
    for column in columns.numbers:
        for found in read_cell(cells[column.at], country) if column.at < len(cells) else ():
            if isinstance(found, Unreadable):
                faults.append(_about(column, columns, found.reason))
            else:
                numbers.setdefault(found.number, (found, column))
    if not numbers:
        raise RowRefused("; ".join(faults) or "the row has no telephone number")
    return list(numbers.values()), faults


def _about(column: NumberColumn, columns: Columns, reason: str) -> str:
    return f"{columns.heading[column.at]}: {reason}" if len(columns.numbers) > 1 else reason


def _kind(number: ListNumber, column: NumberColumn) -> str:
    """What the number itself says wins over its heading, except that a mobile may be the one of work."""
    if column.kind == "work":
        return "work"
    if number.is_mobile:
        return "mobile"
    return "" if number.is_fixed and column.kind == "mobile" else column.kind


def _said(cells: Cells) -> tuple[str, bool, RowProofs]:
    """The kind of line, whether the row says it, and the proofs."""
    line = cells.text("line").casefold()
    try:
        is_business = cells.flag("business")
        kind = "business" if line == "business" or is_business else "consumer"
        return kind, bool(line) or is_business is not None, read_proofs(cells, kind)
    except UnreadableProof as unreadable:
        raise RowRefused(str(unreadable)) from unreadable


def _priority(text: str) -> tuple[int | None, str]:
    if not text:
        return None, ""
    found = _PRIORITIES.get(text.casefold())
    return (
        found,
        "" if found is not None else f'priority "{text}" is not 0 (first) to 4 (last); the campaign\'s is used',
    )
