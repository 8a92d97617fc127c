"""The small changes of a file: where each is, what it makes of a line, and the whole file with it.

The changes are those of mutmut's operators. Left out is what no test of behaviour should see: annotations, imports,
decorators, docstrings, sentences (texts with a blank in them), what is written to the log, and the 0 of `row.id or 0`.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import libcst as cst
from libcst.metadata import MetadataWrapper, PositionProvider
from mutmut.mutation.mutators import mutation_operators

_NEVER = (cst.Annotation, cst.Decorator, cst.Import, cst.ImportFrom)
_STATEMENTS = (cst.SimpleStatementLine, cst.BaseCompoundStatement)


@dataclass(frozen=True, slots=True)
class Place:
    """A change that could be made: a node of a file's tree and what would stand there instead. Lines count from 1.

    `key` stays the same while the function around it does, whatever else in the file is edited.
    """

    path: Path
    tree: Any
    outer: Any  # what stands in the file itself and holds the node
    node: Any
    changed: Any
    line: int
    last_line: int
    statement_line: int
    key: str

    @property
    def lines(self) -> Sequence[int]:
        return range(self.line, self.last_line + 1)


@dataclass(frozen=True, slots=True)
class Mutant:
    """One change made. `source`: the whole file with it."""

    place: Place
    source: str
    before: str
    after: str


def places(path: Path) -> list[Place]:
    """Every change that could be made to a file, in the order of its text."""
    wrapper = MetadataWrapper(cst.parse_module(path.read_text()))
    finder = _Finder(path, wrapper.module, wrapper.resolve(PositionProvider))
    wrapper.module.visit(finder)
    return finder.found


def sampled(files: Sequence[Path], most: int, seed: int) -> tuple[list[Mutant], int]:
    """So many of all changes, in an order drawn by the seed, and how many there are in all. A smaller sample is the
    beginning of a larger one."""
    every = sorted((place for path in files for place in places(path)), key=lambda one: _digest(str(seed), one.key))
    made = (mutant for mutant in map(_made, every) if mutant is not None)
    return list(islice(made, most or None)), len(every)


def _made(place: Place) -> Mutant | None:
    """None where it would not be Python any more, or the same again."""
    source = place.tree.code
    outer = place.tree.code_for_node(place.outer)
    if source.count(outer) == 1:
        changed = source.replace(outer, place.tree.code_for_node(place.outer.deep_replace(place.node, place.changed)))
    else:
        changed = place.tree.deep_replace(place.node, place.changed).code
    try:
        compile(changed, str(place.path), "exec")
    except SyntaxError:
        return None
    before, after = _differing(source.splitlines(), changed.splitlines())
    return Mutant(place, changed, before, after) if changed != source else None


def _differing(before: list[str], after: list[str]) -> tuple[str, str]:
    first = next((at for at, pair in enumerate(zip(before, after, strict=False)) if pair[0] != pair[1]), 0)
    return before[first].strip(), after[first].strip()


class _Finder(cst.CSTVisitor):  # type: ignore[misc]  # the library is there for `make mutants` alone
    def __init__(self, path: Path, tree: Any, positions: Any) -> None:
        super().__init__()
        self.found: list[Place] = []
        self._path, self._tree, self._positions = path, tree, positions
        self._around: list[Any] = []
        self._kept: dict[Any, str] = {}  # the text of a function or statement
        self._counts: Counter[str] = Counter()

    def on_visit(self, node: Any) -> bool:
        if isinstance(node, _NEVER) or _is_silent(node):
            return False
        self._around.append(node)
        for changed in _changes(node):
            place = self._place(node, changed)
            if not _is_for_types(node, self._around[-2]):
                self.found.append(place)
        return True

    def on_leave(self, original_node: Any) -> None:
        if self._around and self._around[-1] is original_node:
            self._around.pop()

    def _place(self, node: Any, changed: Any) -> Place:
        where = next(self._positions[one] for one in reversed(self._around) if one in self._positions)
        statement = next(one for one in reversed(self._around) if isinstance(one, (*_STATEMENTS, cst.Module)))
        begun = self._positions[statement].start.line
        outer, lines = self._around[1], (where.start.line, where.end.line, begun)
        return Place(self._path, self._tree, outer, node, changed, *lines, self._key(statement))

    def _key(self, statement: Any) -> str:
        whole = next((one for one in self._around if isinstance(one, cst.FunctionDef)), statement)
        if whole not in self._kept:
            self._kept[whole] = _digest(self._path.name, self._tree.code_for_node(whole))
        text = self._kept[whole]
        self._counts[text] += 1
        return f"{text}-{self._counts[text]}"


def _changes(node: Any) -> Iterator[Any]:
    if isinstance(node, cst.BaseString):
        if isinstance(node, cst.SimpleString) and " " not in node.value:
            yield from list(_of_operators(node))[:1]  # the others change no more than the case of its letters
        return
    yield from _of_operators(node)


def _of_operators(node: Any) -> Iterator[Any]:
    for kind, operator in mutation_operators:
        if isinstance(node, kind):
            yield from operator(node)


def _is_silent(node: Any) -> bool:
    """Docstrings, what is logged, `__all__`, type variables, and what only the type checker reads."""
    if isinstance(node, cst.Expr):
        return isinstance(node.value, cst.BaseString) or _called(node.value).startswith("log.")
    if isinstance(node, cst.Assign):
        target = node.targets[0].target
        if isinstance(target, cst.Name) and target.value == "__all__":
            return True
        return _called(node.value) in ("TypeVar", "logging.getLogger")
    return isinstance(node, cst.If) and isinstance(node.test, cst.Name) and node.test.value == "TYPE_CHECKING"


def _is_for_types(node: Any, parent: Any) -> bool:
    """The 0 of `row.id or 0`: a row that is stored has an id, and only the type checker does not know."""
    return (
        isinstance(parent, cst.BooleanOperation)
        and isinstance(parent.operator, cst.Or)
        and isinstance(parent.left, cst.Attribute)
        and parent.left.attr.value == "id"
        and parent.right is node
    )


def _called(node: Any) -> str:
    """The name of what is called, as written; empty for anything but a plain call."""
    if not isinstance(node, cst.Call):
        return ""
    name, parts = node.func, []
    while isinstance(name, cst.Attribute):
        parts.append(name.attr.value)
        name = name.value
    return ".".join([name.value, *reversed(parts)]) if isinstance(name, cst.Name) else ""


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()[:20]
