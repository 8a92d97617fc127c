"""Starts a listener's work after its ack has left.

Threads share one interpreter: work that has begun delays the ack.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Work = list[Callable[[], object]]
_held_back: ContextVar[Work | None] = ContextVar("held_back", default=None)


@contextmanager
def held_back() -> Iterator[Work]:
    """Collects the work handed over inside. The caller sends the ack, then calls `begin`."""
    work: Work = []
    before = _held_back.set(work)
    try:
        yield work
    finally:
        _held_back.reset(before)


def hand_over(start: Callable[[], object]) -> None:
    """Starts the work after the ack, or at once outside `held_back`."""
    work = _held_back.get()
    if work is None:
        start()
    else:
        work.append(start)


def begin(work: Work) -> None:
    for start in work:
        start()
