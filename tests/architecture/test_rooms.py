"""The rooms: none holds too many modules, and every room is entered by its face. The layers are in pyproject.toml."""

import ast
from collections import Counter
from collections.abc import Iterable
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOPS = ("bot", "policy", "storage")
BESIDE = ("benchmarks", "deploy", "screens", "tests")  # they have rooms and no faces: their modules are for each other
MODULES_AT_MOST = 20
OPEN = {"bot.services.answers", "storage.models", "storage.migrations"}  # their modules are their face


@cache
def modules() -> dict[str, Path]:
    found = {}
    for top in TOPS:
        for path in (ROOT / top).rglob("*.py"):
            parts = path.relative_to(ROOT).with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found


@cache
def imported(module: str) -> frozenset[tuple[str, str]]:
    """What a module imports of ours, anywhere in it: a module and a name of it, or a module and no name."""
    found = set()
    for node in ast.walk(ast.parse(modules()[module].read_text())):
        if isinstance(node, ast.Import):
            found |= {(one.name, "") for one in node.names if one.name in modules()}
        elif isinstance(node, ast.ImportFrom) and node.module in modules():
            for one in node.names:
                inside = f"{node.module}.{one.name}"
                found.add((inside, "") if inside in modules() else (node.module, one.name))
    return frozenset(found)


def _is_package(module: str) -> bool:
    return modules()[module].name == "__init__.py"


def _halls(root: Path, tops: Iterable[str]) -> dict[str, int]:
    """Folders of too many modules. Migrations may be any number: they are a log, of which nobody reads more than the
    end."""
    files = (path for top in tops for path in (root / top).rglob("*.py") if path.name != "__init__.py")
    held = Counter(path.parent.relative_to(root).as_posix() for path in files)
    return {
        folder: count for folder, count in held.items() if count > MODULES_AT_MOST and not folder.endswith("/versions")
    }


def test_no_folder_is_a_hall() -> None:
    assert not _halls(ROOT, (*TOPS, *BESIDE))


def test_one_module_too_many_makes_a_hall(tmp_path: Path) -> None:
    (room := tmp_path / "screens" / "roads").mkdir(parents=True)
    for name in ("__init__", *(f"road_{number}" for number in range(MODULES_AT_MOST))):
        (room / f"{name}.py").touch()
    assert not _halls(tmp_path, ["screens"])
    (room / "one_more.py").touch()
    assert _halls(tmp_path, ["screens"]) == {"screens/roads": MODULES_AT_MOST + 1}


def test_tests_of_policy_lie_in_its_rooms() -> None:
    rooms = {path.relative_to(ROOT).parent for path in modules().values()} - {Path("policy")}
    beside = {
        Path("policy") / one for one in ("packs", "kit", "second")
    }  # their cases, and what asks another evaluator
    ours = {path.relative_to(ROOT / "tests").parent for path in (ROOT / "tests" / "policy").rglob("test_*.py")}
    assert ours <= rooms | beside


def test_every_room_says_what_it_is_for() -> None:
    rooms = [one for one in modules() if _is_package(one)]
    assert [room for room in rooms if not ast.get_docstring(ast.parse(modules()[room].read_text()))] == []


@cache
def _rooms() -> set[str]:
    """Folders inside the four layers: what lies at the top of a layer is for everybody."""
    layers = ("bot.services", "bot.slack", "policy", "storage")
    return {one for one in modules() if _is_package(one) and one.startswith(tuple(f"{layer}." for layer in layers))}


def _room_of(module: str) -> str:
    while module and module not in _rooms():
        module = module.rpartition(".")[0]
    return module


@cache
def _face(room: str) -> set[str]:
    for node in ast.parse(modules()[room].read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__":
            return set(ast.literal_eval(node.value))
    return set()


def test_rooms_are_entered_by_their_faces() -> None:
    faults = []
    for module in modules():
        for target, name in imported(module):
            room = _room_of(target)
            is_at_home = f"{module}.".startswith(f"{room}.")
            if not room or room in OPEN or is_at_home or (target == room and not name):
                continue
            shown = name if target == room else target.removeprefix(f"{room}.") if not name else ""
            if shown not in _face(room):
                faults.append(f"{module} takes {target}{'.' if name else ''}{name} past the face of {room}")
    assert not faults
