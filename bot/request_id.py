"""The id that joins the log lines of one press, from Slack's request to the last of its answers, or of one tick."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_current: ContextVar[str] = ContextVar("request_id", default="")


def new() -> str:
    """A short code: of a press or tick, or of an incident, which the user sees and the log records."""
    return secrets.token_hex(4)


def current() -> str:
    """The id of what this thread works on; empty if that is nothing known."""
    return _current.get()


@contextmanager
def working_on(request: str) -> Iterator[None]:
    """Within the block this thread's log lines carry the id."""
    before = _current.set(request)
    try:
        yield
    finally:
        _current.reset(before)
