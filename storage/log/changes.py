"""Writes a statement of each change that the changed row does not explain itself: who, when, before, after.

Rows that a session changes are noted as it flushes them; `recorded` notes what an UPDATE changes past the session. Only
what a service does has an author: any other change of the database leaves no statement, and `evidence verify` names it.

And erases the salts of rows whose personal columns are being erased: leaves, tree and checkpoints stay as they are.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

from sqlalchemy import Boolean, ColumnElement, event, inspect
from sqlalchemy.dialects import sqlite
from sqlmodel import Session, SQLModel, col, select

from storage.database import bulk
from storage.database.bulk import is_one_of
from storage.database.rows import changed
from storage.database.unit_of_work import AUTHOR, Author
from storage.log.leaf_text import rows_in_bundle
from storage.log.rows import ERASED_SALT, SALT, encoded
from storage.log.statements import BY_NAME, STATED, Stated
from storage.log.tree import SPAN
from storage.models import EvidenceChange, EvidenceLeaf, EvidenceLog, RecordedChange

_OF: dict[type[SQLModel], Stated] = {one.table: one for one in STATED if one.recorded}
_AS_LEAVES_SAY = sqlite.dialect()


@contextmanager
def recorded(session: Session, table: type[SQLModel], *which: ColumnElement[bool]) -> Iterator[None]:
    """Record what the block changes of these rows by UPDATE."""
    author: Author | None = session.info.get(AUTHOR)
    if author is None:
        yield
        return
    stated = _OF[table]
    before = _read(session, stated, *which)
    yield
    columns = table.__table__.c  # type: ignore[attr-defined]
    after = _read(session, stated, is_one_of(session, columns.id, list(before))) if before else {}
    for row_id, values in after.items():
        changed = {name: (before[row_id][1][name], now) for name, now in values[1].items()}
        _say(session, author, stated, row_id, values[0], {k: v for k, v in changed.items() if v[0] != v[1]})


def _read(session: Session, stated: Stated, *which: ColumnElement[bool]) -> dict[int, tuple[int, dict[str, Any]]]:
    columns = stated.table.__table__.c  # type: ignore[attr-defined]
    asked = select(columns.id, columns[stated.owner], *(columns[name] for name in stated.recorded)).where(*which)
    return {
        row_id: (owner, dict(zip(stated.recorded, values, strict=True)))
        for row_id, owner, *values in session.execute(asked)
    }


@event.listens_for(Session, "before_flush")
def _note_flushed(session: Session, *_: object) -> None:
    author: Author | None = session.info.get(AUTHOR)
    if author is None:
        return
    for row in session.dirty:
        if (stated := _OF.get(type(row))) is not None and (changed := _changed(row, stated)):
            _say(session, author, stated, row.id, getattr(row, stated.owner), changed)


def _changed(row: SQLModel, stated: Stated) -> dict[str, tuple[Any, Any]]:
    attributes = inspect(row).attrs
    changed = {}
    for name in stated.recorded:
        history = attributes[name].history
        if history.added and not history.deleted:
            history = attributes[name].load_history()
        if history.added and history.added != history.deleted:
            changed[name] = (history.deleted[0] if history.deleted else None, history.added[0])
    return changed


def _say(
    session: Session, author: Author, stated: Stated, row_id: int, owner: int, changed: Mapping[str, tuple[Any, Any]]
) -> None:
    if changed:
        before, after = ({name: _shown(stated, name, both[at]) for name, both in changed.items()} for at in (0, 1))
        change = partial(RecordedChange, organisation_id=owner, at=author.clock(), changed_by=author.by)
        session.add(change(table_name=stated.name, row_id=row_id, before=encoded(before), after=encoded(after)))


def _shown(stated: Stated, name: str, value: Any) -> Any:
    """A value as a leaf says it; None for a personal one."""
    if name in stated.sealed:
        return None
    is_flag, bind = _binds(stated, name)
    return value if value is None or is_flag or bind is None else bind(value)


@cache
def _binds(stated: Stated, name: str) -> tuple[bool, Any]:
    kind = stated.table.__table__.c[name].type  # type: ignore[attr-defined]
    return isinstance(kind, Boolean), kind.dialect_impl(_AS_LEAVES_SAY).bind_processor(_AS_LEAVES_SAY)


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
