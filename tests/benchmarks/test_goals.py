"""Every goal has a benchmark that prints it, in the one form in which a goal is told."""

import ast
import re
from pathlib import Path

import pytest

from benchmarks import written
from benchmarks.goals import GOALS, line, shown
from benchmarks.hand_out import witness

ROOT = Path(__file__).resolve().parents[2]
# performance goals, in their order
NAMES = "C1 C2 C3 C4a C4b C5a C5b C6 C7 C8a C8b D1 D2 D3 I1 I2 I3 I4a I4b I5a I5b I6 E1 E2 E3 S1 S2 S3 S4 S5a S5b A1 A2"


def test_it_names_every_goal() -> None:
    assert list(GOALS) == NAMES.split()


@pytest.mark.parametrize("name", GOALS)
def test_it_has_a_benchmark_that_prints_each_goal(name: str) -> None:
    module = ROOT.joinpath(*GOALS[name].module.split(".")).with_suffix(".py")
    tree = ast.parse(module.read_text())
    assert any(isinstance(node, ast.Constant) and node.value == name for node in ast.walk(tree))
    [main] = [node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "main"]
    assert ast.unparse(main.returns or ast.Constant(None)) == "int"


@pytest.mark.parametrize("name", GOALS)
def test_it_prints_a_goal_in_one_form(name: str) -> None:
    printed = line(name, 0.8312)
    assert re.fullmatch(rf"{name} 0\.83 \(match (<=|>=)[\d.]+, moonshot (<=|>=)[\d.]+\)", printed)
    assert line("C1", 0.8312) == "C1 0.83 (match >=0.40, moonshot >=0.80)"
    assert line("C7", 0) == "C7 0 (match <=0, moonshot <=0)"


def test_it_sets_a_moonshot_beyond_the_match() -> None:
    for goal in GOALS.values():
        assert goal.is_met(float(goal.moonshot), goal.match)
        assert not goal.is_met(float(goal.match) + (-0.01 if goal.is_better == ">=" else 0.01), goal.match)


def test_it_shows_small_numbers_to_three_places() -> None:
    assert [shown(number) for number in (0, 12, 0.0371, 0.62, 14.51, 290.4)] == [
        "0",
        "12",
        "0.037",
        "0.62",
        "14.51",
        "290.4",
    ]


def test_it_tells_every_goal_in_the_document_and_writes_numbers_there(tmp_path: Path) -> None:
    document = (ROOT / "docs" / "background" / "performance.md").read_text()
    rows = re.findall(r"^\| ([A-Z]\d[ab]?) \|(?:[^|\n]*\|){6}$", document, flags=re.M)
    assert rows == list(GOALS)
    copied = tmp_path / "performance.md"
    copied.write_text(document)
    written.keep(copied, {"C1": 0.8312})
    [changed] = set(copied.read_text().splitlines()) - set(document.splitlines())
    assert [cell.strip() for cell in changed.split("|")][1:4:2] == ["C1", "0.83"]


def test_its_witness_sees_a_double_lease() -> None:
    """Lease, taken or let go, contact, person, number: in the order in which it happened."""
    fine = [(1, True, 7, 70, "+1"), (1, False, 7, 70, "+1"), (2, True, 7, 70, "+1")]
    assert witness.count_doubles(fine) == {"contact_id": 0, "person_id": 0, "number": 0}
    assert witness.count_doubles([*fine, (3, True, 8, 70, "+1")]) == {"contact_id": 0, "person_id": 1, "number": 1}
    assert witness.count_doubles([*fine, (3, True, 7, 71, "+2")]) == {"contact_id": 1, "person_id": 0, "number": 0}
