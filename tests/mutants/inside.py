"""Judges a sample of a group's changes. Runs in a copy of the sources; `python -m tests.mutants` makes one."""

import argparse
import sys
from itertools import zip_longest
from pathlib import Path

import coverage
import pytest

from tests.mutants.groups import GROUPS
from tests.mutants.mutations import Mutant, sampled
from tests.mutants.seen import Seen
from tests.mutants.verdicts import Verdicts

_QUIET = ("-q", "-p", "no:randomly", "-p", "no:cacheprovider", "--tb=native", "--hypothesis-seed=1")


def main() -> int:
    given, root = arguments().parse_args(), Path.cwd()
    groups = {name: GROUPS[name] for name in given.groups}
    every: list[Verdicts] = []
    left: list[list[tuple[Verdicts, Mutant]]] = []
    for name, group in groups.items():
        chosen, of = sampled(group.files(root), given.sample, given.seed)
        verdicts = Verdicts(name, root, given.record / f"{name}.jsonl", len(chosen), of, given.seed)
        every.append(verdicts)
        left.append([(verdicts, one) for one in verdicts.go_on(chosen, is_new_only=given.new)])
    mutants = [one for turn in zip_longest(*left) for one in turn if one is not None]  # ended early, a part of each
    sources = [one for each in groups.values() for one in each.files(root)]
    covered = coverage.Coverage(data_file=None, include=[str(one) for one in sources])
    covered.start()
    from tests.mutants.judging import Judge  # what is imported after the start is seen

    seen = Seen(root, sources, given.record / f"{'-'.join(groups)}.seen")
    judge = Judge(root, covered, seen, mutants, given.processes, given.within)
    engines = " or ".join(["not postgresql", *(name for one in groups.values() for name in one.on_postgresql)])
    asked = " and not ".join([f"({engines})", *(name for one in groups.values() for name in one.too_slow)])
    tests = sorted({name for one in groups.values() for name in one.tests})
    runs = ["--runs", given.runs] if given.runs else []
    status = pytest.main([*_QUIET, *runs, "-k", asked, *tests], plugins=[judge])
    for name in judge.unfit:
        print(f"not asked, it fails as it is: {name}")
    for verdicts in every:
        verdicts.tell()
    return 0 if all(one.judged == one.wanted for one in every) else int(status) or 1


def arguments() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("groups", nargs="+", choices=GROUPS, help="several share the first run of their tests")
    parser.add_argument("--sample", type=int, default=400, help="how many changes; 0: every one")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--within", type=float, default=20.0, help="seconds of tests that are asked about one change")
    parser.add_argument("--new", action="store_true", help="ask again about no survivor of an earlier run")
    parser.add_argument("--runs", choices=("day", "night"), help="ask these tests alone; else all")
    parser.add_argument(
        "--record", type=Path, default=Path("build/mutants").absolute(), help="what was judged, to go on from"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
