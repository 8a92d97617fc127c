"""The numbers found on a register, however many: sorted in a file that is mapped into memory, and found by bisection.

Most numbers that are asked about are on no register. A sketch of it, one bit for the hash of each number, tells that of
nearly all of them at the first look, in the order in which they are asked. The others are looked up in their own order:
neighbours then lie on the same page, which is ten times quicker than in the order of a list. Twenty million numbers take
160 MB of disk and, of memory, 32 MB for the sketch and what is being looked at.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.int64]  # E.164 without its +
Days = NDArray[np.int32]  # ordinals; 0: no day was told
Places = NDArray[np.intp]

_PART = 500_000
_AT_A_TIME = 8_192  # numbers whose intermediate results stay in the processor's cache
_BITS_EACH = 8  # of the sketch, for each number at least: one stranger in nine to seventeen looks as if it were listed
# Odd factors, multiplied by twice with the upper half folded onto the lower in between: once would leave the numbers of a
# range at equal distances from each other, and those of another range might fall upon the same.
_SPREADS, _AGAIN, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93), np.uint64(32)
_EIGHT = np.uint64(3)  # bits a byte, as a shift


class Found(NamedTuple):
    """An answer for each number that was asked about, in that order. `days` is None where the register tells no days."""

    is_listed: NDArray[np.bool_]
    days: Days | None

    def since(self) -> list[date | None]:
        """The day of each number's entry, where it has one and the register tells it."""
        if self.days is None:
            return [None] * self.is_listed.size
        return [date.fromordinal(day) if day else None for day in self.days.tolist()]


class Sketch:
    """Tells of most numbers that they are not among some millions; of those that are, never."""

    def __init__(self, numbers: Numbers) -> None:
        bits = max((numbers.size * _BITS_EACH - 1).bit_length(), 3)
        self._shift = np.uint64(64 - bits)
        self._bytes = np.zeros(1 << (bits - 3), np.uint8)
        for start in range(0, numbers.size, _PART):
            hashes = self._hashes(numbers[start : start + _PART])
            places, bit = self._places(hashes), hashes.astype(np.uint8) & np.uint8(7)
            for one in range(8):  # each bit by itself: of numbers that share a byte the last would win
                self._bytes[places[bit == one]] |= np.uint8(1 << one)

    @property
    def nbytes(self) -> int:
        return self._bytes.nbytes

    def possible(self, wanted: Numbers) -> Places:
        """The places of those that may be among them."""
        found = [np.empty(0, np.intp)]
        for start in range(0, wanted.size, _AT_A_TIME):
            hashes = self._hashes(wanted[start : start + _AT_A_TIME])
            seen = self._bytes.take(self._places(hashes), mode="clip")
            seen >>= hashes.astype(np.uint8) & np.uint8(7)
            seen &= np.uint8(1)
            found.append(np.flatnonzero(seen) + start)
        return np.concatenate(found)

    def _hashes(self, numbers: Numbers) -> NDArray[np.uint64]:
        mixed = numbers.view(np.uint64) * _SPREADS
        mixed ^= mixed >> _HALF
        mixed *= _AGAIN
        return mixed >> self._shift

    def _places(self, hashes: NDArray[np.uint64]) -> NDArray[np.int64]:
        return (hashes >> _EIGHT).view(np.int64)


@dataclass(frozen=True, slots=True)
class ListedNumbers:
    """`days` is None where no entry of the file tells its day. Of a number that stands there twice the last entry counts."""

    numbers: Numbers
    days: Days | None
    sketch: Sketch = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sketch", Sketch(self.numbers))

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

    def find(self, wanted: Sequence[str]) -> Found:
        """Of each number in E.164: whether it is listed, and since when if the file tells."""
        places = self.places_of(as_numbers(wanted))
        is_listed = places >= 0
        if self.days is None:
            return Found(is_listed, None)
        days = np.zeros(places.size, np.int32)
        days[is_listed] = self.days[places[is_listed]]
        return Found(is_listed, days)

    def places_of(self, wanted: Numbers) -> Places:
        """Where each of the numbers stands, in the order asked; -1 where it does not."""
        places = np.full(wanted.size, -1, np.intp)
        if not self.numbers.size:
            return places
        possible = self.sketch.possible(wanted)
        asked = wanted[possible]
        order = np.argsort(asked)
        asked, possible = asked[order], possible[order]
        at = np.searchsorted(self.numbers, asked, side="right") - 1
        places[possible] = np.where((at >= 0) & (self.numbers[np.maximum(at, 0)] == asked), at, -1)
        return places


def as_numbers(texts: Sequence[str]) -> Numbers:
    """Numbers in E.164 as integers: they have at most fifteen digits, and none begins with 0."""
    return np.fromstring("\n".join(texts), np.int64, sep="\n") if texts else np.empty(0, np.int64)


def _mapped(file: Any, kind: Any) -> Any:
    """The file as an array. It lives on, without a name, for as long as the array does."""
    file.flush()
    return np.memmap(file, kind, "r+") if file.tell() else np.empty(0, kind)
