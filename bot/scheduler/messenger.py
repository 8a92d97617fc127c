"""Sends messages within a moment of the commit that wrote them, and every second what waits for another try."""

from threading import Event, Thread

from bot.scheduler.ticks import run
from bot.services.deps import Deps
from bot.services.messages import send_all, send_due

_AGAIN_EVERY_S = 1.0


class Messenger:
    """A thread of its own. `news`: set when a message was committed in this process."""

    def __init__(self, deps: Deps, news: Event) -> None:
        self._deps, self._news = deps, news
        self._is_over = Event()
        self._thread = Thread(target=self._work, name="nextcall-messages", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self, within: float) -> None:
        """Sends what is due, for up to so many seconds. What is left waits for the next process."""
        self._is_over.set()
        self._news.set()
        if self._thread.ident is not None:
            self._thread.join(within)
        if not self._thread.is_alive():
            self._news.clear()
            send_all(self._deps, within)

    def _work(self) -> None:
        while not self._is_over.is_set():
            self._news.wait(_AGAIN_EVERY_S)
            self._news.clear()
            run("messages", send_due, self._deps)
