"""A migration that follows the newest one: what is promised of every migration is tried on it."""

import shutil
from pathlib import Path

import pytest

from storage import migrations

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


def plant(folder: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Add it for as long as the test runs. Returns its revision."""
    versions = folder / "versions"
    shutil.copytree(migrations.VERSIONS, versions, ignore=shutil.ignore_patterns("__pycache__"))
    before = migrations.head()
    revision = f"{int(before) + 1:04d}"
    (versions / f"{revision}_later.py").write_text(_PLANTED.format(revision=revision, before=before))
    monkeypatch.setattr(migrations, "VERSIONS", versions)
    assert migrations.head() == revision
    return revision
