"""Every test runs by day, by one case at least; day and night together run every case."""

from types import SimpleNamespace
from typing import Any

from tests import by_day

QUICK = ["tests/a.py::test_rule[1]", "tests/a.py::test_rule[2]", "tests/b.py::test_only[postgresql]"]
TWINS = ["tests/a.py::test_stop[sqlite]", "tests/a.py::test_stop[postgresql]"]
SQL = ["tests/storage/c.py::test_stop[sqlite]", "tests/storage/c.py::test_stop[postgresql]"]
LONG = [f"tests/d.py::test_long[{engine}-{case}]" for engine in ("sqlite", "postgresql") for case in range(50)]
NIGHT = ["tests/e.py::test_all_night", "tests/e.py::test_drawn_by_night[1]"]


def runs(*, is_night: bool, seed: str = "2026-12-01") -> list[str]:
    items: list[Any] = [_item(nodeid) for nodeid in (*QUICK, *TWINS, *SQL, *LONG, *NIGHT)]
    left_out = by_day.leave_out(items, is_night=is_night, seed=seed)
    assert len(items) + len(left_out) == len(QUICK) + len(TWINS) + len(SQL) + len(LONG) + len(NIGHT)
    return [item.nodeid for item in items]


def _item(nodeid: str) -> SimpleNamespace:
    marks = {"long": nodeid in LONG, "night": nodeid in NIGHT, "both_engines": nodeid in (*TWINS, *SQL, *LONG)}
    return SimpleNamespace(nodeid=nodeid, get_closest_marker=lambda name: marks[name] or None)


def test_the_day_runs_what_is_quick_and_one_case_of_what_is_long() -> None:
    by_now = runs(is_night=False)
    assert [one for one in by_now if one not in LONG] == [*QUICK, TWINS[0], *SQL]
    [drawn] = [one for one in by_now if one in LONG]
    assert "sqlite" in drawn


def test_a_day_draws_the_same_case_each_time_and_another_day_another() -> None:
    assert runs(is_night=False) == runs(is_night=False)
    days = [set(runs(is_night=False, seed=f"day {n}")) & set(LONG) for n in range(1_000)]
    assert len(set().union(*days)) == len(LONG) / 2, "each case on SQLite comes sooner or later"


def test_the_night_runs_every_case_that_the_day_does_not_run_whole() -> None:
    assert runs(is_night=True) == [TWINS[1], *LONG, *NIGHT]
