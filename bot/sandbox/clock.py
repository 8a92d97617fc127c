"""The workspace's clock: real time plus an offset, or frozen; message timestamps, which only rise; and ids."""

import secrets
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta


class SandboxClock:
    """The clock: aware UTC, safe to share between threads. Hand ``now`` to the bot, so that both agree."""

    def __init__(self, at: datetime | None = None, *, frozen: bool = False) -> None:
        self._lock = threading.Lock()
        real = self.real_now()
        self._offset = (at or real) - real
        self._frozen_at = (at or real) if frozen else None
        self._watchers: list[Callable[[datetime], None]] = []

    @staticmethod
    def real_now() -> datetime:
        """The machine's time. Request signatures are checked against it, wherever the clock stands."""
        return datetime.now(UTC)

    @property
    def is_frozen(self) -> bool:
        """Whether the clock stands still. It can be moved all the same."""
        return self._frozen_at is not None

    @property
    def ahead(self) -> timedelta:
        """How far it is ahead of the machine's time."""
        return self.now() - self.real_now()

    def now(self) -> datetime:
        """The workspace's time, in UTC."""
        with self._lock:
            return self._frozen_at or self.real_now() + self._offset

    def advance(self, by: timedelta) -> datetime:
        """Moves the clock by the span (negative: back), tells the watchers, returns the new time."""
        with self._lock:
            self._offset += by
            if self._frozen_at is not None:
                self._frozen_at += by
        moved = self.now()
        for watcher in tuple(self._watchers):
            watcher(moved)
        return moved

    def set(self, at: datetime) -> datetime:
        """Moves the clock to one aware moment."""
        return self.advance(at - self.now())

    def freeze(self) -> None:
        """Stops the clock at its current time."""
        with self._lock:
            self._frozen_at = self._frozen_at or self.real_now() + self._offset

    def resume(self) -> None:
        """Lets the clock run on from its current time."""
        with self._lock:
            if self._frozen_at is not None:
                self._offset = self._frozen_at - self.real_now()
                self._frozen_at = None

    def on_move(self, watcher: Callable[[datetime], None]) -> None:
        """Calls ``watcher`` with the new time after every move, in the thread that moved the clock."""
        self._watchers.append(watcher)


_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz0123456789"


class Timestamps:
    """Timestamps that identify messages, so they rise even while the clock stands still or moves back."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now
        self.last = 0  # microseconds since the epoch

    def next(self) -> str:
        """The next timestamp: microseconds since the epoch, as ``seconds.micros``."""
        at = self._now()
        micros = int(at.timestamp()) * 1_000_000 + at.microsecond
        self.last = max(micros, self.last + 1)
        return f"{self.last // 1_000_000}.{self.last % 1_000_000:06d}"


class Ids:
    """Ids such as ``V0000000001``. One counter serves all kinds, so no id repeats."""

    def __init__(self) -> None:
        self.last = 0

    def next(self, prefix: str) -> str:
        """The next id of a kind, which the prefix names: ``V`` for a view."""
        self.last += 1
        return f"{prefix}{self.last:010d}"


def random_id(length: int = 5) -> str:
    """A random id, such as Slack gives a block that was sent without one."""
    return "".join(secrets.choice(_LETTERS) for _ in range(length))
