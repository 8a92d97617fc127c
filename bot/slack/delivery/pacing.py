"""How fast messages go out: Slack takes about one a second in each conversation, and some hundreds a minute in all.

A limit that Slack sets in one conversation holds up that one alone. A second conversation refused while it lasts shows that
it is everybody's: then nothing goes out until it is over. Slack does not say which of the two it means.
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
    """How long a message has to wait. `is_limit`: because Slack said so, or would soon."""

    seconds: float = 0.0
    is_for_all: bool = False
    is_limit: bool = False


GO: Final = Wait()


class Pacing:
    """Shared by whoever sends; safe to use from any thread. `now` runs in seconds and never backwards."""

    def __init__(self, now: Callable[[], float] = monotonic) -> None:
        self._now = now
        self._lock = Lock()
        self._free_at: dict[str, float] = {}
        self._limited_until: dict[str, float] = {}
        self._all_until = 0.0
        self._sent: deque[float] = deque()

    def take(self, channel: str) -> Wait:
        """`GO`, and the message is counted; otherwise how long it has to wait."""
        with self._lock:
            now = self._now()
            wait = self._wait(channel, now)
            if wait is GO:
                self._forget(now)
                self._free_at[channel] = now + A_CHANNEL_EVERY_S
                self._sent.append(now)
            return wait

    def answered(self, channel: str) -> None:
        """A message that was let go has arrived: the second is counted from here, for Slack counts from its arrival."""
        with self._lock:
            self._free_at[channel] = self._now() + A_CHANNEL_EVERY_S

    def limit(self, channel: str, seconds: float) -> bool:
        """Slack refused a message there and said for how long. Whether that is taken to be everybody's limit."""
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

    def _forget(self, now: float) -> None:
        """What no longer holds anything up."""
        while self._sent and now - self._sent[0] >= _MINUTE_S:
            self._sent.popleft()
        for moments in (self._free_at, self._limited_until):
            for name in [name for name, at in moments.items() if at <= now]:
                del moments[name]
