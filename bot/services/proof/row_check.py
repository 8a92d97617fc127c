"""Checks rows against leaves: each row against its newest leaf, and the leaves of one row against each other."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import groupby, pairwise
from typing import Any, NamedTuple

from sqlmodel import Session

from bot.services.answers.evidence import Fault, Tampering
from bot.services.proof.gathering import is_passed
from bot.services.proof.leaves import statement_hash
from bot.services.proof.tree_check import Tell
from storage.log import FORGOTTEN, SALT, Stated, StatedRow, leaf_text, rows, tree
from storage.models import EvidenceLog

LATE_AFTER = timedelta(minutes=10)  # of the moment a row names: the log takes it in within seconds
_QUIET = 100  # rows: a turn that took in fewer left nothing waiting
_AT, _MOMENT = len('{"at":"'), len("2026-11-24T10:00:00.000000")


class _Single(NamedTuple):
    row_id: int
    number: int
    said: str
    salt: bytes

    @property
    def moment(self) -> str:
        return self.said[_AT : _AT + _MOMENT + 1]


class _Bundled(NamedTuple):
    """A row in a bundle: the hash of its statement, and that of what never changes of it, if the bundle has one."""

    number: int
    hashed: str
    lasting: str
    salt: bytes
    moment: str
    before: "_Bundled | None"  # in an earlier bundle


@dataclass(slots=True)
class RowsSaid:
    rows: int = 0
    waiting: int = 0
    erased: int = 0


class RowCheck:
    """One pass over each table's rows and leaves, side by side in the order of ids."""

    def __init__(self, session: Session, head: EvidenceLog, tell: Tell, noted: set[tuple[str, int]]) -> None:
        self._session, self._head, self._tell, self._noted = session, head, tell, noted
        self._turns = _Turns(session, head)
        self._erasures = _Erasures(session, head, self._turns)
        self.said = RowsSaid()

    def check(self, stated: Stated) -> None:
        bundles = _Bundles(self._session, self._head.organisation_id, stated)
        singles = _Ahead(self._singles(stated), key=lambda some: some[0].row_id)
        every = rows.rows_where(self._session, stated, self._head.organisation_id, "1 = 1")
        found = _Ahead(every, key=lambda row: row.row_id)
        while (row_id := _lowest(found.next_key, singles.next_key, bundles.next_key)) is not None:
            self._row(stated, row_id, found.take(row_id), singles.take(row_id) or (), bundles.take(row_id))

    def _row(
        self, stated: Stated, row_id: int, row: StatedRow | None, singles: Sequence[_Single], bundled: _Bundled | None
    ) -> None:
        self.said.rows += row is not None
        self.said.erased += sum(one.salt == rows.ERASED_SALT for one in (*singles, *((bundled,) if bundled else ())))
        if row is None:
            self._tell(Tampering(Fault.REMOVED, stated.name, row_id))
        elif not singles and bundled is None:
            self._without_leaf(stated, row)
        else:
            self._with_leaves(stated, row, singles, bundled)

    def _without_leaf(self, stated: Stated, row: StatedRow) -> None:
        if is_passed(self._head.marks, stated.name, row.row_id):
            self._tell(Tampering(Fault.INSERTED, stated.name, row.row_id))
            return
        self.said.waiting += 1
        self._late(stated, row, self._head.size, None)

    def _with_leaves(
        self, stated: Stated, row: StatedRow, singles: Sequence[_Single], bundled: _Bundled | None
    ) -> None:
        newest = singles[-1] if singles else None
        if newest is not None and (bundled is None or newest.number > bundled.number):
            now = leaf_text.of_row(newest.moment, newest.number, rows.statement_of(stated, row, newest.salt))
            is_same = now == newest.said
        else:
            newest = None
            assert bundled is not None
            is_same = statement_hash(rows.statement_of(stated, row, bundled.salt)) == bundled.hashed
        if not is_same:
            self._differs(stated, row, newest)
            return
        first = singles[0] if bundled is None or (singles and singles[0].number < bundled.number) else bundled
        if len(singles) > 1 or (bundled is not None and (singles or bundled.before)):
            self._earlier(stated, row, singles, bundled, is_single=newest is not None)
        self._late(stated, row, first.number, first.moment)

    def _earlier(
        self, stated: Stated, row: StatedRow, singles: Sequence[_Single], bundled: _Bundled | None, *, is_single: bool
    ) -> None:
        """What earlier leaves about the row say. `is_single`: the newest is no bundle."""
        said = [known for leaf in singles if (known := self._said(stated, leaf)) is not None]
        if len(said) < len(singles):
            return
        for (one, other), (before, after) in zip(pairwise(singles), pairwise(said), strict=True):
            is_newest = is_single and other is singles[-1]
            columns = [*_changed(stated, before, after), *(_resealed(stated, row, one, before) if is_newest else ())]
            if columns:
                fault = Tampering(Fault.REWRITTEN, stated.name, row.row_id, tuple(sorted(columns)), other.number)
                self._tell(fault)
            self._ended_late(stated, row, other, before["is"], after["is"])
        self._unsealed(stated, row, [*singles, *_and_before(bundled)])
        for each in _and_before(bundled):
            self._differs_in_bundle(stated, row, each)

    def _said(self, stated: Stated, leaf: _Single) -> dict[str, Any] | None:
        """What a leaf says of its row; None if that cannot be read, which it tells."""
        try:
            said = json.loads(leaf.said)["statement"]
            for moment in (leaf.moment, *(end for name in stated.ends if (end := said["is"].get(name)))):
                _instant(moment)
            return {"is": dict(said["is"]), "sealed": dict(said["sealed"])}
        except (ValueError, KeyError, TypeError, AttributeError):
            self._tell(Tampering(Fault.LEAF_CHANGED, stated.name, leaf.row_id, number=leaf.number))
            return None

    def _differs(self, stated: Stated, row: StatedRow, newest: _Single | None) -> None:
        if (stated.name, row.row_id) in self._noted:
            self.said.waiting += 1
            return
        if newest is None:
            self._tell(Tampering(Fault.CHANGED, stated.name, row.row_id))
            return
        try:
            statement = json.loads(newest.said)["statement"]
            plain = [name for name, value in row.said.items() if statement["is"].get(name) != value]
            sealed = [
                name
                for name, text in row.personal.items()
                if statement["sealed"].get(name) != rows.sealed_value(newest.salt, name, text)
            ]
        except (ValueError, KeyError, TypeError, AttributeError):
            self._tell(Tampering(Fault.LEAF_CHANGED, stated.name, row.row_id, number=newest.number))
            return
        is_salt = sealed and len(sealed) == sum(text is not None for text in row.personal.values()) and not plain
        if is_salt and (len(sealed) > 1 or newest.salt == rows.ERASED_SALT):
            self._tell(Tampering(Fault.UNSEALED, stated.name, row.row_id, tuple(sealed), newest.number))
        else:
            self._tell(Tampering(Fault.CHANGED, stated.name, row.row_id, (*plain, *sealed), newest.number))

    def _unsealed(self, stated: Stated, row: StatedRow, leaves: Sequence[_Single | _Bundled]) -> None:
        """Salts that are gone without an erasure in the log: what a leaf said before cannot be compared any more.

        A number that comes back after its erasure takes the salt of the leaf that the erasure left.
        """
        was_erased = False
        for one, other in pairwise(sorted(leaves, key=lambda leaf: leaf.number)):
            if one.salt != rows.ERASED_SALT:
                continue
            is_erased = self._erasures.lies_between(stated, one, other)
            if not (is_erased or was_erased):
                columns = tuple(name for name in sorted(stated.sealed) if row.personal[name] is not None)
                self._tell(Tampering(Fault.UNSEALED, stated.name, row.row_id, columns, one.number))
                return
            was_erased = True

    def _differs_in_bundle(self, stated: Stated, row: StatedRow, bundled: _Bundled) -> None:
        """A bundle says that something never changes, and the row says otherwise. After an erasure nobody can tell."""
        if not bundled.lasting or bundled.salt == rows.ERASED_SALT:
            return
        if statement_hash(rows.lasting_of(stated, row, bundled.salt)) != bundled.lasting:
            self._tell(Tampering(Fault.CHANGED, stated.name, row.row_id))

    def _ended_late(
        self, stated: Stated, row: StatedRow, leaf: _Single, before: dict[str, Any], after: dict[str, Any]
    ) -> None:
        """An end that was put in later than the moment it names: a stop withdrawn today as if it had been last week."""
        new = [name for name in stated.ends if after.get(name) and name in before and after[name] != before[name]]
        if any(self._turns.late(_instant(after[name]) + LATE_AFTER, leaf.number) for name in new):
            taken = datetime.fromisoformat(leaf.moment)
            self._tell(Tampering(Fault.BACKDATED, stated.name, row.row_id, tuple(new), leaf.number, at=taken))

    def _late(self, stated: Stated, row: StatedRow, number: int, moment: str | None) -> None:
        if not stated.at or row.said.get("found_at"):  # the phone system's records bring calls of days ago
            return
        at = _instant(row.said[stated.at])
        if (turn := self._turns.late(at + LATE_AFTER, number)) is None or self._turns.is_older(at, number):
            return
        taken = turn if moment is None else datetime.fromisoformat(moment)
        self._tell(Tampering(Fault.BACKDATED, stated.name, row.row_id, (stated.at,), number, at=taken))

    def _singles(self, stated: Stated) -> Iterator[list[_Single]]:
        asked = (
            "SELECT row_id, number, said, salts FROM evidenceleaf"  # noqa: S608 - a name of ours
            f" WHERE organisation_id = {self._head.organisation_id} AND table_name = '{stated.name}' AND kind = 'row'"
            " ORDER BY row_id, number"
        )
        found = (_Single(*values) for values in tree.raw(self._session, asked))
        for _, some in groupby(found, key=lambda one: one.row_id):
            yield list(some)


def _changed(stated: Stated, before: dict[str, Any], after: dict[str, Any]) -> list[str]:
    """Columns that never change, and differ. Leaves of before a migration lack the columns that it added."""
    was, now = before["is"], after["is"]
    is_settled = bool(stated.settled and was.get(stated.settled))
    lasting = (*stated.fixed, *(stated.changing if is_settled else stated.never))
    return [name for name in lasting if name in was and was[name] != now.get(name)]


def _resealed(stated: Stated, row: StatedRow, leaf: _Single, before: dict[str, Any]) -> list[str]:
    """Personal columns that never change, and are not what the leaf before the newest commits to."""
    if leaf.salt == rows.ERASED_SALT:
        return []
    seals = before["sealed"]
    return [
        one
        for one in stated.lasting
        if one in seals and seals[one] != rows.sealed_value(leaf.salt, one, row.personal[one])
    ]


class _Turns:
    """When quiet turns ended: a row that names a moment well before one of them should have been in the log by then.

    A turn that took in many rows may have left others waiting, as behind a list of a million.
    """

    def __init__(self, session: Session, head: EvidenceLog) -> None:
        ours = f"WHERE organisation_id = {head.organisation_id}"
        asked = f"SELECT size, {tree.moment_column(session, 'at')} FROM evidencecheckpoint {ours} ORDER BY size"  # noqa: S608
        in_bundles = (
            "SELECT number, last_row_id - row_id FROM evidenceleaf"  # noqa: S608
            f" {ours} AND kind = 'rows' AND last_row_id > row_id ORDER BY number"
        )
        bundles = _Ahead(tree.raw(session, in_bundles), key=lambda one: one[0])
        self._turns: list[tuple[datetime, int]] = []
        self._began: datetime | None = None
        latest = datetime.min.replace(tzinfo=UTC)
        before = 0
        for size, text in tree.raw(session, asked):
            moment, count = _instant(text), size - before
            while (number := bundles.next_key) is not None and number < size:
                count += bundles.take(number)[1]
            before, self._began = size, self._began or moment
            if moment > latest:  # a clock that was set back says nothing
                latest = moment
                if count < _QUIET:
                    self._turns.append((moment, size))

    def late(self, at: datetime, number: int) -> datetime | None:
        """A quiet turn that ended after a moment, before the leaf of this number came."""
        low, high = 0, len(self._turns)
        while low < high:
            middle = (low + high) // 2
            if self._turns[middle][0] <= at:
                low = middle + 1
            else:
                high = middle
        if low == len(self._turns) or self._turns[low][1] > number:
            return None
        return self._turns[low][0]

    def is_older(self, at: datetime, number: int) -> bool:
        """Whether a row of this moment and leaf is from before the log, which took in first what there was."""
        return self._began is not None and at < self._began and number < self._turns[0][1]


def _and_before(bundled: _Bundled | None) -> Iterator[_Bundled]:
    while bundled is not None:
        yield bundled
        bundled = bundled.before


def _leaves_about(session: Session, head: EvidenceLog, table: str) -> str:
    return (
        f"SELECT number, {tree.moment_column(session, 'at')} FROM evidenceleaf"  # noqa: S608 - names of ours
        f" WHERE organisation_id = {head.organisation_id} AND table_name = '{table}' ORDER BY number"
    )


def _instant(text: str) -> datetime:
    """A moment as leaves and SQLite say it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


class _Erasures:
    """Leaves that say that people were erased, or that words of long ago were forgotten."""

    def __init__(self, session: Session, head: EvidenceLog, turns: _Turns) -> None:
        self._turns = turns
        self._of = {
            name: [(number, _instant(text)) for number, text in tree.raw(session, _leaves_about(session, head, name))]
            for name in ("erasure", "retentionrun")
        }

    def lies_between(self, stated: Stated, one: _Single | _Bundled, other: _Single | _Bundled) -> bool:
        """Whether one of them came after a leaf about a row, and the next leaf about it soon after or with that one."""
        until = datetime.fromisoformat(other.moment) + LATE_AFTER
        known = self._of["erasure"] + (self._of["retentionrun"] if stated.table in FORGOTTEN else [])
        return any(
            number > one.number and at <= until and self._turns.late(at + LATE_AFTER, other.number) is None
            for number, at in known
        )


class _Ahead:
    """An iterator in ascending keys, of which the next is known."""

    def __init__(self, found: Iterator[Any], key: Any) -> None:
        self._found, self._key = found, key
        self._next = next(found, None)

    @property
    def next_key(self) -> int | None:
        return None if self._next is None else self._key(self._next)

    def take(self, row_id: int) -> Any:
        """The next one if it has this key, otherwise None."""
        if self.next_key != row_id:
            return None
        taken, self._next = self._next, next(self._found, None)
        return taken


class _Bundles:
    """Rows in bundles, in ascending ids, though bundles may overlap: as many are open as overlap."""

    def __init__(self, session: Session, organisation_id: int, stated: Stated) -> None:
        asked = (
            "SELECT row_id, number, said, salts FROM evidenceleaf"  # noqa: S608 - a name of ours
            f" WHERE organisation_id = {organisation_id} AND table_name = '{stated.name}' AND kind = 'rows'"
            " ORDER BY row_id, number"
        )
        self._coming = _Ahead((_Single(*values) for values in tree.raw(session, asked)), key=lambda one: one.row_id)
        self._is_sealed = bool(stated.sealed)
        self._open: dict[int, _Bundled] = {}
        self._ids: list[int] = []  # of those, as a heap

    @property
    def next_key(self) -> int | None:
        while self._ids and self._ids[0] not in self._open:
            heappop(self._ids)
        return _lowest(self._coming.next_key, self._ids[0] if self._ids else None)

    def take(self, row_id: int) -> _Bundled | None:
        while self._coming.next_key == row_id:
            self._add(self._coming.take(row_id))
        return self._open.pop(row_id, None)

    def _add(self, leaf: _Single) -> None:
        try:
            hashed = json.loads(leaf.said)["rows"]
            _instant(leaf.moment)
        except (ValueError, KeyError):
            return  # the tree's check tells of the leaf
        for place, (row_id, value, *lasting) in enumerate(hashed):
            salt = leaf.salt[place * SALT : (place + 1) * SALT] if self._is_sealed else b""
            heappush(self._ids, row_id)
            before = self._open.get(row_id)
            self._open[row_id] = _Bundled(leaf.number, value, "".join(lasting), salt, leaf.moment, before)


def _lowest(*keys: int | None) -> int | None:
    return min((key for key in keys if key is not None), default=None)
