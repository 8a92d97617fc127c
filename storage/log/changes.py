"""Writes a statement of each change that the changed row does not explain itself: who, when, before, after.

Rows that a session changes are noted as it flushes them; `recorded` notes what an UPDATE changes past the session. Only
what a service does has an author: any other change of the database leaves no statement, and `evidence verify` names it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache, partial
from typing import Any

from sqlalchemy import Boolean, ColumnElement, event, inspect
from sqlalchemy.dialects import sqlite
from sqlmodel import Session, SQLModel, select

from storage.database.bulk import is_one_of
from storage.database.unit_of_work import AUTHOR, Author
from storage.log.rows import encoded
from storage.log.statements import STATED, Stated
from storage.models import RecordedChange

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
    """By row: whose it is, and its columns."""
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
    """Columns that differ from what the session read, each before and after."""
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
