"""D3: every stored contact decided again after a rule change that alters one verdict in a hundred.

Three contacts in ten were called twice before; the others are as imported. The base is the decision alone, on facts of
the same contacts prepared in memory. Both count processor time, including the database server's, as "per core" means;
it is what other programs disturb least.
"""

from functools import partial
from statistics import median
from time import perf_counter, process_time

import psycopg
from sqlmodel import col, select

from benchmarks import goals
from benchmarks.harness.contenders import deps
from benchmarks.harness.make_contacts import AT, Shape, fill
from benchmarks.harness.servers import plain, server
from benchmarks.harness.workers import processor_s
from bot import collector
from bot.services.deciding import rulebook_change
from bot.services.deciding.facts import COUNT_NO_OFFERS, facts_of
from bot.services.deciding.rulebook_change import Stand
from policy import Prepared, decide_prepared
from storage.models import Contact
from storage.record.whole_record import on_record

_SAMPLE = 2_000
_LONGEST_S = 120.0
# Every window is open and closes at 20:00, as by the new rules; for one contact in a hundred at 18:00, as by the old
# ones.
_AS_DECIDED = """
UPDATE contact SET callable_from = %(at)s - interval '75 minutes',
                   callable_until = date_trunc('day', %(at)s, 'UTC') + interval '20 hours'
                                    - CASE WHEN id %% 100 = 0 THEN interval '2 hours' ELSE interval '0' END
"""
_RUNG = """
INSERT INTO attempt (organisation_id, contact_id, person_id, number, number_kind, campaign_id, principal,
subject, agent_id,
                     direction, channel, opened_at, closed_at, state, outcome)
SELECT organisation_id, id, person_id, number, 'mobile', campaign_id, 'Bright Energy', '', 1, 'out', 'voice',
       %(at)s - (5 * time + id %% 3) * interval '1 day', %(at)s - (5 * time + id %% 3) * interval '1 day', 'reported',
       'no_answer'
  FROM contact, generate_series(1, 2) AS time WHERE id %% 10 < 3
"""


class _TimeIsUp(Exception):
    """The measured part has run long enough."""


def main(*, is_quick: bool = False) -> int:
    rows, repeats = (10_000, 1) if is_quick else (1_000_000, 3)
    name = server().filled("redecide", partial(_fill, rows=rows))
    print(f"redecide: {rows} stored contacts, at most {_LONGEST_S:.0f} s a repeat, medians of {repeats}")
    ratios = []
    for _ in range(repeats):
        with server().copy(name) as url:
            alone, stored = _alone(url), _stored(url, rows)
        print(f"  {alone:,.0f} decisions alone, {stored:,.0f} stored contacts, a second of a processor", flush=True)
        ratios.append(stored / alone)
    server().drop(name)
    goals.report("D3", median(ratios))
    return 0


def _fill(url: str, rows: int) -> None:
    fill(url, Shape(rows, is_ordered=True))
    with psycopg.connect(plain(url)) as connection:
        connection.execute(_AS_DECIDED.encode(), {"at": AT})
        connection.execute(_RUNG.encode(), {"at": AT})


def _alone(url: str) -> float:
    """Decisions a second, the best of three."""
    ours = deps(url)
    with ours.unit_of_work(is_read_only=True) as uow:
        batch = uow.session.exec(select(Contact).order_by(col(Contact.id)).limit(_SAMPLE)).all()
        facts = [Prepared(one) for one in facts_of(batch, on_record(uow.session, batch), AT, COUNT_NO_OFFERS)]
    rulebook, house_pack, best = ours.rulebook(), ours.house_pack_in("GB"), 0.0
    for _ in range(3):
        before = process_time()
        for one in facts:
            decide_prepared(one, rulebook, AT, house_pack=house_pack)
        best = max(best, len(facts) / (process_time() - before))
    return best


def _stored(url: str, rows: int) -> float:
    """Contacts that one process reads, decides and writes in a second. Asserts that the changes were found."""
    ours, done = deps(url), 0
    begun, before = perf_counter(), process_time() + _server_time(url)

    def progress(count: int, _of: int) -> None:
        nonlocal done
        done = count
        if perf_counter() - begun > _LONGEST_S:
            raise _TimeIsUp

    try:
        with collector.deciding():  # as the command does
            ended = rulebook_change.go_on(ours, rulebook_change.begin(ours)[0], progress)
        assert (ended.stand, done) == (Stand.FINISHED, rows)
    except _TimeIsUp:
        print(f"  (stopped after {done} of {rows})")
    took = process_time() + _server_time(url) - before
    print(f"  {done / (perf_counter() - begun):,.0f} a second on the clock")
    with psycopg.connect(plain(url)) as connection:
        [[stale]] = connection.execute(
            "SELECT count(*) FROM contact WHERE callable_until < date_trunc('day', %s, 'UTC') + interval '20 hours'",
            (AT,),
        ).fetchall()
    assert stale <= (rows - done) // 100 + 1, f"{stale} contacts kept what the old rules said"
    return done / took


def _server_time(url: str) -> float:
    """Processor seconds of the server's processes connected to the database."""
    with psycopg.connect(plain(url)) as connection:
        asked = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        pids = [pid for (pid,) in connection.execute(asked)]
    return sum(map(processor_s, pids))
