"""Retries what Slack did not take at once, in threads of their own: a listener's thread waits for no rate limit.

Retries left when the process ends are lost: the facts are stored, and every screen shows them.
"""

import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition, Lock, Thread
from time import monotonic
from typing import Final
from weakref import WeakValueDictionary

from bot import request_context
from bot.clock import Clock, system_clock
from bot.services.ports import DeliveryFailed
from bot.slack.api.incidents import log_incident
from bot.slack.wording.say import speaking, spoken

log = logging.getLogger(__name__)
# Slack takes so many calls of a method a minute in a workspace, and asks for silence beyond: of `views.publish` (Home)
# about 100 (Tier 4), of `chat.update` (desks in direct messages) about 50 (Tier 3).
MOST_A_MINUTE: Final = 90  # another replica or a retry may need the rest
FOR_PRESSES: Final = 20  # of those
MOST_UPDATES: Final = 40  # list files are drawn by chat.update too
_MINUTE_S: Final = 60.0


class HomePace:
    """The pace at which one process redraws desks, for all its threads.

    What a press drew comes first: redraws that nobody waits for leave it room.

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


class Screens:
    """The screens this process is drawing, by name. One thread at a time reads and draws one, so it never returns to
    older data."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._turns: WeakValueDictionary[str, Lock] = WeakValueDictionary()  # while somebody holds or awaits one

    def drawing(self, name: str) -> Lock:
        """The screen's lock: read and draw while holding it."""
        with self._lock:
            return self._turns.setdefault(name, Lock())


_FIRST_PAUSE_S = 1.0
LONGEST_PAUSE_S: Final = 30.0
_THREADS: Final = 8  # when Slack accepts connections but does not answer, each try takes 10 s


@dataclass(slots=True)
class _Waiting:
    """A try. `due` and `until` are on the monotonic clock."""

    attempt: Callable[[], None]
    due: float
    until: float
    pause: float = _FIRST_PAUSE_S


class SecondTries:
    """Retries in order for one key, in parallel for different keys: one that is not taken delays no other.

    An attempt that raises DeliveryFailed is repeated, in the language of its first try, unless the failure is
    permanent.
    """

    def __init__(self, now: Clock = system_clock) -> None:
        self.now = now
        self.screens = Screens()
        self.homes = HomePace()
        self.desks = HomePace(most=MOST_UPDATES)  # in direct messages
        self._troubles: dict[str, float] = {}  # start, on the monotonic clock
        self._waiting: dict[str, deque[_Waiting]] = {}
        self._tried: set[str] = set()  # keys that a thread is trying
        self._threads = 0
        self._changed = Condition()

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
        with self._changed:
            now = monotonic()
            self._troubles = {one: since for one, since in self._troubles.items() if now - since < for_s}
            return self._troubles.setdefault(key, now) == now

    def settled(self, key: str) -> None:
        with self._changed:
            self._troubles.pop(key, None)

    def later(self, key: str, attempt: Callable[[], None], tried_for_s: float, wait_s: float) -> None:
        """Tries in the background, after `wait_s` seconds and behind what waits for the same key."""
        language, request = spoken(), request_context.current_id()

        def again() -> None:
            with speaking(language), request_context.working_on(request):
                attempt()

        with self._changed:
            now = monotonic()
            waiting = _Waiting(again, now + wait_s, now + max(tried_for_s, wait_s))
            self._waiting.setdefault(key, deque()).append(waiting)
            if self._threads < min(_THREADS, len(self._waiting)):
                self._threads += 1
                Thread(target=self._work, name="second tries", daemon=True).start()
            self._changed.notify_all()

    def finish(self, within: float) -> int:
        """Waits up to `within` seconds for retries. Returns the number dropped."""
        with self._changed:
            self._changed.wait_for(lambda: not self._waiting, within)
            left = sum(map(len, self._waiting.values()))
            self._waiting.clear()
            self._changed.notify_all()
        if left:
            log.warning("event=redraws_lost count=%d", left)
        return left

    def _work(self) -> None:
        while (found := self._next()) is not None:
            key, waiting = found
            is_over = _is_over(key, waiting)
            with self._changed:
                self._tried.discard(key)
                queue = self._waiting.get(key)
                if is_over and queue and queue[0] is waiting:
                    queue.popleft()
                if not queue:
                    self._waiting.pop(key, None)
                self._changed.notify_all()

    def _next(self) -> tuple[str, _Waiting] | None:
        """Waits for the next due try. Returns None, and the thread ends, where others try all that waits."""
        with self._changed:
            while free := [(queue[0].due, key) for key, queue in self._waiting.items() if key not in self._tried]:
                due, key = min(free)
                wait_s = due - monotonic()
                if wait_s <= 0:
                    self._tried.add(key)
                    return key, self._waiting[key][0]
                self._changed.wait(wait_s)
            self._threads -= 1
            return None


def _is_over(key: str, waiting: _Waiting) -> bool:
    """Tries once. Returns whether the try is done with, taken or given up."""
    try:
        waiting.attempt()
    except DeliveryFailed as failed:
        wait, why = failed.retry_after, str(failed)
        is_over = failed.is_permanent
    except Exception as fault:  # mostly the database
        wait, why, is_over = 0.0, f"incident {log_incident(fault, 'redraw', key)}", False
    else:
        return True
    now = monotonic()
    waiting.due = now + (wait or waiting.pause)
    if not wait:
        waiting.pause = min(2 * waiting.pause, LONGEST_PAUSE_S)
    if is_over or waiting.due > waiting.until:
        log.warning("event=redraw_failed screen=%s permanent=%s reason=%s", key, is_over, why)
        return True
    return False
