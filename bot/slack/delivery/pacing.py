"""Paces messages: Slack takes about one a second in each conversation, and some hundreds a minute in all.

Slack does not say whether a rate limit is for one conversation or for all. A limit in one conversation delays only that
one. A second conversation limited meanwhile counts as a limit for all.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock
from time import monotonic
from typing import Final

A_CHANNEL_EVERY_S: Final = 1.0
MOST_A_MINUTE: Final = 240
_MINUTE_S: Final = 60.0


@dataclass(frozen=True, slots=True)
class Wait:
    """How long a message must wait. `is_limit`: a rate limit of Slack, or one that would follow."""

    seconds: float = 0.0
    is_for_all: bool = False
    is_limit: bool = False


GO: Final = Wait()


class Pacing:
    """Pacing shared by all senders and threads. `now`: seconds on a monotonic clock."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._free_at: dict[str, float] = {}
        self._limited_until: dict[str, float] = {}
        self._all_until = 0.0
        self._sent: deque[float] = deque()

    def take(self, channel: str) -> Wait:
        """Counts a message and returns GO, or returns how long it must wait."""
        with self._lock:
            now = self._now()
            wait = self._wait(channel, now)
            if wait is GO:
                # Drops entries that no longer delay anything.
                while self._sent and now - self._sent[0] >= _MINUTE_S:
                    self._sent.popleft()
                for moments in (self._free_at, self._limited_until):
                    for name in [name for name, at in moments.items() if at <= now]:
                        del moments[name]
                self._free_at[channel] = now + A_CHANNEL_EVERY_S
                self._sent.append(now)
            return wait

    def answered(self, channel: str) -> None:
        """Restarts the second at the message's arrival, from which Slack counts."""
        with self._lock:
            self._free_at[channel] = self._now() + A_CHANNEL_EVERY_S

    def limit(self, channel: str, seconds: float) -> bool:
        """Records Slack's limit for the conversation. Returns whether it counts for all."""
        with self._lock:
            now = self._now()
            others = [until for name, until in self._limited_until.items() if name != channel and until > now]
            self._limited_until[channel] = now + seconds
            if others:
                self._all_until = max(self._all_until, now + seconds, *others)
            return bool(others)

    def _wait(self, channel: str, now: float) -> Wait:
        if self._all_until > now:
            return Wait(self._all_until - now, is_for_all=True, is_limit=True)
        limited = self._limited_until.get(channel, now) - now
        if limited > 0:
            return Wait(limited, is_limit=True)
        if len(self._sent) >= MOST_A_MINUTE and now - self._sent[-MOST_A_MINUTE] < _MINUTE_S:
            return Wait(_MINUTE_S - (now - self._sent[-MOST_A_MINUTE]), is_for_all=True, is_limit=True)
        paced = self._free_at.get(channel, now) - now
        return Wait(paced) if paced > 0 else GO
