"""What PostgreSQL's driver says of an error, without what people wrote: it quotes whole rows, keys and values."""

from typing import Any

import psycopg
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import StatementError

_DATA_EXCEPTION = "22"  # SQLSTATE class: the value that could not be read stands in the first line itself


def forget_rows(error: psycopg.Error) -> None:
    """Keep the first line of the error, which names tables and rules; DETAIL and CONTEXT go, and lines that quote a value.

    `sqlstate` and `diag` stay as they are: nobody prints them.
    """
    if (error.sqlstate or "").startswith(_DATA_EXCEPTION):
        error.args = (f"a value is not of the kind that its column takes (SQLSTATE {error.sqlstate})",)
    else:
        error.args = (next(iter(str(error).splitlines()), ""),)


def note_error(context: ExceptionContext) -> None:
    """The same for an error on its way through SQLAlchemy, which has copied what the driver said already."""
    error: Any = context.original_exception
    if not isinstance(error, psycopg.Error):
        return
    forget_rows(error)
    if isinstance(context.sqlalchemy_exception, StatementError):
        kind = type(error)
        context.sqlalchemy_exception.args = (f"({kind.__module__}.{kind.__name__}) {error}",)
