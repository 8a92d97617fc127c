"""What a thread knows of the press or tick that it works on: the id in its log lines, and the work that waits for the
ack.

Threads share one interpreter: work that has begun delays the ack, so a listener hands its work over.
"""

import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar

Work = list[Callable[[], object]]

_id: ContextVar[str] = ContextVar("request_id", default="")
_held_back: ContextVar[Work | None] = ContextVar("held_back", default=None)


def new_id() -> str:
    """A short code: of a press or tick, or of an incident, which the user sees and the log records."""
    return secrets.token_hex(4)


def current_id() -> str:
    """The id of what this thread works on; empty if that is nothing known."""
    return _id.get()


@contextmanager
def working_on(request: str) -> Iterator[None]:
    """Within the block this thread's log lines carry the id, from Slack's request to the last of its answers."""
    before = _id.set(request)
    try:
        yield
    finally:
        _id.reset(before)


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
