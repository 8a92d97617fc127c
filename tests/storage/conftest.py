"""Databases of any revision on both engines, and a migration that follows the newest one."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine

from storage import migrations
from storage.database import engine as engines
from tests.postgres import Server

_PLANTED = """\"\"\"A migration of a later version. Reason: what is promised of every migration is tried on it.\"\"\"

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{before}"


def upgrade() -> None:
    op.add_column("suppression", sa.Column("later", sa.String(), nullable=False, server_default=""))
    op.add_column("contact", sa.Column("later", sa.String(), nullable=False, server_default=""))
    op.create_table("later", sa.Column("id", sa.Integer(), primary_key=True), sa.Column("says", sa.String()))
    op.create_index("later_says", "later", ["says"])
"""


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
    versions = tmp_path / "versions"
    shutil.copytree(migrations.VERSIONS, versions, ignore=shutil.ignore_patterns("__pycache__"))
    before = migrations.head()
    revision = f"{int(before) + 1:04d}"
    (versions / f"{revision}_later.py").write_text(_PLANTED.format(revision=revision, before=before))
    monkeypatch.setattr(migrations, "VERSIONS", versions)
    assert migrations.head() == revision
    return revision
