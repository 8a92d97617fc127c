"""Batches requests: those that arrive while one is being answered are answered together next.

Each batch is as large as the crowd, up to a limit; a request that comes alone does not wait.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from time import sleep
from typing import Generic, TypeVar

K = TypeVar("K")
Q = TypeVar("Q")
A = TypeVar("A")

PATIENCE_S = 15.0


@dataclass(slots=True, eq=False)
class _Asked(Generic[Q, A]):
    request: Q
    leads: bool = False  # answers its own request and those that wait
    answer: A | None = None
    is_over: Event = field(default_factory=Event)  # its wait: it has an answer, or it is its turn to answer


class Batcher(Generic[Q, A]):
    """Answers up to `most` requests at once, one batch at a time."""

    def __init__(self, most: int, patience_s: float = PATIENCE_S) -> None:
        self._most, self._patience_s = most, patience_s
        self._lock = Lock()
        self._waiting: deque[_Asked[Q, A]] = deque()
        self._is_led = self._was_crowd = False

    def __len__(self) -> int:
        return len(self._waiting)

    def ask(self, request: Q, answer: Callable[[Sequence[Q]], Sequence[A | None]]) -> A | None:
        """Answer one request, in a batch. None: no answer, none within `patience_s` seconds, or the batch failed.

        The thread that answers a batch gets its exception.
        """
        mine: _Asked[Q, A] = _Asked(request)
        with self._lock:
            mine.leads = not self._is_led
            self._is_led = True
            if not mine.leads:
                self._waiting.append(mine)
        if not mine.leads and not mine.is_over.wait(self._patience_s) and self._has_given_up(mine):
            return None
        if mine.leads:
            self._answer(mine, answer)
        return mine.answer

    def _has_given_up(self, mine: _Asked[Q, A]) -> bool:
        """Whether the request may leave the queue. False: its turn to lead has just come."""
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
            return not mine.leads

    def _answer(self, mine: _Asked[Q, A], answer: Callable[[Sequence[Q]], Sequence[A | None]]) -> None:
        if self._was_crowd:
            sleep(0)  # lets threads that are about to ask go first: they share one interpreter
        with self._lock:
            others = [self._waiting.popleft() for _ in range(min(self._most - 1, len(self._waiting)))]
        self._was_crowd = bool(others)
        batch = [mine, *others]
        try:
            for one, found in zip(batch, answer([one.request for one in batch]), strict=True):
                one.answer = found
        finally:
            for one in others:  # before the next batch begins, so that a thread that asks again at once can join it
                one.is_over.set()
            self._pass_on()

    def _pass_on(self) -> None:
        with self._lock:
            self._is_led = bool(self._waiting)
            if not self._is_led:
                return
            first = self._waiting.popleft()
            first.leads = True
        first.is_over.set()


class Batchers(Generic[K, Q, A]):
    """One batcher for each key, each for up to `most` requests at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._each: dict[K, Batcher[Q, A]] = {}

    def of(self, key: K) -> Batcher[Q, A]:
        with self._lock:
            return self._each.setdefault(key, Batcher(self._most))
