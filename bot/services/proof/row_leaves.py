"""The leaves about one table's rows, in ascending ids: leaves of their own, and bundles of many rows."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from heapq import heappop, heappush
from typing import Any, NamedTuple

from sqlmodel import Session

from storage.log import tree
from storage.log.rows import SALT
from storage.log.statements import Stated

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


def singles_of(found: Iterable[Sequence[Any]]) -> Iterator[Single]:
    """Leaves as the database has them, empty where one is no text or bytes any more: the tree's check tells of it."""
    for row_id, number, said, salt in found:
        if isinstance(row_id, int) and isinstance(number, int):
            yield Single(
                row_id, number, said if isinstance(said, str) else "", salt if isinstance(salt, bytes) else b""
            )


def and_before(bundled: Bundled | None) -> Iterator[Bundled]:
    while bundled is not None:
        yield bundled
        bundled = bundled.before


def instant(text: str) -> datetime:
    """A moment as leaves and SQLite say it."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


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
        asked = (
            "SELECT row_id, number, said, salts FROM evidenceleaf"  # noqa: S608 - a name of ours
            f" WHERE organisation_id = {organisation_id} AND table_name = '{stated.name}' AND kind = 'rows'"
            " ORDER BY row_id, number"
        )
        self._coming = Ahead(singles_of(tree.raw(session, asked)), key=lambda one: one.row_id)
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
