"""Batched requests: those that arrive during an answer share the next one, and none waits without end."""

from collections.abc import Callable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from threading import Event
from time import monotonic, sleep

import pytest

from bot.services.batching import Batcher

PATIENCE_S = 60.0


class Counter:
    """Answers with the double; its first answer blocks until released."""

    def __init__(self, fails: Callable[[Sequence[int]], bool] = lambda _: False) -> None:
        self.batches: list[list[int]] = []
        self.may_go_on = Event()
        self._fails = fails

    def answer(self, requests: Sequence[int]) -> list[int | None]:
        self.batches.append(list(requests))
        assert self.may_go_on.wait(PATIENCE_S)
        if self._fails(requests):
            raise ValueError("out of order")
        return [None if one == 13 else 2 * one for one in requests]


def _ask_all(together: Batcher[int, int], counter: Counter, requests: Sequence[int]) -> list[Future[int | None]]:
    """Ask for all, one after the other; none is answered before the last has asked."""
    with ThreadPoolExecutor(len(requests)) as threads:
        asked = []
        for place, one in enumerate(requests):
            asked.append(threads.submit(together.ask, one, counter.answer))
            _wait_for(partial(_are_waiting, together, counter, place))
        counter.may_go_on.set()
    return asked


def _are_waiting(together: Batcher[int, int], counter: Counter, how_many: int) -> bool:
    return len(together) == how_many and bool(counter.batches)


def _wait_for(is_so: Callable[[], bool]) -> None:
    begun = monotonic()
    while not is_so():
        assert monotonic() - begun < PATIENCE_S
        sleep(0.001)


def test_requests_that_arrived_meanwhile_are_answered_together() -> None:
    together, counter = Batcher[int, int](8, PATIENCE_S), Counter()
    asked = _ask_all(together, counter, [1, 2, 3, 4])
    assert [one.result() for one in asked] == [2, 4, 6, 8]
    assert counter.batches == [[1], [2, 3, 4]]


def test_it_keeps_to_the_largest_batch() -> None:
    together, counter = Batcher[int, int](2, PATIENCE_S), Counter()
    asked = _ask_all(together, counter, [1, 2, 3, 4, 5, 6])
    assert [one.result() for one in asked] == [2, 4, 6, 8, 10, 12]
    assert counter.batches == [[1], [2, 3], [4, 5], [6]]


def test_a_request_without_an_answer_does_not_affect_the_others() -> None:
    asked = _ask_all(Batcher[int, int](8, PATIENCE_S), Counter(), [1, 13, 3])
    assert [one.result() for one in asked] == [2, None, 6]


def test_a_failure_reaches_the_caller_who_answered_and_the_next_goes_on() -> None:
    counter = Counter(fails=lambda requests: 2 in requests)
    asked = _ask_all(Batcher[int, int](2, PATIENCE_S), counter, [1, 2, 3, 4])
    with pytest.raises(ValueError, match="out of order"):
        asked[1].result()
    assert [one.result() for one in (asked[0], asked[2], asked[3])] == [2, None, 8]


def test_a_request_stops_waiting_after_its_patience() -> None:
    together, counter = Batcher[int, int](8, 0.05), Counter()
    with ThreadPoolExecutor(2) as threads:
        first = threads.submit(together.ask, 1, counter.answer)
        _wait_for(lambda: bool(counter.batches))
        assert threads.submit(together.ask, 2, counter.answer).result(PATIENCE_S) is None
        assert len(together) == 0  # it is not answered later behind its back
        counter.may_go_on.set()
        assert first.result(PATIENCE_S) == 2
    assert together.ask(3, counter.answer) == 6
