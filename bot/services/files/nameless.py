"""Files without a name, for what is too large for memory: they are gone when the process is, however it ends."""

import io
import os
import tempfile
import weakref
from typing import Any, BinaryIO


class NamelessFile:
    """A temporary file that only this process can reach. It is written once, and read as often as asked."""

    def __init__(self) -> None:
        self.descriptor, path = tempfile.mkstemp(prefix="nextcall-")
        weakref.finalize(self, os.close, self.descriptor)
        os.unlink(path)

    def writing(self) -> BinaryIO:
        return open(self.descriptor, "wb", closefd=False)

    def reading(self) -> BinaryIO:
        """The content from its start. Several readers do not disturb each other."""
        return io.BufferedReader(_FromStart(self), 1 << 16)


class _FromStart(io.RawIOBase):
    def __init__(self, file: NamelessFile) -> None:
        self._file, self._at = file, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """From the start, or from where it is."""
        self._at = offset + (self._at if whence == io.SEEK_CUR else 0)
        return self._at

    def readinto(self, buffer: Any) -> int:
        found = os.pread(self._file.descriptor, len(buffer), self._at)
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)
