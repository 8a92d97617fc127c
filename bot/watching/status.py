"""How a running bot is, as one value: what /status says, and /metrics by other names. Without personal data."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import ceil

from sqlalchemy.exc import SQLAlchemyError

from bot.services.deps import Deps
from bot.services.watching.counts import Came, Presses, Ticks, Times
from bot.services.watching.standing import Standing, standing_of
from bot.version import version
from storage.errors import StorageError

_LATE_AFTER, _LATE_RUNS = timedelta(minutes=1), 5


@dataclass(frozen=True, slots=True)
class SlackStatus:
    """`is_connected`: in Socket Mode the socket is open and heard from; in HTTP mode Slack answered at the start.

    `waits_for`: the call that Slack does not answer while the bot starts.
    """

    mode: str  # socket | http
    is_connected: bool
    waits_for: str
    last_press_at: datetime | None


@dataclass(frozen=True, slots=True)
class TickStatus:
    """`last_done_at`: the end of the last run that did its work. `is_late`: it should have run since."""

    name: str
    every_s: int
    runs: int
    failures: int
    lost_turns: int
    last_run_at: datetime | None
    last_done_at: datetime | None
    took_s: float
    is_late: bool


@dataclass(frozen=True, slots=True)
class PressCount:
    kind: str  # command | press | form | event
    action: str  # its id in Slack
    came: Came
    count: int


@dataclass(frozen=True, slots=True)
class AnswerTimes:
    """Seconds from Slack's request to the answer, of the newest thousand of a kind."""

    kind: str
    p50_s: float
    p99_s: float


@dataclass(frozen=True, slots=True)
class Process:
    """What only the process itself knows. `every_s`: of each tick, by its name."""

    started_at: datetime
    faults: tuple[str, ...]
    slack: SlackStatus
    every_s: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Status:
    """Counts are of this process since its start. `standing`: of the database; None: it does not answer."""

    version: str
    rulebook: str
    at: datetime
    started_at: datetime
    is_ready: bool
    faults: tuple[str, ...]
    slack: SlackStatus
    ticks: tuple[TickStatus, ...]
    presses: tuple[PressCount, ...]
    answers: tuple[AnswerTimes, ...]
    standing: Standing | None


def status_of(deps: Deps, process: Process) -> Status:
    at, presses = deps.clock(), deps.kept.of(Presses)
    ticks = deps.kept.of(Ticks)
    standing, rulebook = None, ""
    with suppress(SQLAlchemyError, StorageError):
        standing, rulebook = standing_of(deps), deps.rulebook().version
    return Status(
        version(),
        rulebook,
        at,
        process.started_at,
        not process.faults,
        process.faults,
        process.slack,
        tuple(_tick(name, every_s, ticks, process, at) for name, every_s in process.every_s.items()),
        tuple(PressCount(*which, count) for which, count in sorted(presses.counted().items())),
        tuple(_times(kind, one) for kind, one in presses.times().items()),
        standing,
    )


def _tick(name: str, every_s: int, ticks: Ticks, process: Process, at: datetime) -> TickStatus:
    runs = ticks[name]
    late_after = max(_LATE_AFTER, _LATE_RUNS * timedelta(seconds=every_s))
    return TickStatus(
        name,
        every_s,
        runs.counted.total(),
        runs.counted[Came.BROKEN],
        runs.counted[Came.LOST_TURN],
        runs.last_at,
        runs.last_done_at,
        round(runs.took_s, 3),
        at - (runs.last_at or process.started_at) > late_after,
    )


def _times(kind: str, times: Times) -> AnswerTimes:
    newest = sorted(times.newest)
    p50, p99 = (newest[ceil(len(newest) * part) - 1] for part in (0.5, 0.99))
    return AnswerTimes(kind, round(p50, 3), round(p99, 3))
