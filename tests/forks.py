"""Processes that begin at once: one process imports what they need, and forks each of them."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

_ROOT = Path(__file__).resolve().parents[1]


class Forks:
    """The process that forks. `module` is run as `python -m`, and calls `serve`."""

    def __init__(self, module: str) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            # Numpy is to start no thread: a process that forks must have one.
            env={**os.environ, "PYTHONPATH": str(_ROOT), "OPENBLAS_NUM_THREADS": "1"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def fork(self, **order: object) -> int:
        """The id of one more process. `order`: what `serve` hands to it."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(f"{json.dumps(order)}\n")
        self._process.stdin.flush()
        return int(self._process.stdout.readline())

    def stop(self) -> None:
        self._process.communicate()


def serve(run: Callable[[dict[str, Any]], None]) -> None:
    """Forks a process for each order on stdin, a line of JSON, and answers with its id on stdout.

    With stdin all of them end, also where the tests that began them were killed.
    """
    os.setpgrp()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # those that were killed leave no zombies
    while line := sys.stdin.readline():
        child = os.fork()
        if child:
            print(child, flush=True)
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        run(json.loads(line))
        sys.exit()
    os.killpg(0, signal.SIGKILL)


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True
