"""Which tests are asked about a change: those that run its line, the quick ones first, as many as there is time for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from coverage import CoverageData

from tests.mutants.mutations import Place

AT_MOST_S = 40.0  # of the tests that are asked about one change, as long as they take by themselves


@dataclass(frozen=True, slots=True)
class Asked:
    """Names of tests, and what they take together in seconds. `is_imported`: the line runs as its file is imported."""

    tests: tuple[str, ...]
    takes: float
    is_imported: bool


@dataclass(slots=True)
class Seen:
    """What the tests did, once: which lines each ran, and for how long it ran."""

    data: CoverageData
    took: Mapping[str, float]
    _by_file: dict[Path, dict[int, list[str]]] = field(default_factory=dict)

    def of(self, place: Place) -> Asked:
        """The tests of the line; for a line that runs as its file is imported, all tests of the file."""
        by_line = self._lines(place.path)
        contexts = {name for line in place.lines for name in by_line.get(line, ())}
        contexts = contexts or set(by_line.get(place.statement_line, ()))
        is_imported = "" in contexts
        if is_imported:
            contexts = {name for names in by_line.values() for name in names}
        return self._in_time(sorted(contexts & set(self.took), key=lambda name: (self.took[name], name)), is_imported)

    def _lines(self, path: Path) -> dict[int, list[str]]:
        if path not in self._by_file:
            self._by_file[path] = self.data.contexts_by_lineno(str(path))
        return self._by_file[path]

    def _in_time(self, tests: Sequence[str], is_imported: bool) -> Asked:
        chosen: list[str] = []
        takes = 0.0
        for name in tests:
            if chosen and takes + self.took[name] > AT_MOST_S:
                break
            chosen.append(name)
            takes += self.took[name]
        return Asked(tuple(chosen), takes, is_imported)
