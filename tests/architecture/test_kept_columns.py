"""Columns that keep what stands of calls are written in two modules, which read it from what was said."""

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.architecture.test_circles import ROOT

KEPT = {
    "closed_at", "closed_because", "closed_attempt_id", "finished_at", "finished_because", "finished_attempt_id",
    "lifted_at", "withdrawn_at", "is_taken_back",
}  # fmt: skip
WRITERS = {f"bot/services/calls/{one}.py" for one in ("callback_changes", "statements")}
TABLES = {"Callback", "Contact", "Hold", "PersonNumber", "Suppression"}  # that have them
# Columns of the same name that keep nothing of calls.
OTHERS = {
    "bot/services/setup/retention.py": {"finished_at"},  # a day's run of retention
}


def written(path: Path) -> Iterator[str]:
    """Which of the columns a module assigns, gives to a row that it makes of a contact, or changes in their tables."""
    text = path.read_text("utf-8")
    if not any(name in text for name in KEPT):
        return  # most files: parsing them takes the longest
    for node in ast.walk(ast.parse(text)):
        targets = (
            node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AugAssign) else ()
        )
        for target in targets:
            for one in ast.walk(target):
                if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store) and one.attr in KEPT:
                    yield one.attr
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            named = {one.id for one in node.args if isinstance(one, ast.Name)}
            if node.func.id == "Contact" or (node.func.id == "changed" and named & TABLES):
                yield from (one.arg for one in node.keywords if one.arg in KEPT)


def test_only_those_who_read_what_stands_write_what_is_kept_of_it() -> None:
    found = {
        str(path.relative_to(ROOT)): names
        for folder in ("bot", "storage")
        for path in (ROOT / folder).rglob("*.py")
        if "migrations" not in path.parts and (names := set(written(path)))
    }
    assert {path: names for path, names in found.items() if path not in WRITERS} == OTHERS
    assert found.keys() >= WRITERS
