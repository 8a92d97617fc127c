"""Matches the phone system's calls to a number with the attempts on it, and names with agents: pure functions of rows.

An attempt opens when the agent presses Call, and the agent then dials by hand: the call begins a little later. A call
off the list is reported when it is over. So a call belongs to an attempt if it touches the attempt's time, from its
opening (off the list: from an hour before) to its outcome, widened by the tolerance on both sides.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median_low

from bot.services.reconcile.call_file import ABANDONED, ANSWERED, BUSY, FAILED, NO_ANSWER, Call
from policy.vocabulary import AttemptState
from storage.models import Agent, Attempt
from storage.phone.calls import KnownCall

_PARTS = re.compile(r"[()<>\"]|\s-\s")  # Alice (101); 101 - Alice; "Alice" <101>


class AgentNames:
    """Agents by what the phone system calls them, ignoring case: their extensions, else their names.

    An extension or name that several agents have is not used.
    """

    def __init__(self, agents: Iterable[Agent]) -> None:
        every = list(agents)
        extensions = [(_folded(one), agent.id or 0) for agent in every for one in agent.extension.split(",")]
        names = [(_folded(agent.name), agent.id or 0) for agent in every if agent.is_active]
        self._known = _unique(names) | _unique(extensions)
        self._met: dict[str, int | None] = {"": None}

    def find(self, said: str) -> int | None:
        """The id of the agent meant; None if the text fits none, or several."""
        if said not in self._met:
            parts = [said, *_PARTS.split(said)]
            found = {self._known[one] for one in map(_folded, parts) if one in self._known}
            self._met[said] = found.pop() if len(found) == 1 else None
        return self._met[said]


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _unique(named: list[tuple[str, int]]) -> dict[str, int]:
    times = Counter(name for name, _ in named)
    return {name: agent_id for name, agent_id in named if name and times[name] == 1}


# Agents press Call and dial by hand: a minute is much, but a phone system's clock and a second try may add to it.
TOLERANCE = timedelta(minutes=2)
OPEN_FOR = timedelta(minutes=60)  # a lease in calling lasts no longer, and no call off the list is reported later
_WIDEST_SKEW_S = 14 * 3600  # further apart than any two time zones would put them: another call
_FEWEST_FOR_SKEW = 5
_SHARE_FOR_SKEW = 0.5
_MOST_CALLS_AT_ONCE_S = 2.0
_STRENGTH = {ANSWERED: 4, ABANDONED: 4, NO_ANSWER: 3, BUSY: 2, FAILED: 1}

FindAgent = Callable[[str], int | None]


@dataclass(frozen=True, slots=True)
class Rung:
    """One whole call, of all its rows. `agent_id` None: the file does not say who, or nobody is known by that name."""

    keys: tuple[bytes, ...]
    direction: str
    start: float
    second: float
    length: float
    ring: float | None
    result: str
    is_withheld: bool
    agent_id: int | None
    shown: str = ""  # the caller's number that the person saw, E.164; empty: the file does not say


def whole_calls(rows: Sequence[Call], find_agent: FindAgent) -> list[Rung]:
    """Join the rows of one call to one number: those the phone system joins, and those that overlap for one agent."""
    groups: list[list[Call]] = []
    by_whole: dict[tuple[str, str], list[Call]] = {}
    for row in sorted(rows, key=lambda one: one.start):
        joined = by_whole.get((row.direction, row.whole)) if row.whole else None
        if joined is None:
            joined = next((one for one in reversed(groups[-3:]) if _is_same_call(one, row)), None)
        if joined is None:
            groups.append(joined := [])
        joined.append(row)
        if row.whole:
            by_whole[row.direction, row.whole] = joined
    return [_whole(group, find_agent) for group in groups]


def _is_same_call(group: Sequence[Call], row: Call) -> bool:
    first = group[0]
    if first.direction != row.direction or (first.whole and row.whole):
        return False
    said = {one.agent for one in group if one.agent}
    if row.agent and said and row.agent not in said:
        return False
    if row.second != row.start:  # a local time that came twice: what looks like one call may be an hour apart
        return row.start == first.start
    return row.start == first.start or any(row.start < one.start + one.length for one in group)


def _whole(group: Sequence[Call], find_agent: FindAgent) -> Rung:
    best = max(group, key=lambda one: (_STRENGTH[one.result], one.length))
    start = min(one.start for one in group)
    end = max(one.start + one.length for one in group)
    rings = [one.ring for one in group if one.ring is not None]
    known = [agent_id for one in [best, *group] if (agent_id := find_agent(one.agent)) is not None]
    return Rung(
        keys=tuple(dict.fromkeys(one.key for one in group)),
        direction=best.direction,
        start=start,
        second=max(start, *(one.second for one in group if one.start == start)),
        length=end - start,
        ring=best.ring if best.ring is not None else max(rings, default=None),
        result=best.result,
        is_withheld=any(one.is_withheld for one in group),
        agent_id=known[0] if known else None,
        shown=next((one.shown for one in [best, *group] if one.shown), ""),
    )


def match(
    calls: Sequence[Rung], attempts: Sequence[Attempt], tolerance: timedelta
) -> tuple[list[tuple[Rung, Attempt]], list[Rung]]:
    """Pair calls out with attempts, nearest first; an attempt and a call of different agents never are.

    Returns the pairs, and the calls without an attempt.
    """
    near = sorted(
        (gap, call_at, at)
        for call_at, call in enumerate(calls)
        for at, one in enumerate(attempts)
        if (gap := _gap(call, one, tolerance)) is not None
    )
    taken_calls: dict[int, Attempt] = {}
    taken: set[int] = set()
    for _, call_at, at in near:
        if call_at not in taken_calls and at not in taken:
            taken_calls[call_at] = attempts[at]
            taken.add(at)
    pairs = [(calls[at], one) for at, one in sorted(taken_calls.items())]
    return pairs, [one for at, one in enumerate(calls) if at not in taken_calls]


def _gap(call: Rung, attempt: Attempt, tolerance: timedelta) -> tuple[bool, float, float] | None:
    """How far a call lies from an attempt; None if too far. Attempts of the same known agent come first."""
    if call.agent_id is not None and call.agent_id != attempt.agent_id:
        return None
    if attempt.state is AttemptState.NOT_DIALLED and call.result != FAILED:
        return None  # the agent says that there was no call, and there was one
    opened = attempt.opened_at.timestamp()
    since, until = _under_way(attempt)
    found = []
    for start in {call.start, call.second}:
        apart = max(since - (start + call.length), start - until, 0.0)
        if apart <= tolerance.total_seconds():
            found.append((call.agent_id is None, apart, abs(start - opened)))
    return min(found, default=None)


def _under_way(attempt: Attempt) -> tuple[float, float]:
    """From when to when the call of an attempt may have been under way, in seconds since 1970."""
    opened, open_for = attempt.opened_at.timestamp(), OPEN_FOR.total_seconds()
    if attempt.lease_id is None:
        return opened - open_for, opened
    until = opened + open_for
    return opened, until if attempt.closed_at is None else max(min(attempt.closed_at.timestamp(), until), opened)


def is_known(call: Rung, earlier: Iterable[KnownCall]) -> bool:
    """Whether an earlier file had this call: it lies at the same time as one of its calls."""
    for one in earlier:
        start, end = one.started_at.timestamp(), one.ended_at.timestamp()
        is_same_agent = call.agent_id is None or one.agent_id in (None, call.agent_id)
        if one.direction != call.direction or not is_same_agent:
            continue
        mine = {call.start, call.second}
        if any((at < end and start < at + call.length) or abs(at - start) <= _MOST_CALLS_AT_ONCE_S for at in mine):
            return True
    return False


class Skew:
    """How far the phone system's clock is from ours: the median of what lies between attempts and their calls."""

    def __init__(self) -> None:
        self._seconds = Counter[int]()

    def add(self, calls: Sequence[Rung], attempts: Sequence[Attempt]) -> None:
        """Compare calls and attempts of one number, where each has only one that is near."""
        opened = [one.opened_at.timestamp() for one in attempts]
        for one, at in zip(attempts, opened, strict=True):
            if one.lease_id is None or one.state is AttemptState.NOT_DIALLED:
                continue
            near = [call for call in calls if abs(call.start - at) <= _WIDEST_SKEW_S]
            also = [other for other in opened if abs(other - at) <= 2 * _WIDEST_SKEW_S]
            if len(near) == 1 and len(also) == 1 and near[0].start == near[0].second:
                self._seconds[round(near[0].start - at)] += 1

    def median(self) -> int | None:
        """In seconds, above 0 if the phone system's clock is ahead; None if too few calls agree on one."""
        count = self._seconds.total()
        if count < _FEWEST_FOR_SKEW:
            return None
        middle, reach = median_low(self._seconds.elements()), TOLERANCE.total_seconds()
        agreeing = sum(times for apart, times in self._seconds.items() if abs(apart - middle) <= reach)
        return middle if agreeing > count * _SHARE_FOR_SKEW else None
