"""A run that takes too long ends, and says where it stood."""

import os
import signal
from threading import Timer

import pytest


class TimeLimit:
    """A plugin of the process that hands tests out: ends the run after so many seconds, as Ctrl-C does."""

    def __init__(self, seconds: float) -> None:
        self._running: dict[str, None] = {}  # in the order in which they began
        self._ended = 0
        self._seconds = seconds
        self.timer = Timer(seconds, self._end)
        self.timer.daemon = True

    def pytest_sessionstart(self) -> None:
        self.timer.start()

    def pytest_runtest_logstart(self, nodeid: str) -> None:
        self._running[nodeid] = None

    def pytest_runtest_logfinish(self, nodeid: str) -> None:
        self._running.pop(nodeid, None)
        self._ended += 1

    def pytest_sessionfinish(self) -> None:
        self.timer.cancel()

    def _end(self) -> None:
        names = "\n  ".join(self._running) or "none"
        print(f"\nEnded after {self._seconds:g} s, when {self._ended} tests had run. Running:\n  {names}", flush=True)
        os.kill(os.getpid(), signal.SIGINT)


def register(config: pytest.Config, seconds: float) -> None:
    if seconds and not hasattr(config, "workerinput"):
        config.pluginmanager.register(TimeLimit(seconds))
