"""C8a, C8b: a claim of five on SQLite: throughput of one thread, and the slowest answers with 32, against raw sqlite3.

One file, write-ahead log, one process. Both sides use synchronous=NORMAL; FULL, as the product runs, is also reported.
"""

import sqlite3
from collections.abc import Callable
from functools import cache, partial
from random import Random
from threading import Lock
from typing import Any

from sqlalchemy import event

from benchmarks import goals
from benchmarks.harness.contenders import MOST_WORKERS, Desk, engine
from benchmarks.harness.make_contacts import AT, PRIORITIES, Shape, fill
from benchmarks.harness.servers import sqlite_url
from benchmarks.harness.workers import Claim, Contender, assert_worked, compare, p99_of, ratio

OURS, RAW = "nextcall hand-out, law included", "raw sqlite3, busy_timeout"
_HOURS = 3600
_RAW_TABLE = """
CREATE TABLE contact (
  id integer PRIMARY KEY, campaign_id int NOT NULL, agent_id int NOT NULL, priority int NOT NULL,
  phone_e164 int NOT NULL,
  state int NOT NULL DEFAULT 0, callable_from int NOT NULL, callable_until int NOT NULL, leased_by int,
  leased_until int)
"""
_RAW_CLAIM = """
UPDATE contact SET state = 1, leased_by = ?, leased_until = min(? + 1800, callable_until)
 WHERE id IN (SELECT id FROM contact WHERE state = 0 AND callable_from <= ? AND callable_until > ?
               ORDER BY callable_from, id LIMIT 5)
RETURNING *
"""


def main(*, is_quick: bool = False) -> int:
    rows, seconds, repeats = (150_000, 0.8, 3) if is_quick else (1_000_000, 2.0, 3)
    print(f"sqlite_claims: {rows} contacts, SQLite {sqlite3.sqlite_version}, {seconds} s a cell, medians of {repeats}")
    with sqlite_url() as raw, sqlite_url() as ours:
        fill_raw(raw, rows)
        fill(ours, Shape(rows))
        one = compare(_contenders(raw, ours), 1, seconds, repeats)
        many = compare(_contenders(raw, ours), 32, seconds, repeats)
        full = compare(_contenders(raw, ours, "FULL"), 1, seconds, repeats)
        full_many = compare(_contenders(raw, ours, "FULL"), 32, seconds, repeats)
    for found in (one, many):
        assert_worked(found)
    rate, tail = ratio(full[OURS], full[RAW]), ratio(full_many[OURS], full_many[RAW], p99_of)
    print(f"  with FULL instead of NORMAL: throughput {rate:.2f}, p99 {tail:.2f}")
    goals.report("C8a", ratio(one[OURS], one[RAW]))
    goals.report("C8b", ratio(many[OURS], many[RAW], p99_of))
    return 0


def fill_raw(url: str, rows: int) -> None:
    """Fill a plain table with the index that this claim needs."""
    now, random = int(AT.timestamp()), Random(1)
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute(_RAW_TABLE)
        connection.executemany(
            "INSERT INTO contact VALUES (?, ?, ?, ?, ?, 0, ?, ?, NULL, NULL)",
            (
                (n, n % 20, n % 500, n % PRIORITIES, 447_400_000_000 + n, now + opens, now + 8 * _HOURS)
                for n in range(1, rows + 1)
                for opens in (random.randrange(-6 * _HOURS, 4 * _HOURS),)
            ),
        )
        connection.execute("CREATE INDEX contact_claim ON contact (callable_from, id) WHERE state = 0")
        connection.execute("ANALYZE")
    connection.close()


def open_raw(synchronous: str, url: str, number: int) -> Claim:
    """Open the worker's own connection; it retries until the file is free."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"), timeout=60, isolation_level=None)
    connection.execute(f"PRAGMA synchronous={synchronous}")
    now = int(AT.timestamp())

    def claim() -> int:
        connection.execute("BEGIN IMMEDIATE")
        got = connection.execute(_RAW_CLAIM, (number, now, now, now)).fetchall()
        connection.execute("COMMIT")
        return len(got)

    return claim


def open_hand_out(synchronous: str, url: str, number: int) -> Claim:
    """Open the shipped service with the same setting as its base."""
    with _setting:  # the threads share the engine
        _set(url, synchronous)
    return Desk(url, number, MOST_WORKERS).claim


_setting = Lock()


@cache
def _set(url: str, synchronous: str) -> None:
    def set_it(connection: Any, _record: Any) -> None:
        connection.execute(f"PRAGMA synchronous={synchronous}")

    event.listen(engine(url), "connect", set_it)


def _contenders(raw: str, ours: str, synchronous: str = "NORMAL") -> list[Contender]:
    def contender(name: str, opens: Callable[..., Claim], template: str) -> Contender:
        return Contender(name, partial(opens, synchronous), partial(sqlite_url, template), processes=1)

    return [contender(RAW, open_raw, raw), contender(OURS, open_hand_out, ours)]
