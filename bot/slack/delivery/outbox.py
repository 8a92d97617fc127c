"""Messages that no one waits for: sent by a thread of their own, in order for each recipient.

A recipient who cannot be reached delays no other. Messages left when the process ends are lost: the facts are stored,
and every screen shows them.
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
TRIED_FOR_S: Final = 900.0  # a notice is out of date after 15 minutes
_FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S: Final = 30.0  # a reminder behind it arrives within a minute of Slack's return


@dataclass(slots=True)
class _Waiting:
    """A message. `due` and `until` are on the monotonic clock."""

    send: Callable[[], None]
    due: float
    until: float
    pause: float = _FIRST_PAUSE_S


class Outbox:
    """Queues of messages, one for each recipient. A `send` that raises DeliveryFailed is retried, unless permanent."""

    def __init__(self, name: str = "outbox") -> None:
        self._name = name
        self._queues: dict[str, deque[_Waiting]] = {}
        self._changed = Condition()
        self._thread: Thread | None = None

    def put(
        self, recipient: str, send: Callable[[], None], *, tried_for_s: float = TRIED_FOR_S, wait_s: float = 0.0
    ) -> None:
        """Adds a message behind others to the same recipient, due in `wait_s` seconds or later. Returns at once."""
        with self._changed:
            now = monotonic()
            waiting = _Waiting(send, now + (wait_s or 0.0), now + max(tried_for_s, wait_s))
            self._queues.setdefault(recipient, deque()).append(waiting)
            if self._thread is None:
                self._thread = Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def is_settled(self, recipient: str, within: float) -> bool:
        """Waits up to `within` seconds until nothing is queued for the recipient. Returns whether that is so."""
        with self._changed:
            return self._changed.wait_for(lambda: recipient not in self._queues, within)

    def finish(self, within: float) -> int:
        """Sends for up to `within` seconds. Returns the number of messages dropped."""
        with self._changed:
            self._changed.wait_for(lambda: not self._queues, within)
            left = sum(map(len, self._queues.values()))
            self._queues.clear()
            self._changed.notify_all()
        if left:
            log.warning("event=notices_lost count=%d", left)
        return left

    def _work(self) -> None:
        while (found := self._next()) is not None:
            recipient, message = found
            is_over = _is_over(recipient, message)
            with self._changed:
                queue = self._queues.get(recipient)
                if is_over and queue and queue[0] is message:
                    queue.popleft()
                if not queue:
                    self._queues.pop(recipient, None)
                self._changed.notify_all()

    def _next(self) -> tuple[str, _Waiting] | None:
        """Waits for the next due message. Returns None, and the thread ends, once the queues are empty."""
        with self._changed:
            while self._queues:
                recipient, queue = min(self._queues.items(), key=lambda item: item[1][0].due)
                wait = queue[0].due - monotonic()
                if wait <= 0:
                    return recipient, queue[0]
                self._changed.wait(wait)
            self._thread = None
            return None


def _is_over(recipient: str, message: _Waiting) -> bool:
    """Tries to send. Returns whether the message is done with, sent or given up."""
    try:
        message.send()
    except DeliveryFailed as failed:
        wait, why = failed.retry_after, str(failed)
        is_over = failed.is_permanent
    except Exception as fault:  # mostly the database, which holds the recipient's language
        wait, why, is_over = 0.0, f"incident {log_incident(fault, 'outbox', recipient)}", False
    else:
        return True
    now = monotonic()
    message.due = now + (wait or message.pause)
    if not wait:
        message.pause = min(2 * message.pause, LONGEST_PAUSE_S)
    if is_over or message.due > message.until:
        log.warning("event=notice_failed user=%s permanent=%s reason=%s", recipient, is_over, why)
        return True
    return False
