"""Reads rows of statements as a leaf says them: the same text on SQLite and PostgreSQL."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from hashlib import sha256
from itertools import starmap
from typing import Any, NamedTuple

from sqlalchemy import JSON, Boolean, Column, Date, DateTime, Time
from sqlmodel import Session

from storage.log.statements import Stated

SALT = 16  # bytes
ERASED_SALT = bytes(SALT)
# What no column of a statement holds is said by its kind: it differs from every leaf, and can be named.
encoded = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=repr).encode


class StatedRow(NamedTuple):
    """One row: what is said openly by column, and its personal columns, whose text is only committed to."""

    row_id: int
    said: dict[str, Any]
    personal: dict[str, str | None]


class Shape(NamedTuple):
    """How the rows of one table are read. `flags`: the places of true and false, which SQLite keeps as numbers."""

    columns: str
    said: tuple[str, ...]
    sealed: tuple[str, ...]
    flags: tuple[str, ...]

    def row(self, row_id: int, *values: Any) -> StatedRow:
        count = len(self.said)
        said = dict(zip(self.said, values[:count], strict=True))
        for name in self.flags:
            if said[name] is not None:
                said[name] = bool(said[name])
        return StatedRow(row_id, said, dict(zip(self.sealed, values[count:], strict=True)))


@cache
def shape_of(stated: Stated, dialect: str) -> Shape:
    columns = stated.table.__table__.c  # type: ignore[attr-defined]
    said, sealed = tuple(sorted((*stated.fixed, *stated.changing))), tuple(sorted(stated.sealed))
    read = [_read(columns[name], dialect) for name in ("id", *said, *sealed)]
    flags = tuple(name for name in said if isinstance(columns[name].type, Boolean))
    return Shape(", ".join(read), said, sealed, flags)


def _read(column: "Column[Any]", dialect: str) -> str:
    name = f'"{column.name}"'
    if dialect == "sqlite":
        return name
    kind = getattr(column.type, "impl_instance", column.type)
    if isinstance(kind, JSON):
        return f"CAST({name} AS text)"
    if isinstance(kind, DateTime):
        return f"to_char({name} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US')"
    if isinstance(kind, Date):
        return f"to_char({name}, 'YYYY-MM-DD')"
    return f"to_char({name}, 'HH24:MI:SS.US')" if isinstance(kind, Time) else name


def rows_where(
    session: Session, stated: Stated, organisation_id: int, condition: str, most: int | None = None
) -> Iterator[StatedRow]:
    """Rows of an organisation that meet a condition, in order of id. The condition is ours, without others' text."""
    connection = session.connection()
    shape = shape_of(stated, connection.dialect.name)
    ours = f'"{stated.owner}" = {organisation_id} AND ' if stated.owner else ""
    limit = "" if most is None else f" LIMIT {most}"
    asked = f'SELECT {shape.columns} FROM "{stated.name}" WHERE {ours}{condition} ORDER BY id{limit}'  # noqa: S608
    found = connection.exec_driver_sql(asked)
    while some := found.cursor.fetchmany(1000):
        yield from starmap(shape.row, some)
    found.close()


def after(session: Session, stated: Stated, organisation_id: int, row_id: int, most: int) -> Sequence[StatedRow]:
    return list(rows_where(session, stated, organisation_id, f"id > {row_id}", most))


def between(session: Session, stated: Stated, organisation_id: int, first: int, last: int) -> Sequence[StatedRow]:
    return list(rows_where(session, stated, organisation_id, f"id BETWEEN {first} AND {last}"))


def these(session: Session, stated: Stated, organisation_id: int, ids: Sequence[int]) -> Sequence[StatedRow]:
    listed = ", ".join(map(str, ids))
    return list(rows_where(session, stated, organisation_id, f"id IN ({listed})")) if ids else []


def highest_ids(session: Session, tables: Sequence[Stated]) -> dict[str, int]:
    """The highest id of each table that has rows, of any organisation."""
    asked = " UNION ALL ".join(f"SELECT '{one.name}', max(id) FROM \"{one.name}\"" for one in tables)  # noqa: S608
    found = session.connection().exec_driver_sql(asked)
    return {name: highest for name, highest in found.cursor.fetchall() if highest is not None}


def statement_of(stated: Stated, row: StatedRow, salt: bytes) -> str:
    """What a leaf says of a row, as canonical JSON."""
    sealed = {name: sealed_value(salt, name, text) for name, text in row.personal.items()}
    return encoded({"is": row.said, "row": row.row_id, "sealed": sealed, "table": stated.name})


def lasting_of(stated: Stated, row: StatedRow, salt: bytes) -> str:
    """What never changes of a row, as canonical JSON; empty if there is nothing of that kind."""
    columns = sorted((*stated.fixed, *stated.never))
    if not columns and not stated.lasting:
        return ""
    return encoded(
        [
            {name: row.said[name] for name in columns},
            {name: sealed_value(salt, name, row.personal[name]) for name in sorted(stated.lasting)},
        ]
    )


def sealed_value(salt: bytes, column: str, text: str | None) -> str | None:
    """The commitment to a personal column: SHA-256 of the column's key and the text. Nothing is nothing."""
    if text is None:
        return None
    if not isinstance(text, str):  # a cell that is no text any more is committed to nowhere
        text = repr(text)
    return sha256(column_key(salt, column) + text.encode("utf-8", "surrogatepass")).hexdigest()


def column_key(salt: bytes, column: str) -> bytes:
    """What opens one column's commitment alone: SHA-256 of the row's salt, which has one length, and its name."""
    return sha256(salt + column.encode()).digest()
