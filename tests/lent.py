"""A PostgreSQL database that one test after another is lent, with its connections.

To make a database and to connect to it costs ten times what most tests do there. A server's connections outlive
requests in a bot, too. A database that a test has changed in more than its rows, or left somebody connected to, is lent
no more.
"""

from collections.abc import Sequence
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
