"""Makes leaves of rows: one for each, or one for up to 256 that came together."""

import secrets
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from bot.services.proof.gathering import Gathered
from storage.log import leaf_text, merkle, rows, tree
from storage.log.rows import SALT, StatedRow
from storage.log.statements import Stated
from storage.models import Contact

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
    """In ascending ids, few enough and near enough to each other."""
    some: list[StatedRow] = []
    for row in sorted(found):
        if some and (len(some) == _IN_ONE or row.row_id - some[0].row_id >= tree.SPAN):
            yield some
            some = []
        some.append(row)
    if some:
        yield some
