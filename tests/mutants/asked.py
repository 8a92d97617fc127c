"""Which tests are asked about a change: those that run its line, as many as there is time for.

First those that have failed before for a change of the same file, then those in the file that is named after it; the quick
ones before the others.
"""

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.mutants.mutations import Place
from tests.mutants.seen import Seen

AT_MOST_S = 20.0  # of the tests that are asked about one change, as long as they take by themselves
AT_MOST_ANEW_S = 10.0  # in a new interpreter, which takes longer


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
    imported: tests that run the file; where none does, any."""

    of_line: Chosen
    anew: Chosen


class Choosing:
    """Chooses by what the tests did."""

    def __init__(self, seen: Seen, took: Mapping[str, float]) -> None:
        self._seen, self._took = seen, took
        self._by_file: dict[Path, dict[int, set[str]]] = {}
        self._killed: Counter[tuple[Path, str]] = Counter()

    def first(self, path: Path, name: str) -> None:
        """A test that has failed for a change of a file is asked earlier about the next ones."""
        self._killed[path, name] += 1

    def of(self, place: Place) -> Asked:
        """Whom to ask about a change. Nobody: no test runs the line."""
        by_line = self._lines(place.path)
        contexts = {name for line in place.lines for name in by_line.get(line, ())}
        contexts = contexts or set(by_line.get(place.statement_line, ()))
        tests = contexts & set(self._took)
        of_line = self._in_time(place.path, tests, AT_MOST_S)
        anew: set[str] = set()
        if "" in contexts:
            anew = {name for names in by_line.values() for name in names} & set(self._took) or set(self._took)
        return Asked(of_line, self._in_time(place.path, anew, AT_MOST_ANEW_S))

    def _lines(self, path: Path) -> dict[int, set[str]]:
        if path not in self._by_file:
            self._by_file[path] = self._seen.lines(path)
        return self._by_file[path]

    def _in_time(self, path: Path, tests: Collection[str], at_most: float) -> Chosen:
        chosen: list[str] = []
        takes = 0.0

        def order(name: str) -> tuple[int, bool, float, str]:
            return -self._killed[path, name], f"test_{path.stem}" not in name, self._took[name], name

        for name in sorted(tests, key=order):
            if chosen and takes + self._took[name] > at_most:
                break
            chosen.append(name)
            takes += self._took[name]
        return Chosen(tuple(chosen), takes)
