"""Why an agent got fewer contacts than they asked for: every contact of their campaigns, counted by state and reason.

Counting a large list is slow, so it happens after the hand-out and outside its transaction. Large counts are kept and
shared by agents who ask meanwhile.
"""

from collections import defaultdict
from collections.abc import Callable, Sequence
from datetime import datetime
from threading import Lock
from time import monotonic
from typing import NamedTuple

from bot.services.answers.calls import Closed, NothingCallable
from bot.services.answers.people import Actor
from bot.services.deciding import closed_rows, said_for_now
from bot.services.deps import Deps
from storage.queries import agents, states

LARGE = 50_000  # contacts: smaller counts are made for each request
GOOD_FOR_S = (20.0, 300.0)  # seconds: ten times as long as the count took, within these bounds

Rows = tuple[Closed, ...]
Whose = frozenset[int]  # campaigns


class _Known(NamedTuple):
    rows: Rows
    until: float  # by the monotonic clock


class _Counts:
    """Counts by campaigns. Of several requests for the same count one counts and the others wait."""

    def __init__(self) -> None:
        self._known: dict[Whose, _Known] = {}
        self._counting: dict[Whose, Lock] = defaultdict(Lock)

    def of(self, whose: Whose, count: Callable[[], Rows]) -> Rows:
        with self._counting[whose]:
            known = self._known.get(whose)
            if known is not None and monotonic() < known.until:
                return known.rows
            begun = monotonic()
            rows = count()
            if sum(row.count for row in rows) >= LARGE:
                shortest, longest = GOOD_FOR_S
                good_for = min(max(10 * (monotonic() - begun), shortest), longest)
                self._known[whose] = _Known(rows, monotonic() + good_for)
            return rows


def is_over(deps: Deps, campaigns: Sequence[int], at: datetime) -> bool:
    """Whether a contact locked at `at` is open by now: another request gave it its window a moment later."""
    with deps.unit_of_work(is_read_only=True) as uow:
        first = states.next_to_open(uow.session, campaigns, at)
        return first is not None and first.callable_from is not None and first.callable_from <= deps.clock()


def why_short(deps: Deps, actor: Actor, campaigns: Sequence[int], at: datetime) -> NothingCallable:
    """What keeps the contacts now; large counts may be up to five minutes old."""
    rows = deps.kept.of(_Counts).of(frozenset(campaigns), lambda: _count(deps, campaigns, at))
    with deps.unit_of_work(is_read_only=True) as uow:
        first = states.next_to_open(uow.session, campaigns, at)
        is_theirs = first is not None and first.owner_id == actor.agent_id
        is_inactive = not campaigns and bool(
            agents.campaigns_of_team(uow.session, actor.team_id or 0, are_active=False)
        )
        return NothingCallable(rows, None if first is None else first.callable_from, is_theirs, is_inactive)


def _count(deps: Deps, campaigns: Sequence[int], at: datetime) -> Rows:
    with deps.unit_of_work(is_read_only=True) as uow:
        return said_for_now(closed_rows(uow.session, campaigns, at), deps.rulebook())
