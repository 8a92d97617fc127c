"""The stored tree: hashes of any range of leaves, and the leaves of a row."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlmodel import Session, col, select

from storage.log.merkle import TILE, TILE_HEIGHT, node_hash, split
from storage.models import EvidenceCheckpoint, EvidenceLeaf, EvidenceNode

SPAN = 1024  # a bundle's ids lie within so many


class Tree:
    """Hashes of one organisation's log, read a tile at a time and kept."""

    def __init__(self, session: Session, organisation_id: int) -> None:
        self._session, self._organisation_id = session, organisation_id
        self._tiles: dict[tuple[int, int], dict[int, bytes]] = {}

    def subtree(self, begin: int, end: int) -> bytes:
        """The root over the leaves [begin, end), as RFC 9162 divides a tree. Raises KeyError if one is missing."""
        count = end - begin
        height = count.bit_length() - 1
        is_kept = count == 1 << height and not height % TILE_HEIGHT and not begin % count
        if is_kept:
            return self._hash(height // TILE_HEIGHT, begin // count)
        middle = begin + split(count)
        return node_hash(self.subtree(begin, middle), self.subtree(middle, end))

    def _hash(self, level: int, number: int) -> bytes:
        tile = (level, number // TILE)
        if tile not in self._tiles:
            table: Any = EvidenceNode if level else EvidenceLeaf
            first = number // TILE * TILE
            which = [table.organisation_id == self._organisation_id, table.number.between(first, first + TILE - 1)]
            which += [EvidenceNode.level == level] if level else []
            self._tiles[tile] = dict(self._session.exec(select(table.number, table.hashed).where(*which)).all())
        return self._tiles[tile][number]


def leaves_of(session: Session, organisation_id: int, table: str, row_id: int) -> Sequence[EvidenceLeaf]:
    """Every leaf that speaks of a row or of a bundle around it, oldest first."""
    return session.exec(
        select(EvidenceLeaf)
        .where(
            EvidenceLeaf.organisation_id == organisation_id,
            EvidenceLeaf.table_name == table,
            col(EvidenceLeaf.row_id).between(row_id - SPAN + 1, row_id),
            col(EvidenceLeaf.last_row_id) >= row_id,
        )
        .order_by(col(EvidenceLeaf.number))
    ).all()


def newest_checkpoint(session: Session, organisation_id: int) -> EvidenceCheckpoint | None:
    ours = select(EvidenceCheckpoint).where(EvidenceCheckpoint.organisation_id == organisation_id)
    return session.exec(ours.order_by(col(EvidenceCheckpoint.size).desc()).limit(1)).first()


def moment_column(session: Session, name: str) -> str:
    """SQL: a moment as SQLite stores it."""
    if session.get_bind().dialect.name == "sqlite":
        return f'"{name}"'
    return f"to_char(\"{name}\" AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"


@contextmanager
def whatever_it_holds(session: Session) -> Iterator[None]:
    """Within the block SQLite gives texts that are no UTF-8 as well, with what is broken of them marked."""
    found: Any = session.connection().connection.dbapi_connection
    if session.get_bind().dialect.name != "sqlite":
        yield
        return
    usual, found.text_factory = found.text_factory, lambda text: text.decode("utf-8", "surrogateescape")
    try:
        yield
    finally:
        found.text_factory = usual


def raw(session: Session, asked: str) -> Iterator[Any]:
    """Rows as the driver has them, a thousand at a time."""
    found = session.connection().exec_driver_sql(asked)
    while some := found.cursor.fetchmany(1000):
        yield from some
    found.close()
