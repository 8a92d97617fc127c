"""The files of people while they are read: in a folder that only its owner may read, deleted afterwards.

A process that is killed leaves its folder behind, but not its lock on it: the next start deletes what nobody has
locked.
"""

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath

from storage.database.database_files import open_private

_PREFIX = "nextcall-list-"
_LONGEST_NAME = 120  # bytes in UTF-8; file systems take 255
_LONGEST_KIND = 10
_SPARE_BYTES = 64 << 20  # left free for others


class NoRoom(Exception):
    """The disk has no space for the file."""


@contextmanager
def private_file(name: str, size: int) -> Iterator[Path]:
    """An empty file of this name, in a folder of its own. Raises NoRoom if `size` bytes do not fit."""
    with tempfile.TemporaryDirectory(prefix=_PREFIX, ignore_cleanup_errors=True) as folder, _locked(folder):
        if shutil.disk_usage(folder).free < size + _SPARE_BYTES:
            raise NoRoom
        path = Path(folder) / safe_name(name)
        with open(path, "wb", opener=open_private):
            pass
        yield path


def safe_name(name: str) -> str:
    """The name as a file name: no folders, no control characters, not too long; `list` if nothing is left."""
    plain = "".join(one for one in name.replace("\\", "/").rpartition("/")[2] if one.isprintable()).strip(". ")
    path = PurePosixPath(plain)
    kept = path.stem.encode(errors="ignore")[:_LONGEST_NAME].decode(errors="ignore")
    return f"{kept}{path.suffix[:_LONGEST_KIND]}" if kept else "list"


def delete_leftovers() -> int:
    """Delete the folders of processes that are no more. Returns how many."""
    deleted = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        with suppress(OSError), _locked(str(folder), waits=False):  # locked: another process reads a file there
            shutil.rmtree(folder)
            deleted += 1
    return deleted


@contextmanager
def _locked(folder: str, *, waits: bool = True) -> Iterator[None]:
    """Hold the folder's lock, which ends with the process. Raises BlockingIOError if another has it, unless it
    `waits`."""
    opened = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_EX if waits else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(opened)
