"""Copies a SQLite database while it is in use, and puts a copy back. `archive` does so for PostgreSQL."""

import os
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from tempfile import mkstemp
from typing import Final

from sqlalchemy import Engine

from storage.database.database_files import files_beside, files_of, is_among, is_in_use
from storage.database.engine import trouble_of
from storage.errors import NotRestored, StorageError

Report = Callable[[int, int | None], None]  # done, and the total if known
_HEADER: Final = b"SQLite format 3\x00"


class NotCopied(StorageError):
    """The copy failed. The message says why and what to do."""


def write_copy(engine: Engine, target: Path, told: Report = lambda *_: None) -> int:
    """Copy the database, check the copy, then give it its name. Returns its size in bytes.

    Replaces a regular file of that name unless a program has it open, and replaces nothing else. Only the owner may
    read the copy. Raises NotCopied, and DatabaseTrouble where the database itself is at fault.
    """
    files = files_of(engine)
    with written_whole(target, files, (OSError, sqlite3.Error)) as unfinished:
        with closing(sqlite3.connect(files[0])) as source, closing(sqlite3.connect(unfinished)) as copy:
            source.backup(copy, pages=2000, progress=lambda _, left, total: told(total - left, total))
            # A copy is one file: anything in a write-ahead log would be lost when only the file is moved.
            copy.execute("PRAGMA journal_mode=DELETE")
            # Slack's response URLs accept messages for 30 minutes, and a copy may be kept anywhere.
            if copy.execute("SELECT 1 FROM sqlite_master WHERE name = 'shownnumber'").fetchone():
                copy.execute("PRAGMA secure_delete=ON")
                copy.execute("DELETE FROM shownnumber")
                copy.commit()
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
        if found != "ok":
            raise NotCopied(f"The copy is damaged ({found}): check the disk of the database.")
    return target.stat().st_size


@contextmanager
def written_whole(target: Path, files: tuple[Path, ...], failures: tuple[type[Exception], ...]) -> Iterator[Path]:
    """A file to write to, which gets the name `target` when the block has ended, and is gone if it fails.

    `files`: of the database. Raises NotCopied for the `failures`, and DatabaseTrouble where one is the database's own.
    """
    check_target(target, files)
    unfinished: Path | None = None
    try:
        unfinished = unfinished_beside(target)
        yield unfinished
        check_target(target, files)  # a copy takes minutes
        unfinished.replace(target)
    except failures as error:
        if known := trouble_of(error):
            raise known from error
        why = error.strerror if isinstance(error, OSError) else error  # without the unfinished file's name
        raise NotCopied(f"{target} could not be written ({why}): check the folder and the space left.") from error
    finally:
        if unfinished is not None:
            unfinished.unlink(missing_ok=True)


def unfinished_beside(target: Path) -> Path:
    """Make a file beside the target that only its owner may read."""
    number, name = mkstemp(prefix=f"{target.name}.", suffix=".unfinished", dir=target.parent)
    os.close(number)
    return Path(name)


def check_target(target: Path, files: tuple[Path, ...]) -> None:
    if is_among(target, files):
        raise NotCopied(f"{target} is the database itself, or belongs to it: choose another name.")
    if target.is_symlink():
        raise NotCopied(f"{target} is a link: name the file that you mean.")
    if target.exists() and not target.is_file():
        raise NotCopied(f"{target} is a folder or a device: name a file.")
    if is_in_use(target):
        raise NotCopied(f"{target} is a database that another program has open: choose another name.")


def is_sqlite(path: Path) -> bool:
    """Whether a file begins as a SQLite database does. Raises NotRestored where it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(_HEADER)) == _HEADER
    except OSError as error:
        raise NotRestored(f"{path} cannot be read ({error.strerror}): check its name") from error


def copied_beside(source: Path, target: Path, told: Report) -> Path:
    """Copy a backup to an unfinished file beside the database that it is to become, and check it.

    Raises NotRestored where the backup is in use or damaged, or where there is a database already.
    """
    check_place(target)
    if is_in_use(source):
        raise NotRestored(f"a program has {source} open: make a backup of it with `nextcall backup`, and put that back")
    unfinished: Path | None = None
    try:
        unfinished = unfinished_beside(target)
        # `immutable`: a copy that was made before an upgrade asks for a write-ahead log, which would be made beside it.
        address = f"{source.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as file, closing(sqlite3.connect(unfinished)) as copy:
            file.backup(copy, pages=2000, progress=lambda _, left, total: told(total - left, total))
            found = copy.execute("PRAGMA integrity_check").fetchone()[0]
    except (sqlite3.Error, OSError) as error:
        discard(unfinished)
        raise NotRestored(f"{source} could not be put back ({error}): take another backup, or make room") from error
    if found != "ok":
        discard(unfinished)
        raise NotRestored(f"{source} is damaged ({found}): take another backup")
    return unfinished


def put_in_place(unfinished: Path, target: Path) -> None:
    """Give the finished file the name of the database. Raises NotRestored."""
    try:
        with closing(sqlite3.connect(unfinished)) as file:
            file.execute("PRAGMA journal_mode=DELETE")  # one file, which is moved whole
        check_place(target)
        for left in files_beside(target):  # of a database that is gone: they would be read into this one
            left.rename(f"{left}.left")
        unfinished.replace(target)
    except (sqlite3.Error, OSError) as error:
        raise NotRestored(f"{target} could not be written ({error}): check the folder and the space left") from error


def check_place(target: Path) -> None:
    """Raises NotRestored unless a database may be put there: no file, or one without tables."""
    try:
        if not target.exists() or not target.stat().st_size:
            return
        # What another program has not written into it yet is in files beside it, which would stay if this opened them.
        address = f"{target.absolute().as_uri()}?mode=ro&immutable=1"
        with closing(sqlite3.connect(address, uri=True)) as file:
            has_tables = is_in_use(target) or file.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]
    except (sqlite3.Error, OSError) as error:
        raise NotRestored(f"{target} cannot be read ({error}): move it away first, then try again") from error
    if has_tables:
        raise NotRestored(
            f"{target} holds a database already: stop every bot, move it away (mv {target} {target}.old), then try "
            "again"
        )


def discard(unfinished: Path | None) -> None:
    if unfinished is not None:
        for one in (unfinished, *files_beside(unfinished)):
            one.unlink(missing_ok=True)
