"""Tells from the driver's error what is wrong with the database, because each trouble needs a different remedy."""

import sqlite3
from typing import Final

from sqlalchemy.exc import DBAPIError

from storage import errors
from storage.database.engine import is_lost_turn
from storage.database.writers import QUEUE_FULL


def _driver_errors() -> tuple[type[Exception], ...]:
    """While connecting, errors come from the driver itself. PostgreSQL's comes with the extra [postgres]."""
    try:
        import psycopg
    except ModuleNotFoundError:
        return DBAPIError, sqlite3.Error
    return DBAPIError, sqlite3.Error, psycopg.Error


DRIVER_ERRORS: Final = _driver_errors()
_SQLITE: Final[dict[int, type[errors.DatabaseTrouble]]] = {
    sqlite3.SQLITE_BUSY: errors.DatabaseLocked,
    sqlite3.SQLITE_LOCKED: errors.DatabaseLocked,
    sqlite3.SQLITE_READONLY: errors.DatabaseReadOnly,
    sqlite3.SQLITE_CORRUPT: errors.DatabaseDamaged,
}
_SAID: Final[dict[str, type[errors.DatabaseTrouble]]] = {  # where SQLite has no code of its own
    "database is locked": errors.DatabaseLocked,
    QUEUE_FULL: errors.DatabaseBusy,
    "no such table": errors.TableGone,
    "no such column": errors.TableGone,
}
_POSTGRESQL: Final[dict[str, type[errors.DatabaseTrouble]]] = {  # by SQLSTATE
    "55P03": errors.DatabaseLocked,
    "25006": errors.DatabaseReadOnly,
    "42501": errors.DatabaseClosed,
    "42P01": errors.TableGone,
    "42703": errors.TableGone,
}


def trouble_of(error: BaseException) -> errors.DatabaseTrouble | None:
    """The trouble behind a driver's error. None where it is not one of the known ones."""
    if is_lost_turn(error):
        return errors.TurnLost(reason_of(error))
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
