"""Goes through the rows of a file, and keeps the faulty ones, perhaps a million: the first in memory, the others in a
file without a name. Writes them, each with its line and reason, ready to be corrected."""

import csv
import os
import pickle
import stat
import weakref
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import islice
from os import SEEK_END
from pathlib import Path
from tempfile import SpooledTemporaryFile
from typing import Generic, TypeVar, overload

from bot.languages import ENGLISH, of_itself
from bot.services.answers.lists import HasFaults, RowFault
from bot.services.errors import FileRefused
from bot.services.files.spreadsheet_cells import inert
from storage.database.database_files import is_among, open_private

IN_MEMORY = 1 << 20  # bytes
_FEW = 1_000
_OFTEN = 1_000  # rows between two reports of progress
Progress = Callable[[int, int], None]  # rows done, of how many
Row = TypeVar("Row")


class RowFaults(Sequence[RowFault]):
    """Faults in the order in which they were added."""

    def __init__(self) -> None:
        self._file = SpooledTemporaryFile(IN_MEMORY)  # noqa: SIM115 - it ends with this
        weakref.finalize(self, self._file.close)
        self._many = 0

    def add(self, faults: Iterable[RowFault]) -> None:
        self._file.seek(0, SEEK_END)
        for fault in faults:
            pickle.dump((fault.line, fault.reason, fault.row), self._file)
            self._many += 1

    def settled(self) -> Sequence[RowFault]:
        """All of them, once no more come: a tuple if they are few."""
        return self if self._many > _FEW else tuple(self)

    def __len__(self) -> int:
        return self._many

    def __iter__(self) -> Iterator[RowFault]:
        at = 0
        for _ in range(self._many):
            self._file.seek(at)  # another reader may have been elsewhere
            fault = RowFault(*pickle.load(self._file))  # noqa: S301 - our own
            at = self._file.tell()
            yield fault

    @overload
    def __getitem__(self, at: int) -> RowFault: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[RowFault, ...]: ...
    def __getitem__(self, at: int | slice) -> RowFault | tuple[RowFault, ...]:
        if isinstance(at, slice):
            return tuple(islice(self, *at.indices(len(self))))
        return next(islice(self, range(len(self))[at], None))


class RowsRead(Generic[Row]):
    """The rows of a file that can be used. The faults of the others, and how many were read, are known afterwards."""

    def __init__(self, rows: Iterable[Row | RowFault], of: int, progress: Progress | None = None) -> None:
        self._rows, self._of, self._progress = iter(rows), of, progress
        self.faults = RowFaults()
        self.done = 0

    def __iter__(self) -> Iterator[Row]:
        for row in self._rows:
            self.done += 1
            if isinstance(row, RowFault):
                self.faults.add([row])
            else:
                yield row
            if self._progress and (self.done % _OFTEN == 0 or self.done == self._of):
                self._progress(self.done, self._of)


def check_reject_file(path: Path, kept: Iterable[Path]) -> None:
    """Raise FileRefused if the rejects would overwrite one of the files to keep, or `path` is not a file."""
    if is_among(path, kept):
        raise FileRefused(f"The faulty rows would overwrite {path}, which is in use: choose another file.")
    if path.is_dir() or path.is_block_device():
        raise FileRefused(f"The faulty rows cannot be written to {path}, which is not a file: choose another file.")


def write_rejects(report: HasFaults, path: Path, say: Callable[[str], str] = str, language: str = ENGLISH) -> None:
    """Write the faulty rows so that the corrected file can be imported. Raises FileRefused if it cannot be written.

    Only its owner may read it. `say`: translates a reason into the language.
    """
    width = max(len(report.heading), *(len(fault.row) for fault in report.faults), 0)
    ours = of_itself(language).get("rejects") or of_itself(ENGLISH)["rejects"]
    heading = [*_wide(report.heading, width), *ours] if report.heading else []
    try:
        # The byte order mark makes a spreadsheet read the file as UTF-8.
        with open(path, "w", encoding="utf-8-sig", newline="", opener=open_private) as out:
            if stat.S_ISREG(os.fstat(out.fileno()).st_mode):
                os.fchmod(out.fileno(), 0o600)  # an existing file too, perhaps of a version that let others read it
            writer, faults = csv.writer(out), report.faults
            writer.writerows([heading] if heading else [])
            writer.writerows([*_wide(one.row, width), one.line, inert(say(one.reason))] for one in faults)
    except OSError as error:
        raise FileRefused(
            f"The faulty rows could not be written to {path} ({error.strerror}): choose another file with --rejects."
        ) from error


def _wide(cells: tuple[str, ...], width: int) -> list[str]:
    return [*map(inert, cells), *[""] * (width - len(cells))]
