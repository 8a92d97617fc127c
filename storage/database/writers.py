"""SQLite has one writer at a time. The writers of one process queue for it and share commits.

SQLite's busy handler keeps no order: with many threads some wait without end. And each commit waits for the disk:
queueing writers therefore write one after the other in one transaction, each inside its own savepoint. None is told
that its work is saved before that transaction is on the disk.
"""

import sqlite3
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event, Lock
from time import monotonic

from sqlalchemy import Connection, Engine, RootTransaction
from sqlalchemy.exc import OperationalError

WAITS_FOR_S = 15.0  # as long as SQLite itself waits for another process
QUEUE_FULL = "the writers of this process did not get their turn"  # no other program is in the way
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
            raise OperationalError("BEGIN", None, sqlite3.OperationalError(QUEUE_FULL))
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
