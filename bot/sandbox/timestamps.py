"""Slack's names for moments and things: message timestamps that only rise, and ids that never repeat."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime
from itertools import count

_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"


class Timestamps:
    """A message's ``ts`` is its identity, so it must rise even while the clock stands still or is moved back."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self._last = 0

    def next(self) -> str:
        """Microseconds since the epoch, as ``seconds.micros``."""
        at = self._now()
        micros = int(at.timestamp()) * 1_000_000 + at.microsecond
        self._last = max(micros, self._last + 1)
        return f"{self._last // 1_000_000}.{self._last % 1_000_000:06d}"


class Ids:
    """``V0000000001`` and so on: one counter, so that an id is never reused for another kind of thing."""

    def __init__(self) -> None:
        self._numbers = count(1)

    def next(self, prefix: str) -> str:
        return f"{prefix}{next(self._numbers):010d}"


def random_id(length: int = 5) -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
