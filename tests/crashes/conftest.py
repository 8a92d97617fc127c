"""One centre for a file of tests: a start of the bot is what takes long. Each test brings contacts of its own."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.sandbox import SandboxClock, SandboxServer
from policy import Rulebook
from storage import engine as engines
from storage.unit_of_work import UnitsOfWork
from tests.crashes.centre import Centre
from tests.fakes import FakeClock, House
from tests.slack.scenarios.town import workspace


@pytest.fixture(scope="module")
def centre(tmp_path_factory: pytest.TempPathFactory, migrated_file: Path, rulebook: Rulebook) -> Iterator[Centre]:
    folder = tmp_path_factory.mktemp("centre")
    (folder / "nextcall.db").write_bytes(migrated_file.read_bytes())
    engine = engines.create(f"sqlite:///{folder / 'nextcall.db'}")
    house = House(UnitsOfWork(engine), rulebook, FakeClock())
    with SandboxServer(workspace(SandboxClock(house.clock.now)), retry_delays=()) as server:
        made = Centre(house, server, folder)
        try:
            yield made
        finally:
            made.stop()
            engine.dispose()
