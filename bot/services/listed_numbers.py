"""The numbers found on a register, however many: sorted in a file that is mapped into memory, and found by bisection.

Twenty million numbers take 160 MB of disk and, of memory, what is being looked at. Whoever asks about many numbers asks in
their order: neighbours then lie on the same page, which is ten times quicker than in the order of a list.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, repeat
from tempfile import TemporaryFile
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]  # E.164 without its +
Days = NDArray[np.int32]  # ordinals; 0: no day was told

_PART = 500_000


@dataclass(frozen=True, slots=True)
class ListedNumbers:
    """`days` is None where no entry of the file tells its day. Of a number that stands there twice the last entry counts."""

    numbers: Numbers
    days: Days | None

    @classmethod
    def gather(cls, entries: Iterable[tuple[str, date | None]]) -> Self:
        """Numbers in E.164 with the day of their entry, in any order."""
        rest = iter(entries)
        has_days = False
        with TemporaryFile() as numbers, TemporaryFile() as days:
            while part := list(islice(rest, _PART)):
                as_numbers([number for number, _ in part]).tofile(numbers)
                told = np.fromiter((on.toordinal() if on else 0 for _, on in part), np.int32, len(part))
                has_days = has_days or bool(told.any())
                told.tofile(days)
            if not has_days:
                found = _mapped(numbers, np.int64)
                found.sort()
                return cls(found, None)
            unsorted = _mapped(numbers, np.int64)
            order = np.argsort(unsorted, kind="stable")
            return cls(unsorted[order], _mapped(days, np.int32)[order])

    def __len__(self) -> int:
        """How many different numbers."""
        return int(np.count_nonzero(np.diff(self.numbers))) + 1 if self.numbers.size else 0

    def places_of(self, wanted: Numbers) -> NDArray[np.intp]:
        """Where each of the numbers stands, in the order asked; -1 where it does not."""
        places = np.full(wanted.size, -1, np.intp)
        if not self.numbers.size:
            return places
        order = np.argsort(wanted)
        asked = wanted[order]
        at = np.searchsorted(self.numbers, asked, side="right") - 1
        places[order] = np.where((at >= 0) & (self.numbers[np.maximum(at, 0)] == asked), at, -1)
        return places

    def find(self, wanted: Sequence[str]) -> Iterator[tuple[bool, date | None]]:
        """Of each number in E.164, in the order asked: whether it is listed, and since when if the file tells."""
        places = self.places_of(as_numbers(wanted))
        is_listed = (places >= 0).tolist()
        if self.days is None:
            return zip(is_listed, repeat(None))
        days = np.where(places >= 0, self.days[places], 0) if self.days.size else places * 0
        told = (date.fromordinal(day) if day else None for day in days.tolist())
        return zip(is_listed, told, strict=True)


def as_numbers(texts: Sequence[str]) -> Numbers:
    """Numbers in E.164 as integers: they have at most fifteen digits, and none begins with 0."""
    return np.fromstring("\n".join(texts), np.int64, sep="\n") if texts else np.empty(0, np.int64)


def _mapped(file: Any, kind: Any) -> Any:
    """The file as an array. It lives on, without a name, for as long as the array does."""
    file.flush()
    return np.memmap(file, kind, "r+") if file.tell() else np.empty(0, kind)
