"""Statements that everybody waits for: written by hand once, sent as they are, answered as plain rows.

Nothing is built, compiled or looked up when one is asked, and no row becomes an object that a session has to watch.
"""

import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from psycopg import RawCursor
from sqlalchemy import Connection, CursorResult
from sqlmodel import Session

_NAMED = re.compile(r"(?<!:):([a-z_]+)")


class Statement:
    """One question in both dialects. Parameters are written `:name` in either; what is given is a value, or many.

    On PostgreSQL only instants are sent with a type: the same statement is then prepared once, whatever is asked.
    """

    def __init__(self, sqlite: str, postgresql: str) -> None:
        self._sqlite, self._asked = sqlite, tuple(dict.fromkeys(_NAMED.findall(sqlite)))
        self._names = tuple(dict.fromkeys(_NAMED.findall(postgresql)))
        self._postgresql = _NAMED.sub(lambda found: f"${self._names.index(found[1]) + 1}", postgresql)

    def rows(self, session: Session, given: Mapping[str, Any]) -> Sequence[Sequence[Any]]:
        """The answer, with values as the driver has them."""
        connection = session.connection()
        if connection.dialect.name == "sqlite":
            found = connection.exec_driver_sql(self._sqlite, {name: _for_sqlite(given[name]) for name in self._asked})
        else:
            found = _raw(connection, self._postgresql, tuple(_for_postgresql(given[name]) for name in self._names))
        return found.cursor.fetchall() if found.returns_rows else ()


def instant(at: datetime) -> str:
    """As SQLite keeps instants."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


def _raw(connection: Connection, statement: str, values: tuple[Any, ...]) -> CursorResult[Any]:
    """Without looking for placeholders: the driver does so anew each time where a statement is long."""
    driver: Any = connection.connection.driver_connection
    usual, driver.cursor_factory = driver.cursor_factory, RawCursor
    try:
        return connection.exec_driver_sql(statement, values)
    finally:
        driver.cursor_factory = usual


def _for_sqlite(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    return value if value is None or isinstance(value, str | int) else json.dumps(list(value))


def _for_postgresql(value: Any) -> Any:
    if value is None or isinstance(value, datetime | str):
        return value
    return str(value) if isinstance(value, int) else _array(value)


def _array(values: Collection[Any]) -> str:
    """As PostgreSQL reads arrays."""
    return "{" + ",".join(map(_element, values)) + "}"


def _element(value: Any) -> str:
    if value is None:
        return "NULL"
    return _quoted(value) if isinstance(value, str) else str(value)


def _quoted(word: str) -> str:
    escaped = word.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
