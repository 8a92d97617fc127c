"""D3: every stored contact decided again after a change of rules that alters one verdict in a hundred.

The base is the decision alone, on facts of the same contacts that were prepared in memory.
"""

from functools import partial
from statistics import median
from time import perf_counter

import psycopg

from benchmarks import goals
from benchmarks.contenders import deps
from benchmarks.make_contacts import AT, Shape, fill
from benchmarks.servers import plain, server
from bot.services.facts import COUNT_NO_OFFERS, gather
from bot.services.redecide import redecide_all
from policy import Prepared, decide
from storage.queries import contacts

_SAMPLE = 2_000
_LONGEST_S = 120.0
# As the law has it: every window is open and closes at 20:00; but for one in a hundred, which the old rules closed at 18:00.
_AS_DECIDED = """
UPDATE contact SET callable_from = %(at)s - interval '75 minutes',
                   callable_until = date_trunc('day', %(at)s, 'UTC') + interval '20 hours'
                                    - CASE WHEN id %% 100 = 0 THEN interval '2 hours' ELSE interval '0' END
"""


class _TimeIsUp(Exception):
    """The measured part was long enough."""


def main(*, is_quick: bool = False) -> int:
    rows, repeats = (10_000, 1) if is_quick else (1_000_000, 3)
    name = server().filled("redecide", partial(_fill, rows=rows))
    print(f"redecide: {rows} stored contacts, at most {_LONGEST_S:.0f} s a repeat, medians of {repeats}")
    ratios = []
    for _ in range(repeats):
        with server().copy(name) as url:
            alone, stored = _alone(url), _stored(url, rows)
        print(f"  {alone:,.0f} decisions a second alone, {stored:,.0f} stored contacts a second", flush=True)
        ratios.append(stored / alone)
    server().drop(name)
    goals.report("D3", median(ratios))
    return 0


def _fill(url: str, rows: int) -> None:
    fill(url, Shape(rows, is_ordered=True))
    with psycopg.connect(plain(url)) as connection:
        connection.execute(_AS_DECIDED.encode(), {"at": AT})


def _alone(url: str) -> float:
    """Decisions a second, the best of three."""
    ours = deps(url)
    with ours.unit_of_work(is_read_only=True) as uow:
        batch = contacts.unfinished_after(uow.session, 0, _SAMPLE)
        facts = [Prepared(one) for one in gather(uow.session, batch, AT, COUNT_NO_OFFERS)]
    rulebook, best = ours.rulebook(), 0.0
    for _ in range(3):
        before = perf_counter()
        for one in facts:
            decide(one, rulebook, AT, house_pack=ours.house_pack)
        best = max(best, len(facts) / (perf_counter() - before))
    return best


def _stored(url: str, rows: int) -> float:
    """Contacts a second, read, decided and written by one process. Asserts that the changes were found."""
    begun, done = perf_counter(), 0

    def progress(count: int) -> None:
        nonlocal done
        done = count
        if perf_counter() - begun > _LONGEST_S:
            raise _TimeIsUp

    try:
        redecide_all(deps(url), progress)
    except _TimeIsUp:
        print(f"  (stopped after {done} of {rows})")
    seconds = perf_counter() - begun
    with psycopg.connect(plain(url)) as connection:
        [[stale]] = connection.execute(
            "SELECT count(*) FROM contact WHERE callable_until < date_trunc('day', %s, 'UTC') + interval '20 hours'",
            (AT,),
        ).fetchall()
    assert stale <= (rows - done) // 100 + 1, f"{stale} contacts kept what the old rules said"
    return done / seconds
