"""Which lines each test ran, and for how long; kept from run to run for files of tests that did not change."""

import pickle
from collections import defaultdict
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from coverage import CoverageData

_Lines = dict[str, dict[int, set[str]]]  # by file and line, the names of tests; an empty name: as the file is imported


@dataclass(slots=True)
class OfFile:
    """What the tests of one file did while they and the product were of these texts."""

    digest: str
    sources: dict[str, str]
    took: dict[str, float] = field(default_factory=dict)
    unfit: list[str] = field(default_factory=list)
    lines: _Lines = field(default_factory=dict)


class Seen:
    """All of it. Paths are relative to `root`: each run has a copy of its own."""

    def __init__(self, root: Path, sources: list[Path], kept: Path) -> None:
        self._root, self._kept = root, kept
        self._sources = {self._named(one): _digest(one) for one in sources}
        self.files: dict[str, OfFile] = {}
        self._imported: _Lines = {}
        self._known: dict[str, OfFile] = pickle.loads(kept.read_bytes()) if kept.exists() else {}

    @property
    def paths(self) -> list[Path]:
        """The files of the product that are watched."""
        return [self._root / name for name in self._sources]

    def is_known(self, file: str) -> bool:
        """Whether an earlier run saw this file of tests, and neither it nor the product has changed since."""
        known = self._known.get(file)
        return known is not None and known.digest == _digest(self._root / file) and self._sources == known.sources

    def begin(self, file: str) -> OfFile:
        """To be filled; what is known already, where it is."""
        if file not in self.files:
            fresh = OfFile(_digest(self._root / file), self._sources)
            self.files[file] = self._known[file] if self.is_known(file) else fresh
        return self.files[file]

    def keep(self, data: CoverageData) -> None:
        """Take in which lines were run, by test; and keep it for the next run."""
        for path in map(Path, data.measured_files()):
            source = self._named(path)
            for line, names in data.contexts_by_lineno(str(path)).items():
                for name in names:
                    file = name.split("::")[0]
                    if not name:
                        self._imported.setdefault(source, {}).setdefault(line, set()).add(name)
                    elif file in self.files:
                        self.files[file].lines.setdefault(source, {}).setdefault(line, set()).add(name)
        self._kept.parent.mkdir(parents=True, exist_ok=True)
        self._kept.write_bytes(pickle.dumps({**self._known, **self.files}))

    @property
    def took(self) -> dict[str, float]:
        """Seconds, by test, for those that pass."""
        return {name: took for one in self.files.values() for name, took in one.took.items()}

    @property
    def unfit(self) -> list[str]:
        """Tests that fail as the product is."""
        return [name for one in self.files.values() for name in one.unfit]

    def lines(self, path: Path) -> dict[int, set[str]]:
        """Of one file of the product: by line, who ran it."""
        together: dict[int, set[str]] = defaultdict(set)
        for one in (self._imported, *(each.lines for each in self.files.values())):
            for line, names in one.get(self._named(path), {}).items():
                together[line] |= names
        return together

    def _named(self, path: Path) -> str:
        return str(path.relative_to(self._root))


def _digest(path: Path) -> str:
    return sha256(path.read_bytes()).hexdigest()
