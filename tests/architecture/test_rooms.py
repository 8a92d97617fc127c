"""Every room says what it is for. The layers between rooms are in pyproject.toml."""

import ast
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = [one.parent for top in ("bot", "policy", "storage") for one in (ROOT / top).rglob("__init__.py")]


def test_tests_of_policy_lie_in_its_rooms() -> None:
    rooms = {room.relative_to(ROOT) for room in ROOMS} - {Path("policy")}
    beside = {
        Path("policy") / one for one in ("packs", "kit", "second")
    }  # their cases, and what asks another evaluator
    ours = {path.relative_to(ROOT / "tests").parent for path in (ROOT / "tests" / "policy").rglob("test_*.py")}
    assert ours <= rooms | beside


def test_every_room_says_what_it_is_for() -> None:
    says = {room: ast.get_docstring(ast.parse((room / "__init__.py").read_text())) for room in ROOMS}
    assert [room for room, said in says.items() if not said] == []
