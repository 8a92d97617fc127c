"""How far the searches of a team have come, where everything before that costs much to pass over and is nothing to be had.

What a transaction that is still open might see (a report, a dump, a forgotten session) PostgreSQL cannot clean away: each
contact that was handed out since lies at the head of its queue, for every search to pass over: after 40,000 of them a search
takes a hundred times as long. So one that has read much says how far it came, and those of the same process begin there
for a second. Nobody is told that there is nothing because of it: where too little is found from there on, everything is
searched. What came back to an earlier place meanwhile waits for that second.
"""

from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

GOOD_FOR_S = 1.0
PAGES = 500  # of contacts, read by one search: a healthy one reads a tenth of that

Whose = tuple[int | None, frozenset[int] | None]  # the team, and which of its campaigns alone


class Head(NamedTuple):
    """The queues of a level, one for each campaign and window, and when the first contact found in them had opened."""

    priority: int
    campaigns: Sequence[int]
    untils: Sequence[str | None]
    since: str


class _Known(NamedTuple):
    head: Head
    until: float  # by the monotonic clock: everything is searched again then


_known: WeakKeyDictionary[Engine, dict[Whose, _Known]] = WeakKeyDictionary()


def of(engine: Engine, whose: Whose) -> Head | None:
    """How far the searches came of which one read much a moment ago."""
    known = _known.get(engine, {}).get(whose)
    return known.head if known is not None and monotonic() < known.until else None


def keep(engine: Engine, whose: Whose, head: Head) -> None:
    """What a search that read much has found out: for the second that began with the search of everything."""
    known = _known.setdefault(engine, {})
    until = known[whose].until if of(engine, whose) else monotonic() + GOOD_FOR_S
    known[whose] = _Known(head, until)


def forget(engine: Engine, whose: Whose) -> None:
    """Search everything next time."""
    _known.get(engine, {}).pop(whose, None)
