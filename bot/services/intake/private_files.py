"""The files of people while they are read: in a folder that only its owner may read, deleted afterwards.

A process that is killed leaves its folders behind; the next one that starts deletes them.
"""

import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from storage.database import open_private

_PREFIX = "nextcall-list-"
_FOLDER = re.compile(rf"{_PREFIX}(\d+)-")
_LONGEST_NAME = 120  # bytes in UTF-8; file systems take 255
_SPARE_BYTES = 64 << 20  # left free for others


class NoRoom(Exception):
    """The disk has no space for the file."""


@contextmanager
def private_file(name: str, size: int) -> Iterator[Path]:
    """A path for a file of this name, in a folder of its own. Raises NoRoom if `size` bytes do not fit."""
    with tempfile.TemporaryDirectory(prefix=f"{_PREFIX}{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        if shutil.disk_usage(folder).free < size + _SPARE_BYTES:
            raise NoRoom
        path = Path(folder) / safe_name(name)
        with open(path, "wb", opener=open_private):
            pass
        yield path


def safe_name(name: str) -> str:
    """The name as a file name: no folders, no control characters, not too long; `list` if nothing is left."""
    plain = "".join(one for one in name.replace("\\", "/").rpartition("/")[2] if one.isprintable()).strip(". ")
    stem, dot, kind = plain.rpartition(".")
    kept = (stem if dot else plain).encode()[:_LONGEST_NAME].decode(errors="ignore")
    return f"{kept}{dot}{kind[:10]}" if kept else "list"


def delete_leftovers() -> int:
    """Delete the folders of processes that are no more. Returns how many."""
    deleted = 0
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        found = _FOLDER.match(folder.name)
        with suppress(OSError):
            if found and folder.stat().st_uid == os.getuid() and not _is_running(int(found[1])):
                shutil.rmtree(folder)
                deleted += 1
    return deleted


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
