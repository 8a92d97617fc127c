"""A database that one test after another is lent, with its connections.

To make one and to connect to it costs more than many tests do there: on PostgreSQL ten times as much. On SQLite every
new connection reads the schema, and compiles each statement anew. A bot's connections outlive requests, too. A database
that a test has changed in more than its rows, or left somebody at work in, is lent no more.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any

from psycopg import Connection as Raw
from sqlalchemy import Connection, Engine
from sqlalchemy.pool import QueuePool

from storage.database import engine as engines

_TABLES = "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
_SEQUENCES = "SELECT sequencename, last_value FROM pg_sequences WHERE schemaname = 'public'"
# A row of a catalogue that is written again has a new xmin.
_SHAPE = " UNION ALL ".join(
    f"SELECT '{name}', count(*), max(xmin::text::bigint) FROM {name}"
    for name in ("pg_class", "pg_constraint", "pg_trigger", "pg_proc", "pg_db_role_setting")
)
_CONNECTED = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"


class Lent:
    """One such database, as it is when this is made."""

    def __init__(self, name: str, url: str) -> None:
        self.name, self.url, self._made = name, url, engines.create(url)
        with self._made.begin() as connection:
            ask = connection.exec_driver_sql
            tables = [table for (table,) in ask(_TABLES)]
            self._rows = {table: rows for table in tables if (rows := _copied(connection, table))}
            self._shape = _shape(connection)
            # To refer to each other is no concern of rows that were right before.
            words = ["SET LOCAL session_replication_role = replica", *(f'DELETE FROM "{table}"' for table in tables)]
            words += [
                f"SELECT setval('{sequence}', {last or 1}, {last is not None})" for sequence, last in ask(_SEQUENCES)
            ]
            self._empty = "; ".join(words)

    def engine(self) -> Engine:
        """For one test: what it listens to, the next does not hear. The connections are the same."""
        return self._made.execution_options()

    def is_as_before(self) -> bool:
        """Bring back the rows of the beginning. False where they would not be all."""
        pool = self._made.pool
        assert isinstance(pool, QueuePool)
        if pool.checkedout():
            return False
        with self._made.begin() as connection:
            others = connection.exec_driver_sql(_CONNECTED).scalar_one() - pool.checkedin() - 1
            if others or _shape(connection) != self._shape:
                return False
            connection.exec_driver_sql(self._empty)
            for table, rows in self._rows.items():
                with _raw(connection).cursor().copy(f'COPY "{table}" FROM STDIN') as copy:
                    copy.write(rows)
        return True

    def reconnect(self) -> None:
        """The server has ended the connections."""
        self._made.dispose()


def _copied(connection: Connection, table: str) -> bytes:
    with _raw(connection).cursor().copy(f'COPY "{table}" TO STDOUT') as copy:
        return b"".join(bytes(one) for one in copy)


def _shape(connection: Connection) -> Sequence[Any]:
    return connection.exec_driver_sql(_SHAPE).all()


def _raw(connection: Connection) -> Raw[Any]:
    raw = connection.connection.driver_connection
    assert isinstance(raw, Raw)
    return raw


class LentFiles:
    """The SQLite files of one process that are lent."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._serial = folder, count(1)
        self._free: dict[Path, list[_LentFile]] = {}  # by template
        self._lent: dict[str, _LentFile] = {}  # by URL

    @contextmanager
    def lent(self, template: Path) -> Iterator[str]:
        """The URL of a file with the rows of the template."""
        free = self._free.setdefault(template, [])
        lent = free.pop() if free else _LentFile(self._folder / f"lent{next(self._serial)}.db", template)
        self._lent[lent.url] = lent
        yield lent.url
        del self._lent[lent.url]
        if lent.is_as_before():
            free.append(lent)
        else:
            lent.made.dispose()

    def engine(self, url: str) -> Engine:
        """For one test: what it listens to, the next does not hear. The connections are the same."""
        return self._lent[url].made.execution_options()


class _LentFile:
    def __init__(self, path: Path, template: Path) -> None:
        path.write_bytes(template.read_bytes())
        self.url = f"sqlite:///{path}"
        self.made = engines.create(self.url)
        # A connection of its own, in which foreign keys are off: to refer to each other is no concern of rows that
        # were right before.
        self._orders = sqlite3.connect(f"file:{path}", uri=True, timeout=0, isolation_level=None)
        self._orders.execute("ATTACH ? AS before", (f"file:{template}?immutable=1",))
        tables = [name for (name,) in self._orders.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")]
        self._filled = " UNION ALL ".join(f"SELECT '{one}' WHERE EXISTS (SELECT 1 FROM main.{one})" for one in tables)
        self._rows = [name for (name,) in self._orders.execute(self._filled)]
        self._shape = self._schema()

    def is_as_before(self) -> bool:
        """Bring back the rows of the beginning. False where they would not be all."""
        assert isinstance(self.made.pool, QueuePool)
        if self.made.pool.checkedout() or self._schema() != self._shape:
            return False
        ask = self._orders.execute
        try:
            ask("BEGIN IMMEDIATE")
        except sqlite3.OperationalError:  # somebody is writing
            return False
        for (table,) in ask(self._filled).fetchall():
            ask(f"DELETE FROM main.{table}")
        for table in self._rows:
            ask(f"INSERT INTO main.{table} SELECT * FROM before.{table}")
        ask("COMMIT")
        return True

    def _schema(self) -> Any:
        return self._orders.execute("PRAGMA main.schema_version").fetchone()
