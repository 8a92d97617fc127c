"""Applies the numbered changes with Alembic."""

from pathlib import Path
from typing import Any, Final

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

NOTED: Final = "alembic_version"  # the table in which Alembic notes the revision


def upgrade(connection: Connection, target: str, versions: Path) -> None:
    """Bring the database to the revision `target`, in the connection's transaction."""
    config = _config(versions)
    config.attributes["connection"] = connection
    command.upgrade(config, target)


def module_of(revision: str) -> Any:
    """The file of a migration, as a module."""
    return ScriptDirectory.from_config(_config(Path(__file__).parent / "versions")).get_revision(revision).module


def _config(versions: Path) -> Config:
    config = Config()
    config.set_main_option("script_location", _escaped(Path(__file__).parent))
    config.set_main_option("path_separator", "newline")
    config.set_main_option("version_locations", _escaped(versions))
    return config


def _escaped(path: Path) -> str:
    return str(path).replace("%", "%%")
