"""Which statement on record explains that a row changed: who changed it, or what else happened to it.

Before that: the leaves about one table's rows, when quiet turns of the log ended, and when people were erased, which
says what may lawfully come late, or not be opened any more.
"""

import json
from bisect import bisect_right
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from heapq import heappop, heappush
from itertools import groupby
from math import inf
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from bot.services.proof.gathering import is_passed
from storage.log import leaf_text, rows, tree
from storage.log.rows import SALT
from storage.log.statements import BY_NAME, Stated
from storage.models import Attempt, EvidenceLog, Organisation, OutcomeRecord, RecordedChange

_AT, _MOMENT = len('{"at":"'), len("2026-11-24T10:00:00.000000")


class Single(NamedTuple):
    row_id: int
    number: int
    said: str
    salt: bytes

    @property
    def moment(self) -> str:
        return self.said[_AT : _AT + _MOMENT + 1]


class Bundled(NamedTuple):
    """A row in a bundle: the hash of its statement, and that of what never changes of it, if the bundle has one."""

    number: int
    hashed: str
    lasting: str
    salt: bytes
    moment: str
    before: "Bundled | None"  # in an earlier bundle


def leaves_by_row(session: Session, organisation_id: int, stated: Stated, kind: str) -> Iterator[Single]:
    """Leaves as the database has them, empty where one is no text or bytes any more: the tree's check tells of it."""
    asked = (
        "SELECT row_id, number, said, salts FROM evidenceleaf"  # noqa: S608 - names of ours
        f" WHERE organisation_id = {organisation_id} AND table_name = '{stated.name}' AND kind = '{kind}'"
        " ORDER BY row_id, number"
    )
    for row_id, number, said, salt in tree.raw(session, asked):
        if isinstance(row_id, int) and isinstance(number, int):
            text, salts = said if isinstance(said, str) else "", salt if isinstance(salt, bytes) else b""
            yield Single(row_id, number, text, salts)


def and_before(bundled: Bundled | None) -> Iterator[Bundled]:
    while bundled is not None:
        yield bundled
        bundled = bundled.before


def instant(text: str) -> datetime:
    """A moment as leaves and SQLite say it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def instant_or_none(text: Any) -> datetime | None:
    try:
        return instant(text)
    except (ValueError, TypeError):
        return None


class Ahead:
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


class Bundles:
    """Rows in bundles, in ascending ids, though bundles may overlap: as many are open as overlap."""

    def __init__(self, session: Session, organisation_id: int, stated: Stated) -> None:
        self._coming = Ahead(leaves_by_row(session, organisation_id, stated, "rows"), key=lambda one: one.row_id)
        self._is_sealed = bool(stated.sealed)
        self._open: dict[int, Bundled] = {}
        self._ids: list[int] = []  # of those, as a heap

    @property
    def next_key(self) -> int | None:
        while self._ids and self._ids[0] not in self._open:
            heappop(self._ids)
        return lowest(self._coming.next_key, self._ids[0] if self._ids else None)

    def take(self, row_id: int) -> Bundled | None:
        while self._coming.next_key == row_id:
            self._add(self._coming.take(row_id))
        return self._open.pop(row_id, None)

    def _add(self, leaf: Single) -> None:
        try:
            instant(leaf.moment)
            hashed = [
                (int(one), str(value), "".join(lasting)) for one, value, *lasting in json.loads(leaf.said)["rows"]
            ]
        except (ValueError, KeyError, TypeError, RecursionError):
            return  # the tree's check tells of the leaf
        for place, (row_id, value, lasting) in enumerate(hashed):
            salt = leaf.salt[place * SALT : (place + 1) * SALT] if self._is_sealed else b""
            heappush(self._ids, row_id)
            before = self._open.get(row_id)
            self._open[row_id] = Bundled(leaf.number, value, lasting, salt, leaf.moment, before)


def lowest(*keys: int | None) -> int | None:
    return min((key for key in keys if key is not None), default=None)


LATE_AFTER = timedelta(minutes=10)  # of the moment a row names: the log takes it in within seconds
_QUIET = 100  # rows: a turn that took in fewer left nothing waiting


class Turns:
    """When quiet turns ended: a row that names a moment well before one of them should have been in the log by then.

    A turn that took in many rows may have left others waiting, as behind a list of a million.
    """

    def __init__(self, session: Session, head: EvidenceLog) -> None:
        ours = f"WHERE organisation_id = {head.organisation_id}"
        at = tree.moment_column(session, "at")
        asked = f"SELECT size, {at} FROM evidencecheckpoint {ours} ORDER BY size"  # noqa: S608
        in_bundles = (
            "SELECT number, last_row_id - row_id FROM evidenceleaf"  # noqa: S608
            f" {ours} AND kind = 'rows' AND last_row_id > row_id ORDER BY number"
        )
        bundles = Ahead(tree.raw(session, in_bundles), key=lambda one: one[0])
        self._turns: list[tuple[datetime, int]] = []
        self._began: datetime | None = None
        latest = datetime.min.replace(tzinfo=UTC)
        before = 0
        for size, text in tree.raw(session, asked):
            moment = instant_or_none(text)
            if moment is None or not isinstance(size, int):
                continue  # the tree's check tells of the checkpoint
            count = size - before
            while (number := bundles.next_key) is not None and number < size:
                count += bundles.take(number)[1]
            before, self._began = size, self._began or moment
            if moment > latest:  # a clock that was set back says nothing
                latest = moment
                if count < _QUIET:
                    self._turns.append((moment, size))

    def late(self, at: datetime, number: int) -> datetime | None:
        """A quiet turn that ended after a moment, before the leaf of this number came."""
        place = bisect_right(self._turns, at, key=lambda turn: turn[0])
        is_before = place < len(self._turns) and self._turns[place][1] <= number
        return self._turns[place][0] if is_before else None

    def is_older(self, at: datetime, number: int) -> bool:
        """Whether a row of this moment and leaf is from before the log, which took in first what there was."""
        return self._began is not None and at < self._began and number < self._turns[0][1]


class Erasures:
    """Leaves that say that people were erased, or that words of long ago were forgotten."""

    def __init__(self, session: Session, head: EvidenceLog, turns: Turns) -> None:
        self._turns = turns
        self._waiting = {  # whether a row of the table has no leaf yet
            name: any(
                not is_passed(head.marks, name, row.row_id)
                for row in rows.rows_where(session, BY_NAME[name], head.organisation_id, "1 = 1")
            )
            for name in ("erasure", "retentionrun")
        }
        leaves = f"SELECT number, {tree.moment_column(session, 'at')} FROM evidenceleaf"  # noqa: S608 - names of ours
        ours = f"WHERE organisation_id = {head.organisation_id} AND table_name ="
        self._of = {
            name: [
                (number, at)
                for number, text in tree.raw(session, f"{leaves} {ours} '{name}' ORDER BY number")
                if isinstance(number, int) and (at := instant_or_none(text)) is not None
            ]
            for name in ("erasure", "retentionrun")
        }

    def came_after(self, stated: Stated, leaf: Single | Bundled) -> bool:
        """Whether one came after the newest leaf about a row, or waits for the log."""
        return self.waits(stated) or any(number > leaf.number for number, _ in self._known(stated))

    def waits(self, stated: Stated) -> bool:
        """Whether one is not in the log yet."""
        is_forgotten = stated.is_forgotten and self._waiting["retentionrun"]
        return self._waiting["erasure"] or is_forgotten

    def lies_between(self, stated: Stated, one: Single | Bundled, other: Single | Bundled) -> bool:
        """Whether one of them came after a leaf about a row, and the next leaf about it soon after or with that one."""
        until = datetime.fromisoformat(other.moment) + LATE_AFTER
        return any(
            number > one.number and at <= until and self._turns.late(at + LATE_AFTER, other.number) is None
            for number, at in self._known(stated)
        )

    def _known(self, stated: Stated) -> list[tuple[int, datetime]]:
        return self._of["erasure"] + (self._of["retentionrun"] if stated.is_forgotten else [])


_STATEMENTS = str(RecordedChange.__tablename__)
_OUTCOMES_IN = str(Attempt.__tablename__)


class Explanations:
    """Read once, by the row that changed. A statement explains changes since it came into the log, or if it waits."""

    def __init__(self, session: Session, head: EvidenceLog) -> None:
        self._session, self._organisation_id = session, head.organisation_id
        self._kept_since = _kept_since(session, head.organisation_id)
        self._said: dict[tuple[str, int], list[tuple[float, dict[str, Any]]]] = {}
        self._told_in: dict[str, dict[int, float]] = {}
        numbers = self._numbers(_STATEMENTS)
        asked = select(RecordedChange.id, RecordedChange.table_name, RecordedChange.row_id, RecordedChange.after)
        ours = col(RecordedChange.organisation_id) == self._organisation_id
        for change_id, table, row_id, after in session.exec(asked.where(ours).order_by(col(RecordedChange.id))):
            said = leaf_text.read_or_nothing(after)
            self._said.setdefault((table, row_id), []).append((numbers.get(change_id or 0, inf), said))
        self._outcomes = self._reported()
        self._next = next(self._outcomes, None)

    def are_kept(self, at: datetime) -> bool:
        """Whether a change that the log took in at a moment must be explained: earlier versions kept no statements."""
        return self._kept_since is None or at > self._kept_since + timedelta(minutes=10)

    def explain(self, stated: Stated, row_id: int, column: str, value: Any, since: int) -> bool:
        """Whether one says that a column became this, since the leaf of a number."""
        if stated.name == _OUTCOMES_IN and column == "outcome":
            # Whether an outcome of the attempt is on record; none: whether one was. Asked in ascending ids.
            while self._next is not None and self._next[0] < row_id:
                self._next = next(self._outcomes, None)
            if self._next is None or self._next[0] != row_id:
                return False
            return value is None or value in self._next[1]
        if column in stated.itself:
            return not stated.told_in or self._is_told(stated, row_id, since)
        said = self._said.get((stated.name, row_id), ())
        return any(
            number > since and column in after and (column in stated.sealed or after[column] == value)
            for number, after in said
        )

    def explain_any(self, stated: Stated, row_id: int, since: int) -> bool:
        """Whether one says that anything of the row changed: a bundle does not say what."""
        said = self._said.get((stated.name, row_id), ())
        is_told = bool(stated.told_in) and self._is_told(stated, row_id, since)
        return is_told or any(number > since for number, _ in said)

    def _is_told(self, stated: Stated, row_id: int, since: int) -> bool:
        """Whether another table has a row about it that is as new."""
        if stated.name not in self._told_in:
            table, column = stated.told_in.split()
            numbers = self._numbers(table)
            mapped: Any = BY_NAME[table].table
            ours = mapped.organisation_id == self._organisation_id
            found = self._session.exec(select(mapped.id, getattr(mapped, column)).where(ours).order_by(mapped.id))
            self._told_in[stated.name] = {about: numbers.get(one, inf) for one, about in found}
        return self._told_in[stated.name].get(row_id, -1) > since

    def _numbers(self, table: str) -> dict[int, int]:
        asked = (
            "SELECT number, kind, row_id, said FROM evidenceleaf"  # noqa: S608 - a name of ours
            f" WHERE organisation_id = {self._organisation_id} AND table_name = '{table}' ORDER BY number DESC"
        )
        found: dict[int, int] = {}
        for number, kind, row_id, said in tree.raw(self._session, asked):
            ids = [row_id] if kind == leaf_text.ROW else leaf_text.rows_in_bundle(said)
            found.update(dict.fromkeys(ids, number))
        return found

    def _reported(self) -> Iterator[tuple[int, set[str]]]:
        asked = (
            f"SELECT attempt_id, outcome FROM {OutcomeRecord.__tablename__}"  # noqa: S608 - a name of ours
            f" WHERE organisation_id = {self._organisation_id} ORDER BY attempt_id"
        )
        for attempt_id, some in groupby(tree.raw(self._session, asked), key=lambda one: one[0]):
            if isinstance(attempt_id, int):
                yield attempt_id, {one[1] for one in some}


def _kept_since(session: Session, organisation_id: int) -> datetime | None:
    """None: since the log began, or the cell cannot be read; the organisation's own leaf says that it changed."""
    column = tree.moment_column(session, "changes_kept_since")
    table = Organisation.__tablename__
    asked = f"SELECT {column} FROM {table} WHERE id = {organisation_id}"  # noqa: S608 - names of ours
    (said,) = next(tree.raw(session, asked), (None,))
    return instant_or_none(said)
