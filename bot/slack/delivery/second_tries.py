"""What Slack did not take at once is tried again by threads of their own: a listener's thread waits for no limit.

What is left when the process ends is lost, and may be: what it tells of is stored, and every screen shows it.
"""

import logging
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Final
from zlib import crc32

from bot.clock import Clock, system_clock
from bot.services.ports import DeliveryFailed
from bot.slack.delivery.outbox import Outbox
from bot.slack.delivery.screens import Screens
from bot.slack.wording import language

log = logging.getLogger(__name__)
_DESKS: Final = 8  # where Slack hangs up on nobody and answers nothing, each try takes ten seconds


class SecondTries:
    """Tries of one key go one after another, those of different keys beside each other.

    A try raises DeliveryFailed; unless that is permanent it is called again, in the language in which it was made.
    """

    def __init__(self, now: Clock = system_clock) -> None:
        self.now = now
        self.screens = Screens()
        self._lock = Lock()
        self._troubles: dict[str, float] = {}  # since when, on the monotonic clock
        self._desks = [Outbox(f"second tries {one}") for one in range(_DESKS)]

    def now_or_later(self, key: str, attempt: Callable[[], None], tried_for_s: float) -> None:
        """Try at once, in this thread. What is refused for good, and anything else that breaks, is the caller's."""
        try:
            attempt()
        except DeliveryFailed as failed:
            if failed.is_permanent:
                raise
            log.warning("event=not_taken key=%s reason=%s", key, failed)
            self.later(key, attempt, tried_for_s, failed.retry_after)

    def is_news(self, key: str, for_s: float) -> bool:
        """Whether trouble of this key was not heard of for so long, and has not been settled: then it is, from now on."""
        with self._lock:
            now = monotonic()
            self._troubles = {one: since for one, since in self._troubles.items() if now - since < for_s}
            return self._troubles.setdefault(key, now) == now

    def settled(self, key: str) -> None:
        with self._lock:
            self._troubles.pop(key, None)

    def finish(self, within: float) -> int:
        """Give what waits so many seconds. Answers how much is left, and lost."""
        until = monotonic() + within
        return sum(desk.finish(max(0.0, until - monotonic())) for desk in self._desks)

    def later(self, key: str, attempt: Callable[[], None], tried_for_s: float, wait_s: float) -> None:
        """Try beside everything else, from so many seconds on."""
        spoken = language.spoken()

        def again() -> None:
            with language.speaking(spoken):
                attempt()

        self._desks[crc32(key.encode()) % _DESKS].put(key, again, tried_for_s=tried_for_s, wait_s=wait_s)
