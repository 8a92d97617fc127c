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


class ResumePoints:
    """How far the searches of one process came."""

    def __init__(self) -> None:
        self._known: dict[Whose, _Known] = {}

    def of(self, whose: Whose) -> Head | None:
        """How far the last search came, if it read much less than a second ago."""
        known = self._known.get(whose)
        return known.head if known is not None and monotonic() < known.until else None

    def keep(self, whose: Whose, head: Head) -> None:
        """Note how far a search came, until one second after the last search of everything."""
        until = self._known[whose].until if self.of(whose) else monotonic() + GOOD_FOR_S
        self._known[whose] = _Known(head, until)

    def forget(self, whose: Whose) -> None:
        """Search everything next time."""
        self._known.pop(whose, None)
