"""Goes through the rows of a file, and keeps the faulty ones, perhaps a million: the first in memory, the others in a
file without a name."""

import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice
from typing import BinaryIO, Generic, TypeVar, overload

from bot.services.answers.lists import RowFault
from bot.services.files.nameless import NamelessFile

IN_MEMORY = 1_000
_OFTEN = 1_000  # rows between two reports of progress
Progress = Callable[[int, int], None]  # rows done, of how many
Row = TypeVar("Row")


class RowFaults(Sequence[RowFault]):
    """Faults in the order in which they were added."""

    def __init__(self) -> None:
        self._first: list[RowFault] = []
        self._more = 0
        self._file: NamelessFile | None = None
        self._out: BinaryIO | None = None

    def add(self, faults: Iterable[RowFault]) -> None:
        for fault in faults:
            if len(self._first) < IN_MEMORY:
                self._first.append(fault)
            else:
                pickle.dump((fault.line, fault.reason, fault.row), self._opened())
                self._more += 1

    def settled(self) -> Sequence[RowFault]:
        """All of them, once no more come: a tuple if they are few."""
        return self if self._more else tuple(self._first)

    def __len__(self) -> int:
        return len(self._first) + self._more

    def __iter__(self) -> Iterator[RowFault]:
        return chain(self._first, self._in_file()) if self._more else iter(self._first)

    @overload
    def __getitem__(self, at: int) -> RowFault: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[RowFault, ...]: ...
    def __getitem__(self, at: int | slice) -> RowFault | tuple[RowFault, ...]:
        if isinstance(at, slice):
            return tuple(islice(self, *at.indices(len(self))))
        place = range(len(self))[at]
        return next(islice(self, place, None))

    def _opened(self) -> BinaryIO:
        if self._file is None or self._out is None:
            self._file = NamelessFile()
            self._out = self._file.writing()
        return self._out

    def _in_file(self) -> Iterator[RowFault]:
        if self._file is None or self._out is None:
            return
        self._out.flush()
        with self._file.reading() as kept:
            for _ in range(self._more):
                yield RowFault(*pickle.load(kept))  # noqa: S301 - our own


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
