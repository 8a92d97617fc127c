"""Paces what redraws desks: Slack takes so many calls of a method a minute in a workspace, and asks for silence beyond.

`views.publish` (Home): about 100 (Tier 4). `chat.update` (desks in direct messages): about 50 (Tier 3).

What a press drew comes first: redraws that nobody waits for leave it room.
"""

from collections import deque
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Final

MOST_A_MINUTE: Final = 90  # another replica or a retry may need the rest
FOR_PRESSES: Final = 20  # of those
MOST_UPDATES: Final = 40  # list files are drawn by chat.update too
_MINUTE_S: Final = 60.0


class HomePace:
    """The pace of one process, for all its threads.

    `now`: seconds on a monotonic clock. `most`: redraws a minute; None: MOST_A_MINUTE.
    """

    def __init__(self, now: Callable[[], float] = monotonic, most: int | None = None) -> None:
        self._now = now
        self._most = most
        self._lock = Lock()
        self._drawn: deque[float] = deque()
        self._limited_until = 0.0
        self._waiting: dict[str, Callable[[], None]] = {}

    def put_off(self, user: str, draw: Callable[[], None]) -> bool:
        """Keeps what draws a user's Home, in place of what waited before. Returns whether nothing did."""
        with self._lock:
            is_first = user not in self._waiting
            self._waiting[user] = draw
            return is_first

    def waiting(self, user: str) -> Callable[[], None] | None:
        """What draws the user's Home newest; None if it was drawn meanwhile."""
        with self._lock:
            return self._waiting.get(user)

    def drawn(self, user: str) -> None:
        """Notes that a user's Home was drawn: what waited for it is out of date."""
        with self._lock:
            self._waiting.pop(user, None)

    def take(self, *, is_pressed: bool) -> float:
        """Counts a redraw and returns 0, or returns the seconds it must wait."""
        most = self._most or MOST_A_MINUTE
        most -= 0 if is_pressed else most * FOR_PRESSES // MOST_A_MINUTE
        with self._lock:
            now = self._now()
            if self._limited_until > now:
                return self._limited_until - now
            while self._drawn and now - self._drawn[0] >= _MINUTE_S:
                self._drawn.popleft()
            if len(self._drawn) >= most:
                return _MINUTE_S - (now - self._drawn[-most])
            self._drawn.append(now)
            return 0.0

    def limit(self, seconds: float) -> None:
        """Notes that Slack wants silence for so long."""
        with self._lock:
            self._limited_until = max(self._limited_until, self._now() + seconds)
