"""Slack's message timestamps, which only rise, and ids, which never repeat."""

import secrets
from collections.abc import Callable
from datetime import datetime

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"


class Timestamps:
    """Timestamps that identify messages, so they rise even while the clock stands still or moves back."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.last = 0  # microseconds since the epoch

    def next(self) -> str:
        """The next timestamp: microseconds since the epoch, as ``seconds.micros``."""
        at = self._now()
        micros = int(at.timestamp()) * 1_000_000 + at.microsecond
        self.last = max(micros, self.last + 1)
        return f"{self.last // 1_000_000}.{self.last % 1_000_000:06d}"


class Ids:
    """Ids such as ``V0000000001``. One counter serves all kinds, so no id repeats."""

    def __init__(self) -> None:
        self.last = 0

    def next(self, prefix: str) -> str:
        """The next id of a kind, which the prefix names: ``V`` for a view."""
        self.last += 1
        return f"{prefix}{self.last:010d}"


def random_id(length: int = 5) -> str:
    """A random id, such as Slack gives a block that was sent without one."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
