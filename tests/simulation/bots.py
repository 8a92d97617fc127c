"""A bot that can be killed between any two statements, and in whose midst another may act.

A killed bot is dead: its connection is closed where it stands, as the end of a process closes it, and it neither reads,
writes nor tells anybody anything until it is started again with nothing but the database.
"""

import sqlite3
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, event

from bot.services.deps import Deps
from bot.services.ports import LogKeys
from policy import BY_PLACE, Rulebook
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork
from tests.fakes import FakeNotifier
from tests.simulation.steps import Kill

Clock = Callable[[], datetime]
_BUSY_MS = 25  # one thread plays everybody: whoever holds a lock lets nobody have it by waiting


@dataclass(frozen=True, slots=True)
class Interruption:
    """What happens before the n-th statement, or before the n-th transaction begins."""

    nth: int
    is_between: bool
    act: Callable[[], None]


class Killed(BaseException):
    """The process is gone."""


class Bot:
    """One process of two that work on the same database."""

    def __init__(self, url: str, name: str, log_keys: LogKeys) -> None:
        """`log_keys`: as a file keeps them, which no kill takes away."""
        self.url, self.name, self._log_keys = url, name, log_keys
        self.skew = timedelta(0)
        self._kill: Kill | None
        self._meanwhile: Interruption | None
        self._connections: list[Any] = []  # of the process; its end closes them
        self.engine = engines.create(url)
        event.listen(self.engine, "connect", _never_wait)
        event.listen(self.engine, "connect", lambda connection, _record: self._connections.append(connection))
        event.listen(self.engine, "before_cursor_execute", self._before_statement)
        event.listen(self.engine, "begin", self._before_transaction, insert=True)
        dialect: Any = self.engine.dialect
        self._do_commit = dialect.do_commit
        dialect.do_commit = self._commit
        self.notifier = _Notifier(self)

    def start(self, clock: Clock, rulebook: Callable[[], Rulebook]) -> None:
        """For a centre that is new: its clock, its rules."""
        self._clock, self._rulebook = clock, rulebook
        self.restart()

    def restart(self) -> None:
        """A new process: it knows what the database knows. (How statements are written it may remember.)"""
        self.is_dead = False
        self.disarm()
        self.stop()
        units, keys = UnitsOfWork(self.engine), self._log_keys
        self.deps = Deps(self._now, units, self._rulebook, self.notifier, BY_PLACE, log_keys=keys)

    def stop(self) -> None:
        with suppress(Exception):
            self.engine.dispose()
        self._close_all()

    def arm(self, kill: Kill | None, meanwhile: Interruption | None) -> None:
        """What goes wrong during the next delivery."""
        self.disarm()
        self._kill, self._meanwhile = kill, meanwhile

    def disarm(self) -> None:
        self._transactions = self._statements = self._commits = 0
        self._kill = self._meanwhile = None

    def must_live(self) -> None:
        if self.is_dead:
            raise Killed

    def _now(self) -> datetime:
        return self._clock() + self.skew

    def _before_statement(self, connection: Connection, *_rest: object) -> None:
        self.must_live()
        self._statements += 1
        if self._kill is not None and self._kill.where == "statement" and self._statements == self._kill.nth:
            self._die()
        if self._meanwhile is not None and not self._meanwhile.is_between:
            self._let_happen(self._meanwhile, self._statements)

    def _before_transaction(self, _connection: Connection) -> None:
        self._transactions += 1
        if self._meanwhile is not None and self._meanwhile.is_between:
            self._let_happen(self._meanwhile, self._transactions)

    def _let_happen(self, meanwhile: Interruption, now: int) -> None:
        if meanwhile.nth == now:
            self._meanwhile = None
            meanwhile.act()

    def _commit(self, connection: Any) -> None:
        self.must_live()
        self._commits += 1
        is_due = self._kill is not None and self._commits == self._kill.nth
        if is_due and self._kill is not None and self._kill.where == "before_commit":
            self._die()
        self._do_commit(connection)
        if is_due and self._kill is not None and self._kill.where == "after_commit":
            self._die()

    def _die(self) -> None:
        self.is_dead = True
        self._close_all()
        raise Killed

    def _close_all(self) -> None:
        for connection in self._connections:
            with suppress(Exception):
                connection.rollback()  # closed, one of SQLite's keeps its lock as long as one of its cursors lives
            with suppress(Exception):
                connection.close()
        self._connections.clear()


class _Notifier(FakeNotifier):
    """Keeps nothing: what is told is counted by nobody here. A dead bot tells nothing."""

    def __init__(self, bot: Bot) -> None:
        super().__init__()
        self._bot = bot

    def _keep(self, keep: Callable[[Any], None], what: object) -> None:
        self._bot.must_live()


def _never_wait(connection: Any, _record: object) -> None:
    if isinstance(connection, sqlite3.Connection):
        connection.execute(f"PRAGMA busy_timeout={_BUSY_MS}")
        connection.execute("PRAGMA synchronous=OFF")  # nobody pulls the plug here
        return
    was, connection.autocommit = connection.autocommit, True
    connection.execute(f"SET lock_timeout = '{_BUSY_MS}ms'; SET jit = off; SET plan_cache_mode = force_generic_plan")
    connection.autocommit = was
    # A connection does not live long here, and the tables stay small: no statement is worth planning twice.
    connection.prepare_threshold, connection.prepared_max = 1, None
