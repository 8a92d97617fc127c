"""Keeps a file's calls on disk while they are sorted by number: a million of them need no more memory than a thousand.

The spool is a SQLite file in a folder of its own for temporary files, which only this user may read. Its name is
deleted at once, so that nothing of it outlives the process, even one that is killed.
"""

import sqlite3
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import groupby, islice
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple

from bot.services.reconcile.call_file import Call

_TABLES = """
CREATE TABLE call (line INTEGER, key BLOB, whole TEXT, direction TEXT, number TEXT, agent TEXT, start REAL, second REAL,
  length REAL, ring REAL, result TEXT, is_withheld INTEGER, shown TEXT);
CREATE TABLE ours (number TEXT PRIMARY KEY, recorded TEXT, judged_with TEXT) WITHOUT ROWID;
CREATE TABLE person (person_id INTEGER, number TEXT, PRIMARY KEY (person_id, number)) WITHOUT ROWID;
CREATE TABLE matched (attempt_id INTEGER PRIMARY KEY);
"""
_INSERT = f"INSERT INTO call VALUES ({', '.join('?' * len(Call._fields))})"  # noqa: S608 - marks only
_AT_ONCE = 5_000


class Ours(NamedTuple):
    """A number on record as the file has it and as the database does: the same, or its hash if it was erased.

    `judged_with`: the same on numbers of one person, or of persons who share one.
    """

    number: str
    recorded: str
    judged_with: str


class Spool:
    """The calls of one file that have a number of the outside."""

    def __init__(self, kept: sqlite3.Connection) -> None:
        self._kept = kept
        self._kept.executescript(_TABLES)

    def add(self, calls: Iterable[Call]) -> None:
        self._kept.executemany(_INSERT, calls)

    def sort(self) -> None:
        """Prepare for reading, once every call is there."""
        self._kept.execute("CREATE INDEX by_number ON call (number, start)")

    def span(self) -> tuple[float, float] | None:
        """The earliest and the latest start of a call out; None without any."""
        first, last = self._kept.execute("SELECT min(start), max(start) FROM call WHERE direction = 'out'").fetchone()
        return None if first is None else (first, last)

    def numbers(self) -> Iterator[list[str]]:
        """The numbers of the file, each once, thousands at a time."""
        found = (number for (number,) in self._kept.execute("SELECT DISTINCT number FROM call"))
        while some := list(islice(found, _AT_ONCE)):
            yield some

    def by_record(self) -> tuple[int, int]:
        """How many calls have numbers on record, and how many have others."""
        asked = "SELECT count(*), count(*) FILTER (WHERE number IN (SELECT number FROM ours)) FROM call"
        every, ours = self._kept.execute(asked).fetchone()
        return ours, every - ours

    def keep(self, ours: Iterable[Ours]) -> None:
        """Say which numbers are on record."""
        self._kept.executemany("INSERT OR IGNORE INTO ours VALUES (?, ?, ?)", ours)

    def keep_persons(self, persons: Iterable[tuple[str, int]]) -> None:
        """Say whose the numbers on record are, each with each of its persons."""
        self._kept.executemany("INSERT OR IGNORE INTO person (number, person_id) VALUES (?, ?)", persons)

    def join_persons(self) -> None:
        """Find which numbers are judged together, once every person is there."""
        several = "SELECT person_id FROM person GROUP BY person_id HAVING count(*) > 1"
        asked = f"SELECT person_id, number FROM person WHERE person_id IN ({several}) ORDER BY 1, 2"  # noqa: S608
        rows = self._kept.execute(asked)
        joined: dict[str, str] = {}
        for _, group in groupby(rows, itemgetter(0)):
            heads = {_head(joined, number) for _, number in group}
            joined |= dict.fromkeys(heads, min(heads))
        told = ((_head(joined, number), number) for number in joined)
        self._kept.executemany("UPDATE ours SET judged_with = ? WHERE number = ?", told)
        self._kept.execute("CREATE INDEX by_person ON ours (judged_with)")

    def agents(self) -> set[str]:
        return {agent for (agent,) in self._kept.execute("SELECT DISTINCT agent FROM call WHERE agent <> ''")}

    def calls_of_ours(self) -> Iterator[tuple[Ours, list[Call]]]:
        """The calls of each number on record, number by number, oldest first. What is judged together is."""
        ours = [f"ours.{name}" for name in Ours._fields]
        asked = f"SELECT {', '.join([*ours, *(f'call.{name}' for name in Call._fields)])} FROM ours "  # noqa: S608
        order = "ORDER BY ours.judged_with, ours.number, call.start"
        rows = self._kept.execute(f"{asked} CROSS JOIN call ON call.number = ours.number {order}")
        for number, group in groupby(rows, lambda row: row[: len(ours)]):
            yield Ours._make(number), [Call._make(row[len(ours) :]) for row in group]

    def keep_matched(self, attempt_ids: Iterable[int]) -> None:
        self._kept.executemany("INSERT OR IGNORE INTO matched VALUES (?)", ((one,) for one in attempt_ids))

    def unmatched(self, attempt_ids: Sequence[int]) -> list[int]:
        """Those of the attempts to which no call of the file belongs."""
        marks = ", ".join("?" * len(attempt_ids))
        asked = f"SELECT attempt_id FROM matched WHERE attempt_id IN ({marks})"  # noqa: S608 - marks only
        found = {one for (one,) in self._kept.execute(asked, attempt_ids)}
        return [one for one in attempt_ids if one not in found]


def _head(joined: Mapping[str, str], number: str) -> str:
    """The number that stands for all that are joined with this one."""
    while (other := joined.get(number, number)) != number:
        number = other
    return number


@contextmanager
def open_spool() -> Iterator[Spool]:
    """An empty spool that only this process can reach."""
    with tempfile.TemporaryDirectory(prefix="nextcall-") as folder:
        path = Path(folder) / "calls.db"
        with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as kept:
            for setting in ("journal_mode=OFF", "synchronous=OFF", "cache_size=-32768", "temp_store=FILE"):
                kept.execute(f"PRAGMA {setting}")
            spool = Spool(kept)
            path.unlink()
            yield spool
