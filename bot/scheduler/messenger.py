"""Sends messages within a moment of the commit that wrote them, and every second what waits for another try."""

from functools import partial
from threading import Event, Thread
from typing import Final

from bot.scheduler.ticks import Tick, run
from bot.services.deps import Deps
from bot.services.messages import send_all, send_due

_AGAIN_EVERY_S = 1
MOST_IN_FLIGHT = 8  # messages, each to another reader
_NAME: Final = "messages"
MESSAGES: Final[Tick] = (_NAME, _AGAIN_EVERY_S, send_due)


class Messenger:
    """A thread of its own. `news`: set when a message was committed in this process."""

    def __init__(self, deps: Deps, news: Event) -> None:
        self._deps, self._news = deps, news
        self._is_over, self._within = Event(), 0.0
        self._thread = Thread(target=self._work, name="nextcall-messages", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, within: float) -> None:
        """Sends what is due, for up to so many seconds. What is left waits for the next process."""
        self._within = within
        self._is_over.set()
        self._news.set()
        if self._thread.ident is None:
            send_all(self._deps, within, MOST_IN_FLIGHT)
        else:  # it may wait for Slack for longer, and is left to itself then
            self._thread.join(within)
        self._news.clear()

    def _work(self) -> None:
        while not self._is_over.is_set():
            self._news.wait(_AGAIN_EVERY_S)
            self._news.clear()
            run(_NAME, partial(send_due, is_over=self._is_over.is_set, together=MOST_IN_FLIGHT), self._deps)
        run(_NAME, partial(send_all, within=self._within, together=MOST_IN_FLIGHT), self._deps)
