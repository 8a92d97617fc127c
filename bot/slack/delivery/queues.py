"""Redraws that no one waits for: done by a thread of their own, in order for each screen.

A screen that cannot be drawn delays no other. Those left when the process ends are lost: what they show is stored.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Thread
from time import monotonic
from typing import Final

from bot.services.ports import DeliveryFailed
from bot.slack.api.incidents import log_incident

log = logging.getLogger(__name__)
_FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S: Final = 30.0


@dataclass(slots=True)
class _Waiting:
    """A redraw. `due` and `until` are on the monotonic clock."""

    send: Callable[[], None]
    due: float
    until: float
    pause: float = _FIRST_PAUSE_S


class Queues:
    """One for each screen. A `send` that raises DeliveryFailed is retried, unless permanent."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._queues: dict[str, deque[_Waiting]] = {}
        self._changed = Condition()
        self._thread: Thread | None = None

    def put(self, screen: str, send: Callable[[], None], *, tried_for_s: float, wait_s: float = 0.0) -> None:
        """Adds a redraw behind others of the same screen, due in `wait_s` seconds or later. Returns at once."""
        with self._changed:
            now = monotonic()
            waiting = _Waiting(send, now + (wait_s or 0.0), now + max(tried_for_s, wait_s))
            self._queues.setdefault(screen, deque()).append(waiting)
            if self._thread is None:
                self._thread = Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def finish(self, within: float) -> int:
        """Sends for up to `within` seconds. Returns the number of redraws dropped."""
        with self._changed:
            self._changed.wait_for(lambda: not self._queues, within)
            left = sum(map(len, self._queues.values()))
            self._queues.clear()
            self._changed.notify_all()
        if left:
            log.warning("event=redraws_lost count=%d", left)
        return left

    def _work(self) -> None:
        while (found := self._next()) is not None:
            screen, redraw = found
            is_over = _is_over(screen, redraw)
            with self._changed:
                queue = self._queues.get(screen)
                if is_over and queue and queue[0] is redraw:
                    queue.popleft()
                if not queue:
                    self._queues.pop(screen, None)
                self._changed.notify_all()

    def _next(self) -> tuple[str, _Waiting] | None:
        """Waits for the next due redraw. Returns None, and the thread ends, once the queues are empty."""
        with self._changed:
            while self._queues:
                screen, queue = min(self._queues.items(), key=lambda item: item[1][0].due)
                wait = queue[0].due - monotonic()
                if wait <= 0:
                    return screen, queue[0]
                self._changed.wait(wait)
            self._thread = None
            return None


def _is_over(screen: str, redraw: _Waiting) -> bool:
    """Tries to send. Returns whether the redraw is done with, shown or given up."""
    try:
        redraw.send()
    except DeliveryFailed as failed:
        wait, why = failed.retry_after, str(failed)
        is_over = failed.is_permanent
    except Exception as fault:  # mostly the database
        wait, why, is_over = 0.0, f"incident {log_incident(fault, 'redraw', screen)}", False
    else:
        return True
    now = monotonic()
    redraw.due = now + (wait or redraw.pause)
    if not wait:
        redraw.pause = min(2 * redraw.pause, LONGEST_PAUSE_S)
    if is_over or redraw.due > redraw.until:
        log.warning("event=redraw_failed screen=%s permanent=%s reason=%s", screen, is_over, why)
        return True
    return False
