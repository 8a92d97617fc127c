"""Reads one row of a list: a contact with name, numbers and whereabouts, or the reason why it cannot be one."""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from json import JSONEncoder
from typing import Any, NamedTuple, TypeVar

from bot.services.answers.lists import BARRING, STORED, Meaning
from bot.services.blanking import BLANK, blank
from bot.services.files.bars import RowBar, read_bars
from bot.services.files.columns import Columns, NumberColumn
from bot.services.files.looks import is_number
from bot.services.files.number_list import NUMBERLESS, kind_of_number, numbers_of, read_numbers
from bot.services.files.table import Record
from bot.services.files.values import READERS
from bot.services.hand_out.cards import company_mark
from bot.services.lists.proofs import NOTHING_SAID, Cells, RowProofs, UnreadableProof, read_proofs
from bot.services.names import fold_name
from bot.services.numbers.parsing import kind_of_line
from bot.services.numbers.places import (
    Address,
    UnknownPlace,
    Whereabouts,
    country_code,
    country_of_numbers,
    locate,
    zone_named,
)
from bot.services.numbers.plans import ListNumber
from policy.templates.sentence import NUMBER, WRITTEN, phrase, several, template

Key = TypeVar("Key")
Value = TypeVar("Value")

LONGEST_NAME = 120
LONGEST_DETAIL = 200
LONGEST_LINK = 400
# Enough digits for a telephone, card or account number, beside words; days and ids of programs are none.
_MAY_BE_NUMBERS, _LETTER = re.compile(r"\d(?:[ ()./\u00a0-]{0,2}\d){6}"), re.compile(r"[^\W\d_]")
_WORDS = re.compile(r"[^\W\d_]{2,}")
_NO_NUMBERS = re.compile(
    r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d[\d:.,]*|\d{1,4}([./-])\d{1,2}\1\d{1,4}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}",
    re.IGNORECASE,
)
LONGEST_REFERENCE = 200  # an index holds it
_PLACES = tuple(one for one in Meaning if one.kind.is_place)
_PROOFS = frozenset(one for one in Meaning if one.kind.is_proof)
_NOTHING_MORE = ("consumer", False, NOTHING_SAID)
_AROUND = " ()[]-–,;:/"  # what stood around a number
_AS_JSON = JSONEncoder(ensure_ascii=False, separators=(",", ":"))
_NOWHERE = (1_000_000,)  # beyond every row's last cell
NO_PLACE = phrase(
    "no place is known, for a toll-free number shows none: it is held until a column or a team lead names the country "
    "and state"
)
_MORE_CELLS = template(
    "the row has {cells} cells and the heading {columns}: put quotation marks around text that contains the delimiter",
    cells=NUMBER,
    columns=NUMBER,
)
_NUMBER_IN_NAME = phrase("the name holds a number, which is left out: no card may show it")
_NAMELESS = phrase("the row has no name: the agent must know whom to ask for")
_LONG_NAME = template("the name is longer than {most} characters: columns may be shifted", most=NUMBER)
_LONG_REFERENCE = template("the reference is longer than {most} characters: columns may be shifted", most=NUMBER)
_BLANKED = template('"{heading}": card, bank or telephone numbers are left out', heading=WRITTEN)
_BY_NUMBER, _BY_ADDRESS = phrase("the number decides"), phrase("address and number decide")
NONE_REFUSED: Mapping[int, str] = {}
_Where = tuple[str, str, str]  # places, zones, how each is known: as on a contact
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
    known_by: str
    line_kind: str  # consumer | business | company
    is_line_said: bool  # by the row; otherwise consumer is presumed
    stored: tuple[Any, ...]  # of each meaning that is `STORED`, None where the row says nothing; empty: of none
    proofs: RowProofs
    remark: str
    details: str = ""  # the other columns, as a JSON object

    @property
    def all_numbers(self) -> tuple[str, ...]:
        return tuple([one.number for one in self.numbers])

    @property
    def says_something(self) -> bool:
        """Whether it says more than who the person is and where: stops, proofs, the kind of line."""
        return self.proofs is not NOTHING_SAID or self.is_line_said


class RefusedStop(NamedTuple):
    """A row that makes no contact and yet says that its numbers, or the person it names, must not be called.

    With neither a number nor a reference it says so of nobody.
    """

    line: int
    numbers: tuple[str, ...]
    bars: tuple[RowBar, ...]
    reference: str = ""
    folded_name: str = ""


class _Home(NamedTuple):
    """An address, the country that the row's numbers are read in, and what was found so far of places, by number."""

    address: Address
    country: str
    where: dict[object, _Where]
    remarks: tuple[str, ...] = ()  # what of the address could not be read
    fault: str = ""  # why the country cannot be read


class RowRefused(Exception):
    """The row cannot be imported; carries the reason."""


class RowReader:
    """Reads the rows of one file. Numbers are `country`'s unless the row names another country.

    What a row proves is read on the person's clock. Nothing can have happened after `now`.
    """

    def __init__(
        self, columns: Columns, country: str, now: datetime, refused: Mapping[int, str] = NONE_REFUSED
    ) -> None:
        self._columns = columns
        self._refused = refused  # by line, why the row cannot be used
        self._country = country
        self._now = now
        # Most lists have few columns: skip what no column holds, for speed.
        self._address_at = sorted(at for one in _PLACES for at in columns.fields.get(one, ()))
        self._homes: dict[tuple[str, ...], _Home] = {}  # by the cells of the address
        proving = _PROOFS.intersection(columns.fields)
        self._has_bars_alone = proving <= BARRING - {Meaning.CONSENT_WITHDRAWN}
        self._has_stored = not columns.fields.keys().isdisjoint(STORED)
        self._has_reference = Meaning.REFERENCE in columns.fields

    def read(self, record: Record) -> ContactRow:
        """The contact of a row. Raises RowRefused."""
        columns, cells = self._columns, record.cells
        if self._refused and record.line in self._refused:
            raise RowRefused(self._refused[record.line])
        _check_shape(record, columns)
        home = self._home(cells)
        name, folded, is_blanked = _name(cells, columns, home.country)
        numbers, remarks = numbers_of(cells, columns, home.country)
        if not numbers:
            raise RowRefused(several(remarks) or NUMBERLESS)
        if is_blanked:
            remarks = [*remarks, _NUMBER_IN_NAME]
        if home.fault:
            self._check_country(home, cells)
        if home.remarks:
            remarks = [*remarks, *home.remarks]
        places, zones, known_by = _places(home, numbers)
        if not places:
            remarks = [*remarks, NO_PLACE]
        only = numbers[0][0].number if len(numbers) == 1 else ""
        zone = home.address.zone or zones.partition(" ")[0]
        line_kind, is_line_said, proofs = self._said(cells, zone, only)
        has_more = columns.details or any(number.extension for number, _ in numbers)
        details, remarks = self._details(cells, home.country, remarks, numbers) if has_more else ("", remarks)
        stored, remarks = self._stored(cells, remarks) if self._has_stored else ((), remarks)
        return ContactRow(
            record.line,
            name,
            folded,
            _reference(cells, columns) if self._has_reference else "",
            tuple([NumberOfRow(number.number, kind_of_number(number, column)) for number, column in numbers]),
            places,
            zones,
            known_by,
            line_kind,
            is_line_said,
            stored,
            proofs,
            several(remarks),
            details,
        )

    def _stored(self, cells: tuple[str, ...], remarks: list[str]) -> tuple[tuple[Any, ...], list[str]]:
        """What else the contact keeps in columns of its own, and what could not be read."""
        found: list[Any] = []
        for meaning in STORED:
            try:
                value = READERS[meaning.kind.cell](self._columns.text(meaning, cells), "", "")
                found.append(None if value == "" else value)
            except ValueError as fault:
                found.append(None)
                remarks = [*remarks, str(fault)]
        return tuple(found), remarks

    def _details(
        self,
        cells: tuple[str, ...],
        country: str,
        remarks: list[str],
        numbers: Sequence[tuple[ListNumber, NumberColumn]],
    ) -> tuple[str, list[str]]:
        """The other cells, each shortened, and what could not be used. No card may show a telephone number in them."""
        heading_of = self._columns.heading
        found = {f"{heading_of[one.at]} ext.": number.extension for number, one in numbers if number.extension}
        for at, heading in self._columns.details:
            if at < len(cells) and (text := " ".join(cells[at].split())) and not is_number(text):
                if _MAY_BE_NUMBERS.search(text) and (fewer := _blanked(text, country)) != text:
                    text, remarks = fewer, [*remarks, _BLANKED.says(heading=heading)]
                found[heading] = text if len(text) <= LONGEST_DETAIL else _shortened(text)
        if found and self._columns.companies is not None:
            found |= company_mark(found, self._columns.companies)
        return (_AS_JSON.encode(found) if found else ""), remarks

    def stop_of(self, record: Record) -> "RefusedStop | None":
        """What a refused row says against calls: it counts whatever else is amiss. None: nothing."""
        columns, cells = self._columns, record.cells
        bars, _ = read_bars(columns, cells)
        country = self._home(cells).country
        found = [
            one.number if isinstance(one, ListNumber) else one.well_formed
            for column in columns.numbers
            if column.at < len(cells)
            for one in read_numbers(_WORDS.sub(" ", cells[column.at]), column, cells, country)  # "0770… DO NOT CALL"
        ]
        numbers = tuple(dict.fromkeys(number for number in found if number))
        reference = columns.text("reference", cells)
        reference = reference if len(reference) <= LONGEST_REFERENCE else ""
        if not bars:
            return None
        try:
            _, folded, _ = _name(cells, columns, country)
        except RowRefused:
            folded = ""
        return RefusedStop(record.line, numbers, bars, reference, folded)

    def _home(self, cells: tuple[str, ...]) -> "_Home":
        """The row's address, cached: a million rows seldom have a million different ones."""
        written = tuple([cells[at] for at in self._address_at if at < len(cells)])
        found = self._homes.get(written)
        if found is None:
            text = self._columns.text
            place, of_numbers = self._columns.countries(cells)
            address = Address(place, text("region", cells), text("postcode", cells), text("zone", cells))
            country, remarks, fault = self._country, list[str](), ""
            try:
                country = country_of_numbers(of_numbers) if of_numbers else self._country
            except UnknownPlace as error:
                fault = str(error)
            try:
                if place:
                    country_code(place)
            except UnknownPlace as error:
                address, remarks = replace(address, country=""), [str(error), _BY_NUMBER]
            try:
                address = replace(address, zone=zone_named(address.zone))
            except UnknownPlace as error:
                address, remarks = replace(address, zone=""), [*remarks, str(error), _BY_ADDRESS]
            found = _kept(self._homes, written, _Home(address, country, {}, tuple(remarks), fault))
        return found

    def _check_country(self, home: "_Home", cells: tuple[str, ...]) -> None:
        """A country that cannot be read matters where numbers are written without a country code. Raises RowRefused."""
        written = (cells[column.at] for column in self._columns.numbers if column.at < len(cells))
        if home.fault and not all(cell.strip().startswith(("+", "00")) for cell in written if cell.strip()):
            raise RowRefused(home.fault)

    def _said(self, cells: tuple[str, ...], zone: str, number: str) -> tuple[str, bool, RowProofs]:
        """The kind of line, whether the row says it, and the proofs."""
        columns = self._columns
        bars, settled = read_bars(columns, cells)
        if self._has_bars_alone and not (bars or settled):
            return _NOTHING_MORE  # as in most exports, where most rows are clear
        row = Cells(columns, cells, zone, self._now)
        try:
            line, is_business = row.read(Meaning.LINE).casefold(), row.read(Meaning.BUSINESS)
            kind = kind_of_line(line, is_business)
            return kind, bool(line) or is_business is not None, read_proofs(row, kind, number, bars, settled)
        except UnreadableProof as unreadable:
            raise RowRefused(str(unreadable)) from unreadable


def _blanked(text: str, country: str) -> str:
    """The words of another column without the numbers that no card may show; an address on the web as it is."""
    is_page = text.startswith("https://") and " " not in text
    rest = "" if is_page or not _LETTER.search(text) else _NO_NUMBERS.sub(" ", text)
    return blank(text, country).text if _MAY_BE_NUMBERS.search(rest) else text


def _shortened(text: str) -> str:
    """A detail as it is kept. A link of which the end is missing would lead elsewhere: it ends in an ellipsis."""
    most = LONGEST_LINK if text.startswith("https://") else LONGEST_DETAIL
    return text if len(text) <= most else f"{text[: LONGEST_DETAIL - 1]}…"


def _kept(known: dict[Key, Value], key: Key, value: Value) -> Value:
    if len(known) >= _MOST_KNOWN:
        known.clear()
    known[key] = value
    return value


def _joined(where: Whereabouts) -> _Where:
    return " ".join(where.places), " ".join(where.zones), where.known_by


def _places(home: _Home, numbers: Sequence[tuple[ListNumber, NumberColumn]]) -> _Where:
    """Places, zones and how each is known. A number counts by its country, kind, zones and North American area code."""
    if len(numbers) > 1:
        return _joined(locate(home.address, tuple([number for number, _ in numbers])))
    ((number, _),) = numbers
    is_american = number.number.startswith("+1")
    key = (number.number[:5] if is_american else "", number.region, number.zones, number.is_mobile)
    found = home.where.get(key)
    return found or _kept(home.where, key, _joined(locate(home.address, (number,))))


def _check_shape(record: Record, columns: Columns) -> None:
    extra = len(record.cells) > len(columns.heading) and record.cells[len(columns.heading) :]
    if extra and any(cell.strip() for cell in extra):
        raise RowRefused(_MORE_CELLS.says(cells=len(record.cells), columns=len(columns.heading)))


def _name(cells: tuple[str, ...], columns: Columns, country: str) -> tuple[str, str, bool]:
    """The name, the name folded, and whether a number was left out of it, which a card would show before Call."""
    named = columns.fields.get("name", _NOWHERE)
    name = " ".join(cells[named[0]].split()) if named[0] < len(cells) else ""
    if not name and len(named) > 1:
        name = columns.text("name", cells)
    if not name:
        parts = [columns.text(part, cells) for part in ("first", "middle", "last")]
        name = " ".join(part for part in parts if part) or columns.text("company", cells)
    if not name.isprintable():
        name = "".join(char for char in name if unicodedata.category(char)[0] != "C").strip()
    is_blanked = False
    if _MAY_BE_NUMBERS.search(name):
        fewer = (
            " ".join(blank(name, country).text.replace(BLANK, "").split()).strip(_AROUND)
            if _LETTER.search(name)
            else ""
        )
        name, is_blanked = fewer, fewer != name
    folded = "" if name.startswith("#") else fold_name(name)  # #N/A and other errors of spreadsheets
    if not folded:
        raise RowRefused(_NAMELESS)
    if len(name) > LONGEST_NAME:
        raise RowRefused(_LONG_NAME.says(most=LONGEST_NAME))
    return name, folded, is_blanked


def _reference(cells: tuple[str, ...], columns: Columns) -> str:
    reference = columns.text("reference", cells)
    if len(reference) > LONGEST_REFERENCE:
        raise RowRefused(_LONG_REFERENCE.says(most=LONGEST_REFERENCE))
    return reference
