"""What the road costs is compared with figures that are kept: half as much again is too much."""

from pathlib import Path

import pytest

from benchmarks.harness.make_contacts import Shape, fill
from benchmarks.road.cost import Cost, kept_costs
from benchmarks.road.desk import Desk
from tests.transactions import transactions

KEPT = Cost(processor=0.8, statements=20, transactions=4)


@pytest.mark.parametrize("cost", [KEPT, Cost(1.19, 29, 5), Cost(0.1, 1, 1)])
def test_noise_is_allowed(cost: Cost) -> None:
    assert cost.dearer_than(KEPT) == []


def test_half_as_much_again_is_too_much() -> None:
    assert Cost(1.25, 20, 4).dearer_than(KEPT) == ["processor time 1.25, kept 0.80"]
    assert Cost(0.8, 30, 4).dearer_than(KEPT) == ["statements 30.00, kept 20.00"]
    assert Cost(0.8, 20, 6).dearer_than(KEPT) == ["transactions 6.00, kept 4.00"]


def test_it_keeps_a_figure_of_each_part_of_the_road() -> None:
    assert list(kept_costs()) == ["nextcall", "call", "outcome", "undo", "give back", "import"]


def test_its_desk_walks_the_whole_road(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/nextcall.db"
    fill(url, Shape(60, campaigns=3, agents=4, leased=0))
    with Desk(url) as desk, transactions() as asked:
        desk.work(2)
        desk.undo()
        desk.ask(1)
        desk.give_back()
    written = [statement for one in asked for statement in one]
    assert sum(statement.startswith("INSERT INTO attempt") for statement in written) == 2
    assert sum(statement.startswith("INSERT INTO outcomerecord") for statement in written) == 4
    assert sum("release_reason=?" in statement for statement in written) >= 1
