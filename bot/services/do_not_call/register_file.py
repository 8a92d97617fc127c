"""Reads a register's file: what it says of which numbers. `Holds` says in which of three ways it is meant.

A file of changes to a register, of which some numbers are added and others deleted, is no register.

Tells a register's file and a do-not-call list from a list of contacts too, by headings, shape and name. Only a file
with names is taken for a list of contacts without a question, unless its own name says whom not to call: those on a
register, or those who refused calls.
"""

import re
from array import array
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.services.answers.lists import RowFault
from bot.services.answers.registers import FileKind, Holds, Looks
from bot.services.do_not_call import registers
from bot.services.do_not_call.register_table import Entries, Listed, TabledNumbers
from bot.services.do_not_call.registers import Register
from bot.services.errors import FileRefused
from bot.services.files.headings import key_of
from bot.services.files.number_list import NumberFile, NumberRow, look_at_numbers, open_numbers
from bot.services.files.row_faults import Progress, RowsRead
from bot.services.files.values import Listing, read_listing
from bot.services.numbers.parsing import whereabouts_of
from bot.services.quoting import quoted, quoting
from policy import Rulebook
from policy.templates.sentence import FIGURE

# What columns of verdicts are called, beside the register's own key and name.
_CALLED = {
    "us-dnc": "dnc|nationaldnc|federaldnc|ftcdnc", "ca-dncl": "dncl|nationaldncl|lnnte", "au-dncr": "dncr",
    "es-exclusion": "robinson|listarobinson", "sg-nvc": "nvc|novoicecall", "in-ncpr": "ndnc|ncpr",
    "rpo": "rpo|registrodelleopposizioni", "us-tx-dnc": "texasdnc|txdnc", "us-pa-dnc": "pennsylvaniadnc|padnc",
    "us-ma-dnc": "massachusettsdnc|madnc", "us-ms-dnc": "mississippidnc|msdnc",
    "us-co-dnc": "coloradodnc|codnc|coloradonocall", "us-fl-dnc": "floridadnc|fldnc", "us-in-dnc": "indianadnc",
    "us-la-dnc": "louisianadnc|ladnc", "us-mo-dnc": "missouridnc|modnc|missourinocall", "us-ok-dnc": "oklahomadnc",
    "us-tn-dnc": "tennesseednc|tndnc",
}  # fmt: skip
_VERDICT = r"(?:on|is|in|inscrit)?(?:{})(?:listed|flag|status|result|registered|match|hit|inscrit|verdict)?\d*"
_OF_ANY = re.compile(_VERDICT.format("|".join(["c?tps|bloctel", *_CALLED.values()])))
_DOUBTFUL = quoting(
    '{file}: column "{heading}" may say which numbers are on the {register}. If it does, name it "{key}", with yes '
    "in the row of each number that is on it, and no in the others; if not, delete it."
)
_NO_VERDICTS = quoting(
    '{file}: no column says whether a number is on the {register}: name it "{key}", with yes or no in each row.'
)
_NOT_ALL = quoting(
    "{file} does not say yes of every number, so not all are on the {register}: import it as a result with yes or "
    "no for each number."
)
_CHANGES = quoting(
    '{file} is a file of changes: line {line} says "{cell}" of its number. Read as a register, it would clear '
    "every number that it leaves out. Download the whole register and import that.",
    line=FIGURE,
)
_BY_NAME = quoting(
    "{file} is named as a file of changes to a register. Read as a register, it would clear every number that it "
    "leaves out. Download the whole register and import that. If this is the whole register, rename the file."
)
_NONE_COVERED = quoting(
    "{file} has no number that the {register} covers, so it is no file of it: choose the register that it is of."
)


def verdict_columns(heading: Sequence[str], register: Register) -> tuple[int, ...]:
    """The columns that say of each number whether it is on the register."""
    pattern = re.compile(_VERDICT.format(_words_of(register)))
    return tuple(at for at, cell in enumerate(heading) if pattern.fullmatch(key_of(cell)))


def _words_of(register: Register) -> str:
    return "|".join(filter(None, (_CALLED.get(register.key), *map(key_of, (register.key, register.name)))))


# What such a file says of a number, as a whole cell.
_WORDS = (
    "a d u c add adds added addition insert inserted del delete deleted deletes deletion remove removed removal drop "
    "dropped change changed update updated ajout ajoute ajoutee supprime supprimee hinzugefuegt geloescht entfernt "
    "alta baja anadido eliminado aggiunto eliminato rimosso toegevoegd verwijderd + -"
)
_SAID = frozenset(_WORDS.split())
_LONGEST = 14  # letters of such a word
_HEADING = re.compile(r"action|change|operation|^op|transaction|update|modif|aktion|aenderung|mouvement|movim|mutatie")
_OF_REGISTERS = re.compile(r"type|code|status|flag|record|art")  # in the organisation's own list they may say anything
_NAME = re.compile(
    r"(?:^|[\W_])(?:changes?|deltas?|additions?|deletions?|adds?|deletes?|deleted|removals?|updates?|incremental|"
    r"(?:ae|ä)nderung(?:en)?)(?=$|[\W_\d])",
    re.IGNORECASE,
)


class ChangeWatch:
    """Looks, while a file of numbers is read, for what only a file of changes says.

    `verdicts`: of a register's file, the columns that say who is on it; None: it is the organisation's own list.
    """

    def __init__(self, file: NumberFile, path: Path, verdicts: Collection[int] | None = None) -> None:
        if verdicts is not None and _NAME.search(path.stem):
            raise FileRefused(_BY_NAME.says(file=path.name))
        self._name = path.name
        known = {*(verdicts or ()), *file.understood}
        keys = {at: key_of(cell) for at, cell in enumerate(file.heading) if at not in known}
        told = {at for at, key in keys.items() if _HEADING.search(key)}
        if verdicts is not None:
            told |= {at for at, key in keys.items() if _OF_REGISTERS.search(key)}
        self._places = told if file.heading else None  # without a heading, each

    def looking(self, rows: Iterable[NumberRow | RowFault]) -> Iterator[NumberRow | RowFault]:
        """The rows, looked at."""
        for row in rows:
            self.look(row.line, row.row if isinstance(row, RowFault) else row.cells)
            yield row

    def look(self, line: int, cells: tuple[str, ...]) -> None:
        """Raise FileRefused for a row that says what became of its number."""
        if len(cells) == 1 or self._places == set():
            return
        for at, cell in enumerate(cells):
            is_short = 0 < len(cell) <= _LONGEST and not cell.isdigit()
            if is_short and (self._places is None or at in self._places) and (key_of(cell) or cell.strip()) in _SAID:
                raise FileRefused(_CHANGES.says(file=self._name, line=line, cell=quoted(cell.strip())))


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

    file: NumberFile
    holds: Holds
    listed: Listed
    cleared: Listed | None
    prefixes: tuple[str, ...]
    area_codes: int
    unsaid: int
    faults: Sequence[RowFault]


def read(
    path: Path, register: Register, country: str, holds: Holds | None = None, progress: Progress | None = None
) -> Answers:
    """Read a register's file. `holds`: None, as its heading and shape say. `progress`: rows done, and in all.

    Raises FileRefused for a file without numbers of the register's countries, or without the verdicts that it should
    have, or with a column that may be verdicts under another name.
    """
    file = open_numbers(path, country)
    verdicts = verdict_columns(file.heading, register)
    by_shape = Holds.WHOLE if file.table.columns.has_area_codes else Holds.FOUND
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
    named = re.compile(_words_of(register))
    settled = {*verdict_columns(file.heading, register), *file.understood}
    for at, cell in enumerate(file.heading):
        key = key_of(cell)
        if at in settled or _OF_ANY.fullmatch(key):
            continue
        if named.search(key) or (not has_verdicts and _MAY_SAY.fullmatch(key)):
            of = {"register": register.name, "key": register.key.upper()}
            raise FileRefused(_DOUBTFUL.says(file=file.table.name, heading=quoted(cell), **of))


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
            of = {"register": self.register.name, "key": self.register.key.upper()}
            raise FileRefused(_NO_VERDICTS.says(file=self.file.table.name, **of))
        cleared = array("q")
        listed = gather(self._listed(places, cleared))
        if holds is Holds.VERDICTS:
            return self._answers(holds, listed, gather((f"+{number}", None) for number in cleared))
        if cleared or self.unsaid:
            raise FileRefused(_NOT_ALL.says(file=self.file.table.name, register=self.register.name))
        return self._answers(holds, listed, None)

    def _answers(self, holds: Holds, listed: Listed, cleared: Listed | None) -> Answers:
        prefixes, areas = self.register.prefixes, 0
        if holds is not Holds.VERDICTS and len(listed) and not any(map(listed.has_any_of, prefixes)):
            raise FileRefused(_NONE_COVERED.says(file=self.file.table.name, register=self.register.name))
        if holds is Holds.WHOLE and prefixes == (_NORTH_AMERICA,):  # the centre may hold only some of the area codes
            codes = listed.area_codes()
            prefixes = tuple(code for code in codes if len(code) == _AREA and code.startswith(_NORTH_AMERICA))
            areas = len(prefixes)
        return Answers(self.file, holds, listed, cleared, prefixes, areas, self.unsaid, self.read.faults)

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
                is_invalid = any(text.casefold() in _INVALID for _, texts in found for text in texts)
                why = f"the {self.register.name} says that the number is invalid" if is_invalid else str(doubt)
                self.read.faults.add([RowFault(row.line, why, row.cells)])
                continue
            for number, listing in said:
                if listing is None:
                    self.unsaid += 1
                elif listing.is_listed:
                    yield number, listing.listed_on or row.listed_on
                else:
                    cleared.append(int(number))

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
        # slow to import: only a register waits for it
        from bot.services.do_not_call.register_arrays import SortedNumbers
    except ModuleNotFoundError as missing:
        if missing.name != "numpy":
            raise
        return TabledNumbers(entries)
    return SortedNumbers.gather(entries)


_TPS_LINE = re.compile(r"(?:0\d{3,4} {1,2}\d{6,7}|0\d{9,10} {1,2})")  # twelve places, filled with blanks
_WORD = re.compile(r"[^\W\d_]{2,}")
# A register by a word in the file's name; the first that fits.
_NAMED = {
    "ctps": "ctps", "tps": "tps", "bloctel": "bloctel", "dncl": "ca-dncl", "lnnte": "ca-dncl", "dncr": "au-dncr",
    "robinson": "es-exclusion", "ndnc": "in-ncpr", "ncpr": "in-ncpr", "rpo": "rpo", "opposizioni": "rpo",
}  # fmt: skip
_OURS = re.compile(
    r"do ?not ?(?:call|contact|phone)|dnc|suppress|opt(?:ed)? ?outs?|black ?list|stop ?list|unsubscri|sperr|"
    r"nicht anruf|widerspr|oppos|ne pas appeler|no llamar|non chiamare|niet bellen",
    re.IGNORECASE,
)


def recognise(path: Path, rulebook: Rulebook, country: str) -> Looks:
    """What a file looks like. A table without numbers looks like a list: reading it as one says why.

    Raises FileRefused for a file that is no table: a picture, a PDF, an empty one.
    """
    file = look_at_numbers(path, country)
    has_numbers = not file.table.columns.fault() or file.table.questions  # perhaps under a heading that nobody knows
    if not has_numbers or not file.rows:
        return Looks(FileKind.LIST)
    name = " ".join(re.split(r"[\W_]+", path.stem))
    if _has_names(file):
        return _with_names(file, name)
    known = registers.known_registers(rulebook)
    said = tuple(sorted(key for key, one in known.items() if verdict_columns(file.heading, one)))
    if said:
        return Looks(FileKind.REGISTER, said, Holds.VERDICTS, file.rows)
    if file.table.columns.has_area_codes:
        number = getattr(next(iter(file.read())), "numbers", ("",))[0]
        places = whereabouts_of(number).places if number else ()
        key = "ca-dncl" if any(place.startswith("CA") for place in places) else "us-dnc"
        return Looks(FileKind.REGISTER, (key,), Holds.WHOLE, file.rows)
    if key := _named(name):
        return Looks(FileKind.REGISTER, (key,), Holds.FOUND, file.rows)
    if _OURS.search(name):
        return Looks(FileKind.OWN, rows=file.rows)
    if not file.heading and _TPS_LINE.fullmatch(file.table.first.cells[0]):
        return Looks(FileKind.REGISTER, ("tps",), Holds.WHOLE, file.rows)
    return Looks(FileKind.UNKNOWN, rows=file.rows)


def _with_names(file: NumberFile, name: str) -> Looks:
    """A list of contacts, if its columns say whom not to call or nothing else does."""
    columns = file.table.columns.columns
    has_heading = file.columns is not None or file.table.questions
    if not has_heading or columns.barring or {"tps", "ctps"} & columns.fields.keys():
        return Looks(FileKind.LIST)
    if key := _named(name):
        return Looks(FileKind.REGISTER, (key,), Holds.FOUND)
    return Looks(FileKind.OWN if _OURS.search(name) else FileKind.LIST)


def _has_names(file: NumberFile) -> bool:
    """Whether the rows are of people: a column of names, one that bars calls, or words beside the number."""
    columns = file.columns
    if columns is None:
        return any(_WORD.search(cell) for cell in file.table.first.cells)
    barring = (" ".join(re.split(r"[\W_\d]+", columns.heading[at])) for at, _ in columns.barring)
    return not columns.fault() or not all(map(_named, barring))  # a column Bloctel is a register's verdict


def _named(name: str) -> str:
    """The register that a name names, as a word of its own; empty if none."""
    words = name.casefold().split()
    return next((key for word, key in _NAMED.items() if word in words), "")
