"""Thousands of rows at once, each engine in its own fastest way, and rows that a unique index forbids left out."""

import json
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import Any

import psycopg
from psycopg.errors import UniqueViolation
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    Dialect,
    String,
    Table,
    any_,
    bindparam,
    cast,
    func,
    select,
)
from sqlalchemy.exc import DBAPIError
from sqlmodel import AutoString, Session, SQLModel

Row = tuple[Any, ...]

_BETWEEN = "\x1f"  # stands between values, and in none


def is_one_of(session: Session, of: Any, values: Collection[Any]) -> ColumnElement[bool]:
    """Whether a column holds one of many values, which go as one parameter: thousands would be written out each time."""
    if _is_sqlite(session):
        listed = func.json_each(bindparam(None, json.dumps(list(values)), type_=String)).table_valued("value")
        return of.in_(select(listed.c.value))  # type: ignore[no-any-return]
    words = [str(value) for value in values]
    if any(_BETWEEN in word for word in words):
        return of == any_(bindparam(None, list(values), type_=ARRAY(of.type)))  # type: ignore[no-any-return]
    # As one text: the driver takes longer to write an array than the server to look its values up.
    joined = bindparam(None, _BETWEEN.join(words), type_=String)
    return of == any_(cast(func.string_to_array(joined, _BETWEEN), ARRAY(of.type)))  # type: ignore[no-any-return]


def has_one_writer(session: Session) -> bool:
    """Whether everybody who writes waits for everybody else who does."""
    return _is_sqlite(session)


def make_room(session: Session) -> None:
    """For this transaction, or this connection of SQLite, what thousands of rows at once want.

    SQLite lets the pages of the indexes stay in memory from one batch to the next, where it otherwise keeps two megabytes
    and rewrites the same pages each time; and many batches go to the file together. PostgreSQL plans a look-up by index:
    while a table is small, or was when it was last analysed, it would read all of it, and then keep to that plan, for each
    foreign key of each row as well, while the table grows a thousandfold.
    """
    if not _is_sqlite(session):
        session.connection().exec_driver_sql("SET LOCAL enable_seqscan = off")
        return
    for setting in ("cache_size=-65536", "wal_autocheckpoint=10000"):
        session.connection().exec_driver_sql(f"PRAGMA {setting}")


def reserve_ids(session: Session, table: type[SQLModel], count: int) -> list[int]:
    """Ids for so many new rows, ascending, that nobody else will use. On SQLite they hold for this transaction."""
    target = _table(table)
    if _is_sqlite(session):
        last = session.execute(select(func.coalesce(func.max(target.c.id), 0))).scalar_one()
        return list(range(last + 1, last + 1 + count))
    sequence = func.pg_get_serial_sequence(f'"{target.name}"', "id")
    asked = select(func.nextval(sequence)).select_from(func.generate_series(1, count).alias())
    return sorted(session.scalars(asked))


def insert(
    session: Session,
    table: type[SQLModel],
    columns: Sequence[str],
    rows: Sequence[Row],
    same: Mapping[str, Any],
    unique: Sequence[str] = (),
) -> int:
    """Insert rows, all with the values of `same` beside their own; answers how many were new.

    `unique`: the columns of the unique index by which a row may be there already; such a row is left out. Give the rows in
    the order of these columns: two transactions that lock the same rows the other way round would wait for each other for
    ever. Without `unique` a row that is there already is an error.
    """
    if not rows:
        return 0
    session.flush()
    connection, target = session.connection(), _table(table)
    names = (*columns, *same)
    encoded = _encoded(connection.dialect, [target.c[name] for name in columns], rows)
    constant = _encoded(connection.dialect, [target.c[name] for name in same], [tuple(same.values())])
    whole = [(*row, *constant[0]) for row in encoded] if same else encoded
    if _is_sqlite(session):
        return _execute_many(connection, target.name, names, whole, "ON CONFLICT DO NOTHING" if unique else "")
    if not unique:
        return _copy_into(connection, target.name, names, whole)
    # By code point, as Python orders: whoever meets the same rows at the same time locks them in the same order.
    order = [f'"{one}"' + (' COLLATE "C"' if isinstance(target.c[one].type, AutoString) else "") for one in unique]
    return _copy(connection, target.name, names, whole, ", ".join(order))


def _execute_many(connection: Connection, name: str, columns: Sequence[str], rows: Sequence[Row], conflict: str) -> int:
    marks = ", ".join("?" * len(columns))
    statement = f'INSERT INTO "{name}" ({_listed(columns)}) VALUES ({marks}) {conflict}'  # noqa: S608
    return connection.exec_driver_sql(statement, list(rows)).rowcount


def _copy(connection: Connection, name: str, columns: Sequence[str], rows: Sequence[Row], order: str) -> int:
    """COPY into the table itself, which knows no ON CONFLICT; where a row is there already, by way of a temporary one."""
    savepoint = connection.begin_nested()
    try:
        copied = _copy_into(connection, name, columns, rows)
    except DBAPIError as error:
        savepoint.rollback()
        if not isinstance(error.orig, UniqueViolation):
            raise
        return _copy_around(connection, name, columns, rows, order)
    savepoint.commit()
    return copied


def _copy_around(connection: Connection, name: str, columns: Sequence[str], rows: Sequence[Row], order: str) -> int:
    listed, staged = _listed(columns), f"coming_{name}"
    like = f'SELECT {listed} FROM "{name}" WITH NO DATA'  # noqa: S608 - the names of our own tables
    connection.exec_driver_sql(f'CREATE TEMPORARY TABLE "{staged}" ON COMMIT DROP AS {like}')
    _copy_into(connection, staged, columns, rows)
    coming = f'SELECT {listed} FROM "{staged}" ORDER BY {order}'  # noqa: S608
    new = connection.exec_driver_sql(f'INSERT INTO "{name}" ({listed}) {coming} ON CONFLICT DO NOTHING').rowcount
    connection.exec_driver_sql(f'DROP TABLE "{staged}"')
    return new


def _copy_into(connection: Connection, name: str, columns: Sequence[str], rows: Sequence[Row]) -> int:
    statement = f'COPY "{name}" ({_listed(columns)}) FROM STDIN'
    raw = connection.connection.driver_connection
    if not isinstance(raw, psycopg.Connection):
        raise TypeError("COPY is psycopg's")
    with _as_sqlalchemy_says(connection.dialect, statement), raw.cursor() as cursor:
        with cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
        return cursor.rowcount


@contextmanager
def _as_sqlalchemy_says(dialect: Dialect, statement: str) -> Iterator[None]:
    """The driver's own errors under the names that the rest of the program knows."""
    try:
        yield
    except psycopg.Error as error:
        raise DBAPIError.instance(statement, None, error, psycopg.Error, dialect=dialect) from error


def _encoded(dialect: Dialect, columns: Sequence[Column[Any]], rows: Sequence[Row]) -> Sequence[Row]:
    """The rows with each value as the driver takes it. Words and moments repeat: each is put into that form once."""
    ways = [(place, _Encoder(way)) for place, one in enumerate(columns) if (way := _way(dialect, one)) is not None]
    if not ways:
        return rows
    found = []
    for row in rows:
        values = list(row)
        for place, encoder in ways:
            values[place] = encoder[values[place]]
        found.append(tuple(values))
    return found


class _Encoder(dict[Any, Any]):
    def __init__(self, way: Callable[[Any], Any]) -> None:
        self._way = way

    def __missing__(self, value: Any) -> Any:
        found = self._way(value)
        found = found.isoformat() if isinstance(found, datetime | date) else found
        self[value] = found
        return found


def _way(dialect: Dialect, of: Column[Any]) -> Callable[[Any], Any] | None:
    return of.type.dialect_impl(dialect).bind_processor(dialect)


def _listed(columns: Sequence[str]) -> str:
    return ", ".join(f'"{one}"' for one in columns)


def _table(table: type[SQLModel]) -> Table:
    return table.__table__  # type: ignore[attr-defined, no-any-return]


def _is_sqlite(session: Session) -> bool:
    return session.get_bind().dialect.name == "sqlite"
