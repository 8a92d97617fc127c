"""Lets another transaction act and commit between two statements of a service: on PostgreSQL, where readers do not
wait."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from threading import Thread, get_ident
from time import monotonic
from typing import Any

from sqlalchemy import Engine, event, text

LEASES = "FROM lease JOIN contact"


def _let_act(engine: Engine, other: Thread) -> None:
    until = monotonic() + 10
    with engine.connect() as watching:
        while other.is_alive() and monotonic() < until:
            other.join(0.02)
            if watching.execute(text("SELECT count(*) FROM pg_locks WHERE NOT granted")).scalar_one():
                return


@contextmanager
def meanwhile(engine: Engine, acts: Callable[[], object], since: str = LEASES, turn: int = 1) -> Iterator[None]:
    """Do `acts` in another transaction as soon as the block has read the leases in force.

    `since`: another statement; `turn`: its nth execution. An act that must wait for the block runs after it.
    """
    done: list[object] = []
    others: list[Thread] = []
    reads, us = count(1), get_ident()

    def read(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        if get_ident() == us and since in " ".join(statement.split()) and next(reads) == turn:
            done.append("begun")
            others.append(Thread(target=lambda: done.append(acts())))
            others[0].start()
            _let_act(engine, others[0])

    event.listen(engine, "after_cursor_execute", read)
    try:
        yield
    finally:
        event.remove(engine, "after_cursor_execute", read)
        for other in others:
            other.join(60)
    assert len(done) == 2, "somebody else has acted"
