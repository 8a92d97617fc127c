"""Databases of any revision on both engines, and a migration that follows the newest one."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copyfile

import pytest
from sqlalchemy import Engine

from storage import migrations
from storage.database import engine as engines
from tests.postgres import Server
from tests.storage.planted import plant

At = Callable[[Engine, str], None]
Bring = Callable[[Engine, str, Callable[[Engine], object]], None]


@pytest.fixture(params=["sqlite", "postgresql"])
def empty(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A database without tables, on each engine."""
    with _another(request, tmp_path) as url:
        engine = engines.create(url)
        yield engine
        engine.dispose()


@pytest.fixture
def second(empty: Engine, request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    """A second one on the same engine."""
    (tmp_path / "second").mkdir()
    with _another(request, tmp_path / "second", empty.dialect.name) as url:
        engine = engines.create(url)
        yield engine
        engine.dispose()


@contextmanager
def _another(request: pytest.FixtureRequest, folder: Path, kind: str = "") -> Iterator[str]:
    if (kind or request.param) == "sqlite":
        yield f"sqlite:///{folder / 'nextcall.db'}"
        return
    server: Server = request.getfixturevalue("postgres")
    with server.database(is_migrated=False) as url:
        yield url


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("kept")


@pytest.fixture
def bring(request: pytest.FixtureRequest, kept: Path) -> Bring:
    """What the first test makes of an empty database, the others copy."""

    def made(engine: Engine, name: str, make: Callable[[Engine], object]) -> None:
        is_sqlite, database = engine.dialect.name == "sqlite", engine.url.database or ""
        copy = copyfile if is_sqlite else request.getfixturevalue("postgres").copy
        there = str(kept / f"{name}.db") if is_sqlite else f"kept_{name}"
        if is_new := not (mark := kept / f"{engine.dialect.name}-{name}").exists():
            make(engine)
            mark.touch()
        engine.dispose()
        copy(*((database, there) if is_new else (there, database)))

    return made


@pytest.fixture
def at(bring: Bring) -> At:
    """Brings an empty database to a revision."""
    return lambda engine, revision: bring(engine, f"at_{revision}", lambda it: migrations.upgrade(it, revision))


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The revision of a migration that follows the newest one."""
    return plant(tmp_path, monkeypatch)
