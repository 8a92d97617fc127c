"""A screen never falls back to what was true before: it is read and drawn by one thread at a time."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock


class Screens:
    """The screens that this process is drawing, by name."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._turns: dict[str, Lock] = {}
        self._users: Counter[str] = Counter()

    @contextmanager
    def drawing(self, name: str) -> Iterator[None]:
        """Read and draw inside: nobody else draws this screen meanwhile."""
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
