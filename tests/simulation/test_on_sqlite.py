"""A simulated centre on a SQLite file keeps every promise, step by step. `make simulate` does as many steps as
wanted."""

from pathlib import Path

import pytest

from tests.simulation.chapters import SqliteFile, Stage, run, two_bots
from tests.simulation.rules import versions


@pytest.mark.parametrize("seed", [1, *(pytest.param(seed, marks=pytest.mark.long) for seed in range(2, 13))])
def test_a_simulated_centre_keeps_every_promise(seed: int, tmp_path: Path) -> None:
    database = SqliteFile(tmp_path)
    database.renew()
    with two_bots(database) as bots:
        tally = run(Stage(database, bots, tmp_path, versions(tmp_path)), seed, 300)
    assert tally.operations == 300
    assert tally.calls > 10, "they were at work"
