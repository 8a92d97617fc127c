"""Reads one row of a list: a contact with name, numbers and whereabouts, or the reason why it cannot be one."""

import unicodedata
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple, TypeVar

from bot.services.files import MOST_LINES_IN_A_CELL, Columns, NumberColumn, Record
from bot.services.lists.row_proofs import FIELDS, NOTHING_SAID, Cells, RowProofs, UnreadableProof, read_proofs
from bot.services.names import fold
from bot.services.numbers import (
    Address,
    ListNumber,
    UnknownPlace,
    Unreadable,
    Whereabouts,
    country_code,
    kind_of_line,
    locate,
    read_cell,
    read_plain,
)
from bot.services.quoting import quoted

Key = TypeVar("Key")
Value = TypeVar("Value")

LONGEST_NAME = 120
LONGEST_REFERENCE = 200  # an index holds it
_PRIORITIES = {str(number): number for number in range(5)} | {"high": 1, "normal": 2, "medium": 2, "low": 3}
_ADDRESS = frozenset(["country", "region", "postcode", "zone"])
_SAID = FIELDS | {"line", "business"}
_NOTHING_MORE = ("consumer", False, NOTHING_SAID)
_NOWHERE = (1_000_000,)  # beyond every row's last cell
_USUAL: tuple[int | None, str] = (None, "")
_MOST_KNOWN = 20_000  # addresses or places kept in memory while a list is read


class NumberOfRow(NamedTuple):
    number: str  # E.164
    kind: str  # mobile | home | work; empty if unknown


class ContactRow(NamedTuple):
    """A row that can be imported. `remark`: what of it could not be used, if anything."""

    line: int
    name: str
    folded_name: str
    reference: str
    numbers: tuple[NumberOfRow, ...]
    places: str
    zones: str
    line_kind: str  # consumer | business | company
    is_line_said: bool  # by the row; otherwise consumer is presumed
    priority: int | None
    proofs: RowProofs
    remark: str


class _Home(NamedTuple):
    """An address, the country that the row's numbers are read in, and places and zones found so far, by number."""

    address: Address
    country: str
    where: dict[object, tuple[str, str]]


class RowRefused(Exception):
    """The row cannot be imported; carries the reason."""


class RowReader:
    """Reads the rows of one file. Numbers are `country`'s unless the row names another country.

    What a row proves is read on the person's clock. Nothing can have happened after `now`.
    """

    def __init__(self, columns: Columns, country: str, now: datetime) -> None:
        self._columns = columns
        self._country = country
        self._now = now
        # Most lists have few columns: skip what no column holds, for speed.
        self._address_at = sorted(at for field in _ADDRESS for at in columns.fields.get(field, ()))
        self._homes: dict[tuple[str, ...], _Home] = {}  # by the cells of the address
        self._has_proofs = not _SAID.isdisjoint(columns.fields)
        self._has_priority = "priority" in columns.fields
        self._has_reference = "reference" in columns.fields

    def read(self, record: Record) -> ContactRow:
        """The contact of a row. Raises RowRefused."""
        columns, cells = self._columns, record.cells
        _check_shape(record, columns)
        name, folded = _name(cells, columns)
        try:
            home = self._home(cells)
            numbers, remarks = _numbers(cells, columns, home.country)
            places, zones = _places(home, numbers)
        except UnknownPlace as error:
            raise RowRefused(str(error)) from error
        priority, remark = _priority(columns.text("priority", cells)) if self._has_priority else _USUAL
        only = numbers[0][0].number if len(numbers) == 1 else ""
        line_kind, is_line_said, proofs = self._said(cells, zones, only) if self._has_proofs else _NOTHING_MORE
        return ContactRow(
            record.line,
            name,
            folded,
            _reference(cells, columns) if self._has_reference else "",
            tuple([NumberOfRow(number.number, _kind(number, column)) for number, column in numbers]),
            places,
            zones,
            line_kind,
            is_line_said,
            priority,
            proofs,
            "; ".join([*remarks, remark] if remark else remarks),
        )

    def _home(self, cells: tuple[str, ...]) -> "_Home":
        """The row's address, cached: a million rows seldom have a million different ones."""
        written = tuple([cells[at] for at in self._address_at if at < len(cells)])
        found = self._homes.get(written)
        if found is None:
            text = self._columns.text
            address = Address(
                text("country", cells), text("region", cells), text("postcode", cells), text("zone", cells)
            )
            country = country_code(address.country)[:2] if address.country else self._country
            found = _kept(self._homes, written, _Home(address, country, {}))
        return found

    def _said(self, cells: tuple[str, ...], zones: str, number: str) -> tuple[str, bool, RowProofs]:
        """The kind of line, whether the row says it, and the proofs."""
        row = Cells(self._columns, cells, self._country, zones.partition(" ")[0], self._now)
        line = row.text("line").casefold()
        try:
            is_business = row.flag("business")
            kind = kind_of_line(line, is_business)
            return kind, bool(line) or is_business is not None, read_proofs(row, kind, number)
        except UnreadableProof as unreadable:
            raise RowRefused(str(unreadable)) from unreadable


def _kept(known: dict[Key, Value], key: Key, value: Value) -> Value:
    if len(known) >= _MOST_KNOWN:
        known.clear()
    known[key] = value
    return value


def _joined(where: Whereabouts) -> tuple[str, str]:
    return " ".join(where.places), " ".join(where.zones)


def _places(home: _Home, numbers: Sequence[tuple[ListNumber, NumberColumn]]) -> tuple[str, str]:
    """Places and zones, joined. A number counts by its country, its zones and a North American area code."""
    if len(numbers) > 1:
        return _joined(locate(home.address, tuple([number for number, _ in numbers])))
    ((number, _),) = numbers
    is_american = number.number.startswith("+1")
    key = (number.number[:5], number.region, number.zones) if is_american else (number.region, number.zones)
    found = home.where.get(key)
    return found or _kept(home.where, key, _joined(locate(home.address, (number,))))


def _check_shape(record: Record, columns: Columns) -> None:
    extra = len(record.cells) > len(columns.heading) and record.cells[len(columns.heading) :]
    if extra and any(cell.strip() for cell in extra):
        raise RowRefused(
            f"the row has {len(record.cells)} cells and the heading {len(columns.heading)}: "
            "put quotation marks around text that contains the delimiter"
        )
    written = "".join(record.cells)
    if "\n" not in written or written.count("\n") <= MOST_LINES_IN_A_CELL:
        return
    swallowed = max([cell.count("\n") for cell in record.cells])
    if swallowed > MOST_LINES_IN_A_CELL:
        raise RowRefused(f"a quotation mark is not closed and swallows the next {swallowed} lines")


def _name(cells: tuple[str, ...], columns: Columns) -> tuple[str, str]:
    """The name, and the name folded."""
    at = columns.fields.get("name", _NOWHERE)[0]
    name = " ".join(cells[at].split()) if at < len(cells) else ""
    if not name:
        parts = [columns.text("first", cells), columns.text("last", cells)]
        name = " ".join(part for part in parts if part) or columns.text("company", cells)
    if not name.isprintable():
        name = "".join(char for char in name if unicodedata.category(char)[0] != "C").strip()
    folded = fold(name)
    if not folded:
        raise RowRefused("the row has no name: the agent must know whom to ask for")
    if len(name) > LONGEST_NAME:
        raise RowRefused(f"the name is longer than {LONGEST_NAME} characters: columns may be shifted")
    return name, folded


def _reference(cells: tuple[str, ...], columns: Columns) -> str:
    reference = columns.text("reference", cells)
    if len(reference) > LONGEST_REFERENCE:
        raise RowRefused(f"the reference is longer than {LONGEST_REFERENCE} characters: columns may be shifted")
    return reference


def _numbers(
    cells: tuple[str, ...], columns: Columns, country: str
) -> tuple[list[tuple[ListNumber, NumberColumn]], list[str]]:
    """The row's numbers in order, each once, and the faults of the others. Raises RowRefused if there is none."""
    if len(columns.numbers) == 1:
        (only,) = columns.numbers
        plain = read_plain(cells[only.at], country) if only.at < len(cells) else None
        if plain is not None:
            return [(plain, only)], []
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
    """The number's own kind wins over its heading, except that a mobile may be a work number."""
    if column.kind == "work":
        return "work"
    if number.is_mobile:
        return "mobile"
    return "" if number.is_fixed and column.kind == "mobile" else column.kind


def _priority(text: str) -> tuple[int | None, str]:
    if not text:
        return None, ""
    found = _PRIORITIES.get(text.casefold())
    return (
        found,
        "" if found is not None else f'priority "{quoted(text)}" is not 0 (first) to 4 (last); the campaign\'s is used',
    )
