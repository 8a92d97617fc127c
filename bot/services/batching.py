"""Requests that come while one is being answered wait, and are then answered together: what each costs, they share.

A crowd that asks at the same moment makes its own batches, as large as it is; whoever asks alone waits for nobody.
"""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from threading import Event, Lock
from time import sleep
from typing import Generic, TypeVar
from weakref import WeakKeyDictionary

K = TypeVar("K")
Q = TypeVar("Q")
A = TypeVar("A")

PATIENCE_S = 15.0


@dataclass(slots=True, eq=False)
class _Asked(Generic[Q, A]):
    request: Q
    leads: bool = False  # answers for those who wait, and for itself
    answer: A | None = None
    is_over: Event = field(default_factory=Event)  # the wait: answered, or its turn to answer


class Batcher(Generic[Q, A]):
    """One answers at a time, for `most` at once."""

    def __init__(self, most: int, patience_s: float = PATIENCE_S) -> None:
        self._most, self._patience_s = most, patience_s
        self._lock = Lock()
        self._waiting: deque[_Asked[Q, A]] = deque()
        self._is_led = self._was_crowd = False

    def __len__(self) -> int:
        """How many wait for the next answer."""
        return len(self._waiting)

    def ask(self, request: Q, answer: Callable[[Sequence[Q]], Sequence[A | None]]) -> A | None:
        """The answer to one request. None: there is none, or none came in `patience_s` seconds, or who answered failed.

        Who answers for the others is told of its failure itself.
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
        """False: its turn to answer came just now, and somebody must."""
        with self._lock:
            if mine in self._waiting:
                self._waiting.remove(mine)
            return not mine.leads

    def _answer(self, mine: _Asked[Q, A], answer: Callable[[Sequence[Q]], Sequence[A | None]]) -> None:
        if self._was_crowd:
            sleep(0)  # gives way to whoever is about to ask: there is one interpreter for all
        with self._lock:
            others = [self._waiting.popleft() for _ in range(min(self._most - 1, len(self._waiting)))]
        self._was_crowd = bool(others)
        batch = [mine, *others]
        try:
            for one, found in zip(batch, answer([one.request for one in batch]), strict=True):
                one.answer = found
        finally:
            for one in others:  # before the next begins: who asks again at once may be among those it is for
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
    """Where to ask: at one desk for each key of a database, each for `most` at once."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lock = Lock()
        self._desks: WeakKeyDictionary[object, dict[K, Batcher[Q, A]]] = WeakKeyDictionary()

    def of(self, database: object, key: K) -> Batcher[Q, A]:
        with self._lock:
            return self._desks.setdefault(database, {}).setdefault(key, Batcher(self._most))
