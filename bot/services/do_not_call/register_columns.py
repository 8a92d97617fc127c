"""Columns that say of each number whether it is on a register, and why a file of a register is refused for them.

A file of changes to a register, of which some numbers are added and others deleted, is no register.
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from pathlib import Path

from bot.services.answers.lists import RowFault
from bot.services.do_not_call.registers import Register
from bot.services.errors import FileRefused
from bot.services.files.headings import key_of
from bot.services.files.number_list import NumberFile, NumberRow
from bot.services.quoting import quoted
from policy.templates.sentence import FIGURE, WRITTEN, template

# What columns of verdicts are called, beside the register's own key and name.
_CALLED = {
    "us-dnc": "dnc|nationaldnc|federaldnc|ftcdnc",
    "ca-dncl": "dncl|nationaldncl|lnnte",
    "au-dncr": "dncr",
    "es-exclusion": "robinson|listarobinson",
    "sg-nvc": "nvc|novoicecall",
    "in-ncpr": "ndnc|ncpr",
    "rpo": "rpo|registrodelleopposizioni",
    "us-tx-dnc": "texasdnc|txdnc",
    "us-pa-dnc": "pennsylvaniadnc|padnc",
    "us-ma-dnc": "massachusettsdnc|madnc",
    "us-ms-dnc": "mississippidnc|msdnc",
    "us-co-dnc": "coloradodnc|codnc|coloradonocall",
    "us-fl-dnc": "floridadnc|fldnc",
    "us-in-dnc": "indianadnc",
    "us-la-dnc": "louisianadnc|ladnc",
    "us-mo-dnc": "missouridnc|modnc|missourinocall",
    "us-ok-dnc": "oklahomadnc",
    "us-tn-dnc": "tennesseednc|tndnc",
}
_VERDICT = r"(?:on|is|in|inscrit)?(?:{})(?:listed|flag|status|result|registered|match|hit|inscrit|verdict)?\d*"
OF_ANY = re.compile(_VERDICT.format("|".join(["c?tps|bloctel", *_CALLED.values()])))
DOUBTFUL = template(
    '{file}: column "{heading}" may say which numbers are on the {register}. If it does, name it "{key}", with yes in '
    "the "
    "row of each number that is on it, and no in the others; if not, delete it.",
    file=WRITTEN,
    heading=WRITTEN,
    register=WRITTEN,
    key=WRITTEN,
)
NO_VERDICTS = template(
    '{file}: no column says whether a number is on the {register}: name it "{key}", with yes or no in each row.',
    file=WRITTEN,
    register=WRITTEN,
    key=WRITTEN,
)
NOT_ALL = template(
    "{file} does not say yes of every number, so not all are on the {register}: import it as a result with yes or no "
    "for each number.",
    file=WRITTEN,
    register=WRITTEN,
)
CHANGES = template(
    '{file} is a file of changes: line {line} says "{cell}" of its number. Read as a register, it would clear every '
    "number "
    "that it leaves out. Download the whole register and import that.",
    file=WRITTEN,
    line=FIGURE,
    cell=WRITTEN,
)
CHANGES_BY_NAME = template(
    "{file} is named as a file of changes to a register. Read as a register, it would clear every number that it "
    "leaves out. Download the whole register and import that. If this is the whole register, rename the file.",
    file=WRITTEN,
)
NONE_COVERED = template(
    "{file} has no number that the {register} covers, so it is no file of it: choose the register that it is of.",
    file=WRITTEN,
    register=WRITTEN,
)


def verdict_columns(heading: Sequence[str], register: Register) -> tuple[int, ...]:
    """The columns that say of each number whether it is on the register."""
    pattern = re.compile(_VERDICT.format(words_of(register)))
    return tuple(at for at, cell in enumerate(heading) if pattern.fullmatch(key_of(cell)))


def words_of(register: Register) -> str:
    """A pattern of what columns call the register."""
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
    r"(?:^|[\W_])(?:changes?|deltas?|additions?|deletions?|adds?|deletes?|deleted|removals?|updates?|incremental"
    r"|aenderung(?:en)?"
    r"|änderung(?:en)?)(?=$|[\W_\d])",
    re.IGNORECASE,
)


class ChangeWatch:
    """Looks, while a file of numbers is read, for what only a file of changes says.

    `verdicts`: of a register's file, the columns that say who is on it; None: it is the organisation's own list.
    """

    def __init__(self, file: NumberFile, path: Path, verdicts: Collection[int] | None = None) -> None:
        if verdicts is not None and _NAME.search(path.stem):
            raise FileRefused(CHANGES_BY_NAME.says(file=path.name))
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
                raise FileRefused(CHANGES.says(file=self._name, line=line, cell=quoted(cell.strip())))
