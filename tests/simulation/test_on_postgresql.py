"""A simulated centre on PostgreSQL keeps every promise, step by step. `make simulate` does as many steps as wanted."""

from pathlib import Path

import pytest

from tests.postgres import Server
from tests.simulation.chapters import PostgresDatabase, Stage, run, two_bots
from tests.simulation.rules import versions


@pytest.mark.long
@pytest.mark.parametrize("seed", range(13, 17))
def test_a_simulated_centre_keeps_every_promise(seed: int, tmp_path: Path, postgres: Server) -> None:
    database = PostgresDatabase(postgres)
    database.renew()
    with two_bots(database) as bots:
        tally = run(Stage(database, bots, tmp_path, versions(tmp_path)), seed, 300)
    database.drop()
    assert tally.operations == 300
    assert tally.calls > 10, "they were at work"
