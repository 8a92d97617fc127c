"""A disk of 64 MB in memory, which a test can fill. Mounting needs root; without it these tests are skipped."""

import errno
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp

import pytest

_MEGABYTES = 64  # an empty PostgreSQL database takes ten
_BLOCK = bytes(4096)


class SmallDisk:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._ballast = folder / "ballast"

    def fill(self) -> None:
        """Fill it until no block is left: no file on it can grow."""
        with self._ballast.open("ab", buffering=0) as ballast:
            try:
                while True:
                    ballast.write(_BLOCK)
            except OSError as full:
                if full.errno != errno.ENOSPC:
                    raise

    def free(self) -> None:
        self._ballast.unlink(missing_ok=True)


@contextmanager
def small_disk(megabytes: int = _MEGABYTES) -> Iterator[SmallDisk]:
    # not below pytest's folder, which the user who runs PostgreSQL cannot enter
    folder = Path(mkdtemp(prefix="nextcall-disk-"))
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m,mode=755", "tmpfs", str(folder)]
    try:
        refusal = subprocess.run(mount, capture_output=True, text=True, check=False).stderr.strip()
    except FileNotFoundError:
        refusal = "there is no mount"
    if not folder.is_mount():
        folder.rmdir()
        pytest.skip(f"a small disk cannot be mounted here: {refusal}")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)
        folder.rmdir()
