"""What loaded code remembers of earlier calls. A change makes false only what was worked out with the changed file: the
rest stays warm for the tests that are asked about it."""

import ast
import functools
import gc
import sys
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

_PRODUCT = ("bot", "policy", "storage", "tests")
# Stores that are no caches of functions.
_STORES = (
    ("policy.rulebook.loading", "_loaded"),
    ("policy.facts.prepared", "_sorts"),
    ("policy.engine.context", "_stores"),
)
Forget = Callable[[], object]


class Memories:
    """Every memory of the loaded product and tests, and from which files each was worked out."""

    def __init__(self, root: Path) -> None:
        self._root = root
        stores = [
            (module, getattr(sys.modules[module], name).clear) for module, name in _STORES if module in sys.modules
        ]
        self._of_module: list[tuple[str, Forget]] = [*_caches(), *stores]
        for module, _ in self._of_module:
            _reached(root, module)  # once, for all forks

    def forget(self, changed: Path) -> None:
        """Empties what may have been worked out with the file."""
        for module, forget in self._of_module:
            if self.is_reached(module, changed):
                forget()

    def is_reached(self, module: str, changed: Path) -> bool:
        """Whether the module imports the file, however far, or is it."""
        return changed in _reached(self._root, module)


def load_again() -> None:
    """Loads the shipped packs into each module of tests that holds them."""
    from policy.rulebook import loading  # imported late: this file is imported before coverage looks

    shipped = loading.load_rulebook()
    held = [
        (module, name) for module in _modules("tests") for name, one in vars(module).items() if _is_alike(one, shipped)
    ]
    for module, name in held:
        setattr(module, name, shipped)


def _is_alike(one: object, shipped: Any) -> bool:
    return isinstance(one, type(shipped)) and one.packs.keys() == shipped.packs.keys()


def _modules(package: str) -> list[ModuleType]:
    return [one for name, one in sys.modules.items() if name.split(".")[0] == package]


def _caches() -> Iterator[tuple[str, Forget]]:
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper):
            module = str(one.__module__)
            if module.split(".")[0] in _PRODUCT and module != __name__:
                yield module, one.cache_clear


@cache
def _reached(root: Path, module: str) -> frozenset[Path]:
    found: set[Path] = set()
    waiting = [module]
    while waiting:
        path = _file_of(root, waiting.pop())
        if path is not None and path not in found:
            found.add(path)
            waiting += _imported(path)
    return frozenset(found)


@cache
def _imported(path: Path) -> tuple[str, ...]:
    """Modules that a file imports, wherever in it, and each name imported from one: it may be a module too."""
    names: list[str] = []
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            names += [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module:
            names += [node.module, *(f"{node.module}.{one.name}" for one in node.names)]
    return tuple(names)


def _file_of(root: Path, module: str) -> Path | None:
    """None: no module of the product or its tests."""
    stem = root.joinpath(*module.split("."))
    return next((one for one in (stem.with_suffix(".py"), stem / "__init__.py") if one.is_file()), None)
