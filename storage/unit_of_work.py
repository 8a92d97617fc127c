"""One transaction for one service call: it commits once at the end, and rolls back when anything went wrong."""

from types import TracebackType
from typing import Self

from sqlalchemy import Engine
from sqlmodel import Session

from storage.engine import read_only


class UnitOfWork:
    """A session that lives as long as its `with` block. Rows read in it may still be read after it.

    The transaction begins with the block, not with its first statement: a writer that had to wait for its turn has waited,
    and the time it then reads is the time at which it acts.
    """

    session: Session

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def __enter__(self) -> Self:
        self.session = Session(self._engine, expire_on_commit=False)
        try:
            self.session.connection()
        except BaseException:
            self.session.close()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self.session.commit()
            else:
                self.session.rollback()
        finally:
            self.session.close()


class UnitsOfWork:
    """Opens units of work on one engine. One that only reads never waits for a writer, and must not write."""

    def __init__(self, engine: Engine) -> None:
        self._writing = engine
        self._reading = read_only(engine)

    def __call__(self, *, is_read_only: bool = False) -> UnitOfWork:
        return UnitOfWork(self._reading if is_read_only else self._writing)
