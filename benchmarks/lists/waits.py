"""I5a and I5b: how long an agent waits for a contact while a list is imported, p99 in seconds, on either database.

Five agents a second ask for one contact for a minute, on a fixed schedule: a slow answer does not delay the next
question, so every wait counts in full.

A list of 200,000 lines is imported meanwhile, once by a process of its own, as the command line does,
and once by a thread of the process that hands out, as the bot does; when it is in, the same people come in for another
campaign. The same without an import is measured beside it. The slower of the two ways counts.
"""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Event, Thread
from time import perf_counter, sleep
from typing import Any

from benchmarks import goals
from benchmarks.harness.contenders import Desk, deps
from benchmarks.harness.make_contacts import Shape, fill
from benchmarks.harness.servers import server, sqlite_url
from benchmarks.harness.workers import percentile
from benchmarks.lists.imports import write_list
from bot import collector
from bot.services.lists.importing import ListOrder, import_contacts

_A_SECOND = 5
_THREADS = 16
_OWN = 4  # the first campaign that the agents do not call for
_SPAWN = get_context("spawn")
ALONE, BESIDE, WITHIN = "no import", "import beside", "import within"


class _Ended(Exception):
    """The measuring is over."""


def main(*, is_quick: bool = False) -> int:
    contacts, lines, seconds = (5_000, 5_000, 10) if is_quick else (100_000, 200_000, 60)
    print(f"waits: {contacts} contacts, {_A_SECOND} hand-outs a second for {seconds} s, an import of {lines} lines")
    with TemporaryDirectory(prefix="nextcall-bench-") as folder:
        path = Path(folder) / "list.csv"
        write_list(path, lines)
        for goal, database in (("I5a", _on_sqlite), ("I5b", _on_postgresql)):
            longest = 0.0
            for case in (ALONE, BESIDE, WITHIN):
                with database(contacts) as url:
                    took, rows = _measured(url, path, case, seconds)
                p99 = percentile(took, 0.99)
                said = f"p50 {percentile(took, 0.5):.3f} s, p99 {p99:.3f}, longest {took[-1]:.3f}"
                print(f"  {goal} {case:<14} {said}; {rows:,} rows", flush=True)
                longest = max(longest, p99 if case != ALONE else 0.0)
            goals.report(goal, longest)
    return 0


def _measured(url: str, path: Path, case: str, seconds: int) -> tuple[list[float], int]:
    """How long each hand-out took from the moment at which it was due, sorted; and how many rows came in meanwhile."""
    desk = Desk(url)
    desk.claim(1)  # what is read once is read
    with _IMPORTS[case](url, path) as rows, ThreadPoolExecutor(_THREADS) as threads:
        sleep(1)
        begun, before, asked = perf_counter(), rows(), []
        for beat in range(seconds * _A_SECOND):
            due = begun + beat / _A_SECOND
            sleep(max(0.0, due - perf_counter()))
            asked.append(threads.submit(_waited, desk, due))
        took = sorted(one.result() for one in asked)
        return took, rows() - before


def _waited(desk: Desk, due: float) -> float:
    assert desk.claim(1) == 1
    return perf_counter() - due


@contextmanager
def _none(_url: str, _path: Path) -> Iterator[Callable[[], int]]:
    yield lambda: 0


@contextmanager
def _beside(url: str, path: Path) -> Iterator[Callable[[], int]]:
    done, ends = _SPAWN.Value("q", 0), _SPAWN.Event()
    process = _SPAWN.Process(target=_import_alone, args=(url, path, done, ends))
    process.start()
    try:
        while not done.value and process.is_alive():
            sleep(0.1)
        yield lambda: done.value
    finally:
        ends.set()
        process.join()


@contextmanager
def _within(url: str, path: Path) -> Iterator[Callable[[], int]]:
    done, ends = _Rows(), Event()
    thread = Thread(target=_import_lists, args=(url, path, done, ends))
    thread.start()
    try:
        yield lambda: done.value
    finally:
        ends.set()
        thread.join()


class _Rows:
    """Counts the imported rows, as a shared value of two processes does."""

    value = 0


_IMPORTS = {ALONE: _none, BESIDE: _beside, WITHIN: _within}


def _import_alone(url: str, path: Path, done: Any, ends: Any) -> None:
    with collector.importing():
        _import_lists(url, path, done, ends)


def _import_lists(url: str, path: Path, done: Any, ends: Any) -> None:
    """Import the list into one campaign after the other until `ends` is set. `done`: all rows so far."""

    def note(before: int, rows: int, _all: int) -> None:
        done.value = before + rows
        if ends.is_set():
            raise _Ended

    try:
        for campaign in count(_OWN):
            import_contacts(deps(url), ListOrder(path, f"Campaign {campaign}"), partial(note, done.value))
    except _Ended:
        pass


@contextmanager
def _on_sqlite(contacts: int) -> Iterator[str]:
    with sqlite_url() as url:
        fill(url, Shape(contacts))
        yield url


@contextmanager
def _on_postgresql(contacts: int) -> Iterator[str]:
    with server().copy(server().filled(f"waits_{contacts}", partial(fill, shape=Shape(contacts)))) as url:
        yield url
