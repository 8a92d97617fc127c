"""Recognises a file of changes to a register, of which some numbers are added and others deleted: it is no register."""

import re
from collections.abc import Collection, Iterable, Iterator
from pathlib import Path

from bot.services.answers.lists import RowFault
from bot.services.do_not_call.register_columns import CHANGES, CHANGES_BY_NAME
from bot.services.errors import FileRefused
from bot.services.files.headings import key_of
from bot.services.files.number_list import NumberFile, NumberRow
from bot.services.quoting import quoted

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
