"""What `make check` leaves out of one run, another draws."""

from types import SimpleNamespace
from typing import Any

from tests import drawn

QUICK = ["a.py::test_rule[1]", "a.py::test_rule[2]", "b.py::test_only[postgresql]"]
TWINS = [f"a.py::test_stop[{engine}-{case}]" for engine in ("sqlite", "postgresql") for case in range(20)]
LONG = [f"c.py::test_long[{engine}-{case}]" for engine in ("sqlite", "postgresql") for case in range(50)]


def drawn_from(seed: int) -> list[str]:
    items: list[Any] = [_item(nodeid, is_long=nodeid in LONG) for nodeid in (*QUICK, *TWINS, *LONG)]
    left_out = drawn.leave_out(items, seed)
    assert len(items) + len(left_out) == len(QUICK) + len(TWINS) + len(LONG)
    return [item.nodeid for item in items]


def _item(nodeid: str, *, is_long: bool) -> SimpleNamespace:
    return SimpleNamespace(nodeid=nodeid, get_closest_marker=lambda name: (is_long and name == "long") or None)


def test_one_seed_draws_the_same_tests_each_time() -> None:
    assert drawn_from(7) == drawn_from(7)
    assert drawn_from(7) != drawn_from(8)


def test_it_draws_every_case_that_is_not_long_on_exactly_one_of_its_engines() -> None:
    names = drawn_from(7)
    assert set(QUICK) <= set(names)
    cases = [name.split("-")[1] for name in names if name in TWINS]
    assert sorted(cases) == sorted({name.split("-")[1] for name in TWINS})
    assert 0 < sum("sqlite" in name for name in names if name in TWINS) < len(cases)


def test_it_draws_about_one_in_fifty_of_the_long_cases_and_each_of_them_sooner_or_later() -> None:
    draws = [set(drawn_from(seed)) & set(LONG) for seed in range(1_000)]
    assert 1_700 < sum(map(len, draws)) < 2_300
    assert set().union(*draws) == set(LONG)
