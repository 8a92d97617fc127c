"""C5a, C5b: a claim among contacts it may not take (closed windows, leases, cool-offs), and false "nothing to call".

Healthy: an agent in one campaign, with two fifths of the windows not yet open. Hostile, all together: three fifths
expired at the head of the queue, the open ones at the head leased, the first three priorities cooling off, an agent in
three campaigns.
"""

from functools import partial
from statistics import median

import psycopg

from benchmarks import goals
from benchmarks.hand_out.buffers import claim_buffers
from benchmarks.hand_out.lease_rows import lease_head
from benchmarks.harness.contenders import WANTED, Desk, open_hand_out
from benchmarks.harness.make_contacts import AT, Shape, fill
from benchmarks.harness.servers import plain, server
from benchmarks.harness.workers import Contender, run

_EXPLAINED = 20
_CLOSINGS = "%(at)s + interval '6 hours' + (id %% 5) * interval '1 hour'"
# Windows that closed yesterday evening and have not been renewed.
_EXPIRE = """
UPDATE contact SET callable_from = callable_from - interval '1 day',
                   callable_until = %(at)s - interval '18 hours' + (id %% 5) * interval '1 hour'
 WHERE (CAST(id AS bigint) * 7919) %% 10 < {tenths}
"""
_COOL_OFF = """
UPDATE contact SET callable_from = callable_from + interval '7 hours',
callable_until = callable_until + interval '1 day'
 WHERE priority < 3 AND callable_until > %(at)s
"""
_CLOSE_APART = f"UPDATE contact SET callable_until = {_CLOSINGS}"


def main(*, is_quick: bool = False) -> int:
    rows, seconds = (100_000, 1.0) if is_quick else (1_000_000, 10.0)
    print(f"hostile: {rows} contacts, {_EXPLAINED} explained claims; then 32 workers for {seconds:.0f} s")
    healthy = server().filled("healthy", partial(_healthy, rows=rows))
    hostile = server().filled("hostile", partial(_hostile, rows=rows))
    before, after = _buffers(healthy), _buffers(hostile)
    print(f"  buffers a claim: {before:.0f} healthy, {after:.0f} hostile")
    crowded = server().filled("crowded", partial(_crowded, rows=rows))
    with server().copy(crowded) as url:
        due = _due(url)
        cell = run(Contender("hand-out", open_hand_out, partial(server().copy, crowded)), url, 32, seconds)
        left = due - sum(cell.got)
    short = cell.short_of(WANTED)
    print(f"  32 workers: {len(cell.got)} claims, {short} short of {WANTED}; {due} contacts due before, {left} after")
    assert left > due // 3, "so many were claimed that a short answer could be true"
    for name in (healthy, hostile, crowded):
        server().drop(name)
    goals.report("C5a", after / before)
    goals.report("C5b", short)
    return 0


def _healthy(url: str, rows: int) -> None:
    fill(url, Shape(rows, campaigns=4, campaigns_of_team=1))
    _change(url, _CLOSE_APART)


def _hostile(url: str, rows: int) -> None:
    fill(url, Shape(rows, campaigns=4, campaigns_of_team=3))
    _change(url, _CLOSE_APART, _EXPIRE.format(tenths=6), _COOL_OFF)
    lease_head(url, rows // 20)


def _crowded(url: str, rows: int) -> None:
    """Two fifths expired, a tenth leased, three campaigns, five priorities, five windows."""
    fill(url, Shape(rows, campaigns=3, campaigns_of_team=3))
    _change(url, _CLOSE_APART, _EXPIRE.format(tenths=4))
    lease_head(url, rows // 10)


def _change(url: str, *statements: str) -> None:
    with psycopg.connect(plain(url), autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement.encode(), {"at": AT})


def _buffers(name: str) -> float:
    url = server().url(name)
    return median(claim_buffers(url, Desk(url), _EXPLAINED))


def _due(url: str) -> int:
    with psycopg.connect(plain(url)) as connection:
        found = connection.execute(
            "SELECT count(*) FROM contact c WHERE callable_from <= %(at)s AND callable_until > %(at)s "
            "AND NOT EXISTS (SELECT FROM lease l WHERE l.contact_id = c.id AND l.ended_at IS NULL)",
            {"at": AT},
        ).fetchone()
    return 0 if found is None else int(found[0])
