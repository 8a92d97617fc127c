"""One change and the tests that are asked about it, in a process of its own that is ended when it takes too long."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from shutil import copytree, ignore_patterns
from time import monotonic

from tests.mutants.mutations import Mutant

SURVIVED, KILLED, BROKE, CANNOT_SWAP = 0, 1, 8, 9
_LEAST_S, _TIMES = 8.0, 4.0  # a machine with much else to do takes longer than it did before
_CORES = os.cpu_count() or 1


@dataclass(slots=True)
class Trial:
    """Runs until `ended` says how; a process group, so that nothing it started outlives it."""

    mutant: Mutant | None  # None: nothing was changed
    process: int
    give_up_at: float
    is_anew: bool = False
    is_over_time: bool = False

    def ended(self) -> int | None:
        """The exit status, once there is one. Too long counts as ended."""
        process, status = os.waitpid(self.process, os.WNOHANG)
        if process:
            self._end()
            code = os.waitstatus_to_exitcode(status)
            self.is_over_time = code == -signal.SIGALRM
            return code
        if monotonic() > self.give_up_at:
            self.is_over_time = True
            self._end()
            os.waitpid(self.process, 0)
            return KILLED
        return None

    def _end(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.process, signal.SIGKILL)


def forked(mutant: Mutant | None, takes: float, ask: Callable[[], int]) -> Trial:
    """`ask` in a copy of this process; what it answers is the exit status."""
    process = os.fork()
    if not process:
        os.setpgid(0, 0)
        silence = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(silence, stream)
        status = BROKE
        try:
            status = ask()
        finally:
            os._exit(status)
    with suppress(ProcessLookupError, PermissionError):
        os.setpgid(process, process)  # whoever is first
    return Trial(mutant, process, _until(takes))


def anew(mutant: Mutant, takes: float, tests: Sequence[str], root: Path, folder: Path) -> Trial:
    """The tests in a new interpreter, on a copy of the sources with the change: for what runs as a file is imported."""
    (folder / mutant.place.path.relative_to(root)).write_text(mutant.source)
    started = _started(tests, folder)
    started.returncode = 0  # it is waited for by its number
    return Trial(mutant, started.pid, _until(takes + 15), is_anew=True)


def limit(takes: float) -> None:
    """In the fork: ends it where one test takes several times as long as it did."""
    signal.setitimer(signal.ITIMER_REAL, _patience(takes))


def fail_as_they_are(tests: Sequence[str], root: Path, folder: Path) -> set[str]:
    """Which of the tests fail in a new interpreter on an unchanged copy, which is made here."""
    if not folder.exists():
        copytree(root, folder, ignore=ignore_patterns("__pycache__", ".hypothesis"))
    if _started(tests, folder).wait() == 0:
        return set()
    return {name for name in tests if _started([name], folder).wait() != 0}


def _started(tests: Sequence[str], folder: Path) -> "subprocess.Popen[bytes]":
    (folder / "asked").write_text("\n".join(tests))
    return subprocess.Popen(
        [sys.executable, "-m", "pytest", "-qx", "-p", "no:randomly", "-p", "no:cacheprovider", "@asked"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


def put_back(mutant: Mutant, root: Path, folder: Path) -> None:
    """The unchanged file again."""
    relative = mutant.place.path.relative_to(root)
    if folder.exists():
        (folder / relative).write_text((root / relative).read_text())


def _until(takes: float) -> float:
    return monotonic() + _patience(takes)


def _patience(takes: float) -> float:
    """Seconds, the more the more wants to run: what waits for its turn on a busy machine has not failed."""
    return (_LEAST_S + _TIMES * takes) * max(1.0, os.getloadavg()[0] / _CORES)
