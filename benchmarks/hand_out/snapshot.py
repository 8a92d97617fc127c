"""C6: a claim while another transaction, such as a report or a dump, holds a snapshot from before 40,000 claims.

Rows claimed since then cannot be cleaned away, and all lie at the head of the queue.
"""

from functools import partial
from statistics import median

import psycopg

from benchmarks import goals
from benchmarks.hand_out.buffers import claim_buffers
from benchmarks.harness.contenders import Desk
from benchmarks.harness.make_contacts import Shape, fill
from benchmarks.harness.servers import plain, server
from benchmarks.harness.workers import timed
from bot.services.hand_out.next_call import MOST_AT_ONCE

_TIMED = 150


def main(*, is_quick: bool = False) -> int:
    rows, claimed, repeats = (50_000, 2_000, 1) if is_quick else (1_000_000, 40_000, 3)
    print(f"snapshot: {rows} contacts, {claimed} claimed under it, {_TIMED} timed claims, medians of {repeats}")
    name = server().filled("contacts_snapshot", partial(fill, shape=Shape(rows, campaigns=4)))
    ratios = []
    for _ in range(repeats):
        with server().copy(name) as url:
            fresh, under = _measure(url, claimed)
        ratios.append(under / fresh)
    server().drop(name)
    goals.report("C6", median(ratios))
    return 0


def _measure(url: str, claimed: int) -> tuple[float, float]:
    """Milliseconds of a claim before the snapshot and under it."""
    desk = Desk(url)
    timed(desk.claim, _TIMED)
    desk.give_back()
    fresh, buffers = median(timed(desk.claim, _TIMED)), median(claim_buffers(url, desk, 5))
    with psycopg.connect(plain(url)) as holder:
        holder.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")
        holder.execute("SELECT count(*) FROM organisation")
        for _ in range(claimed // MOST_AT_ONCE):
            desk.claim(MOST_AT_ONCE)
        under, then = median(timed(desk.claim, _TIMED)), median(claim_buffers(url, desk, 5))
        holder.rollback()
    print(f"  p50 {fresh:.2f} ms fresh, {under:.2f} ms under it; buffers {buffers:.0f} and {then:.0f}", flush=True)
    return fresh, under
