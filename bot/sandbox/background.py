"""An event loop in its own thread, with a time limit for work from other threads."""

import asyncio
import threading
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")


class BackgroundLoop:
    """One event loop in a thread of its own, which other threads hand their work to."""

    def __init__(self) -> None:
        self._runner = asyncio.Runner()
        self._loop = self._runner.get_loop()
        self._thread = threading.Thread(target=self._serve, name="sandbox", daemon=True)

    def start(self) -> None:
        """Starts the thread."""
        self._thread.start()

    def run(self, work: Coroutine[Any, Any, T], within: float) -> T:
        """Runs the work and returns its result. Raises TimeoutError after ``within`` seconds."""
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("the sandbox's own thread cannot wait for itself")
        future = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(within)
        except TimeoutError:
            future.cancel()
            raise

    def call(self, function: Callable[..., object], *args: object) -> None:
        """Has the loop call a function soon. Returns at once."""
        self._loop.call_soon_threadsafe(function, *args)

    def stop(self) -> None:
        """Ends the loop. Waits up to 5 s for its thread."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(timeout=5)

    def _serve(self) -> None:
        with self._runner:  # closing the runner also closes connections that clients opened meanwhile
            asyncio.set_event_loop(self._loop)
            self._loop.run_forever()
