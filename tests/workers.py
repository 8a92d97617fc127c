"""Runs the files of tests in several processes at once: `--workers 6`, or `auto`.

One process collects the tests, and forks the others: what it has imported and collected, none of them does again. Each
is given one file after another, so a file stays in one process, for its fixtures. Every second process takes the files
that wait first, the others those that work, so that no core idles. What a run makes once for all of them, it makes by
`made_once`.
"""

import atexit
import os
import signal
import sys
import traceback
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from fcntl import LOCK_EX, flock
from functools import partial
from itertools import chain
from multiprocessing import Pipe
from multiprocessing.connection import Connection, wait
from pathlib import Path
from shutil import rmtree
from time import monotonic
from typing import Any

import pytest

_FOR_EACH_CORE = 2  # tests wait for clocks and other processes; a third would cost each a quarter more work
_AT_MOST = 8
_ENDS_WITHIN_S = 20.0
_ENDED = "ended"
_MADE = pytest.StashKey[Path]()


def how_many(asked: str) -> int:
    """0: the tests run in the process that collects them."""
    return min(_AT_MOST, _FOR_EACH_CORE * (os.cpu_count() or 1)) if asked == "auto" else int(asked)


def made_once(config: pytest.Config, name: str, make: Callable[[Path], None]) -> Path:
    """The folder of this name that `make` filled, by whichever of the processes needed it first. The others wait."""
    made: Path = config.stash.get(_MADE, None) or config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]
    with (made / f"{name}.lock").open("w") as lock:
        flock(lock, LOCK_EX)
        if not (folder := made / name).exists():
            rmtree(half := made / f"{name}.half", ignore_errors=True)  # of a process that failed to make it
            half.mkdir(mode=0o700)
            make(half)
            half.rename(folder)
    return folder


def make_meanwhile(config: pytest.Config, make: Callable[[pytest.Config], object]) -> None:
    """Make in another process what the first tests need while this one collects them. What fails, they make anew."""
    _open(config)
    _flush(config)
    if child := os.fork():
        config.add_cleanup(partial(_joined, child))
        return
    try:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 1)
        os.dup2(nowhere, 2)
        make(config)
    finally:
        os._exit(0)


def _joined(child: int) -> None:
    os.waitpid(child, 0)


def _open(config: pytest.Config) -> None:
    """Made before a process forks, it is one folder for all of them."""
    config.stash[_MADE] = config._tmp_path_factory.getbasetemp()  # type: ignore[attr-defined]


def _flush(config: pytest.Config) -> None:
    sys.stdout.flush()
    sys.stderr.flush()
    config.get_terminal_writer().flush()


def database_made_once(
    config: pytest.Config, name: str, template: Path, set_up: Callable[[str], bytes]
) -> tuple[Path, bytes]:
    """A copy of a SQLite file, given by its URL to `set_up`, and what that returned."""

    def make(folder: Path) -> None:
        path = folder / "nextcall.db"
        path.write_bytes(template.read_bytes())
        (folder / "rows").write_bytes(set_up(f"sqlite:///{path}"))

    folder = made_once(config, name, make)
    return folder / "nextcall.db", (folder / "rows").read_bytes()


@dataclass(eq=False)
class _Worker:
    pid: int
    channel: Connection
    waits: bool  # it takes the files that wait first
    running: tuple[str, Any] | None = None  # the test, and where it stands


class Workers:
    """The processes of one run."""

    def __init__(
        self,
        session: pytest.Session,
        count: int,
        end_after_s: float,
        waits: Callable[[pytest.Item], bool] = lambda _item: False,
    ) -> None:
        """`waits`: whether the file of a test waits, for clocks or other processes, more than it works."""
        self._session, self._hook, self._ended = session, session.config.hook, 0
        self._ends_at, self._seconds = monotonic() + end_after_s if end_after_s else float("inf"), end_after_s
        files: dict[Path, list[pytest.Item]] = {}
        for item in session.items:
            files.setdefault(item.path, []).append(item)
        self._files = list(files.values())
        self._left: dict[bool, deque[int]] = {True: deque(), False: deque()}
        for number, items in enumerate(self._files):
            self._left[waits(items[0])].append(number)
        _open(session.config)
        self._workers: list[_Worker] = []
        for number in range(min(count, len(files))):
            self._workers.append(self._fork(number))

    def run(self) -> None:
        """Until every test has run, one process has died, or the time is over."""
        try:
            while self._workers:
                heard = wait([one.channel for one in self._workers], self._within())
                if not heard:
                    self._out_of_time()
                for worker in [one for one in self._workers if one.channel in heard]:
                    self._hear(worker)
                if self._session.shouldfail:
                    raise self._session.Failed(self._session.shouldfail)
        finally:
            self._end()

    def _fork(self, number: int) -> _Worker:
        ours, theirs = Pipe()
        _flush(self._session.config)
        if pid := os.fork():
            theirs.close()
            return _Worker(pid, ours, number % 2 == 1)
        status = 1
        try:
            ours.close()
            for other in self._workers:
                other.channel.close()
            _work(self._session, self._files, theirs, number)
            theirs.send(_ENDED)
            status = 0
        except BaseException as error:
            if not isinstance(error, KeyboardInterrupt):
                traceback.print_exc()
        finally:
            os._exit(status)

    def _within(self) -> float | None:
        return None if self._ends_at == float("inf") else max(0.0, self._ends_at - monotonic())

    def _hear(self, worker: _Worker) -> None:
        try:
            told = worker.channel.recv()
        except EOFError:
            self._gone(worker)
            return
        if told == _ENDED:
            self._workers.remove(worker)
            os.waitpid(worker.pid, 0)
        elif told is None:
            left = self._left[worker.waits] or self._left[not worker.waits]
            worker.channel.send(left.popleft() if left else None)
        elif isinstance(told, tuple):
            worker.running = told
            self._hook.pytest_runtest_logstart(nodeid=told[0], location=told[1])
        else:
            self._finished(worker, told)

    def _finished(self, worker: _Worker, reports: list[dict[str, Any]]) -> None:
        assert worker.running is not None
        (nodeid, location), worker.running = worker.running, None
        for data in reports:
            report = self._hook.pytest_report_from_serializable(config=self._session.config, data=data)
            self._hook.pytest_runtest_logreport(report=report)
        self._hook.pytest_runtest_logfinish(nodeid=nodeid, location=location)
        self._ended += 1

    def _gone(self, worker: _Worker) -> None:
        """It ended without a word."""
        self._workers.remove(worker)
        why = f"a process of the tests ended with {os.waitstatus_to_exitcode(os.waitpid(worker.pid, 0)[1])}"
        if worker.running is not None:
            nodeid, location = worker.running
            why += f" while it ran {nodeid}"
            self._hook.pytest_runtest_logreport(report=pytest.TestReport(nodeid, location, {}, "failed", why, "call"))
        self._session.shouldfail = why

    def _out_of_time(self) -> None:
        running = "\n  ".join(one.running[0] for one in self._workers if one.running) or "none"
        why = f"Ended after {self._seconds:g} s, when {self._ended} tests had run. Running:\n  {running}"
        raise self._session.Interrupted(why)

    def _end(self) -> None:
        """Those that still run take down their fixtures, or are killed."""
        for worker in self._workers:
            os.kill(worker.pid, signal.SIGINT)
        until = monotonic() + _ENDS_WITHIN_S
        while self._workers and (over := wait([one.channel for one in self._workers], max(0.0, until - monotonic()))):
            for worker in [one for one in self._workers if one.channel in over]:
                try:
                    worker.channel.recv()
                except (EOFError, OSError):
                    self._workers.remove(worker)
                    os.waitpid(worker.pid, 0)
        for worker in self._workers:
            os.kill(worker.pid, signal.SIGKILL)
            os.waitpid(worker.pid, 0)


class _Telling:
    """A plugin of a forked process: what the terminal would show, the first process shows."""

    def __init__(self, config: pytest.Config, channel: Connection) -> None:
        self._config, self._channel = config, channel
        self._reports: list[dict[str, Any] | None] = []

    def pytest_runtest_logstart(self, nodeid: str, location: Any) -> None:
        self._channel.send((nodeid, location))

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._reports.append(self._config.hook.pytest_report_to_serializable(config=self._config, report=report))

    def pytest_runtest_logfinish(self) -> None:
        self._channel.send(self._reports)
        self._reports = []


def _work(session: pytest.Session, files: list[list[pytest.Item]], channel: Connection, number: int) -> None:
    config, plugins = session.config, session.config.pluginmanager
    plugins.unregister(plugins.getplugin("terminalreporter"))
    plugins.register(_Telling(config, channel))
    capture: Any = plugins.getplugin("capturemanager")
    capture.stop_global_capturing()  # its files are the first process's
    capture.start_global_capturing()
    folders: Any = config._tmp_path_factory  # type: ignore[attr-defined]
    folders._basetemp = config.stash[_MADE] / f"worker{number}"
    folders._basetemp.mkdir()
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may have set it to be ignored
    try:
        items = _given(files, channel)
        item = next(items, None)
        for following in chain(items, [None]):
            if item is not None:
                config.hook.pytest_runtest_protocol(item=item, nextitem=following)
            item = following
    except KeyboardInterrupt:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        session._setupstate.teardown_exact(None)
        raise
    finally:
        capture.stop_global_capturing()
        atexit._run_exitfuncs()


def _given(files: list[list[pytest.Item]], channel: Connection) -> Iterator[pytest.Item]:
    """One file's tests after another's. The next file is asked for before the last test of one begins."""
    while True:
        channel.send(None)
        if (number := channel.recv()) is None:
            return
        yield from files[number]
