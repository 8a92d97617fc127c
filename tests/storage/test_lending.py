"""Who waits for a connection gets one before whoever comes later, and before whoever has just had one."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from threading import Event
from time import monotonic, sleep
from typing import Any

import pytest
from sqlalchemy.exc import TimeoutError as PoolExhausted

from storage.lending import Lending

PATIENCE_S = 10.0
OPENS: Callable[[], Any] = nullcontext


def _until(is_so: Callable[[], bool]) -> None:
    until = monotonic() + PATIENCE_S
    while not is_so():
        assert monotonic() < until
        sleep(0.001)


def test_first_come_first_served_even_against_somebody_greedy() -> None:
    lending, served = Lending(1, PATIENCE_S), list[str]()
    may_go = Event()

    def greedy() -> None:
        for _ in range(3):
            with lending.turn(OPENS):
                served.append("greedy")
                may_go.wait(PATIENCE_S)

    def modest(name: str) -> None:
        with lending.turn(OPENS):
            served.append(name)

    with ThreadPoolExecutor(4) as threads:
        done = [threads.submit(greedy)]
        _until(lambda: served == ["greedy"])
        for place, name in enumerate(("ann", "ben", "cleo")):
            done.append(threads.submit(modest, name))
            _until(lambda place=place: len(lending._waiting) == place + 1)  # type: ignore[misc]
        may_go.set()
        for one in done:
            one.result(PATIENCE_S)
    assert served == ["greedy", "ann", "ben", "cleo", "greedy", "greedy"]


def test_who_waited_in_vain_is_told_and_stands_in_nobodys_way() -> None:
    lending = Lending(1, 0.05)
    with lending.turn(OPENS), ThreadPoolExecutor(1) as threads:
        vain = threads.submit(lambda: lending.turn(OPENS).__enter__())
        with pytest.raises(PoolExhausted, match="in use"):
            vain.result(PATIENCE_S)
    with lending.turn(OPENS), pytest.raises(PoolExhausted), lending.turn(OPENS):
        pass
    with lending.turn(OPENS):
        pass


def test_what_cannot_be_opened_takes_up_no_place() -> None:
    def broken() -> Any:
        raise OSError("the server is gone")

    lending = Lending(1, 0.05)
    for _ in range(3):
        with pytest.raises(OSError, match="gone"), lending.turn(broken):
            pass
    with lending.turn(OPENS):
        pass
