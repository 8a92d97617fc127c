"""PostgreSQL's few connections of one process: lent first come, first served.

Left to the pool's own wait, a thread that gives a connection back and at once wants another may have it before those who
have been waiting: with many threads somebody waits for seconds where the others wait for milliseconds.
"""

from collections import deque
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from threading import Event, Lock

from sqlalchemy import Connection
from sqlalchemy.exc import TimeoutError as PoolExhausted


class Lending:
    """`most` connections at a time. Whoever has waited for `patience_s` seconds gets PoolExhausted."""

    def __init__(self, most: int, patience_s: float) -> None:
        self._patience_s = patience_s
        self._lock = Lock()
        self._free = most
        self._waiting: deque[Event] = deque()

    @contextmanager
    def turn(self, opens: Callable[[], AbstractContextManager[Connection]]) -> Iterator[Connection]:
        """A connection for one transaction, opened when its turn has come."""
        self._wait_for_turn()
        try:
            with opens() as connection:
                yield connection
        finally:
            self._give_back()

    def _wait_for_turn(self) -> None:
        with self._lock:
            if self._free:
                self._free -= 1
                return
            mine = Event()
            self._waiting.append(mine)
        if mine.wait(self._patience_s):
            return
        with self._lock:
            if mine.is_set():  # just now
                return
            self._waiting.remove(mine)
        raise PoolExhausted(f"all connections to the database were in use for {self._patience_s:.0f} s")

    def _give_back(self) -> None:
        with self._lock:
            if self._waiting:
                self._waiting.popleft().set()
            else:
                self._free += 1
