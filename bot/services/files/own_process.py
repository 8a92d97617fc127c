"""Runs a function of ours in a process of its own. It and this process tell each other whatever can be pickled."""

import os
import subprocess
import sys
import weakref
from multiprocessing.connection import Connection, Pipe
from typing import Final

_MAKES_WAY: Final = 5  # niceness: agents who wait for a contact come first
_INPUT, _ERRORS = 0, 2  # what it prints must not stand among what this process prints


class OwnProcess:
    """A process that runs a program; `told` is the connection with it. It ends with this, however it goes on."""

    def __init__(self, program: str) -> None:
        self.told, theirs = Pipe()
        with theirs:
            command = [sys.executable, "-c", program]
            self._runs = subprocess.Popen(command, stdin=theirs.fileno(), stdout=_ERRORS)  # noqa: S603 - our own
        self.end = weakref.finalize(self, _end, self._runs, self.told)

    @property
    def has_ended(self) -> bool:
        return self._runs.poll() is not None


def _end(process: "subprocess.Popen[bytes]", told: Connection) -> None:
    told.close()
    process.kill()
    process.wait()


def starter() -> Connection:
    """The connection with the process that started this one, which makes way for others from now on."""
    os.nice(_MAKES_WAY)
    return Connection(_INPUT)
