"""C4a, C4b: the cost of a claim as the number of contacts grows, in time and buffers.

Judged with contacts in the order in which an import writes them: campaign by campaign, with windows that open together,
so that neighbours in the queue are neighbours on disk. Also reports contacts whose windows open in random order.
"""

from functools import partial
from statistics import median

from benchmarks import goals
from benchmarks.hand_out.buffers import claim_buffers
from benchmarks.harness.contenders import Desk
from benchmarks.harness.make_contacts import Shape, fill
from benchmarks.harness.servers import server
from benchmarks.harness.workers import timed

_TIMED, _EXPLAINED, _TURNS = 300, 20, 3


def main(*, is_quick: bool = False, is_largest: bool = False) -> int:
    sizes = (10_000, 100_000) if is_quick else (10_000, 1_000_000, 10_000_000) if is_largest else (10_000, 1_000_000)
    print(f"growth: {' / '.join(map(str, sizes))} contacts, {_TIMED} timed claims and {_EXPLAINED} explained")
    for is_ordered in (False, True):
        times, buffers = _measure(sizes, is_ordered)
        order = "ordered" if is_ordered else "random"
        for size, ms, touched in zip(sizes, times, buffers, strict=True):
            print(f"  {order:<8} {size:>10}  p50 {ms:.2f} ms  {touched:.0f} buffers a claim", flush=True)
        print(
            f"  {order:<8} x{times[-1] / times[0]:.2f} in time, x{buffers[-1] / buffers[0]:.2f} in buffers", flush=True
        )
    goals.report("C4a", times[-1] / times[0])
    goals.report("C4b", buffers[-1] / buffers[0])
    return 0


def _measure(sizes: tuple[int, ...], is_ordered: bool) -> tuple[list[float], list[float]]:
    """Milliseconds and buffers of a claim at each size. Sizes take turns; claims are given back after each turn."""
    names = [f"contacts_{size}_{'ordered' if is_ordered else 'random'}" for size in sizes]
    for name, size in zip(names, sizes, strict=True):
        server().filled(name, partial(fill, shape=Shape(size, campaigns=4, is_ordered=is_ordered)))
    urls = [server().url(name) for name in names]
    desks = [Desk(url) for url in urls]
    took: list[list[float]] = [[] for _ in sizes]
    for turn in range(_TURNS + 1):
        for place, desk in enumerate(desks):
            times = timed(desk.claim, _TIMED // _TURNS)
            took[place] += times if turn else []  # the first turn warms up
            desk.give_back()
    buffers = [median(claim_buffers(url, desk, _EXPLAINED)) for url, desk in zip(urls, desks, strict=True)]
    for name in names:
        server().drop(name)
    return [median(one) for one in took], buffers
