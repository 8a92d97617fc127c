"""I3: a million numbers screened against a register of 20 million, one in ten of them on it, against a semi-join.

Ours is a real screening: numbers as text in list order, looked up in the sketch and in the mapped file, with an answer
in the program for each, in that order. The base finds the same numbers in PostgreSQL, as integers in two analysed
tables, and returns only their count. Both have the register ready; the preparation time is reported separately.
"""

from collections.abc import Callable
from pathlib import Path
from statistics import median
from tempfile import TemporaryFile
from time import perf_counter

import numpy as np
import psycopg

from benchmarks import goals
from benchmarks.harness.servers import plain, server
from bot.services.do_not_call.register_arrays import Numbers, SortedNumbers
from bot.services.do_not_call.register_table import TabledNumbers

_SMALLEST, _LARGEST = 10**11, 10**12  # twelve digits, as most numbers have
_SEMI_JOIN = "SELECT count(*) FROM wanted WHERE EXISTS (SELECT FROM register WHERE register.number = wanted.number)"
_PART = 500_000


def main(*, is_quick: bool = False) -> int:
    size, queries, repeats = (200_000, 10_000, 1) if is_quick else (20_000_000, 1_000_000, 3)
    print(f"screening: {queries:,} numbers, 10 % of them on a register of {size:,}; medians of {repeats}", flush=True)
    numbers, wanted = _make(size, queries)
    texts = [f"+{number}" for number in wanted.tolist()]
    begun = perf_counter()
    listed = _mapped(numbers)
    sizes = f"{numbers.nbytes / 2**20:,.0f} MB of page cache, {listed.sketch.nbytes / 2**20:,.0f} MB for the sketch"
    print(f"  sorted, mapped and sketched in {perf_counter() - begun:.1f} s: {sizes}")
    begun = perf_counter()
    tabled = TabledNumbers((f"+{number}", None) for number in numbers.tolist())
    print(f"  without [registers] in a table in {perf_counter() - begun:.1f} s")
    del numbers
    with psycopg.connect(
        plain(server().url(server().filled("register", lambda url: _load(url, listed, wanted))))
    ) as base:
        print(f"  PostgreSQL: {_sizes(base)}", flush=True)
        ways: dict[str, Callable[[], int]] = {
            "nextcall": lambda: len(listed.find(texts)),
            "without [registers]": lambda: len(tabled.find(texts)),
            "the search alone": lambda: int(np.count_nonzero(listed.places_of(wanted) >= 0)),
            "semi-join": lambda: _count(base),
        }
        found = _by_turns(ways, queries, repeats)
    server().drop("register")
    for name, rates in found.items():
        print(f"  {name:<22} {median(rates):>12,.0f} numbers a second", flush=True)
    memory = _anonymous_memory()
    assert ways["nextcall"]() == queries // 10
    print(f"  of memory to answer, beside these: {_anonymous_memory(is_highest=True) - memory:,.0f} MB")
    pairs = zip(found["nextcall"], found["semi-join"], strict=True)
    goals.report("I3", median(ours / other for ours, other in pairs))
    return 0


def _make(size: int, queries: int) -> tuple[Numbers, Numbers]:
    """The register in random order, and the numbers to look up: a tenth of them are on it."""
    random = np.random.default_rng(9)
    numbers = np.unique(random.integers(_SMALLEST, _LARGEST, size))
    strangers = np.setdiff1d(random.integers(_SMALLEST, _LARGEST, queries), numbers)[: queries - queries // 10]
    wanted = np.concatenate([random.choice(numbers, queries // 10, replace=False), strangers])
    random.shuffle(wanted)
    random.shuffle(numbers)
    return numbers, wanted


def _mapped(numbers: Numbers) -> SortedNumbers:
    """Map the register as a screening does, by the same steps except reading the file."""
    with TemporaryFile() as file:
        numbers.tofile(file)
        file.flush()
        found = np.memmap(file, np.int64, "r+")
    found.sort()
    return SortedNumbers(found, None)


def _by_turns(ways: dict[str, Callable[[], int]], queries: int, repeats: int) -> dict[str, list[float]]:
    """Numbers a second, by way. All must find the same; the first turn warms up."""
    found: dict[str, list[float]] = {name: [] for name in ways}
    for turn in range(repeats + 1):
        for name, way in ways.items():
            begun = perf_counter()
            hits = way()
            seconds = perf_counter() - begun
            assert hits == queries // 10, f"{name} found {hits}, not {queries // 10}"
            if turn:
                found[name].append(queries / seconds)
    return found


def _load(url: str, listed: SortedNumbers, wanted: Numbers) -> None:
    with psycopg.connect(plain(url), autocommit=True) as connection:
        connection.execute("CREATE TABLE register (number bigint NOT NULL)")
        connection.execute("CREATE TABLE wanted (number bigint NOT NULL)")
        for table, numbers in (("register", listed.numbers), ("wanted", wanted)):
            with connection.cursor().copy(f"COPY {table} FROM STDIN") as copying:
                for start in range(0, numbers.size, _PART):
                    copying.write("".join([f"{one}\n" for one in numbers[start : start + _PART].tolist()]))
        connection.execute("ALTER TABLE register ADD PRIMARY KEY (number)")
    # `filled` analyses both.


def _count(connection: psycopg.Connection) -> int:
    row = connection.execute(_SEMI_JOIN).fetchone()
    assert row is not None
    return int(row[0])


def _sizes(connection: psycopg.Connection) -> str:
    row = connection.execute(
        "SELECT pg_size_pretty(pg_table_size('register')), pg_size_pretty(pg_indexes_size('register'))"
    ).fetchone()
    plan = connection.execute(f"EXPLAIN {_SEMI_JOIN}").fetchall()
    join = next((line.strip(" ->").partition("  ")[0] for (line,) in plan if "Join" in line or "Loop" in line), "?")
    assert row is not None
    return f"{row[0]} of rows and {row[1]} of index; planned as {join}"


def _anonymous_memory(*, is_highest: bool = False) -> float:
    """Resident memory of this process in MB, now; or, with `is_highest`, its peak since the last call without it."""
    if not is_highest:
        Path("/proc/self/clear_refs").write_text("5")
    lines = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines() if ":" in line)
    name = "VmHWM" if is_highest else "VmRSS"
    return int(lines[name].split()[0]) / 1024
