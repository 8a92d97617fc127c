"""`python -m tests.simulation`: so many operations on one engine from one seed, with progress and a closing line."""

import argparse
import gc
import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from time import monotonic

from tests.postgres import Server
from tests.simulation.chapters import Broken, Database, PostgresDatabase, SqliteFile, Stage, run, two_bots
from tests.simulation.rules import versions
from tests.simulation.shrinking import Shrinker

_MEMORY = Path("/dev/shm")
_SELDOM = (50_000, 20, 100)  # garbage is looked for after each chapter anyway


def main(arguments: list[str] | None = None) -> int:
    asked = _arguments().parse_args(arguments)
    logging.disable(logging.CRITICAL)  # refusals and kills are the daily bread here
    gc.set_threshold(*_SELDOM)
    with opened(asked.engine) as stage:
        begun = monotonic()
        known = partial(_is_known, asked.known)
        try:
            tally = run(stage, asked.seed, asked.operations, known, _Progress(asked.operations))
        except Broken as broken:
            _tell(stage, broken, asked.shrink)
            print(f"{broken.number + 1} chapters, engine {asked.engine}, seed {asked.seed}: 1 violation")
            return 1
        took = monotonic() - begun
    print(
        f"{tally.operations:,} operations ({tally.calls:,} calls, {tally.answers:,} answers, {tally.refusals:,} "
        f"refusals) in {took:.0f} s ({tally.operations / took:.0f}/s), engine {asked.engine}, seed {asked.seed}: 0 "
        "violations"
    )
    for kind, times in tally.passed_over.most_common():
        print(f"  passed over as known: {kind}, {times} times")
    return 0


@contextmanager
def opened(engine: str) -> Iterator[Stage]:
    """A stage in memory, where there is some."""
    with TemporaryDirectory(dir=_MEMORY if _MEMORY.is_dir() else None, prefix="nextcall-simulation-") as name:
        folder = Path(name)
        with _database(engine, folder) as database:
            database.renew()
            with two_bots(database) as bots:
                yield Stage(database, bots, folder, versions(folder))


@contextmanager
def _database(engine: str, folder: Path) -> Iterator[Database]:
    if engine == "sqlite":
        yield SqliteFile(folder)
        return
    server = Server()
    try:
        yield PostgresDatabase(server)
    finally:
        server.stop()


class _Progress:
    """One line a second on a terminal, one in ten seconds elsewhere."""

    def __init__(self, wanted: int) -> None:
        self._wanted, self._begun = wanted, monotonic()
        self._every = 1.0 if sys.stderr.isatty() else 10.0
        self._next = self._begun + self._every

    def __call__(self, done: int) -> None:
        now = monotonic()
        if now >= self._next:
            self._next = now + self._every
            print(f"{done:,} of {self._wanted:,}, {done / (now - self._begun):.0f}/s", file=sys.stderr, flush=True)


def _is_known(patterns: Sequence[str], kind: str) -> bool:
    return any(fnmatchcase(kind, pattern) for pattern in patterns)


def _tell(stage: Stage, broken: Broken, patience_s: float) -> None:
    print(f"VIOLATION {broken}")
    if not patience_s:
        return
    steps = broken.chapter.steps[: broken.play.done + 1]
    short = Shrinker(stage, broken.chapter, broken.violation.kind, patience_s).shrink(steps, broken.play.moments)
    if short is None:
        print("it does not break a second time")
        return
    print(f"shrunk to {len(short.steps)} steps: {short.violation}")
    print("\n".join(f"  {line}" for line in short.story))


def _arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--operations", type=int, default=5_000)
    parser.add_argument("--engine", choices=("sqlite", "postgresql"), default="sqlite")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--known", action="append", default=[], help="a kind of violation to pass over; * stands for anything"
    )
    parser.add_argument(
        "--shrink", type=float, default=180.0, help="seconds of work to spend on a shorter story; 0: none"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
