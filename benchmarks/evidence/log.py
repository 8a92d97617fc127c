"""E2, E3: what the transparency log takes from hand-outs, and how long a log of a million leaves takes to verify.

E2: hand-outs of five, one after another in one process on a SQLite file, and the bot's tick every three seconds; the
processor time of the ticks, of all of it. E3: calls with lease, decision and outcome, each row a leaf of its own.
"""

from time import monotonic, process_time

from benchmarks import goals
from benchmarks.evidence.audit import call_everybody
from benchmarks.harness.contenders import deps, open_hand_out
from benchmarks.harness.make_contacts import Shape, fill
from benchmarks.harness.servers import sqlite_url
from bot.services.deps import Deps
from bot.services.proof import sequencing, verify
from bot.services.proof.gathering import Growing

_ORGANISATION = 1


def main(*, is_quick: bool = False) -> int:
    seconds, leaves = (9, 40_000) if is_quick else (60, 1_000_000)
    _cost(seconds)
    _verification(leaves)
    return 0


def _cost(seconds: int) -> None:
    print(f"log: hand-outs of five for {seconds} s, a tick every {sequencing.EVERY_S} s", flush=True)
    with sqlite_url() as url:
        fill(url, Shape(200_000, leased=0))
        log_keeper = deps(url)  # one, for it holds the key that signs
        _sequence_all(log_keeper)  # the contacts themselves
        claim = open_hand_out(url, 0)
        begun, before, ticks, leaves, worst = monotonic(), process_time(), 0.0, 0, 0.0
        next_tick = begun + sequencing.EVERY_S
        hand_outs = 0
        while monotonic() - begun < seconds:
            claim()
            hand_outs += 1
            if monotonic() < next_tick:
                continue
            next_tick += sequencing.EVERY_S
            at, wall = process_time(), monotonic()
            leaves += sequencing.sequence_due(log_keeper)
            ticks += process_time() - at
            worst = max(worst, monotonic() - wall)
        whole = process_time() - before
    print(f"  {hand_outs / seconds:,.0f} hand-outs a second; {leaves:,} leaves; the longest tick took {worst:.2f} s")
    goals.report("E2", 100 * ticks / whole)


def _sequence_all(deps: Deps) -> int:
    done = 0
    while some := sequencing.sequence(deps, _ORGANISATION):
        done += some
    return done


def _verification(leaves: int) -> None:
    attempts = leaves // 4
    print(f"log: verify {leaves:,} leaves of {attempts:,} calls", flush=True)
    Growing.bundled_from = leaves  # as when calls come one by one
    with sqlite_url() as url:
        fill(url, Shape(attempts, agents=2_000, leased=0))
        call_everybody(url)
        at = monotonic()
        written = _sequence_all(deps(url))
        print(f"  {written:,} leaves sequenced, {written / (monotonic() - at):,.0f} a second", flush=True)
        at = monotonic()
        found = verify(deps(url), _ORGANISATION)
        took = monotonic() - at
    assert found is not None
    assert not found.found, found.found[:3]
    assert found.leaves >= leaves
    goals.report("E3", took * leaves / found.leaves)
