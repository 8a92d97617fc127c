"""Bulk reads and inserts, each the fastest way its engine has. Inserts leave out rows that a unique index forbids."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import cache, partial
from itertools import repeat
from typing import Any, NamedTuple

import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError
from sqlmodel import AutoString, Session, SQLModel

from storage.database.engine import forget_rows, has_one_writer

Row = tuple[Any, ...]
_UNIQUE_VIOLATION = "23505"  # SQLSTATE


class _Coming(NamedTuple):
    """Rows to insert, column by column, and the values that all of them share."""

    table: str
    names: Sequence[str]
    columns: Sequence[Sequence[Any]]
    same: Sequence[Any]


_BETWEEN = "\x1f"  # separates values and occurs in none
_ROWS = 500  # in one block of COPY: the server reads one while the next is written
_OTHERWISE = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_NOTHING = "\\N"
_NONE = type(None)


def is_one_of(session: Session, of: Any, values: Collection[Any]) -> sa.ColumnElement[bool]:
    """SQL: whether a column holds any of many values. They go as one parameter: writing out thousands takes time."""
    if has_one_writer(session):
        listed = sa.func.json_each(sa.bindparam(None, json.dumps(list(values)), type_=sa.String)).table_valued("value")
        return of.in_(sa.select(listed.c.value))  # type: ignore[no-any-return]
    joined = _BETWEEN.join(map(str, values))
    if joined.count(_BETWEEN) >= max(len(values), 1):
        return of == sa.any_(sa.bindparam(None, list(values), type_=sa.ARRAY(of.type)))  # type: ignore[no-any-return]
    # As one text: the driver takes longer to write an array than the server takes to look its values up.
    array = sa.func.string_to_array(sa.bindparam(None, joined, type_=sa.String), _BETWEEN)
    return of == sa.any_(sa.cast(array, sa.ARRAY(of.type)))  # type: ignore[no-any-return]


def mark_of_writes(session: Session) -> tuple[object, ...]:
    """SQLite: what changes whenever another connection commits, or somebody writes on this one."""
    raw: Any = session.connection().connection.dbapi_connection
    return id(raw), *raw.execute("PRAGMA data_version").fetchone(), raw.total_changes


def make_room(session: Session) -> None:
    """Tune the transaction (on SQLite the connection) for bulk work.

    SQLite: a larger cache, because 2 MB would rewrite the same index pages with each batch; and checkpoints in
    its own time, before the log is so long that the next writer must make one.
    PostgreSQL: no sequential scans, because a plan made while a table is small stays in use when it has grown.
    """
    if not has_one_writer(session):
        session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
        return
    for setting in ("cache_size=-65536", "wal_autocheckpoint=2000"):
        session.connection().exec_driver_sql(f"PRAGMA {setting}")


def reserve_ids(session: Session, table: type[SQLModel], count: int) -> list[int]:
    """Reserve ids for new rows, in ascending order. On SQLite they are reserved until the transaction ends."""
    target = _table(table)
    if has_one_writer(session):
        last = session.execute(sa.select(sa.func.coalesce(sa.func.max(target.c.id), 0))).scalar_one()
        return list(range(last + 1, last + 1 + count))
    # As a subquery, PostgreSQL looks the sequence up once; otherwise once for each id.
    sequence = sa.select(sa.func.pg_get_serial_sequence(f'"{target.name}"', "id")).scalar_subquery()
    each = sa.cast(sa.func.nextval(sequence), sa.String)
    asked = sa.select(sa.func.string_agg(each, " ")).select_from(sa.func.generate_series(1, count).alias())
    return sorted(map(int, (session.scalar(asked) or "").split()))


def insert(
    session: Session,
    table: type[SQLModel],
    columns: Sequence[str],
    rows: Sequence[Row],
    same: Mapping[str, Any],
    unique: Sequence[str] = (),
) -> int:
    """Insert rows, each with the values of `same` added. Returns how many were new.

    `unique`: the columns of the unique index by which a row may already exist; such a row is left out. Order the rows
    by these columns: two transactions that lock the same rows in opposite orders would deadlock. Without `unique`, a
    row that already exists is an error.
    """
    if not rows:
        return 0
    session.flush()
    connection, target = session.connection(), _table(table)
    names = (*columns, *same)
    own = _encoded(connection.dialect, [target.c[name] for name in columns], list(zip(*rows, strict=True)))
    constant = _encoded(connection.dialect, [target.c[name] for name in same], [(value,) for value in same.values()])
    shared = [value for (value,) in constant]
    if has_one_writer(session):
        whole = list(zip(*own, *map(repeat, shared), strict=False))
        marks, conflict = ", ".join("?" * len(names)), "ON CONFLICT DO NOTHING" if unique else ""
        statement = f'INSERT INTO "{target.name}" ({listed(names)}) VALUES ({marks}) {conflict}'  # noqa: S608
        return connection.exec_driver_sql(statement, whole).rowcount
    coming = _Coming(target.name, names, own, shared)
    if not unique:
        return _copy_into(connection, coming, target.name)
    # By code point, as Python orders, so that all transactions lock the same rows in the same order.
    order = [f'"{one}"' + (' COLLATE "C"' if isinstance(target.c[one].type, AutoString) else "") for one in unique]
    return _copy(connection, coming, ", ".join(order))


def _copy(connection: sa.Connection, coming: _Coming, order: str) -> int:
    """COPY has no ON CONFLICT. Where rows may already exist, they go through a temporary table."""
    savepoint = connection.begin_nested()
    try:
        copied = _copy_into(connection, coming, coming.table)
    except DBAPIError as error:
        savepoint.rollback()
        if getattr(error.orig, "sqlstate", "") != _UNIQUE_VIOLATION:
            raise
        return _copy_around(connection, coming, order)
    savepoint.commit()
    return copied


def _copy_around(connection: sa.Connection, coming: _Coming, order: str) -> int:
    names, staged = listed(coming.names), f"coming_{coming.table}"
    like = f'SELECT {names} FROM "{coming.table}" WITH NO DATA'  # noqa: S608 - the names of our own tables
    connection.exec_driver_sql(f'CREATE TEMPORARY TABLE "{staged}" ON COMMIT DROP AS {like}')
    _copy_into(connection, coming, staged)
    rows = f'SELECT {names} FROM "{staged}" ORDER BY {order}'  # noqa: S608
    new = connection.exec_driver_sql(f'INSERT INTO "{coming.table}" ({names}) {rows} ON CONFLICT DO NOTHING').rowcount
    connection.exec_driver_sql(f'DROP TABLE "{staged}"')
    return new


def _copy_into(connection: sa.Connection, coming: _Coming, table: str) -> int:
    statement = f'COPY "{table}" ({listed(coming.names)}) FROM STDIN'
    raw: Any = connection.connection.driver_connection
    with _as_sqlalchemy_says(connection.dialect, statement), raw.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for block in text_blocks(coming.columns, coming.same):
                copy.write(block)
        return int(cursor.rowcount)


@contextmanager
def _as_sqlalchemy_says(dialect: sa.Dialect, statement: str) -> Iterator[None]:
    """Raise the driver's errors as SQLAlchemy's, which the rest of the program knows."""
    try:
        yield
    except dialect.loaded_dbapi.Error as error:
        forget_rows(error)  # COPY names the row it was in, and quotes it
        raise DBAPIError.instance(statement, None, error, dialect.loaded_dbapi.Error, dialect=dialect) from error


def _encoded(dialect: sa.Dialect, columns: Sequence[sa.Column[Any]], values: Sequence[Row]) -> list[Sequence[Any]]:
    """Encode the values of each column for the driver. Words and instants repeat, so each is encoded once."""
    ways = [one.type.dialect_impl(dialect).bind_processor(dialect) for one in columns]
    return [found if way is None else _encoded_once(way, found) for way, found in zip(ways, values, strict=True)]


def _encoded_once(way: Callable[[Any], Any], values: Sequence[Any]) -> list[Any]:
    """Encode each distinct object once. Objects are told apart by identity, which is quicker than by value."""
    encoded = cache(partial(_encoded_value, way))
    places = list(map(id, values))
    by_place = {place: encoded(value) for place, value in dict(zip(places, values, strict=True)).items()}
    return list(map(by_place.__getitem__, places))


def _encoded_value(way: Callable[[Any], Any], value: Any) -> Any:
    found = way(value)
    return found.isoformat() if isinstance(found, datetime | date) else found


def listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{one}"' for one in columns)


def _table(table: type[SQLModel]) -> sa.Table:
    return table.__table__  # type: ignore[attr-defined, no-any-return]


def text_blocks(columns: Sequence[Sequence[Any]], same: Sequence[Any]) -> Iterator[str]:
    """Write rows as PostgreSQL's COPY reads them, in blocks: one line for each row, a tab between values.

    Each row is followed by the values of `same`. Works column by column: the values of one column have one type, and
    most need no escaping. Value by value, the writing would take as long as the server does.

    Raises TypeError for a value that is not a string, integer, boolean, date, datetime, psycopg.Binary or None.
    """
    texts: list[Sequence[str]] = [_texts(one) for one in columns]
    behind = "".join([f"\t{_text(one)}" for one in same]) + "\n"
    for start in range(0, len(texts[0]), _ROWS):
        part = [one[start : start + _ROWS] for one in texts]
        yield behind.join(map("\t".join, zip(*part, strict=True))) + behind


def _texts(values: Sequence[Any]) -> Sequence[str]:
    kinds = set(map(type, values))
    if kinds == {str}:
        return values if _is_plain("".join(values)) else [one.translate(_OTHERWISE) for one in values]
    if kinds == {int}:
        return list(map(str, values))
    # few strings are distinct: each is escaped once
    return list(map(cache(_text), values)) if kinds <= {str, _NONE} else [_text(one) for one in values]


def _is_plain(text: str) -> bool:
    return not ("\\" in text or "\t" in text or "\n" in text or "\r" in text)


def _text(value: Any) -> str:
    if value is None:
        return _NOTHING
    if isinstance(value, str):
        return value if _is_plain(value) else value.translate(_OTHERWISE)
    if isinstance(value, bool):
        return "t" if value else "f"
    if isinstance(value, int):
        return str(value)
    if isinstance(value, date):  # or a datetime
        return value.isoformat()
    from psycopg import Binary  # only the rarest values need it, and the driver comes with the extra [postgres]

    if isinstance(value, Binary):
        return rf"\\x{value.obj.hex()}"
    raise TypeError(f"COPY is not taught to write {type(value).__name__}")
