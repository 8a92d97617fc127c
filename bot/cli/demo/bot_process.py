"""Runs the demo's bot, `bot.cli.demo_bot`, in a process of its own, so that it can be killed and started again."""

import pickle
import subprocess
import sys
import threading
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, Self, cast

from bot.cli.demo_bot import Order
from bot.sandbox import SandboxClock
from bot.settings import Settings

_ENDS_WITHIN_S = 10.0
_PROGRAM: Final = f"from bot import collector; collector.imported({Order.__module__!r}).serve()"


class BotProcess:
    """The process, from the demo's side. ``with BotProcess(...) as bot:`` runs it until the block ends."""

    def __init__(self, settings: Settings, log_file: Path, clock: SandboxClock) -> None:
        self._order, self._clock = Order(settings, log_file), clock
        self._lock = threading.RLock()
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        with self._lock:
            self._start()
        self._clock.on_move(lambda _at: self._tell_time())
        return self

    def __exit__(self, *_raised: object) -> None:
        with self._lock:
            process, self._process = self._process, None
        if process is None:
            return
        _input_of(process).close()
        try:
            process.wait(_ENDS_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()

    @property
    def pid(self) -> int | None:
        """The process's id; None while there is none."""
        return self._process.pid if self._process is not None and self._process.poll() is None else None

    def restart(self) -> None:
        """Kills the process, as a crash would, and starts another. Returns before that is connected."""
        with self._lock:
            if self._process is None:
                return
            self._process.kill()
            self._process.wait()
            self._start()

    def _start(self) -> None:
        command = [sys.executable, "-c", _PROGRAM]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE)  # noqa: S603 - our own
        pickle.dump(self._order, _input_of(self._process))
        self._tell_time()

    def _tell_time(self) -> None:
        # A process that has died is not told; the next one is, at its start.
        with self._lock, suppress(BrokenPipeError):
            if self._process is not None:
                _input_of(self._process).write(f"{self._clock.ahead.total_seconds()}\n".encode())
                _input_of(self._process).flush()


def _input_of(process: "subprocess.Popen[bytes]") -> IO[bytes]:
    return cast(IO[bytes], process.stdin)  # it was started with a pipe
