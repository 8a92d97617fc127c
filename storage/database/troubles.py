"""Tells from the driver's error what is wrong with the database, because each trouble needs a different remedy."""

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError

from storage.database.engine import is_lost_turn
from storage.database.writers import QUEUE_FULL
from storage.errors import (
    DatabaseBusy,
    DatabaseClosed,
    DatabaseDamaged,
    DatabaseLocked,
    DatabaseReadOnly,
    DatabaseTrouble,
    TableGone,
    TurnLost,
)


def _driver_errors() -> tuple[type[Exception], ...]:
    """While connecting, errors come from the driver itself. PostgreSQL's comes with the extra [postgres]."""
    try:
        import psycopg
    except ModuleNotFoundError:
        return DBAPIError, sqlite3.Error
    return DBAPIError, sqlite3.Error, psycopg.Error


DRIVER_ERRORS: Final = _driver_errors()
_SQLITE: Final[dict[int, type[DatabaseTrouble]]] = {
    sqlite3.SQLITE_BUSY: DatabaseLocked,
    sqlite3.SQLITE_LOCKED: DatabaseLocked,
    sqlite3.SQLITE_READONLY: DatabaseReadOnly,
    sqlite3.SQLITE_CORRUPT: DatabaseDamaged,
}
_SAID: Final[dict[str, type[DatabaseTrouble]]] = {  # where SQLite has no code of its own
    "database is locked": DatabaseLocked,
    QUEUE_FULL: DatabaseBusy,
    "no such table": TableGone,
    "no such column": TableGone,
}
_POSTGRESQL: Final[dict[str, type[DatabaseTrouble]]] = {  # by SQLSTATE
    "55P03": DatabaseLocked,
    "25006": DatabaseReadOnly,
    "42501": DatabaseClosed,
    "42P01": TableGone,
    "42703": TableGone,
}


def trouble_of(error: BaseException) -> DatabaseTrouble | None:
    """The trouble behind a driver's error. None where it is not one of the known ones."""
    if is_lost_turn(error):
        return TurnLost(reason_of(error))
    said = error.orig if isinstance(error, DBAPIError) else error
    kind = _POSTGRESQL.get(getattr(said, "sqlstate", None) or "")
    if isinstance(said, sqlite3.Error):
        kind = _SQLITE.get(getattr(said, "sqlite_errorcode", 0) & 0xFF)
        kind = kind or next((one for start, one in _SAID.items() if str(said).startswith(start)), None)
    return kind(reason_of(error)) if kind else None


def reason_of(error: BaseException) -> str:
    """The first line of the driver's message. Later lines may quote rows."""
    said = str(getattr(error, "orig", None) or error).strip()
    return said.splitlines()[0] if said else type(error).__name__
