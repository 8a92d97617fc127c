"""The numbers on a register: of each number asked about, whether it is listed, and since when.

They lie in a table of a temporary SQLite file, or with the extra [registers] in arrays (`register_arrays`), which
answer several times as fast: that is for tens of millions of numbers.
"""

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Protocol

Entries = Iterable[tuple[str, date | None]]  # E.164 numbers, each with the day of its entry, in any order

LENGTHS = range(7, 16)  # digits of an E.164 number
AREA = 10**7  # what follows the area code in North America
_NEW = """
    PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;
    CREATE TABLE entry (number INTEGER, day INTEGER); CREATE TABLE listed (number INTEGER PRIMARY KEY, day INTEGER);
"""
_SORT = "INSERT OR REPLACE INTO listed SELECT number, day FROM entry ORDER BY number, rowid"  # the last entry counts
_CODES = "SELECT DISTINCT number / ? FROM listed"
_FIND = "SELECT number, day FROM json_each(?) CROSS JOIN listed ON number = value"


class Listed(Protocol):
    """Of a number listed twice the last entry counts."""

    def __len__(self) -> int:
        """How many different numbers are listed."""

    def has_any_of(self, prefix: str) -> bool:
        """Whether a listed number begins with the prefix, which has a +."""

    def area_codes(self) -> list[str]:
        """What stands before the last seven digits of the numbers, each once, with its +."""

    def find(self, wanted: Sequence[str]) -> dict[str, date | None]:
        """Of the numbers asked about those that are listed, each with the day of its entry, if known."""


class TabledNumbers:
    """Numbers as integers, sorted; days as ordinals, 0 for none."""

    def __init__(self, entries: Entries) -> None:
        self._rows = rows = sqlite3.connect("", isolation_level=None, check_same_thread=False)
        rows.executescript(_NEW)
        rows.execute("BEGIN")
        told = ((int(number), on.toordinal() if on else 0) for number, on in entries)
        rows.executemany("INSERT INTO entry VALUES (?, ?)", told)
        rows.execute(_SORT)
        rows.execute("DROP TABLE entry")
        rows.execute("COMMIT")

    def __del__(self) -> None:
        self._rows.close()  # deletes the file

    def __len__(self) -> int:
        return int(self._rows.execute("SELECT count(*) FROM listed").fetchone()[0])

    def has_any_of(self, prefix: str) -> bool:
        is_any = "SELECT EXISTS (SELECT 1 FROM listed WHERE number >= ? AND number < ?)"
        return any(self._rows.execute(is_any, bounds).fetchone()[0] for bounds in ranges_of(prefix))

    def area_codes(self) -> list[str]:
        return [f"+{code}" for (code,) in self._rows.execute(_CODES, (AREA,))]

    def find(self, wanted: Sequence[str]) -> dict[str, date | None]:
        asked = json.dumps(sorted(map(int, wanted)))  # sorted: neighbours lie on one page
        return {f"+{one}": date.fromordinal(day) if day else None for one, day in self._rows.execute(_FIND, (asked,))}


def ranges_of(prefix: str) -> Iterator[tuple[int, int]]:
    """The numbers of each length that begin with the prefix: the first, and the first after them."""
    code, short = int(prefix), len(prefix) - 1
    for length in LENGTHS:
        yield code * 10 ** (length - short), (code + 1) * 10 ** (length - short)
