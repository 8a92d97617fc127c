"""Locks for screens: one thread at a time reads and draws a screen, so it never returns to older data."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Screens:
    """The screens this process is drawing, by name."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._turns: dict[str, Lock] = {}
        self._users: Counter[str] = Counter()

    @contextmanager
    def drawing(self, name: str) -> Iterator[None]:
        """Holds the screen's lock: read and draw inside."""
        with self._lock:
            self._users[name] += 1
            turn = self._turns.setdefault(name, Lock())
        try:
            with turn:
                yield
        finally:
            with self._lock:
                self._users[name] -= 1
                if not self._users[name]:
                    del self._users[name], self._turns[name]
