"""Who is next, where only so many can be served at a time: first come, first served, and handed from one to the next.

Left to a lock, a pool or a busy handler, a thread that has just had its turn and wants another may have it before those who
have been waiting: with many threads somebody waits for seconds where the others wait for milliseconds. And whoever is done
wakes the one who is next, not everybody to find out who that is.
"""

from collections import deque
from threading import Event, Lock


class Turns:
    """`most` turns at a time; nobody waits for one longer than `patience_s` seconds."""

    def __init__(self, most: int, patience_s: float) -> None:
        self.patience_s = patience_s
        self._lock = Lock()
        self._free = most
        self._waiting: deque[Event] = deque()

    @property
    def are_wanted(self) -> bool:
        """Whether somebody waits."""
        return bool(self._waiting)

    def take(self) -> bool:
        """Wait for a turn, which is to be passed on. False: it did not come in time, and the place is given up."""
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
        return mine.is_set()  # it came just now, or never

    def pass_on(self) -> None:
        """To whoever has waited the longest, if anybody does."""
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
