"""The numbers on a register as arrays: sorted in a file mapped into memory, and found by bisection. Needs numpy.

Most numbers asked about are on no register: a sketch, one bit for the hash of each listed number, rules out nearly all
of them. The others are sorted before the look-up, so that neighbours lie on one page. Twenty million numbers take 160
MB on disk and 32 MB of memory for the sketch, besides those being looked up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import islice
from tempfile import TemporaryFile
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from bot.services.do_not_call.register_table import AREA, Entries, ranges_of

Numbers = NDArray[np.int64]  # E.164 without the +
Days = NDArray[np.int32]  # ordinals; 0: no day given
Places = NDArray[np.intp]

_PART = 500_000
_AT_A_TIME = 8_192  # numbers whose intermediate results fit the processor's cache
_BITS_EACH = 8  # bits of the sketch for each number, at least: one unlisted number in 9 to 17 looks listed
# Odd factors. The hash multiplies twice and folds the upper half onto the lower in between: after one product the
# numbers of a range would lie at equal distances, and those of another range might fall upon the same.
_SPREADS, _AGAIN, _HALF = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xD6E8FEB86659FD93), np.uint64(32)
_EIGHT = np.uint64(3)  # bits a byte, as a shift


class Sketch:
    """Rules out most numbers that are not among some millions, and never one that is."""

    def __init__(self, numbers: Numbers) -> None:
        bits = max((numbers.size * _BITS_EACH - 1).bit_length(), 3)
        self._shift = np.uint64(64 - bits)
        self._bytes = np.zeros(1 << (bits - 3), np.uint8)
        for start in range(0, numbers.size, _PART):
            hashes = self._hashes(numbers[start : start + _PART])
            places, bit = self._places(hashes), hashes.astype(np.uint8) & np.uint8(7)
            for one in range(8):  # bit by bit: of numbers that share a byte, the last would win
                self._bytes[places[bit == one]] |= np.uint8(1 << one)

    @property
    def nbytes(self) -> int:
        return self._bytes.nbytes

    def possible(self, wanted: Numbers) -> Places:
        """The positions in `wanted` of numbers that may be listed."""
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
class SortedNumbers:
    """The sorted numbers of a register. `days`: None if no entry has one. Of a number listed twice the last entry
    counts."""

    numbers: Numbers
    days: Days | None
    sketch: Sketch = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "sketch", Sketch(self.numbers))

    @classmethod
    def gather(cls, entries: Entries) -> Self:
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
        return int(np.count_nonzero(np.diff(self.numbers))) + 1 if self.numbers.size else 0

    def has_any_of(self, prefix: str) -> bool:
        places = np.searchsorted(self.numbers, np.array(list(ranges_of(prefix)), np.int64))
        return bool((places[:, 0] < places[:, 1]).any())

    def area_codes(self) -> list[str]:
        return [f"+{code}" for code in np.unique(self.numbers // AREA).tolist()]

    def find(self, wanted: Sequence[str]) -> dict[str, date | None]:
        places = self.places_of(as_numbers(wanted))
        listed = np.flatnonzero(places >= 0)
        days = [0] * listed.size if self.days is None else self.days[places[listed]].tolist()
        found = zip(listed.tolist(), days, strict=True)
        return {wanted[at]: date.fromordinal(day) if day else None for at, day in found}

    def places_of(self, wanted: Numbers) -> Places:
        """Where each number stands, in the order asked; -1 if it is not listed."""
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
    """E.164 numbers as integers: they have at most 15 digits and never begin with 0."""
    return np.fromstring("\n".join(texts), np.int64, sep="\n") if texts else np.empty(0, np.int64)


def _mapped(file: Any, kind: Any) -> Any:
    """The file as an array. The file, without a name, lives as long as the array."""
    file.flush()
    return np.memmap(file, kind, "r+") if file.tell() else np.empty(0, kind)
