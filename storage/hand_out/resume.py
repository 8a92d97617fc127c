"""Remembers how far a team's searches came, where everything before that point is slow to pass and nothing is free.

PostgreSQL cannot clean away rows that an open transaction (a report, a dump, a forgotten session) might still see.
Contacts handed out since then stay at the head of their queue as dead rows, and every search passes over them. So a
search that read much notes how far it came, and the searches of the same process begin there for one second. If they
find too little, everything is searched: no agent is told "nothing to call" because of this. A contact that returned to
an earlier place waits for that second.
"""

from collections.abc import Sequence
from time import monotonic
from typing import NamedTuple
from weakref import WeakKeyDictionary

from sqlalchemy import Engine

GOOD_FOR_S = 1.0
PAGES = 500  # of contacts, read by one search; a healthy search reads a tenth of that

Whose = tuple[int | None, frozenset[int] | None]  # the team, and the campaigns it is limited to


class Head(NamedTuple):
    """The queues of one level, one for each campaign and window, and when the first contact found in them opened."""

    priority: int
    campaigns: Sequence[int]
    untils: Sequence[str | None]
    since: str


class _Known(NamedTuple):
    head: Head
    until: float  # by the monotonic clock; then everything is searched again


_known: WeakKeyDictionary[Engine, dict[Whose, _Known]] = WeakKeyDictionary()


def resume_point(engine: Engine, whose: Whose) -> Head | None:
    """How far the last search came, if it read much less than a second ago."""
    known = _known.get(engine, {}).get(whose)
    return known.head if known is not None and monotonic() < known.until else None


def keep_resume_point(engine: Engine, whose: Whose, head: Head) -> None:
    """Note how far a search came, until one second after the last search of everything."""
    known = _known.setdefault(engine, {})
    until = known[whose].until if resume_point(engine, whose) else monotonic() + GOOD_FOR_S
    known[whose] = _Known(head, until)


def forget_resume_point(engine: Engine, whose: Whose) -> None:
    """Search everything next time."""
    _known.get(engine, {}).pop(whose, None)
