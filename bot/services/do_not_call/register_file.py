"""Reads a register's file: what it says of which numbers. `Holds` says in which of three ways it is meant."""

import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.services.answers.lists import RowFault
from bot.services.answers.registers import Holds
from bot.services.do_not_call.register_columns import (
    DOUBTFUL,
    NO_VERDICTS,
    NONE_COVERED,
    NOT_ALL,
    OF_ANY,
    ChangeWatch,
    verdict_columns,
    words_of,
)
from bot.services.do_not_call.register_table import Entries, Listed, TabledNumbers
from bot.services.do_not_call.registers import Register
from bot.services.errors import FileRefused
from bot.services.files.headings import key_of
from bot.services.files.number_list import NumberFile, NumberRow, open_numbers
from bot.services.files.row_faults import Progress, RowsRead
from bot.services.files.values import Listing, read_listing
from bot.services.quoting import quoted

# A column that may say yes or no of each number, in a file whose every number is meant to be on the register.
_MAY_SAY = re.compile(r"(?:result|status|verdict|match|flag|clear|clean|callable|ok|safe)(?:s|ed)?(?:tocall)?\d*")
_NORTH_AMERICA, _AREA = "+1", 5  # +1 and the area code
_NOWHERE = 1_000_000  # beyond every row's last cell
_INVALID = frozenset({"i", "invalid"})  # what Australia's register says of a number that is none


@dataclass(slots=True)
class Answers:
    """What a file says. `cleared`: the numbers it clears; None: every number under `prefixes` that it does not list.

    `unsaid`: rows that name no verdict. `area_codes`: how many it covers; 0: it is not by area code.
    """

    holds: Holds
    rows: int
    heading: tuple[str, ...]
    listed: Listed
    cleared: Listed | None
    prefixes: tuple[str, ...]
    area_codes: int = 0
    unsaid: int = 0
    faults: Sequence[RowFault] = ()
    unread_sheets: tuple[str, ...] = ()


def read(
    path: Path, register: Register, country: str, holds: Holds | None = None, progress: Progress | None = None
) -> Answers:
    """Read a register's file. `holds`: None, as its heading and shape say. `progress`: rows done, and in all.

    Raises FileRefused for a file without numbers of the register's countries, or without the verdicts that it should
    have, or with a column that may be verdicts under another name.
    """
    file = open_numbers(path, country)
    verdicts = verdict_columns(file.heading, register)
    by_shape = Holds.WHOLE if file.has_area_codes else Holds.FOUND
    meant = holds or (Holds.VERDICTS if verdicts else by_shape)
    watch = ChangeWatch(file, path, verdicts)
    reading = _Reading(file, register, RowsRead(watch.looking(file.read()), file.rows, progress))
    has_verdicts = meant is Holds.VERDICTS or bool(verdicts)
    _refuse_doubtful_column(file, register, has_verdicts=has_verdicts)
    return reading.verdicts(meant) if has_verdicts else reading.numbers(meant)


def _refuse_doubtful_column(file: NumberFile, register: Register, *, has_verdicts: bool) -> None:
    """Raise FileRefused for a column that may say the opposite, as "Not on TPS", or say it of one number: "Mobile
    TPS"."""
    if has_verdicts and file.columns is not None and len(file.columns.numbers) == 1:
        return
    named = re.compile(words_of(register))
    settled = {*verdict_columns(file.heading, register), *file.understood}
    for at, cell in enumerate(file.heading):
        key = key_of(cell)
        if at in settled or OF_ANY.fullmatch(key):
            continue
        if named.search(key) or (not has_verdicts and _MAY_SAY.fullmatch(key)):
            said = DOUBTFUL.says(
                file=file.table.name, heading=quoted(cell), register=register.name, key=register.key.upper()
            )
            raise FileRefused(said)


@dataclass(slots=True)
class _Reading:
    file: NumberFile
    register: Register
    read: RowsRead[NumberRow]
    unsaid: int = 0

    def numbers(self, holds: Holds) -> Answers:
        """A file in which every number is on the register."""
        listed = gather((number, row.listed_on) for row in self.read for number in row.numbers)
        return self._answers(holds, listed, None)

    def verdicts(self, holds: Holds) -> Answers:
        """A file that says yes or no of each number; a register, or what was found on it, can say only yes."""
        places = verdict_columns(self.file.heading, self.register)
        if not places:
            register, key = self.register.name, self.register.key.upper()
            raise FileRefused(NO_VERDICTS.says(file=self.file.table.name, register=register, key=key))
        cleared = array("q")
        listed = gather(self._listed(places, cleared))
        if holds is Holds.VERDICTS:
            return self._answers(holds, listed, gather((f"+{number}", None) for number in cleared))
        if cleared or self.unsaid:
            raise FileRefused(NOT_ALL.says(file=self.file.table.name, register=self.register.name))
        return self._answers(holds, listed, None)

    def _answers(self, holds: Holds, listed: Listed, cleared: Listed | None) -> Answers:
        prefixes, areas = self.register.prefixes, 0
        if holds is not Holds.VERDICTS and len(listed) and not any(map(listed.has_any_of, prefixes)):
            raise FileRefused(NONE_COVERED.says(file=self.file.table.name, register=self.register.name))
        if holds is Holds.WHOLE and prefixes == (_NORTH_AMERICA,):  # the centre may hold only some of the area codes
            codes = listed.area_codes()
            prefixes = tuple(code for code in codes if len(code) == _AREA and code.startswith(_NORTH_AMERICA))
            areas = len(prefixes)
        file = self.file
        return Answers(
            holds,
            file.rows,
            file.heading,
            listed,
            cleared,
            prefixes,
            areas,
            self.unsaid,
            self.read.faults,
            file.table.unread_sheets,
        )

    def _listed(self, places: tuple[int, ...], cleared: "array[int]") -> Iterator[tuple[str, date | None]]:
        """The numbers that are listed. Collects the others that a row clears."""
        of = self._columns_of_each(places)
        for row in self.read:
            found = [
                (number, [row.cells[place].strip() if place < len(row.cells) else "" for place in of[at]])
                for number, at in zip(row.numbers, row.places, strict=True)
            ]
            try:
                said = [(number, self._said(texts)) for number, texts in found]
            except ValueError as doubt:
                self._refuse(row, str(doubt), [text for _, texts in found for text in texts])
                continue
            for number, listing in said:
                if listing is None:
                    self.unsaid += 1
                elif listing.is_listed:
                    yield number, listing.listed_on or row.listed_on
                else:
                    cleared.append(int(number))

    def _refuse(self, row: NumberRow, doubt: str, texts: Sequence[str]) -> None:
        is_invalid = any(text.casefold() in _INVALID for text in texts)
        why = f"the {self.register.name} says that the number is invalid" if is_invalid else doubt
        self.read.faults.add([RowFault(row.line, why, row.cells)])

    def _columns_of_each(self, places: tuple[int, ...]) -> dict[int, tuple[int, ...]]:
        """For each column of numbers those that say yes or no of it: its own if each has one, as TPS 1 and TPS 2, else
        every one. A single one between two numbers may be of the first alone: the second is said nothing of by a no."""
        numbers = sorted({one.at for one in self.file.columns.numbers} if self.file.columns else ())
        kinds = {key_of(self.file.heading[place]).rstrip("0123456789") for place in places}
        if len(kinds) == 1 and len(places) == len(numbers):
            return {at: (place,) for at, place in zip(numbers, places, strict=True)}
        return {at: (*places, _NOWHERE) if numbers[0] < places[-1] < at else places for at in numbers}

    def _said(self, texts: Sequence[str]) -> Listing | None:
        """Yes if any text says so, no if all do. Raises ValueError for one that says neither."""
        found = [read_listing(text) for text in texts]
        if listed := [one for one in found if one is not None and one.is_listed]:
            days = [one.listed_on for one in listed if one.listed_on is not None]
            return Listing(True, min(days) if len(days) == len(listed) else None)
        return None if None in found else found[0]


def gather(entries: Entries) -> Listed:
    """The numbers of a register, as they can be asked about fastest here."""
    try:
        from bot.services.do_not_call.register_arrays import (
            SortedNumbers,  # slow to import: only a register waits for it
        )
    except ModuleNotFoundError as missing:
        if missing.name != "numpy":
            raise
        return TabledNumbers(entries)
    return SortedNumbers.gather(entries)
