"""One centre for each test file and engine, because starting the bot is slow. Each test brings its own contacts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.sandbox import SandboxClock, SandboxServer, Workspace
from policy import Rulebook
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork
from tests.crashes.centre import Centre
from tests.crashes.small_disk import SmallDisk, small_disk
from tests.fakes import TUESDAY, FakeClock, SampleOrganisation
from tests.forks import Forks
from tests.slack.scenarios.town import workspace

_ENGINES = ("sqlite", "postgresql")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a file in order when others are shuffled: they tell one story of one centre."""
    here = Path(__file__).parent
    ours = {file for file in dict.fromkeys(item.path for item in items) if here in file.parents}
    places = [at for at, item in enumerate(items) if item.path in ours]
    files = {file: number for number, file in enumerate(dict.fromkeys(items[at].path for at in places))}

    def order(item: pytest.Item) -> tuple[int, int, int]:
        params = item.callspec.params.values() if hasattr(item, "callspec") else ()
        engine = next((_ENGINES.index(one) for one in params if one in _ENGINES), 0)
        return files[item.path], engine, item.reportinfo()[1] or 0

    for at, item in zip(places, sorted((items[at] for at in places), key=order), strict=True):
        items[at] = item


@pytest.fixture(scope="session")
def forks() -> Iterator[Forks]:
    started = Forks("tests.crashes.bot_process")
    yield started
    started.stop()


@pytest.fixture(scope="module", params=_ENGINES)
def centre(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, rulebook: Rulebook, forks: Forks
) -> Iterator[Centre]:
    folder = tmp_path_factory.mktemp("centre")
    with _database(request, folder) as url, opened(url, rulebook, folder, forks) as made:
        yield made


@pytest.fixture(scope="module", params=_ENGINES)
def cramped(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, rulebook: Rulebook, forks: Forks
) -> Iterator[tuple[Centre, SmallDisk]]:
    """A centre whose database is on its own small disk, which a test can fill. The tests' files are elsewhere."""
    folder = tmp_path_factory.mktemp("cramped")
    with small_disk() as disk, _database(request, disk.folder) as url, opened(url, rulebook, folder, forks) as made:
        yield made, disk
        disk.free()


@contextmanager
def opened(url: str, rulebook: Rulebook, folder: Path, forks: Forks) -> Iterator[Centre]:
    with SandboxServer(_slack(), retry_delays=()) as server:
        engine = engines.create(url)
        made = Centre(SampleOrganisation(UnitsOfWork(engine), rulebook, FakeClock()), engine, server, folder, forks)
        try:
            yield made
        finally:
            made.stop()
            engine.dispose()


@contextmanager
def _database(request: pytest.FixtureRequest, folder: Path) -> Iterator[str]:
    if request.param == "postgresql":
        is_elsewhere = folder.is_mount()
        with request.getfixturevalue("postgres").database(folder=folder if is_elsewhere else None) as url:
            yield url
        return
    (folder / "nextcall.db").write_bytes(request.getfixturevalue("migrated_file").read_bytes())
    yield f"sqlite:///{folder / 'nextcall.db'}"


def _slack() -> Workspace:
    return workspace(SandboxClock(TUESDAY))
