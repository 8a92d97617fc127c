"""Copies a SQLite database while it is in use. PostgreSQL has better tools of its own."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path
from tempfile import mkstemp

from sqlalchemy import Engine

from storage.database.database_files import files_of, is_among, is_in_use
from storage.database.troubles import trouble_of
from storage.errors import StorageError


class NotCopied(StorageError):
    """The copy failed. The message says why and what to do."""


def write_copy(engine: Engine, target: Path) -> int:
    """Copy the database, check the copy, then give it its name. Returns its size in bytes.

    Replaces a regular file of that name unless a program has it open, and replaces nothing else. Only the owner may
    read the copy. Raises NotCopied, and DatabaseTrouble where the database itself is at fault.
    """
    files = files_of(engine)
    if not files:
        raise NotCopied(
            "Only a SQLite file is copied here: for PostgreSQL use pg_dump, which copies it whole while it runs."
        )
    _check(target, files)
    unfinished: Path | None = None
    try:
        unfinished = _unfinished(target)
        with closing(sqlite3.connect(files[0])) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy, pages=2000)
            # A copy is one file: anything in a write-ahead log would be lost when only the file is moved.
            copy.execute("PRAGMA journal_mode=DELETE")
            _leave_out_secrets(copy)
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise NotCopied(f"The copy is damaged ({found}): check the disk of the database.")
        _check(target, files)  # a copy takes minutes
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        if known := trouble_of(error):
            raise known from error
        raise NotCopied(f"{target} could not be written ({error}): check the folder and the space left.") from error
    finally:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)
    return target.stat().st_size


def _leave_out_secrets(copy: sqlite3.Connection) -> None:
    """Delete Slack's response URLs: they accept messages for 30 minutes, and a copy may be kept anywhere."""
    if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'shownnumber'").fetchone():
        copy.execute("PRAGMA secure_delete=ON")
        copy.execute("DELETE FROM shownnumber")
        copy.commit()


def _unfinished(target: Path) -> Path:
    """Make a file beside the target that only its owner may read."""
    number, name = mkstemp(prefix=f"{target.name}.", suffix=".unfinished", dir=target.parent)
    os.close(number)
    return Path(name)


def _check(target: Path, files: tuple[Path, ...]) -> None:
    if is_among(target, files):
        raise NotCopied(f"{target} is the database itself, or belongs to it: choose another name.")
    if target.is_symlink():
        raise NotCopied(f"{target} is a link: name the file that you mean.")
    if target.exists() and not target.is_file():
        raise NotCopied(f"{target} is a folder or a device: name a file.")
    if is_in_use(target):
        raise NotCopied(f"{target} is a database that another program has open: choose another name.")
