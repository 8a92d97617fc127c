"""The files of a SQLite database and of its copies: readable by their owner only, never overwritten by accident."""

import os
from collections.abc import Iterable
from contextlib import suppress
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the log opens its file here, and most commands need no database
    from sqlalchemy import Engine

_BESIDE = ("", "-wal", "-shm", "-journal")  # SQLite's suffixes for the files of one database
_OWNER_ALONE, _OTHERS = 0o600, 0o006


def files_of(engine: "Engine") -> tuple[Path, ...]:
    """Every file that may belong to the database, existing or not. Empty where the database is no SQLite file."""
    name = engine.url.database
    if engine.dialect.name != "sqlite" or not name or name == ":memory:":
        return ()
    return tuple(Path(name + suffix) for suffix in _BESIDE)


def copies_of(engine: "Engine") -> list[Path]:
    """The copies that upgrades made of the database."""
    return [copy for path in files_of(engine)[:1] for copy in sorted(path.parent.glob(f"{escape(path.name)}.before-*"))]


def is_among(path: Path, files: Iterable[Path]) -> bool:
    """Whether the path, existing or not, leads to one of the files by any name or link."""
    return any(_is_same(path, one) for one in files)


def is_in_use(path: Path) -> bool:
    """Whether a program has the database open, or died before it wrote everything into it."""
    return bool(files_beside(path))


def files_beside(path: Path) -> list[Path]:
    """SQLite's other files of a database that exist."""
    named = [path.with_name(path.name + suffix) for suffix in _BESIDE[1:]]
    return [one for one in named if one.exists()]


def are_open_to_all(paths: Iterable[Path]) -> list[Path]:
    """Those of the files that every user of this machine may read or change."""
    return [one for one in paths if one.is_file() and one.stat().st_mode & _OTHERS]


def make_private(path: Path) -> None:
    """Make the file if it does not exist, readable by its owner only. Raises OSError.

    SQLite gives the write-ahead log and its other files the same permissions.
    """
    os.close(open_private(str(path), os.O_WRONLY | os.O_CREAT))
    path.chmod(_OWNER_ALONE)


def make_if_missing(path: str) -> None:
    """Do the same for a database about to be opened. An existing file keeps its permissions."""
    with suppress(OSError):  # SQLite's own error says more
        os.close(open_private(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL))


def open_private(path: str, flags: int) -> int:
    """Opener for `open`: only the owner may read a new file."""
    return os.open(path, flags, _OWNER_ALONE)


def _is_same(one: Path, other: Path) -> bool:
    with suppress(OSError):
        if one.samefile(other):
            return True
    return one.resolve() == other.resolve()
