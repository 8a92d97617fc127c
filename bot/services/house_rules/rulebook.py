"""The rulebook in force: the shipped packs with the organisation's own rules laid over its house packs.

The own rules say themselves when they begin, so nothing happens at that moment: every process has them long before. A
process looks for approvals every few seconds; an answer waits for a look if the last one is older than LOOKED_WITHIN.
An approval begins `timeline.APPROVED_BEFORE` later at the earliest, so every process decides by it from its first
moment on.
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime, timedelta
from functools import partial
from threading import Lock

from bot.clock import Clock
from bot.services.deciding import rulebook_change
from bot.services.deps import Deps
from bot.services.house_rules import timeline
from policy import Rulebook
from policy.house import OwnRules, with_own_rules
from storage import house_rules as rows
from storage.database.unit_of_work import UnitOfWork
from storage.queries import setup

LOOKED_WITHIN = timedelta(seconds=20)

Reads = Callable[[], AbstractContextManager[UnitOfWork]]


class HouseRulebook:
    """Calls return the rulebook. `aside` reads on a connection of its own: an answer may look in the middle of its
    work."""

    def __init__(self, shipped: Rulebook, clock: Clock, aside: Reads) -> None:
        self.shipped = shipped
        self._clock, self._aside = clock, aside
        self._looking, self._changing = Lock(), Lock()
        self._begun = self._kept = 0  # looks begun, and the latest of those kept: a slow one replaces no later one
        self._own: tuple[OwnRules, ...] = ()
        self._known = shipped
        self._looked_at: datetime | None = None
        self.followed = ""  # the version for which contacts were last made due

    def __call__(self) -> Rulebook:
        if self._is_old():
            with self._looking:
                if self._is_old():
                    self.look(self._aside)
        return self._known

    def look(self, reads: Reads) -> Rulebook:
        """Look for approvals now."""
        with self._changing:
            self._begun += 1
            turn = self._begun
        at = self._clock()
        with reads() as uow:
            organisation = setup.organisation(uow.session)
            approved = [] if organisation is None else rows.approved(uow.session, organisation.id or 0)
            own = timeline.own_rules(approved)
        with self._changing:
            if turn > self._kept:
                self._kept, self._looked_at = turn, at
                if own != self._own:
                    self._known, self._own = with_own_rules(self.shipped, own), own
        return self._known

    def _is_old(self) -> bool:
        return self._looked_at is None or abs(self._clock() - self._looked_at) > LOOKED_WITHIN


def follow(deps: Deps) -> int:
    """Look for approvals, and have every contact decided again by the rules that now hold. Returns whether it began."""
    rulebook: Callable[[], Rulebook] = deps.rulebook
    if not isinstance(rulebook, HouseRulebook):
        return 0
    version = rulebook.look(partial(deps.unit_of_work, is_read_only=True)).version
    if version == rulebook.followed:
        return 0
    begun = rulebook_change.begin_if_changed(deps)
    rulebook.followed = version
    return int(begun)
