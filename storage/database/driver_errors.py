"""Removes people's data from the errors of PostgreSQL's driver, which quote whole rows, keys and values."""

from typing import Any

from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import StatementError

_DATA_EXCEPTION = "22"  # SQLSTATE class: the first line quotes the unreadable value


def forget_rows(error: Any) -> None:
    """Keep the first line of psycopg's error, which names tables and rules. Remove DETAIL, CONTEXT, lines with values.

    `sqlstate` and `diag` stay: nothing prints them.
    """
    if (error.sqlstate or "").startswith(_DATA_EXCEPTION):
        error.args = (f"a value is not of the kind that its column takes (SQLSTATE {error.sqlstate})",)
    else:
        error.args = (next(iter(str(error).splitlines()), ""),)


def note_error(context: ExceptionContext) -> None:
    """Do the same for an error on its way through SQLAlchemy, which has already copied the driver's message."""
    error: Any = context.original_exception
    if context.dialect is None or not isinstance(error, context.dialect.loaded_dbapi.Error):
        return
    forget_rows(error)
    if isinstance(context.sqlalchemy_exception, StatementError):
        kind = type(error)
        context.sqlalchemy_exception.args = (f"({kind.__module__}.{kind.__name__}) {error}",)
