"""The parts every test of the services starts from: a fresh SQLite file, a clock that stands still, the fixed cast."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine

from policy import Rulebook, load_rulebook
from storage import engine as engines
from storage import migrations
from storage.unit_of_work import UnitsOfWork
from tests.fakes import FakeClock, House


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    """The shipped packs."""
    return load_rulebook()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture(scope="session")
def migrated_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated, empty database, to be copied: migrating is the slow part."""
    path = tmp_path_factory.mktemp("database") / "empty.db"
    engine = engines.create(f"sqlite:///{path}")
    migrations.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def engine(tmp_path: Path, migrated_file: Path) -> Iterator[Engine]:
    """A fresh SQLite file at the newest revision."""
    path = tmp_path / "nextcall.db"
    path.write_bytes(migrated_file.read_bytes())
    engine = engines.create(f"sqlite:///{path}")
    yield engine
    engine.dispose()


@pytest.fixture
def house(engine: Engine, rulebook: Rulebook, clock: FakeClock) -> House:
    return House(UnitsOfWork(engine), rulebook, clock)
