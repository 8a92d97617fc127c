"""Which tests are asked about a change: those that run its line, as many as there is time for.

First those that have failed for changes near by, the more the sooner, for each second that they take; then those in the
file that is named after it; then of each file of tests the quickest and the one that runs most of the changed file, for
files differ most; then the second quickest of each, and so on.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.mutations import Place
from tests.mutants.seen import Seen

_NEAR = 10  # lines: a test that failed for a change so far away counts half
_BEGINS_S = 0.2  # what the quickest test takes


@dataclass(frozen=True, slots=True)
class Chosen:
    """Names of tests, and what they take together in seconds."""

    tests: tuple[str, ...] = ()
    takes: float = 0.0

    def __bool__(self) -> bool:
        return bool(self.tests)


@dataclass(frozen=True, slots=True)
class Asked:
    """`of_line`: tests that run the line. `anew`: what to ask in a new interpreter, where the line runs as its file is
    imported: tests that run the file, first those that run a line with the name that it gives; where none does, any."""

    of_line: Chosen
    anew: Chosen


class Choosing:
    """Chooses by what the tests did. `within`: seconds that the tests asked about one change take by themselves; half
    of it in a new interpreter, which takes longer."""

    def __init__(self, seen: Seen, took: Mapping[str, float], within: float) -> None:
        self._seen, self._took, self._within = seen, took, within
        self._by_file: dict[Path, dict[int, set[str]]] = {}
        self._by_name: dict[str, set[str]] = {}
        self._killed: dict[Path, list[tuple[int, str]]] = defaultdict(list)  # by which test, on which line

    def first(self, place: Place, name: str) -> None:
        """A test that has failed for a change is asked earlier about changes near it."""
        self._killed[place.path].append((place.line, name))

    def of(self, place: Place) -> Asked:
        """Whom to ask about a change. Nobody: no test runs the line."""
        by_line = self._lines(place.path)
        contexts = {name for line in place.lines for name in by_line.get(line, ())}
        contexts = contexts or set(by_line.get(place.statement_line, ()))
        tests = contexts & set(self._took)
        of_line = self._in_time(place, tests, self._within)
        anew: set[str] = set()
        if "" in contexts:
            named = {name for name in self._took if _is_named_after(name, place.path)}  # a cache may hide what they run
            ran = {name for names in by_line.values() for name in names} & set(self._took)
            anew = ran | named or set(self._took)
        return Asked(of_line, self._in_time(place, anew, self._within / 2, self._naming(_name(place))))

    def _lines(self, path: Path) -> dict[int, set[str]]:
        if path not in self._by_file:
            self._by_file[path] = self._seen.lines(path)
        return self._by_file[path]

    def _naming(self, name: str) -> set[str]:
        """Tests that run a line of the product in which the name stands."""
        if name not in self._by_name:
            word = re.compile(rf"\b{name}\b")
            self._by_name[name] = {
                test
                for path in self._seen.paths
                for line, text in enumerate(path.read_text().splitlines(), 1)
                if word.search(text)
                for test in self._lines(path).get(line, ())
            }
        return self._by_name[name]

    def _in_time(
        self, place: Place, tests: Collection[str], at_most: float, first: Collection[str] = frozenset()
    ) -> Chosen:
        chosen: list[str] = []
        takes = 0.0
        near: dict[str, float] = defaultdict(float)
        for line, name in self._killed[place.path]:
            near[name] += 1 / (1 + abs(line - place.line) / _NEAR)

        turn = self._turns(place.path, tests, at_most)

        def order(name: str) -> tuple[float, bool, bool, int, float, str]:
            took, is_named = self._took[name], _is_named_after(name, place.path)
            return -near[name] / (_BEGINS_S + took), not is_named, name not in first, turn[name], took, name

        for name in sorted(tests, key=order):
            if chosen and takes + self._took[name] > at_most:
                continue
            chosen.append(name)
            takes += self._took[name]
        return Chosen(tuple(chosen), takes)

    def _turns(self, path: Path, tests: Collection[str], at_most: float) -> dict[str, int]:
        """By test, when its turn comes among those of its file."""
        by_file: dict[str, list[str]] = defaultdict(list)
        for name in sorted(tests, key=lambda name: (self._took[name], name)):
            by_file[name.split("::")[0]].append(name)
        runs = Counter(name for names in self._lines(path).values() for name in names)
        turn: dict[str, int] = {}
        for names in by_file.values():
            turn |= {name: at for at, name in enumerate(names)}
            turn[max(names, key=lambda name: (self._took[name] < at_most / 4, runs[name]))] = 0
        return turn


def _is_named_after(test: str, path: Path) -> bool:
    return f"test_{path.stem}" in test


def _name(place: Place) -> str:
    """What the statement gives a name to: a constant, a field, a function whose default is changed."""
    line = place.tree.code.splitlines()[place.statement_line - 1]
    found = re.match(r"\s*(?:def |class )?(\w+)", line)
    return found[1] if found else ""
