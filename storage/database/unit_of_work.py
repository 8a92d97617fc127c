"""One transaction for one service call: it commits once at the end, or rolls back on an error.

SQLite has one writer at a time. The writers of one process queue for it and share commits: its busy handler keeps no
order, and with many threads some wait without end. And each commit waits for the disk: queueing writers therefore write
one after the other in one transaction, each inside its own savepoint. None is told that its work is saved before that
transaction is on the disk.
"""

import sqlite3
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial
from threading import Event, Lock
from time import monotonic
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import Connection, Engine, RootTransaction, event
from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlmodel import Session

from storage import errors
from storage.database.engine import POOL, POOL_WAIT_S, create, is_trouble, read_only, reason_of, trouble_of
from storage.errors import DatabaseTrouble

WAITS_FOR_S = 15.0  # as long as SQLite itself waits for another process
MOST_TOGETHER = 32
TOGETHER_FOR_S = 0.010  # limits how long the first of a group waits for its commit


@dataclass(slots=True, eq=False)
class _Group:
    """Writers that share one transaction. If `failed` is set, none of them has written anything."""

    connection: Connection
    transaction: RootTransaction
    since: float
    members: int = 0
    is_over: Event = field(default_factory=Event)
    failed: Exception | None = None


class WritersQueue:
    """The queue of one process for the writers of one SQLite file."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._turns = Turns(1, WAITS_FOR_S)
        self._group: _Group | None = None

    @contextmanager
    def turn(self) -> Iterator[Connection]:
        """Lend the connection, with its transaction begun, to one writer. On leaving, its work is on the disk.

        The writer rolls back to its own savepoint to undo its work. Raises OperationalError when the turn does not come
        within 15 s, or when the shared transaction could not be committed.
        """
        group = self._enter()
        try:
            yield group.connection
        except BaseException:
            self._leave(group)
            raise
        self._leave(group)
        group.is_over.wait()
        if group.failed is not None:
            raise OperationalError("COMMIT", None, group.failed) from group.failed

    def _enter(self) -> _Group:
        if not self._turns.take():
            raise OperationalError("BEGIN", None, sqlite3.OperationalError(errors.QUEUE_FULL))
        try:
            if self._group is None:
                self._group = self._begin()
        except BaseException:
            self._turns.pass_on()
            raise
        self._group.members += 1
        return self._group

    def _begin(self) -> _Group:
        connection = self._engine.connect()
        try:
            return _Group(connection, connection.begin(), monotonic())
        except BaseException:
            connection.close()
            raise

    def _leave(self, group: _Group) -> None:
        """Let the next writer into the group, or end the group where no writer waits or it has lasted long enough."""
        is_last = (
            not self._turns.are_wanted
            or group.members >= MOST_TOGETHER
            or monotonic() - group.since >= TOGETHER_FOR_S
            or not _is_under_way(group)
        )
        if is_last:
            self._group = None
            _commit(group)
        self._turns.pass_on()


def _is_under_way(group: _Group) -> bool:
    """Whether SQLite still has the transaction. A full or broken disk ends it, and its writes are lost."""
    if group.connection.invalidated:
        return False
    raw = group.connection.connection.dbapi_connection
    return bool(raw is not None and raw.in_transaction)


def _commit(group: _Group) -> None:
    try:
        if not _is_under_way(group):
            raise sqlite3.OperationalError("the transaction was rolled back by the database")
        group.transaction.commit()
    except Exception as error:
        group.failed = error
        if not group.connection.invalidated:
            group.connection.invalidate()
    finally:
        group.connection.close()
        group.is_over.set()


class Turns:
    """`most` places at a time, first come, first served. `take` waits at most `patience_s` seconds.

    A lock, a pool or a busy handler lets a thread that has just had its turn overtake those that wait, some for
    seconds. Here each thread that finishes wakes only the next.
    """

    def __init__(self, most: int, patience_s: float) -> None:
        self.patience_s = patience_s
        self._lock = Lock()
        self._free = most
        self._waiting: deque[Event] = deque()

    @property
    def are_wanted(self) -> bool:
        """Whether a thread is waiting."""
        return bool(self._waiting)

    def take(self) -> bool:
        """Wait for a turn, which must later be passed on. False: the wait timed out."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            mine = Event()
            self._waiting.append(mine)
        if mine.wait(self.patience_s):
            return True
        with self._lock:
            if not mine.is_set():
                self._waiting.remove(mine)
        return mine.is_set()  # the turn came just now, or not at all

    def pass_on(self) -> None:
        """Give the turn to the thread that has waited longest, if any."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1


Opens = Callable[[], AbstractContextManager[Connection]]
AUTHOR: Final = "author"  # in the session's `info`
HAS_NEWS: Final = "has_news"  # likewise: the transaction writes a message that somebody is to be told


class Author(NamedTuple):
    """Who asks for a transaction (a Slack user id, "command line", or empty: Nextcall itself), and by which clock."""

    by: str
    clock: Callable[[], datetime]


class UnitOfWork:
    """A session that lives as long as its `with` block. Rows read in it stay readable afterwards.

    The transaction begins with the block, not with its first statement: a writer has then finished waiting, and the
    time it reads is the time at which it acts. Raises DatabaseTrouble, on entering, in the block or at the commit,
    where the database is at fault and not the statement. TurnLost, one of these, may be retried at once.
    """

    session: Session
    author: Author | None = None  # set before it is entered; None: what it changes is stated nowhere
    begins: Callable[[Session], None] | None = None  # called when its transaction begins; what it raises ends that
    tells: Callable[[], None] | None = None  # called once a message that it wrote is committed

    def __init__(self, opens: Opens) -> None:
        self._opens = opens
        self._has_begun = False
        self.is_continued = False  # its block goes on in a transaction that admitted who asks

    def __enter__(self) -> Self:
        if self._has_begun:
            self.is_continued = True
            return self
        try:
            self._turn = self._opens()  # where all connections are lent, this waits for one
            connection = self._turn.__enter__()
        except Exception as error:
            raise _narrowed(error) from error
        # If the connection's transaction has already begun, the session keeps to its own savepoint.
        self._connection = connection
        self.session = StoringSession(connection, expire_on_commit=False, join_transaction_mode="create_savepoint")
        if self.author is not None:
            self.session.info[AUTHOR] = self.author
        try:
            self.session.connection()
            if self.begins is not None:
                self.begins(self.session)
        except BaseException as error:
            self.session.close()
            self._turn.__exit__(type(error), error, error.__traceback__)
            if isinstance(error, Exception):
                raise _narrowed(error) from error
            raise
        self._has_begun = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._has_begun = False
        try:
            self._end(kind, error, trace)
        except Exception as broken:
            raise _narrowed(broken) from broken
        if isinstance(error, Exception) and is_trouble(error):
            raise _narrowed(error) from error

    def roll_back(self) -> None:
        """Undo what was done so far, as if nothing had been written.

        The block goes on in a new transaction. Rows that it read before are expired.
        """
        self.session.rollback()
        self.session.info.pop(HAS_NEWS, None)

    def _end(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        try:
            if error is None:
                self.session.commit()
            else:
                try:
                    self.session.rollback()
                except DBAPIError:  # the database rolled back itself, or is gone
                    self._connection.invalidate()
        except BaseException as broken:
            self.session.close()
            self._turn.__exit__(type(broken), broken, broken.__traceback__)
            raise
        self.session.close()
        self._turn.__exit__(kind, error, trace)
        if error is None and self.tells is not None and self.session.info.get(HAS_NEWS):
            self.tells()


class UnitsOfWork:
    """Opens units of work on one engine. A read-only one never waits for a writer and must not write."""

    def __init__(self, engine: Engine) -> None:
        self._writing: Opens
        self._reading: Opens
        if engine.dialect.name == "sqlite":
            self._writing, self._reading = WritersQueue(engine).turn, read_only(engine).connect
        else:
            turns = Turns(POOL, POOL_WAIT_S)
            self._writing, self._reading = (partial(_lent, turns, one) for one in (engine, read_only(engine)))

    def __call__(self, *, is_read_only: bool = False) -> UnitOfWork:
        return UnitOfWork(self._reading if is_read_only else self._writing)


@contextmanager
def read_aside(url: str) -> Iterator[UnitOfWork]:
    """A read-only unit of work on a connection of its own, for a thread that may hold one of the engine's already."""
    engine = create(url)
    try:
        with UnitsOfWork(engine)(is_read_only=True) as uow:
            yield uow
    finally:
        engine.dispose()


@contextmanager
def _lent(turns: Turns, engine: Engine) -> Iterator[Connection]:
    """Lend a connection of the pool, first come, first served. Raises PoolExhausted when the wait times out."""
    if not turns.take():
        raise PoolExhausted(f"all connections to the database were in use for {turns.patience_s:.0f} s")
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        turns.pass_on()


def _narrowed(error: Exception) -> Exception:
    if not is_trouble(error):
        return error
    # the rollback's own error comes second
    first = error.__context__ if isinstance(error.__context__, DBAPIError) else error
    return trouble_of(first) or DatabaseTrouble(reason_of(first))


def storable(text: str) -> str:
    """The text without what a database refuses: NUL (PostgreSQL) goes, half a surrogate pair (no UTF-8) becomes "?"."""
    if _is_storable(text):
        return text
    return text.replace("\x00", "").encode("utf-8", "replace").decode("utf-8")


class StoringSession(Session):
    """A session that makes each text of a row storable: a statement is kept, whatever character is in its words."""


@event.listens_for(StoringSession, "before_flush")
def _make_storable(session: Session, *_: Any) -> None:
    for row in (*session.new, *session.dirty):
        bad = {name: text for name, text in vars(row).items() if isinstance(text, str) and not _is_storable(text)}
        for name, text in bad.items():
            setattr(row, name, storable(text))


def _is_storable(text: str) -> bool:
    if text.isascii():
        return "\x00" not in text
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return "\x00" not in text
