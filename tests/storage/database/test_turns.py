"""A waiting thread gets its turn before later ones, and before one that has just had a turn."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from time import monotonic, sleep

from storage.database.unit_of_work import Turns

PATIENCE_S = 60.0


def _until(is_so: Callable[[], bool]) -> None:
    until = monotonic() + PATIENCE_S
    while not is_so():
        assert monotonic() < until
        sleep(0.001)


def test_first_come_first_served_even_against_a_greedy_thread() -> None:
    turns, served = Turns(1, PATIENCE_S), list[str]()
    may_go = Event()

    def greedy() -> None:
        for _ in range(3):
            assert turns.take()
            served.append("greedy")
            may_go.wait(PATIENCE_S)
            turns.pass_on()

    def modest(name: str) -> None:
        assert turns.take()
        served.append(name)
        turns.pass_on()

    with ThreadPoolExecutor(4) as threads:
        done = [threads.submit(greedy)]
        _until(lambda: served == ["greedy"])
        for place, name in enumerate(("ann", "ben", "cleo")):
            done.append(threads.submit(modest, name))
            _until(lambda place=place: len(turns._waiting) == place + 1)  # type: ignore[misc]
        may_go.set()
        for one in done:
            one.result(PATIENCE_S)
    assert served == ["greedy", "ann", "ben", "cleo", "greedy", "greedy"]


def test_no_more_at_a_time_than_there_are_turns() -> None:
    turns = Turns(2, 0.01)
    assert [turns.take() for _ in range(3)] == [True, True, False]
    turns.pass_on()
    assert [turns.take() for _ in range(2)] == [True, False]


def test_a_thread_that_timed_out_blocks_no_other() -> None:
    turns = Turns(1, 0.01)
    assert turns.take()
    assert not turns.take()
    assert not turns.are_wanted
    turns.pass_on()
    assert turns.take()
