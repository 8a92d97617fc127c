"""Backup and restore: the one step of the walk that changes when `nextcall restore` is there.

Until then a SQLite file is copied back, and PostgreSQL is dumped and loaded by its own tools.
"""

from pathlib import Path

from typer.main import get_command

from bot.cli import app
from deploy.check.box import Box
from deploy.check.postgres import Server, dump, load
from deploy.check.steps import Failed

_FILE = "/data/backup"
_SEEN_AT = "/backup"
_HAS_RESTORE = "restore" in get_command(app).commands  # type: ignore[attr-defined]  # the image is built from this tree


def back_up(box: Box, file: Path, server: Server | None) -> None:
    """Writes a backup of the running bot to a file of this machine."""
    if server is not None and not _HAS_RESTORE:
        dump(server, box.name, file)
        return
    box.nextcall("backup", _FILE)
    box.take(_FILE, file)
    file.chmod(0o644)  # another user restores it


def restore(box: Box, file: Path, server: Server | None) -> None:
    """Restores the backup into the volume and the database of a container that has not run yet."""
    seen = (f"{file}:{_SEEN_AT}:ro",)
    if _HAS_RESTORE:
        status, out = box.once("restore", _SEEN_AT, mounts=seen)
    elif server is not None:
        load(server, box.name, file)
        return
    else:
        status, out = box.once(_SEEN_AT, "/data/nextcall.db", mounts=seen, program="cp")
    if status:
        raise Failed(f"the backup was not restored:\n{out}")
