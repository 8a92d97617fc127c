"""Arithmetic of half-open spans of time, [from, until), in whole epoch seconds (UTC).

A list of spans is sorted, and its spans do not overlap.
"""

from collections.abc import Iterable

Span = tuple[int, int]

FOREVER = 1 << 53  # later than any moment the engine handles
HORIZON = 400 * 86_400  # how far ahead the engine looks for a lawful moment: 13 months


def merged(spans: Iterable[Span]) -> list[Span]:
    """The union of the spans, as sorted spans that neither overlap nor touch."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def cut_out(span: Span, cuts: Iterable[Span]) -> list[Span]:
    """The parts of one span outside sorted cuts."""
    start, end = span
    left: list[Span] = []
    for cut_from, cut_until in cuts:
        if cut_until <= start or cut_from >= end:
            continue
        if cut_from > start:
            left.append((start, cut_from))
        start = max(start, cut_until)
    if start < end:
        left.append((start, end))
    return left


def gaps(spans: Iterable[Span], start: int, end: int) -> list[Span]:
    """The parts of [start, end) that sorted spans do not cover."""
    return cut_out((start, end), spans)


def intersection(first: list[Span], second: list[Span]) -> list[Span]:
    """The moments covered by both lists."""
    found: list[Span] = []
    i = j = 0
    while i < len(first) and j < len(second):
        start, end = first[i]
        other_start, other_end = second[j]
        if end < other_end:
            i += 1
        else:
            end = other_end
            j += 1
        if other_start > start:
            start = other_start
        if start < end:
            found.append((start, end))
    return found


def covers(spans: Iterable[Span], moment: int) -> bool:
    """Whether a moment lies in one of the spans."""
    return any(start <= moment < end for start, end in spans)
