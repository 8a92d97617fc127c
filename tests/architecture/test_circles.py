"""No file imports itself by way of others: in an import circle no file can be read, moved or tested without all the
rest."""

import ast
from collections.abc import Container, Iterator, Mapping
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("bot", "policy", "storage", "benchmarks", "screens", pytest.param("tests", marks=pytest.mark.night))

Imports = Mapping[str, set[str]]


def imports_of(root: Path, package: str) -> Imports:
    """The modules of a package and which others of it each names: for types alone, and inside functions, as well."""
    files = {_name(path.relative_to(root)): path for path in (root / package).rglob("*.py")}
    return {name: set(_named(name, path, files)) & files.keys() for name, path in sorted(files.items())}


def _name(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def _named(module: str, path: Path, files: Container[str]) -> Iterator[str]:
    """Each module named. What is taken from a package is a module of it, or else comes from the package's own face."""
    package = module if path.name == "__init__.py" else module.rpartition(".")[0]
    for node in _statements(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (one.name for one in node.names)
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            source = ".".join([*above, *([node.module] if node.module else [])])
            taken = (f"{source}.{one.name}" for one in node.names)
            yield from (one if one in files else source for one in taken)


def _statements(tree: ast.Module) -> Iterator[ast.AST]:
    """Expressions, which are most of a file, hold none."""
    left: list[ast.AST] = [tree]
    while left:
        yield (node := left.pop())
        for part in ("body", "orelse", "finalbody", "handlers", "cases"):
            left.extend(getattr(node, part, ()))


def circle_in(imports: Imports) -> list[str]:
    """One circle, each file importing the next; empty where there is none."""
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        return list(reversed(error.args[1]))
    return []


@pytest.mark.parametrize("package", PACKAGES)
def test_it_imports_in_no_circle(package: str) -> None:
    circle = circle_in(imports_of(ROOT, package))
    assert not circle, f"each of these imports the next: {' -> '.join(circle)}"


@pytest.mark.parametrize(
    "import_line",
    [
        "from policy.second import B",
        "from policy import second",
        "import policy.second",
        "from . import second",
        "from .second import B",
        "if TYPE_CHECKING:\n    from policy.second import B",
        "def later() -> None:\n    from policy.second import B",
        "from policy import B",
    ],
)
def test_it_finds_a_circle_however_it_is_written(tmp_path: Path, import_line: str) -> None:
    package = tmp_path / "policy"
    package.mkdir()
    (package / "__init__.py").write_text("from policy.second import B\n")
    (package / "first.py").write_text(f"{import_line}\n")
    (package / "second.py").write_text("from policy.third import C\n")
    (package / "third.py").write_text("")
    assert not circle_in(imports_of(tmp_path, "policy"))
    (package / "third.py").write_text("from policy.first import A\n")
    assert {"policy.first", "policy.second", "policy.third"} <= set(circle_in(imports_of(tmp_path, "policy")))
