"""By day every test runs by one case at least, but for scenarios; day and night together run every case."""

from types import SimpleNamespace
from typing import Any

from tests import by_day

QUICK = ["tests/a.py::test_rule[1]", "tests/a.py::test_rule[2]", "tests/b.py::test_only[postgresql]"]
TWINS = ["tests/a.py::test_stop[sqlite]", "tests/a.py::test_stop[postgresql]"]
SQL = ["tests/storage/c.py::test_stop[sqlite]", "tests/storage/c.py::test_stop[postgresql]"]
LONG = [f"tests/d.py::test_long[{engine}-{case}]" for engine in ("sqlite", "postgresql") for case in range(20)]
SERVICES = [
    f"tests/services/hand_out/f.py::test_{n}[{engine}]" for engine in ("sqlite", "postgresql") for n in range(300)
]
SCENARIOS = [f"tests/slack/scenarios/g.py::test_{n}" for n in range(300)]
DAILY = [f"tests/slack/scenarios/h.py::test_{n}" for n in range(20)]
NIGHT = ["tests/e.py::test_all_night", "tests/e.py::test_drawn_by_night[1]"]
EVERY = [*QUICK, *TWINS, *SQL, *LONG, *SERVICES, *SCENARIOS, *DAILY, *NIGHT]


def runs(every: list[str] = EVERY, *, is_night: bool, seed: str = "2026-12-01") -> list[str]:
    items: list[Any] = [_item(nodeid) for nodeid in every]
    left_out = by_day.leave_out(items, is_night=is_night, seed=seed)
    assert len(items) + len(left_out) == len(every)
    return [item.nodeid for item in items]


def _item(nodeid: str) -> SimpleNamespace:
    marks = {
        "long": nodeid in LONG,
        "night": nodeid in NIGHT,
        "day": nodeid in DAILY,
        "both_engines": nodeid in {*TWINS, *SQL, *LONG, *SERVICES},
    }
    return SimpleNamespace(nodeid=nodeid, get_closest_marker=lambda name: marks[name] or None)


def test_the_day_runs_what_is_quick_and_one_case_of_what_is_long() -> None:
    by_now = runs(is_night=False)
    assert [one for one in by_now if one not in (*LONG, *SERVICES, *SCENARIOS)] == [*QUICK, TWINS[0], *SQL, *DAILY]
    [drawn] = [one for one in by_now if one in LONG]
    assert "sqlite" in drawn


def test_a_day_runs_an_eighth_of_what_services_write_on_postgresql_and_of_the_scenarios() -> None:
    by_now = {*runs(is_night=False)}
    assert by_now.issuperset(SERVICES[:300])
    assert 20 <= len(by_now.intersection(SERVICES[300:])) <= 55
    assert 20 <= len(by_now.intersection(SCENARIOS)) <= 55


def test_a_day_draws_the_same_case_each_time_and_another_day_another() -> None:
    assert runs(is_night=False) == runs(is_night=False)
    days = [set(runs(LONG, is_night=False, seed=f"day {n}")) for n in range(200)]
    assert len(set().union(*days)) == len(LONG) / 2, "each case on SQLite comes sooner or later"


def test_the_night_runs_every_case_that_the_day_does_not_run_whole() -> None:
    assert runs(is_night=True) == [TWINS[1], *LONG, *SERVICES[300:], *SCENARIOS, *NIGHT]
