"""What a listener hands over begins when its ack is out. Threads share one interpreter, and work that has begun holds up the
ack by as long as it runs.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Work = list[Callable[[], object]]
_held_back: ContextVar[Work | None] = ContextVar("held_back", default=None)


@contextmanager
def held_back() -> Iterator[Work]:
    """Around a listener, by whoever sends its ack and will then `begin` what was handed over inside."""
    work: Work = []
    before = _held_back.set(work)
    try:
        yield work
    finally:
        _held_back.reset(before)


def hand_over(start: Callable[[], object]) -> None:
    """At once where nobody says when the ack is out."""
    work = _held_back.get()
    if work is None:
        start()
    else:
        work.append(start)


def begin(work: Work) -> None:
    for start in work:
        start()
