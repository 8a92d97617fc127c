"""Runs all benchmarks, or the named ones: `python -m benchmarks`, `python -m benchmarks claims growth --quick`.

Prints results as they come and the goal lines at the end. `--write docs/background/performance.md` writes each number
into that file's table at once: to finish a run that was cut short, name the remaining benchmarks.
"""

import inspect
import sys
from argparse import ArgumentParser
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from time import perf_counter

from benchmarks import goals, written
from benchmarks.harness import servers, workers
from benchmarks.road import turns

MODULES = {goal.benchmark: goal.module for goal in goals.GOALS.values()}
ROAD = "road"  # several of them, in turns with another version


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the benchmarks. Returns 0, or 1 when one failed; the others still ran."""
    parser = ArgumentParser("python -m benchmarks", description="Measures Nextcall against its goals.")
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=f"one or more of: {', '.join(MODULES)}; none: all; {ROAD}: those of the road, beside another version",
    )
    parser.add_argument("--quick", action="store_true", help="small sizes: to see that it works, not to be believed")
    parser.add_argument("--ten-million", action="store_true", help="growth: also 10 million contacts")
    parser.add_argument("--against", default="", metavar="REVISION", help=f"{ROAD}: the other version")
    parser.add_argument("--claims", type=int, help="exclusivity: how many claims")
    parser.add_argument("--write", type=Path, metavar="FILE", help="keep each number in the table of this file")
    given = parser.parse_args(arguments)
    if given.names == [ROAD]:
        return turns.main(against=given.against)
    if unknown := set(given.names) - set(MODULES):
        parser.error(f"there is no {', '.join(sorted(unknown))}; there are {', '.join(MODULES)}")
    print(workers.machine())
    chosen = given.names or tuple(MODULES)
    failed = []
    try:
        for place, name in enumerate(chosen, 1):
            print(f"\n[{place} of {len(chosen)}] {name}", flush=True)
            begun, before = perf_counter(), len(goals.reported)
            if not _measure(name, is_quick=given.quick, is_largest=given.ten_million, claims=given.claims):
                failed.append(name)
            print(f"  took {perf_counter() - begun:.0f} s", flush=True)
            if given.write and not given.quick:
                written.keep(given.write, dict(list(goals.reported.items())[before:]))
    finally:
        servers.stop()
    print("\n" + "\n".join(goals.line(name, number) for name, number in goals.reported.items()))
    if failed:
        print(f"not measured: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _measure(name: str, **options: object) -> bool:
    """Run one benchmark with those options that it has."""
    try:
        measure = import_module(MODULES[name]).main
        known = inspect.signature(measure).parameters
        return bool(measure(**{key: value for key, value in options.items() if key in known and value}) == 0)
    except Exception as error:  # the others are still worth running
        print(f"  failed: {error!r}", file=sys.stderr, flush=True)
        return False


if __name__ == "__main__":
    raise SystemExit(main())
