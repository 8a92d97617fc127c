"""One transaction for one service call: it commits once at the end, or rolls back on an error."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import datetime
from functools import partial
from types import TracebackType
from typing import Any, Final, NamedTuple, Self

from sqlalchemy import Connection, Engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhausted
from sqlmodel import Session

from storage.database.engine import POOL, POOL_WAIT_S, create, is_trouble, read_only, reason_of, trouble_of
from storage.database.writers import Turns, WritersQueue
from storage.errors import DatabaseTrouble

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
