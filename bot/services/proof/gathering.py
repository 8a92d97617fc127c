"""Finds what was committed and is not in the log yet. Reads only.

New rows are found by their ids: higher than the highest in the log. On PostgreSQL a lower id may be committed later, so
ids that were passed over are looked at again until every transaction that ran then has ended.

Then makes leaves of the rows: one for each, or one for up to 256 that came together.
"""

import secrets
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlmodel import Session

from bot.services.proof.notes import Checkpoint
from storage.log import heads, leaf_text, merkle, rows, tree
from storage.log.rows import SALT, StatedRow
from storage.log.statements import STATED, Stated
from storage.models import Contact, EvidenceLog

MOST_OF_A_TABLE = 1_024  # rows in one turn
MOST_CHANGES = 1_000
_LOOKED_AT_FOR = timedelta(minutes=2)  # a transaction is ended after one minute of idleness
_HIGHEST, _GAPS = "to", "gaps"
_PARTS = 4  # of a gap: its first and last id, when it was noted, and by which transaction
# What reading a cell raises that holds anything.
MALFORMED = (ValueError, KeyError, TypeError, AttributeError, IndexError, RecursionError)


@dataclass(slots=True)
class Gathered:
    """Rows by table, in the order of the tables; the marks after them; notes of changes to be dropped."""

    new: list[tuple[Stated, Sequence[StatedRow]]] = field(default_factory=list)
    changed: list[tuple[Stated, Sequence[StatedRow]]] = field(default_factory=list)
    marks: dict[str, Any] = field(default_factory=dict)
    change_ids: list[int] = field(default_factory=list)
    is_all: bool = True
    lost: Checkpoint | None = None  # which the log had before its database was put back

    @property
    def rows(self) -> int:
        return sum(len(found) for _, found in (*self.new, *self.changed))


def gather(session: Session, head: EvidenceLog, at: datetime) -> Gathered:
    found = Gathered(marks=dict(head.marks))
    highest = rows.highest_ids(session, STATED)
    oldest, first = heads.snapshot(session)
    for stated in STATED:
        mark = _mark(head.marks, stated.name)
        gaps = [(low, high) for low, high, *_ in mark[_GAPS]]
        late = [row for gap in gaps for row in rows.between(session, stated, head.organisation_id, *gap)]
        new: Sequence[StatedRow] = ()
        if highest.get(stated.name, 0) > mark[_HIGHEST]:
            new = rows.after(session, stated, head.organisation_id, mark[_HIGHEST], MOST_OF_A_TABLE)
            found.is_all = found.is_all and len(new) < MOST_OF_A_TABLE
        if late or new:
            found.new.append((stated, [*late, *new]))
        moved = _moved(mark, [one.row_id for one in (*late, *new)], at, oldest, first)
        if moved != mark:
            found.marks[stated.name] = moved
    _gather_changes(session, head, found)
    return found


def _mark(marks: Mapping[str, Any], table: str) -> dict[str, Any]:
    return marks.get(table) or {_HIGHEST: 0, _GAPS: []}


def are_sound(marks: object) -> bool:
    """Whether these are marks: a cell of the head may hold anything."""
    return isinstance(marks, dict) and all(
        isinstance(one, dict) and isinstance(one.get(_HIGHEST), int) and _are_gaps(one.get(_GAPS))
        for one in marks.values()
    )


def _are_gaps(gaps: object) -> bool:
    return isinstance(gaps, list) and all(
        isinstance(one, list) and len(one) == _PARTS and all(isinstance(part, int) for part in one) for one in gaps
    )


def is_passed(marks: Mapping[str, Any], table: str, row_id: int) -> bool:
    """Whether a row of this id should be in the log: it is below the mark and not looked for any more."""
    mark = _mark(marks, table)
    return row_id <= mark[_HIGHEST] and not any(low <= row_id <= high for low, high, *_ in mark[_GAPS])


def without_gaps(marks: Mapping[str, Any]) -> dict[str, Any]:
    """Marks of a database that was put back: no transaction of then runs, so no passed-over id can still appear."""
    return {table: {_HIGHEST: mark[_HIGHEST], _GAPS: []} for table, mark in marks.items()}


def _moved(mark: dict[str, Any], ids: Sequence[int], at: datetime, oldest: int, first: int) -> dict[str, Any]:
    """The mark once these rows are in the log. `first` is 0 where ids are committed in order."""
    seconds = int(at.timestamp())
    looked_at = _LOOKED_AT_FOR.total_seconds()
    gaps = [
        left
        for low, high, noted, began in mark[_GAPS]
        if seconds - noted <= looked_at or oldest < began
        for left in _without((low, high, noted, began), ids)
    ]
    highest = mark[_HIGHEST]
    for row_id in ids:
        if row_id > highest:
            if first and row_id > highest + 1:
                gaps.append([highest + 1, row_id - 1, seconds, first])
            highest = row_id
    return {_HIGHEST: highest, _GAPS: gaps}


def _without(gap: Sequence[int], ids: Sequence[int]) -> list[list[int]]:
    low, high, *noted = gap
    left = []
    for row_id in ids:
        if low <= row_id <= high:
            if row_id > low:
                left.append([low, row_id - 1, *noted])
            low = row_id + 1
    return [*left, [low, high, *noted]] if low <= high else left


def _gather_changes(session: Session, head: EvidenceLog, found: Gathered) -> None:
    """Rows that changed, once each. A row that is new as well needs no second leaf; one not yet in the log waits."""
    noted = heads.changes(session, MOST_CHANGES)
    found.is_all = found.is_all and len(noted) < MOST_CHANGES
    new = {stated.name: {row.row_id for row in some} for stated, some in found.new}
    notes: dict[str, dict[int, list[int]]] = {}
    for note_id, table, row_id in noted:
        if row_id in new.get(table, ()):
            found.change_ids.append(note_id)
        elif is_passed(head.marks, table, row_id):
            notes.setdefault(table, {}).setdefault(row_id, []).append(note_id)
    for stated in STATED:
        if ids := notes.get(stated.name):
            some = rows.these(session, stated, head.organisation_id, sorted(ids))
            found.changed.append((stated, some))
            found.change_ids += [note_id for row in some for note_id in ids[row.row_id]]


BUNDLED_FROM = 256  # rows of one table in one turn: as a list or a screening brings them
_IN_ONE = 256
_ALWAYS_BUNDLED = (Contact,)


def moment(at: datetime) -> str:
    """A moment as leaves say it: UTC, with microseconds."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


class Growing:
    """A tree with leaves being appended to it, and what is to be written of them."""

    bundled_from = BUNDLED_FROM

    def __init__(self, size: int, peaks: bytes, at: datetime) -> None:
        self.peaks = merkle.Peaks(size, peaks)
        self.leaves: list[tuple[Any, ...]] = []
        self.nodes: list[merkle.Node] = []
        self.keys = "", "", False  # where another comes to sign the log: see `notes.Checkpoint`
        self._at, self._moment = at, moment(at)

    def add(self, gathered: Gathered) -> None:
        for stated, found in gathered.new:
            if len(found) >= self.bundled_from or stated.table in _ALWAYS_BUNDLED:
                for some in _bundles(found):
                    salts = secrets.token_bytes(SALT * len(some)) if stated.sealed else b""
                    each = (salts[place * SALT : (place + 1) * SALT] for place in range(len(some)))
                    hashed = [_in_bundle(stated, row, salt) for row, salt in zip(some, each, strict=True)]
                    said = leaf_text.of_rows(self._moment, self.peaks.size, stated.name, hashed)
                    self._append(leaf_text.ROWS, stated.name, some[0].row_id, some[-1].row_id, said, salts)
            else:
                self._rows(stated, found)
        for stated, found in gathered.changed:
            self._rows(stated, found)

    def restored(self, size: int, root: str, **more: Any) -> None:
        """Say that the database was put back."""
        said = leaf_text.of_restored(self._moment, self.peaks.size, size, root, **more)
        self._append(leaf_text.RESTORED, "", 0, 0, said, b"")

    def key_changed(self, was: str, now: str, by: str, *, is_lost: bool) -> None:
        """Say that another key signs the log from now on."""
        self.keys = was, now, is_lost
        said = leaf_text.of_key(self._moment, self.peaks.size, was, now, by, is_lost=is_lost)
        self._append(leaf_text.KEY, "", 0, 0, said, b"")

    def _rows(self, stated: Stated, found: Sequence[StatedRow]) -> None:
        salts = secrets.token_bytes(SALT * len(found)) if stated.sealed else b""
        for place, row in enumerate(found):
            salt = salts[place * SALT : (place + 1) * SALT]
            said = leaf_text.of_row(self._moment, self.peaks.size, rows.statement_of(stated, row, salt))
            self._append(leaf_text.ROW, stated.name, row.row_id, row.row_id, said, salt)

    def _append(self, kind: str, table: str, first: int, last: int, said: str, salts: bytes) -> None:
        hashed = merkle.leaf_hash(said.encode())
        self.leaves.append((self.peaks.size, kind, table, first, last, self._at, said, hashed, salts))
        self.nodes += self.peaks.append(hashed)


def statement_hash(statement: str) -> str:
    """How a bundle names a row's statement."""
    return sha256(statement.encode()).hexdigest()


def _in_bundle(stated: Stated, row: StatedRow, salt: bytes) -> tuple[Any, ...]:
    hashed, lasting = statement_hash(rows.statement_of(stated, row, salt)), rows.lasting_of(stated, row, salt)
    return (row.row_id, hashed, statement_hash(lasting)) if lasting else (row.row_id, hashed)


def _bundles(found: Sequence[StatedRow]) -> Iterator[Sequence[StatedRow]]:
    some: list[StatedRow] = []
    for row in sorted(found):
        if some and (len(some) == _IN_ONE or row.row_id - some[0].row_id >= tree.SPAN):
            yield some
            some = []
        some.append(row)
    if some:
        yield some
