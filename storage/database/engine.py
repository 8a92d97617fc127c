"""Creates one engine for each URL, and holds the settings in which SQLite and PostgreSQL differ.

Tells from the driver's error what is wrong with the database, because each trouble needs a different remedy.
"""

import selectors
import sqlite3
from collections.abc import Mapping, Sequence
from contextlib import closing
from functools import partial
from pathlib import Path
from time import monotonic, sleep
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import DBAPIError, InterfaceError, InvalidatePoolError, OperationalError, StatementError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlalchemy.pool import ConnectionPoolEntry
from sqlmodel import Session, SQLModel

from storage import errors
from storage.database.database_files import files_of, make_if_missing, make_private

READ_ONLY = "nextcall_is_read_only"

# How often a writer looks whether another process has done writing. SQLite itself looks ever more seldom, up to every
# 100 ms, and so overlooks the rests that an import makes for others.
_LOOKS_EVERY_S = 0.002
_PRIMARY = 0xFF  # of an error code; the other bits say more
_BUSY_FOR_MS = 15_000  # a lock held for 10 s then delays other writers and refuses none
POOL = 4  # above about four connections a process gains nothing: its threads queue for one interpreter
_OVERFLOW = 28  # SQLite's connections are cheap; PostgreSQL's are not, so there a request waits for the pool
POOL_WAIT_S = 15
_PER_SESSION = {
    "timezone": "UTC",
    "lock_timeout": f"{_BUSY_FOR_MS}ms",
    "statement_timeout": "60s",
    "idle_in_transaction_session_timeout": "60s",  # so that a hanging process keeps no locks and no dead rows
    # Statistics do not know rows leased since the last ANALYZE: a merge join would read the whole table to reach them.
    "enable_mergejoin": "off",
}
_TRUSTED_FOR_S = 5.0  # a connection idle for longer is tested before use
_RETURNED = "returned_at"
_LOST_TURNS = ("40P01", "40001")  # deadlock detected, serialization failure
_SCHEMA_LOCK = 7_262_255  # any number that no other program uses for an advisory lock on this database


def create(url: str) -> sa.Engine:
    """Create an engine for the URL. It does not connect yet.

    SQLite: write-ahead log, so that readers never wait for a writer; foreign keys on; a writer takes its lock when its
    transaction begins, so that what it read is still true when it writes.

    PostgreSQL: READ COMMITTED. Writers work in parallel; unique indexes, conditional updates and row locks decide who
    was first. The pool replaces connections that the server has closed, so work resumes when the server is back.
    """
    return _sqlite(url) if sa.make_url(url).get_backend_name() == "sqlite" else _postgresql(url)


def read_only(engine: sa.Engine) -> sa.Engine:
    """Derive an engine for read-only transactions on the same pool. Each sees one snapshot from beginning to end."""
    if engine.dialect.name == "sqlite":
        return engine.execution_options(**{READ_ONLY: True})
    return engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)


def is_trouble(error: BaseException) -> bool:
    """Whether the database itself failed (gone, full, or busy for too long) and not the statement."""
    if isinstance(error, PoolExhausted):
        return True
    if not isinstance(error, DBAPIError):
        return False
    is_statement_at_fault = getattr(error.orig, "sqlite_errorcode", None) == sqlite3.SQLITE_ERROR
    if is_statement_at_fault and str(error.orig).startswith("no such savepoint"):
        return True  # SQLite has already rolled back everything, the savepoint too
    is_ours = isinstance(error, OperationalError | InterfaceError) and not is_statement_at_fault
    return is_ours or error.connection_invalidated


def is_lost_turn(error: BaseException) -> bool:
    """Whether PostgreSQL ended the transaction because of a deadlock or a serialization failure.

    Never on SQLite, whose writers take turns.
    """
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", None) in _LOST_TURNS


def insert_unless_taken(session: Session, table: type[SQLModel], values: dict[str, Any]) -> int | None:
    """Insert one row unless a unique index forbids it. Returns its id, or None where a row was already there."""
    return next(iter(insert_those_not_taken(session, table, [values])), None)


def insert_those_not_taken(session: Session, table: type[SQLModel], rows: Sequence[dict[str, Any]]) -> Sequence[int]:
    """The same for several rows. Returns the ids of those that were not there."""
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    made = insert(table).values(rows).on_conflict_do_nothing()
    statement = made.returning(table.__table__.c.id)  # type: ignore[attr-defined]
    return session.execute(statement).scalars().all()


def insert_or_change(
    session: Session,
    table: type[SQLModel],
    rows: Sequence[Mapping[str, Any]],
    *,
    unique: Sequence[str],
    change: Mapping[str, Any],
    where: sa.ColumnElement[bool],
) -> None:
    """Insert rows. Where a row with the same `unique` columns exists and meets `where`, change it instead.

    What the session has not written yet is not written now.
    """
    insert = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    inserting = insert(table).values(list(rows))
    changing = inserting.on_conflict_do_update(index_elements=unique, set_=dict(change), where=where)
    session.connection().execute(changing)  # without a flush


def is_first(session: Session, *names: str) -> bool:
    """Take a lock on each name until the transaction ends, without waiting. False: another transaction has one of them.

    Always True on SQLite, whose writers take turns.
    """
    if session.get_bind().dialect.name == "sqlite":
        return True
    key = sa.func.hashtextextended(
        sa.func.unnest(sa.bindparam("names", type_=postgresql.ARRAY(sa.String))).column_valued("name"), 0
    )
    asking = sa.select(sa.func.bool_and(sa.func.pg_try_advisory_xact_lock(key)))
    return bool(session.execute(asking, {"names": list(names)}).scalar_one())


def has_one_writer(session: Session) -> bool:
    """Whether writers exclude each other, as on SQLite."""
    return session.get_bind().dialect.name == "sqlite"


def lock_schema(connection: sa.Connection) -> None:
    """Let one process migrate at a time. The wait has no limit. SQLite's write transaction is already such a lock."""
    if connection.dialect.name == "postgresql":
        lift_limits(connection)
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_SCHEMA_LOCK})")


def keep_schema(connection: sa.Connection) -> bool:
    """PostgreSQL: let no process migrate until this transaction ends. False: one is migrating now."""
    asked = connection.exec_driver_sql(f"SELECT pg_try_advisory_xact_lock_shared({_SCHEMA_LOCK})")
    return bool(asked.scalar_one())


def lift_limits(connection: sa.Connection) -> None:
    """PostgreSQL: let the statements of this transaction take as long as they need."""
    for limit in ("statement_timeout", "lock_timeout", "idle_in_transaction_session_timeout"):
        connection.exec_driver_sql(f"SET LOCAL {limit} = 0")


def copy_file(engine: sa.Engine, suffix: str) -> Path | None:
    """Write a consistent copy of a SQLite file beside it. None where the database is no file."""
    files = files_of(engine)
    if not files:
        return None
    target = Path(f"{files[0]}{suffix}")
    make_private(target)
    with closing(sqlite3.connect(files[0])) as source, closing(sqlite3.connect(target)) as copy:
        source.backup(copy)
    return target


def _postgresql(url: str) -> sa.Engine:
    address = sa.make_url(url)
    named = address.query.get("options", "")
    theirs = named if isinstance(named, str) else " ".join(named)
    ours = " ".join(f"-c {name}={value}" for name, value in _PER_SESSION.items())
    engine = sa.create_engine(
        address,
        hide_parameters=True,  # errors end in a log, which must not hold names and numbers
        isolation_level="READ COMMITTED",
        pool_size=POOL,
        max_overflow=0,
        pool_timeout=POOL_WAIT_S,
        connect_args={"options": f"{ours} {theirs}".strip()},  # of two settings with one name PostgreSQL takes the last
    )
    sa.event.listen(engine, "handle_error", note_error)
    sa.event.listen(engine, "checkin", _note_return)
    sa.event.listen(engine, "checkout", partial(_try, engine.dialect))
    return engine


def _note_return(connection: Any, record: ConnectionPoolEntry) -> None:
    record.info[_RETURNED] = monotonic()
    if connection is not None and not connection.closed:
        # A connection that has only read would otherwise be lent as READ WRITE. A server that takes no writes refuses
        # that with an error of its own, and it would overrule a database that its owner set to read-only.
        connection.read_only = None


def _try(dialect: sa.Dialect, connection: Any, record: ConnectionPoolEntry, _lent: object) -> None:
    """Test the connection, unless a cheap check shows that it is alive: a round trip before each transaction adds up.

    A server that shuts down says so and closes the socket, which can be read without a query. Only a cut network is
    silent, so an idle connection is tested as well. Raises InvalidatePoolError, on which the pool connects anew.
    """
    with selectors.DefaultSelector() as server:
        server.register(connection, selectors.EVENT_READ)
        is_silent = not server.select(0)
    if is_silent and monotonic() - record.info.get(_RETURNED, monotonic()) < _TRUSTED_FOR_S:
        return
    try:
        dialect.do_ping(connection)
    except dialect.loaded_dbapi.Error as error:
        raise InvalidatePoolError from error


def _sqlite(url: str) -> sa.Engine:
    engine = sa.create_engine(
        url,
        hide_parameters=True,
        pool_size=POOL,
        max_overflow=_OVERFLOW,
        connect_args={"check_same_thread": False, "timeout": _BUSY_FOR_MS / 1000},
    )
    sa.event.listen(engine, "do_connect", _make_private)
    sa.event.listen(engine, "connect", _prepare)
    sa.event.listen(engine, "begin", _begin)
    return engine


def _make_private(_dialect: object, _record: object, arguments: list[Any], _options: object) -> None:
    if arguments and arguments[0] != ":memory:":
        make_if_missing(arguments[0])


def _prepare(connection: sqlite3.Connection, _record: object) -> None:
    # The driver would begin a transaction only at the first write, with the earlier reads outside it.
    connection.isolation_level = None
    for setting in (
        "journal_mode=WAL",
        "synchronous=FULL",  # what an agent was told is saved survives a power cut; queueing writers share the sync
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_FOR_MS}",
        "temp_store=MEMORY",
        "wal_autocheckpoint=10000",  # pages: an import, which writes most of them, makes its own (`bulk.make_room`)
    ):
        connection.execute(f"PRAGMA {setting}")


def _begin(connection: sa.Connection) -> None:
    if connection.get_execution_options().get(READ_ONLY, False):
        connection.exec_driver_sql("BEGIN")
        return
    raw: Any = connection.connection.dbapi_connection
    [(waits_ms,)] = raw.execute("PRAGMA busy_timeout")
    raw.execute("PRAGMA busy_timeout=0")
    try:
        until = monotonic() + waits_ms / 1000
        while not _takes_turn(raw) and monotonic() < until:
            sleep(_LOOKS_EVERY_S)
        if not raw.in_transaction:
            connection.exec_driver_sql("BEGIN IMMEDIATE")  # raises as SQLAlchemy does
    finally:
        raw.execute(f"PRAGMA busy_timeout={waits_ms}")


def _takes_turn(connection: sqlite3.Connection) -> bool:
    """Begin to write. False: another process writes just now. A fault shows when SQLAlchemy begins."""
    try:
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        return error.sqlite_errorcode & _PRIMARY != sqlite3.SQLITE_BUSY
    return True


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
    errors.QUEUE_FULL: errors.DatabaseBusy,
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
