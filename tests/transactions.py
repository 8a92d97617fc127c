"""What a database is asked, by transaction."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, Engine, event

_OF_THE_TRANSACTION = ("BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")


@contextmanager
def transactions() -> Iterator[list[list[str]]]:
    """The statements inside, by transaction and in order; without those that begin and end one."""
    seen: list[list[str]] = []
    of: dict[int, list[str]] = {}  # by connection

    def begin(connection: Connection) -> None:
        seen.append([])
        of[id(connection.connection.dbapi_connection)] = seen[-1]

    def keep(connection: Connection, _cursor: object, statement: str, *_: object) -> None:
        if statement.startswith(_OF_THE_TRANSACTION):
            return
        if (key := id(connection.connection.dbapi_connection)) not in of:
            seen.append(of.setdefault(key, []))  # SQLite's writers share transactions: another began this one before
        of[key].append(statement)

    event.listen(Engine, "begin", begin)
    event.listen(Engine, "before_cursor_execute", keep)
    try:
        yield seen
    finally:
        event.remove(Engine, "begin", begin)
        event.remove(Engine, "before_cursor_execute", keep)
