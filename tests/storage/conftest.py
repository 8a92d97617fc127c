"""Databases of any revision on both engines, and a migration that follows the newest one."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage.database import engine as engines
from tests.postgres import Server
from tests.storage.planted import plant


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


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """The revision of a migration that follows the newest one."""
    return plant(tmp_path, monkeypatch)
