"""Retries what Slack did not take at once, in threads of their own: a listener's thread waits for no rate limit.

Retries left when the process ends are lost: the facts are stored, and every screen shows them.
"""

import logging
from collections.abc import Callable
from threading import Lock
from time import monotonic
from typing import Final
from zlib import crc32

from bot.clock import Clock, system_clock
from bot.services.ports import DeliveryFailed
from bot.slack.delivery.home_pace import MOST_UPDATES, HomePace
from bot.slack.delivery.queues import Queues
from bot.slack.delivery.screens import Screens
from bot.slack.wording import language

log = logging.getLogger(__name__)
_DESKS: Final = 8  # when Slack accepts connections but does not answer, each try takes 10 s


class SecondTries:
    """Retries in order for one key, in parallel for different keys.

    An attempt that raises DeliveryFailed is repeated, in the language of its first try, unless the failure is
    permanent.
    """

    def __init__(self, now: Clock = system_clock) -> None:
        self.now = now
        self.screens = Screens()
        self.homes = HomePace()
        self.desks = HomePace(most=MOST_UPDATES)  # in direct messages
        self._lock = Lock()
        self._troubles: dict[str, float] = {}  # start, on the monotonic clock
        self._desks = [Queues(f"second tries {one}") for one in range(_DESKS)]

    def now_or_later(self, key: str, attempt: Callable[[], None], tried_for_s: float) -> None:
        """Tries in this thread, and retries later if that fails. Raises permanent failures and any other exception."""
        try:
            attempt()
        except DeliveryFailed as failed:
            if failed.is_permanent:
                raise
            log.warning("event=not_taken key=%s reason=%s", key, failed)
            self.later(key, attempt, tried_for_s, failed.retry_after)

    def is_news(self, key: str, for_s: float) -> bool:
        """Whether this key has had no trouble for `for_s` seconds, or has settled it. If so, notes it from now on."""
        with self._lock:
            now = monotonic()
            self._troubles = {one: since for one, since in self._troubles.items() if now - since < for_s}
            return self._troubles.setdefault(key, now) == now

    def settled(self, key: str) -> None:
        with self._lock:
            self._troubles.pop(key, None)

    def finish(self, within: float) -> int:
        """Waits up to `within` seconds for retries. Returns the number dropped."""
        until = monotonic() + within
        return sum(desk.finish(max(0.0, until - monotonic())) for desk in self._desks)

    def later(self, key: str, attempt: Callable[[], None], tried_for_s: float, wait_s: float) -> None:
        """Tries in the background, after `wait_s` seconds."""
        spoken = language.spoken()

        def again() -> None:
            with language.speaking(spoken):
                attempt()

        self._desks[crc32(key.encode()) % _DESKS].put(key, again, tried_for_s=tried_for_s, wait_s=wait_s)
