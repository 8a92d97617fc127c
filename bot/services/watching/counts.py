"""What a process counts of its own work since its start: presses and what came of them, and the runs of its ticks.

In `deps.kept`, so in memory alone: several processes count each for itself.
"""

from bisect import bisect_left
from collections import Counter, defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from threading import Lock
from typing import Final

WITHIN_S: Final = (0.1, 0.25, 0.5, 1.0, 2.0, 3.0, 5.0, 10.0, 30.0)  # Slack's own limit for an ack and a form is 3 s
_NEWEST: Final = 1_000


class Came(StrEnum):
    """What came of a press or a tick's run."""

    DONE = "done"
    REFUSED = "refused"  # with a reason that the person was told
    LOST_TURN = "lost_turn"  # the database let another transaction go first: the next run does it
    BROKEN = "broken"  # a fault, with an incident in the log


@dataclass(slots=True)
class Times:
    """How long something took: how often within each of WITHIN_S, or longer, and in all. `newest`: the last of them."""

    within: list[int] = field(default_factory=lambda: [0] * (len(WITHIN_S) + 1))
    total_s: float = 0.0
    newest: deque[float] = field(default_factory=lambda: deque(maxlen=_NEWEST))

    def add(self, seconds: float) -> None:
        self.within[bisect_left(WITHIN_S, seconds)] += 1
        self.total_s += seconds
        self.newest.append(seconds)


class Presses:
    """What people did in Slack, by its kind (command, press, form, event) and its id in Slack."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._counted: Counter[tuple[str, str, Came]] = Counter()
        self._times: defaultdict[str, Times] = defaultdict(Times)
        self.last_at: datetime | None = None

    def count(self, kind: str, action: str, came: Came, took_s: float, at: datetime) -> None:
        """Counts one that was answered at a moment, so many seconds after it was heard."""
        with self._lock:
            self._counted[kind, action, came] += 1
            self._times[kind].add(took_s)
            self.last_at = at

    def counted(self) -> dict[tuple[str, str, Came], int]:
        with self._lock:
            return dict(self._counted)

    def times(self) -> dict[str, Times]:
        """By kind."""
        with self._lock:
            return {
                kind: Times([*one.within], one.total_s, one.newest.copy()) for kind, one in sorted(self._times.items())
            }


@dataclass(slots=True)
class TickRuns:
    """The runs of one tick."""

    counted: Counter[Came] = field(default_factory=Counter)
    last_at: datetime | None = None  # the end of the last run
    last_done_at: datetime | None = None  # of the last that neither broke nor lost its turn
    took_s: float = 0.0  # the last


class Ticks(defaultdict[str, TickRuns]):
    """The runs of each tick, by its name. A tick's runs follow one another."""

    def __init__(self) -> None:
        super().__init__(TickRuns)

    def count(self, name: str, came: Came, took_s: float, at: datetime) -> None:
        runs = self[name]
        runs.counted[came] += 1
        runs.last_at, runs.took_s = at, took_s
        if came is Came.DONE:
            runs.last_done_at = at
