"""Messages that nobody waits for: sent one after another by a thread of their own, in each person's order.

Whoever cannot be written to just now holds up nobody else. What is left when the process ends is lost, and may be: the fact
it tells of is stored, and every screen shows it.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Thread
from time import monotonic
from typing import Final

from bot.services.ports import DeliveryFailed
from bot.slack.api import written

log = logging.getLogger(__name__)
TRIED_FOR_S: Final = 900.0  # a notice is old news after a quarter of an hour
_FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S: Final = 30.0  # a reminder behind it arrives within a minute of Slack working again


@dataclass(slots=True)
class _Waiting:
    """A message. `due` and `until` on the monotonic clock."""

    send: Callable[[], None]
    due: float
    until: float
    pause: float = _FIRST_PAUSE_S


class Outbox:
    """`send` raises DeliveryFailed; it is called again later unless that is permanent."""

    def __init__(self, name: str = "outbox") -> None:
        self._name = name
        self._queues: dict[str, deque[_Waiting]] = {}
        self._changed = Condition()
        self._thread: Thread | None = None

    def put(
        self, recipient: str, send: Callable[[], None], *, tried_for_s: float = TRIED_FOR_S, wait_s: float = 0.0
    ) -> None:
        """After everything that waits for the same recipient, and not before `wait_s` seconds. Returns at once."""
        with self._changed:
            now = monotonic()
            waiting = _Waiting(send, now + (wait_s or 0.0), now + max(tried_for_s, wait_s))
            self._queues.setdefault(recipient, deque()).append(waiting)
            if self._thread is None:
                self._thread = Thread(target=self._work, name=self._name, daemon=True)
                self._thread.start()
            self._changed.notify_all()

    def is_settled(self, recipient: str, within: float) -> bool:
        """Whether nothing waits for the recipient any more; waits for that so many seconds."""
        with self._changed:
            return self._changed.wait_for(lambda: recipient not in self._queues, within)

    def finish(self, within: float) -> int:
        """Send what can be sent in so many seconds. Answers how many messages are left, and lost."""
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
        """The message that is due, waited for. None, and the thread ends, once nothing waits."""
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
    """Try to send: whether there is nothing more to do about it."""
    try:
        message.send()
    except DeliveryFailed as failed:
        wait, why = failed.retry_after, str(failed)
        is_over = failed.is_permanent
    except Exception as fault:  # the database, mostly: it knows in what language to speak
        wait, why, is_over = 0.0, f"incident {written(fault, 'outbox', recipient)}", False
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
