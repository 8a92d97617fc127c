"""Erases the salts of rows whose personal columns are being erased. Leaves, tree and checkpoints stay as they are."""

from collections.abc import Collection, Mapping
from typing import Any

from sqlmodel import Session, SQLModel, col, select

from storage.database import bulk
from storage.database.rows import changed
from storage.log.leaf_text import rows_in_bundle
from storage.log.rows import ERASED_SALT, SALT
from storage.log.statements import BY_NAME
from storage.log.tree import SPAN
from storage.models import EvidenceChange, EvidenceLeaf, EvidenceLog

_AT_ONCE = 500


def forget_salts(session: Session, rows: Mapping[type[SQLModel], Collection[int]]) -> None:
    """Nobody can open these rows' personal columns in the leaves of before any more. Each row gets a new leaf.

    Call it in the transaction that erases them. A turn of the log that has read them and not written yet writes
    nothing: its leaves would have salts that nothing erases.
    """
    # No turn is written that has read before this transaction ends. This waits for one that is being written.
    changed(session, EvidenceLog, turn=EvidenceLog.turn + 1)
    for table, ids in rows.items():
        stated = BY_NAME.get(str(table.__tablename__))
        if stated is None or not stated.sealed or not ids:
            continue
        chosen = sorted(ids)
        for start in range(0, len(chosen), _AT_ONCE):
            _forget(session, stated.name, chosen[start : start + _AT_ONCE])


def _forget(session: Session, table: str, ids: list[int]) -> None:
    alone: list[Any] = [EvidenceLeaf.table_name == table, col(EvidenceLeaf.kind) == "row"]
    changed(session, EvidenceLeaf, *alone, col(EvidenceLeaf.row_id).in_(ids), salts=ERASED_SALT)
    for row_id in ids:
        found = session.exec(
            select(EvidenceLeaf).where(
                EvidenceLeaf.table_name == table,
                EvidenceLeaf.kind == "rows",
                col(EvidenceLeaf.row_id).between(row_id - SPAN + 1, row_id),
                col(EvidenceLeaf.last_row_id) >= row_id,
            )
        )
        for leaf in [one for one in found if row_id in rows_in_bundle(one.said)]:
            place = rows_in_bundle(leaf.said).index(row_id)
            salts = leaf.salts.ljust((place + 1) * SALT, b"\0")  # fewer, where somebody changed them: `verify` says so
            leaf.salts = salts[: place * SALT] + ERASED_SALT + salts[(place + 1) * SALT :]
    session.flush()
    bulk.insert(session, EvidenceChange, ("row_id",), [(one,) for one in ids], {"table_name": table})
