"""Tells a register's file and a do-not-call list from a list of contacts, by headings, shape and name.

Only a file with names is taken for a list of contacts without a question, unless its own name says whom not to call:
those on a register, or those who refused calls.
"""

import re
from pathlib import Path

from bot.services.answers.registers import FileKind, Holds, Looks
from bot.services.do_not_call import registers
from bot.services.do_not_call.register_file import verdict_columns
from bot.services.files.number_list import NumberFile, look_at_numbers
from bot.services.numbers.parsing import whereabouts_of
from policy import Rulebook

_TPS_LINE = re.compile(r"(?:0\d{3,4} {1,2}\d{6,7}|0\d{9,10} {1,2})")  # twelve places, filled with blanks
_WORD = re.compile(r"[^\W\d_]{2,}")
# A register by a word in the file's name; the first that fits.
_NAMED = (
    ("ctps", "ctps"),
    ("tps", "tps"),
    ("bloctel", "bloctel"),
    ("dncl", "ca-dncl"),
    ("lnnte", "ca-dncl"),
    ("dncr", "au-dncr"),
    ("robinson", "es-exclusion"),
    ("ndnc", "in-ncpr"),
    ("ncpr", "in-ncpr"),
    ("rpo", "rpo"),
    ("opposizioni", "rpo"),
)
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
    return next((key for word, key in _NAMED if word in words), "")
