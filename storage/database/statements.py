"""Hand-written SQL for the paths agents wait for. Sends it as it is and returns plain rows.

Nothing is built, compiled or looked up for each call, and the session watches no objects.
"""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, CursorResult
from sqlmodel import Session

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
