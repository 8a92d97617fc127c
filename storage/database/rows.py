"""Rows of one table: those that meet conditions, their number, changes of them; and conditions that tables share.

A `Statement` is hand-written SQL for the paths that agents wait for. It is sent as it is and returns plain rows:
nothing is built, compiled or looked up for each call, and the session watches no objects.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar, cast

from sqlalchemy import ColumnElement, Connection, CursorResult, Delete, Update, and_, delete, func, or_, update
from sqlmodel import Session, SQLModel, col, select

# What SQLite says otherwise than PostgreSQL, in a statement that is said once.
_ON_SQLITE = {
    r"= ANY\((:\w+)::\w+\[\]\)": r"IN (SELECT value FROM json_each(\1))",
    r"unnest\((:\w+)::\w+\[\]\) AS (\w+)\(value\)": r"json_each(\1) AS \2",
    r"::\w+": "",
    r" OFFSET 0\b": "",
    r" FOR NO KEY UPDATE( SKIP LOCKED)?": "",
    "json_build_array": "json_array",
    "json_agg": "json_group_array",
}
_NAMED = re.compile(r"(?<!:):([a-z_]+)")


class Statement:
    """One query in both dialects, with parameters as `:name`. A parameter is a value or a collection.

    On PostgreSQL only instants are sent with a type, so that the same statement is prepared once.
    """

    def __init__(self, sqlite: str, postgresql: str) -> None:
        self._sqlite, self._asked = sqlite, tuple(dict.fromkeys(_NAMED.findall(sqlite)))
        self._names = tuple(dict.fromkeys(_NAMED.findall(postgresql)))
        self._postgresql = _NAMED.sub(lambda found: f"${self._names.index(found[1]) + 1}", postgresql)

    @classmethod
    def of(cls, postgresql: str) -> "Statement":
        """A query said once, as PostgreSQL reads it."""
        sqlite = postgresql
        for theirs, ours in _ON_SQLITE.items():
            sqlite = re.sub(theirs, ours, sqlite)
        return cls(sqlite, postgresql)

    def rows(self, session: Session, given: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """Run the query. Returns values as the driver has them."""
        connection = session.connection()
        if connection.dialect.name == "sqlite":
            found = connection.exec_driver_sql(self._sqlite, {name: for_sqlite(given[name]) for name in self._asked})
        else:
            found = _raw(connection, self._postgresql, tuple(_for_postgresql(given[name]) for name in self._names))
        return found.cursor.fetchall() if found.returns_rows else ()


def instant(at: datetime) -> str:
    """Format an instant as SQLite stores it."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _raw(connection: Connection, statement: str, values: tuple[Any, ...]) -> CursorResult[Any]:
    """Run without the driver's search for placeholders, which it repeats for each long statement."""
    driver: Any = connection.connection.driver_connection
    usual, driver.cursor_factory = driver.cursor_factory, connection.dialect.loaded_dbapi.RawCursor
    try:
        return connection.exec_driver_sql(statement, values)
    finally:
        driver.cursor_factory = usual


def for_sqlite(value: Any) -> Any:
    """A value as SQLite takes it: an instant as it stores it, a collection as JSON."""
    if isinstance(value, datetime):
        return instant(value)
    if value is None or isinstance(value, str | int):
        return value
    return json.dumps(value if isinstance(value, dict) else list(value))


def _for_postgresql(value: Any) -> Any:
    if value is None or isinstance(value, datetime | str):
        return value
    return str(value) if isinstance(value, int) else "{" + ",".join(map(_element, value)) + "}"


def _element(value: Any) -> str:
    if not isinstance(value, str):
        return "NULL" if value is None else str(value)
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


Found = TypeVar("Found", bound=SQLModel)

# A moment so far ahead was set by a clock that ran ahead and was set back: the clocks of two machines differ less.
CLOCKS_DIFFER = timedelta(minutes=5)
PUT_OFF_FOR = timedelta(hours=1)  # at most, with what is taken: a row waits for Slack, or for its campaign


def every(
    session: Session,
    table: type[Found],
    *which: ColumnElement[bool] | bool,
    by: Any = None,
    most: int | None = None,
    locks: Mapping[str, Any] | None = None,
) -> Sequence[Found]:
    """The rows of a table that meet each condition, in the order of a column, if given, and of their ids.

    They are as they stand now, also those that were read before a wait for a lock. `locks`: lock them until the
    transaction ends, as these options of FOR UPDATE say.
    """
    row_id = col(table.id)  # type: ignore[attr-defined]
    found = select(table).where(*which).order_by(*([row_id] if by is None else [by, row_id])).limit(most)
    locking = found if locks is None else found.with_for_update(**locks)
    return session.exec(locking, execution_options={"populate_existing": True}).all()


def first_of(
    session: Session,
    table: type[Found],
    *which: ColumnElement[bool] | bool,
    by: Any = None,
    locks: Mapping[str, Any] | None = None,
) -> Found | None:
    """The first of these rows; None: there is none."""
    return next(iter(every(session, table, *which, by=by, most=1, locks=locks)), None)


def count_of(session: Session, table: type[SQLModel], *which: ColumnElement[bool] | bool) -> int:
    """How many rows of a table meet each condition."""
    return session.exec(select(func.count()).select_from(table).where(*which)).one()


def is_any(session: Session, table: Any, *which: ColumnElement[bool] | bool) -> bool:
    """Whether a row of a table meets each condition."""
    return session.exec(select(table.id).where(*which).limit(1)).first() is not None


def changed(session: Session, table: type[SQLModel], *which: ColumnElement[bool] | bool, **values: Any) -> int:
    """Change the rows of a table that meet each condition, past the session's objects. Returns how many did."""
    return _apply(session, update(table).where(*which).values(**values))  # type: ignore[arg-type]


def deleted(session: Session, table: type[SQLModel], *which: ColumnElement[bool] | bool) -> int:
    """Delete the rows of a table that meet each condition, past the same objects. Returns how many did."""
    return _apply(session, delete(table).where(*which))  # type: ignore[arg-type]


def _apply(session: Session, change: Update | Delete) -> int:
    done = session.execute(change, execution_options={"synchronize_session": False})
    return cast(CursorResult[Any], done).rowcount


def is_about(
    table: Any, organisation_id: int, numbers: Collection[str], person_ids: Collection[int]
) -> ColumnElement[bool]:
    """SQL: whether a row of the organisation is about any of the numbers or persons, each through its own index.

    The organisation is in both halves: without statistics, SQLite would otherwise read all of the organisation's rows.
    """
    ours = col(table.organisation_id) == organisation_id
    return or_(and_(ours, col(table.number).in_(numbers)), and_(ours, col(table.person_id).in_(person_ids)))


def is_within(moment: Any, since: datetime, until: datetime) -> ColumnElement[bool]:
    """SQL: whether a column's moment lies in [since, until)."""
    return and_(col(moment) >= since, col(moment) < until)


def is_free(table: Any, taken_before: datetime) -> ColumnElement[bool]:
    """SQL: whether no process has taken the row, or one did so long ago that it has died, or by a wrong clock."""
    return or_(col(table.taken_at).is_(None), ~is_recent(table.taken_at, taken_before))


def is_recent(moment: Any, since: datetime) -> ColumnElement[bool]:
    """SQL: whether a column's moment lies after `since`, and was not set by a clock that ran ahead."""
    return and_(col(moment) > since, col(moment) <= since + PUT_OFF_FOR)
