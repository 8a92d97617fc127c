"""Runs workers against a database: claims a second, the time of each, and how many came back short.

Workers are threads in two processes; peers with only an asynchronous interface run as tasks there. All connect, warm
up, wait for each other and work for a fixed time. Contenders take turns within a repeat.
"""

import asyncio
import multiprocessing
import os
import platform
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from threading import Barrier, BrokenBarrierError
from time import perf_counter
from typing import Any

PROCESSES = 2
_WARM_UP = 5
_PATIENCE_S = 180
_SPAWN = multiprocessing.get_context("spawn")

Claim = Callable[[], int]  # returns how many rows it got
Opens = Callable[[int], Claim]  # takes the worker's number
AsyncClaim = Callable[[], Awaitable[int]]
OpensAsync = Callable[[int, int], Awaitable[AsyncClaim]]  # takes the worker's number, and how many share its process


@dataclass(frozen=True, slots=True)
class Contender:
    """`opens` must be importable, so that other processes can call it. Its first argument is the database URL."""

    name: str
    opens: Callable[..., Any]
    database: Callable[[], AbstractContextManager[str]]  # new for each cell
    is_async: bool = False
    processes: int = PROCESSES


@dataclass(frozen=True, slots=True)
class Cell:
    """The result of one contender in one repeat. Times in milliseconds."""

    seconds: float
    took: Sequence[float]
    got: Sequence[int]

    @property
    def rate(self) -> float:
        return len(self.took) / self.seconds

    def at(self, share: float) -> float:
        return percentile(self.took, share)

    def short_of(self, wanted: int) -> int:
        return sum(one < wanted for one in self.got)


def compare(
    contenders: Sequence[Contender], workers: int, seconds: float, repeats: int, wanted: int = 5
) -> dict[str, list[Cell]]:
    """Run every contender in turns, `repeats` times, then print a line for each."""
    found: dict[str, list[Cell]] = {one.name: [] for one in contenders}
    for _ in range(repeats):
        for one in contenders:
            with one.database() as url:
                found[one.name].append(run(one, url, workers, seconds))
    for name, cells in found.items():
        print(f"  {name:<34} {workers:>2} workers  {told(cells, wanted)}", flush=True)
    return found


def assert_worked(found: Mapping[str, Sequence[Cell]], wanted: int = 5) -> None:
    """Asserts that hardly a claim came back short."""
    for name, cells in found.items():
        assert all(sum(cell.got) > 0.9 * wanted * len(cell.got) for cell in cells), f"{name} answered short"


def told(cells: Sequence[Cell], wanted: int) -> str:
    rate, p50, p99 = (median(map(take, cells)) for take in (rate_of, _p50, p99_of))
    short = sum(cell.short_of(wanted) for cell in cells)
    return f"{rate:>8.1f}/s  p50 {p50:>7.2f} ms  p99 {p99:>7.2f} ms  short answers {short}"


def rate_of(cell: Cell) -> float:
    return cell.rate


def p99_of(cell: Cell) -> float:
    return cell.at(0.99)


def _p50(cell: Cell) -> float:
    return cell.at(0.5)


def ratio(ours: Sequence[Cell], base: Sequence[Cell], of: Callable[[Cell], float] = rate_of) -> float:
    """The median of the ratios within each repeat."""
    return median(of(one) / of(other) for one, other in zip(ours, base, strict=True))


def run(contender: Contender, url: str, workers: int, seconds: float) -> Cell:
    """Run one cell. Raises what a worker raised."""
    processes = min(contender.processes, workers)
    shares = [list(range(place, workers, processes)) for place in range(processes)]
    barrier, results = _SPAWN.Barrier(processes), _SPAWN.Queue()
    target = _async_process if contender.is_async else _process
    children = [
        _SPAWN.Process(target=_reporting, args=(target, contender.opens, url, share, seconds, barrier, results))
        for share in shares
    ]
    for child in children:
        child.start()
    try:
        answers = [results.get(timeout=seconds + _PATIENCE_S) for _ in children]
    finally:
        for child in children:
            child.join(5)
            if child.is_alive():
                child.kill()
    faults = [answer for answer in answers if isinstance(answer, str)]
    if faults:  # workers that only waited for the failed one report errors too
        raise RuntimeError("; ".join(faults))
    return Cell(*_together(answers))


def _reporting(target: Callable[..., Any], *arguments: Any) -> None:
    *given, results = arguments
    try:
        results.put(target(*given))
    except Exception as error:
        results.put(f"a worker failed: {error!r}")


_Tally = tuple[float, list[float], list[int]]


def _process(opens: Callable[..., Claim], url: str, numbers: Sequence[int], seconds: float, barrier: Any) -> _Tally:
    def ready() -> None:  # called by this process's last thread
        barrier.wait(_PATIENCE_S)

    begin = Barrier(len(numbers), action=ready, timeout=_PATIENCE_S)

    def work(number: int) -> _Tally:
        try:
            claim = opens(url, number)
            for _ in range(_WARM_UP):
                claim()
        except BaseException:
            begin.abort()
            raise
        begin.wait()
        return claim_until(claim, seconds)

    with ThreadPoolExecutor(len(numbers)) as threads:
        done = [threads.submit(work, number) for number in numbers]
    faults = [fault for one in done if (fault := one.exception()) is not None]
    if faults:  # not the broken barrier of those that waited for the failed one
        raise next((one for one in faults if not isinstance(one, BrokenBarrierError)), faults[0])
    return _together([one.result() for one in done])


def claim_until(claim: Claim, seconds: float) -> _Tally:
    """Claim repeatedly until the time is up."""
    took, got = [], []
    start = before = perf_counter()
    while before - start < seconds:
        got.append(claim())
        after = perf_counter()
        took.append((after - before) * 1000)
        before = after
    return before - start, took, got


def timed(claim: Claim, times: int, wanted: int = 5) -> list[float]:
    """Milliseconds of each of `times` claims in a row. Each must get all it wanted."""
    took = []
    for _ in range(times):
        before = perf_counter()
        got = claim()
        took.append((perf_counter() - before) * 1000)
        assert got == wanted, f"a claim got {got} of {wanted}"
    return took


def _async_process(opens: Callable[..., Any], url: str, numbers: Sequence[int], seconds: float, barrier: Any) -> _Tally:
    async def work(claim: AsyncClaim) -> _Tally:
        took, got = [], []
        start = before = perf_counter()
        while before - start < seconds:
            got.append(await claim())
            after = perf_counter()
            took.append((after - before) * 1000)
            before = after
        return before - start, took, got

    async def everybody() -> _Tally:
        claims = [await opens(url, number, len(numbers)) for number in numbers]
        for claim in claims:
            for _ in range(_WARM_UP):
                await claim()
        barrier.wait(_PATIENCE_S)
        return _together(await asyncio.gather(*(work(claim) for claim in claims)))

    return asyncio.run(everybody())


def _together(parts: Iterable[_Tally]) -> _Tally:
    whole = list(parts)
    return (
        max(part[0] for part in whole),
        [t for part in whole for t in part[1]],
        [g for part in whole for g in part[2]],
    )


def percentile(took: Sequence[float], share: float) -> float:
    ordered = sorted(took)
    return ordered[min(int(len(ordered) * share), len(ordered) - 1)]


def processor_s(pid: int, *, with_children: bool = False) -> float:
    """Processor seconds that a process has used, and the children it waited for; 0 where the system does not say."""
    path = Path(f"/proc/{pid}/stat")
    if not path.exists():
        return 0.0
    used = path.read_text().rpartition(")")[2].split()[11 : 15 if with_children else 13]
    return sum(map(int, used)) / os.sysconf("SC_CLK_TCK")


def machine() -> str:
    """One line that describes the machine."""
    cpu = next((line.partition(":")[2].strip() for line in _cpuinfo() if line.startswith("model name")), "")
    cores = multiprocessing.cpu_count()
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {cores} cores ({cpu or platform.machine()}), Python {platform.python_version()}"
    )


def _cpuinfo() -> list[str]:
    path = Path("/proc/cpuinfo")
    return path.read_text().splitlines() if path.exists() else []
