"""C1, C2, C3: a claim of five on PostgreSQL, against raw psycopg, pgqueuer and procrastinate.

Ours is the shipped hand-out: it decides again, stores decisions, and claims person and number. Each claim is by another
agent, because an agent who holds five is shown those. All agents are in one team and share the head of three campaigns.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial

from benchmarks import goals
from benchmarks.hand_out import peers
from benchmarks.harness import contenders
from benchmarks.harness.make_contacts import Shape, fill
from benchmarks.harness.servers import server
from benchmarks.harness.workers import Contender, assert_worked, compare, ratio

OURS, RAW, PGQUEUER, PROCRASTINATE = "nextcall hand-out, law included", "raw psycopg", "pgqueuer", "procrastinate"


def main(*, is_quick: bool = False) -> int:
    rows, seconds, repeats = (60_000, 0.8, 3) if is_quick else (1_000_000, 2.0, 3)
    print(f"claims: {rows} contacts or jobs, {server().version()}, {seconds} s a cell, medians of {repeats}")
    everyone = _contenders(rows)
    for workers in (8,) if is_quick else (1, 32, 8):
        found = compare(everyone, workers, seconds, repeats)
    assert_worked(found)
    for name, base in (("C1", RAW), ("C2", PGQUEUER), ("C3", PROCRASTINATE)):
        goals.report(name, ratio(found[OURS], found[base]))
    return 0


def _contenders(rows: int) -> list[Contender]:
    def database(name: str, filling: Callable[[str], None]) -> Callable[[], AbstractContextManager[str]]:
        server().filled(name, filling)
        return partial(server().copy, name)

    ours = database(f"contacts_{rows}", partial(fill, shape=Shape(rows)))
    raw = database(f"raw_{rows}", partial(contenders.fill_raw, rows=rows))
    queuer = database(f"pgqueuer_{rows}", partial(peers.fill_pgqueuer, rows=rows))
    crastinate = database(f"procrastinate_{rows}", partial(peers.fill_procrastinate, rows=rows))
    return [
        Contender(RAW, contenders.open_raw, raw),
        Contender(OURS, contenders.open_hand_out, ours),
        Contender(PGQUEUER, peers.open_pgqueuer, queuer, is_async=True),
        Contender(PROCRASTINATE, peers.open_procrastinate, crastinate, is_async=True),
    ]
