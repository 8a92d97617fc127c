"""The database as it stands, read by plain SQL over a connection of its own. Nothing of the product takes part."""

import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import psycopg
from sqlalchemy import make_url

from storage.errors import DatabaseTrouble

Row = tuple[Any, ...]


class Raw:
    """Questions in SQL that both engines know, with `?` for what is given. Moments come back as aware UTC."""

    def __init__(self, url: str) -> None:
        address = make_url(url)
        self.is_sqlite = address.get_backend_name() == "sqlite"
        self._connection: Any
        if self.is_sqlite:
            self._connection = sqlite3.connect(address.database or "", isolation_level=None, timeout=0.0)
        else:
            plain = address.set(drivername="postgresql").render_as_string(hide_password=False)
            self._connection = psycopg.connect(plain, autocommit=True, prepare_threshold=2, options="-c timezone=UTC")

    def rows(self, sql: str, *given: Any) -> list[Row]:
        if self.is_sqlite:
            return list(self._connection.execute(sql, [_said(one) for one in given]))
        return list(self._connection.execute(sql.replace("?", "%s"), given))

    def one(self, sql: str, *given: Any) -> Any:
        return self.rows(sql, *given)[0][0]

    def version(self) -> Any:
        """Another one whenever somebody else has written."""
        return self.one("PRAGMA data_version" if self.is_sqlite else "SELECT pg_current_wal_lsn()")

    def change(self, sql: str, *given: Any) -> None:
        """By hand, as another program would. DatabaseTrouble where somebody else is writing."""
        if self.is_sqlite:
            try:
                self._connection.execute(sql, [_said(one) for one in given])
            except sqlite3.OperationalError as locked:
                raise DatabaseTrouble(str(locked)) from locked
        else:
            self._connection.execute(sql.replace("?", "%s"), given)

    def close(self) -> None:
        self._connection.close()


def moment(said: Any) -> datetime | None:
    """What a column of moments holds: SQLite has text in UTC without a zone."""
    if said is None or isinstance(said, datetime):
        return said if said is None else said.astimezone(UTC)
    return datetime.fromisoformat(said).replace(tzinfo=UTC)


def surely(said: Any) -> datetime:
    found = moment(said)
    assert found is not None
    return found


def marks(values: Sequence[Any]) -> str:
    """Placeholders for an IN list; never empty."""
    return ", ".join("?" * len(values)) if values else "NULL"


def _said(value: Any) -> Any:
    return (
        value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")
        if isinstance(value, datetime)
        else value
    )
