"""A first-come-first-served queue for a limited number of places.

A lock, a pool or a busy handler lets a thread that has just had its turn overtake those that wait: with many threads
some wait for seconds while others wait for milliseconds. Here each thread that finishes wakes only the next.
"""

from collections import deque
from threading import Event, Lock


class Turns:
    """`most` places at a time. `take` waits at most `patience_s` seconds."""

    def __init__(self, most: int, patience_s: float) -> None:
        self.patience_s = patience_s
        self._lock = Lock()
        self._free = most
        self._waiting: deque[Event] = deque()

    @property
    def are_wanted(self) -> bool:
        """Whether a thread is waiting."""
        return bool(self._waiting)

    def take(self) -> bool:
        """Wait for a turn, which must later be passed on. False: the wait timed out."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            mine = Event()
            self._waiting.append(mine)
        if mine.wait(self.patience_s):
            return True
        with self._lock:
            if not mine.is_set():
                self._waiting.remove(mine)
        return mine.is_set()  # the turn came just now, or not at all

    def pass_on(self) -> None:
        """Give the turn to the thread that has waited longest, if any."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
