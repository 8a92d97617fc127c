"""Looks at, reads and imports large lists in a process of their own, so that agents do not wait meanwhile.

The process (`main`) takes orders on its standard input, one after another, and answers with messages on its standard
output. It sends people no messages: the process that started it does. When that process ends, this one ends
too, after its current batch of rows at the latest; every batch is whole.
"""

import os
import pickle
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from threading import Lock, Timer
from typing import IO, Any, Final, NamedTuple, cast

from bot import collector
from bot.clock import system_clock
from bot.services.answers.lists import ImportReport, ListPreview, RowFault
from bot.services.answers.reconciliation import Reconciled
from bot.services.answers.registers import FileUse
from bot.services.deps import Deps
from bot.services.errors import FileRefused
from bot.services.files.row_faults import Progress, RowFaults
from bot.services.house_rules.rulebook import HouseRulebook
from bot.services.intake.list_work import InThisProcess, ListJob, Look
from bot.services.ports import Notifier
from bot.services.reconcile.call_file import Order
from policy import Rulebook, load_rulebook
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork, read_aside

LARGE: Final = 300_000  # bytes; a smaller file is done sooner than a process has started
_PIECE: Final = 500  # faulty rows in one message
_MAKES_WAY: Final = 5  # niceness: agents who wait for a contact come first
_PROGRAM: Final = f"from bot import collector; collector.imported({__name__!r}).main()"
_KEPT_S: Final = 600.0  # a person who has seen the preview presses Import by then, or waits for a new process

Answer = ListPreview | ImportReport | Reconciled | FileUse
Job = ListJob | Order | Look
_Process = subprocess.Popen[bytes]


class ListProcessEnded(Exception):
    """The process ended without an answer. Its log says why."""


class _Order(NamedTuple):
    database_url: str
    house_pack: str
    is_preview: bool
    ahead: timedelta  # of the machine's clock, as the local workspace's may be
    job: Job


class InItsOwnProcess:
    """The intake's ListWork: large files in a process of their own, others here.

    A process that has looked at a file waits for what comes next, since it takes two seconds to start. One that has
    imported ends, and so its memory is free.
    """

    def __init__(self, database_url: str, house_pack: str) -> None:
        self._database_url, self._house_pack = database_url, house_pack
        self._waiting: _Process | None = None
        self._lapse = Timer(_KEPT_S, self.stop)
        self._lock = Lock()

    def look(self, deps: Deps, look: Look) -> FileUse:
        return cast(FileUse, self._answered(deps, look, lambda _done, _of: None, is_preview=True))

    def preview(self, deps: Deps, job: ListJob, progress: Progress) -> ListPreview:
        return cast(ListPreview, self._answered(deps, job, progress, is_preview=True))

    def bring_in(self, deps: Deps, job: ListJob, progress: Progress) -> ImportReport:
        return cast(ImportReport, self._answered(deps, job, progress, is_preview=False))

    def compare(self, deps: Deps, order: Order, progress: Progress, *, is_dry_run: bool) -> Reconciled:
        return cast(Reconciled, self._answered(deps, order, progress, is_preview=is_dry_run))

    def stop(self) -> None:
        """End the process that waits, if one does."""
        self._keep(None)

    def _answered(self, deps: Deps, job: Job, progress: Progress, *, is_preview: bool) -> Answer:
        if job.path.stat().st_size < LARGE:
            return _answer(deps, job, progress, is_preview=is_preview)
        order = _Order(self._database_url, self._house_pack, is_preview, deps.clock() - system_clock(), job)
        process, is_of_use = self._taken() or _started(), False
        try:
            answer = _heard(process, order, progress)
            is_of_use = is_preview
            return answer
        finally:
            if is_of_use:
                self._keep(process)
            else:
                _end(process)

    def _taken(self) -> _Process | None:
        """The process that waits, for this caller alone. None if none waits, or if it has ended."""
        with self._lock:
            waiting, self._waiting = self._waiting, None
        if waiting is None or waiting.poll() is None:
            return waiting
        _end(waiting)
        return None

    def _keep(self, process: _Process | None) -> None:
        """Let the process wait for the next order, in place of the one that waited."""
        with self._lock:
            before, self._waiting = self._waiting, process
            self._lapse.cancel()
            if process is not None:
                self._lapse = Timer(_KEPT_S, self.stop)
                self._lapse.daemon = True
                self._lapse.start()
        if before is not None:
            _end(before)


def _started() -> _Process:
    command = [sys.executable, "-c", _PROGRAM]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own


def _end(process: _Process) -> None:
    process.kill()
    process.communicate()


def _heard(process: _Process, order: _Order, progress: Progress) -> Answer:
    """Give the order, and pass on what the process tells until it is done."""
    if process.stdin is None or process.stdout is None:
        raise TypeError("the process has pipes")
    pickle.dump(order, process.stdin)
    process.stdin.flush()
    faults, remarks = RowFaults(), RowFaults()
    for kind, told in _messages(process.stdout):
        if kind == "rows":
            progress(*told)
        elif kind == "faults":
            faults.add(told)
        elif kind == "remarks":
            remarks.add(told)
        elif kind == "refused":
            raise FileRefused(*told)
        elif isinstance(told, ImportReport):
            return replace(told, faults=faults.settled(), remarks=remarks.settled())
        else:
            return cast(ListPreview | Reconciled | FileUse, told)
    raise ListProcessEnded


def _messages(coming: IO[bytes]) -> Iterator[Any]:
    while True:
        try:
            yield pickle.load(coming)  # noqa: S301 - from our own process
        except EOFError:
            return


class _Teller:
    """Tells the process that ordered the work."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out

    def tell(self, kind: str, told: object) -> None:
        pickle.dump((kind, told), self._out)
        self._out.flush()

    def tell_all(self, kind: str, faults: Sequence[RowFault]) -> None:
        coming = iter(faults)
        while piece := list(islice(coming, _PIECE)):
            self.tell(kind, piece)


def main() -> None:
    """Carry out the orders on standard input."""
    teller = _Teller(os.fdopen(os.dup(sys.stdout.fileno()), "wb"))
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())  # whatever else is printed must not stand among the messages
    os.nice(_MAKES_WAY)
    rulebook = load_rulebook()
    for order in _messages(sys.stdin.buffer):
        _carry_out(order, rulebook, teller)


def _carry_out(order: _Order, rulebook: Rulebook, teller: _Teller) -> None:
    def clock() -> datetime:
        return system_clock() + order.ahead

    def progress(done: int, of: int) -> None:
        teller.tell("rows", (done, of))

    engine = engines.create(order.database_url)
    rules = HouseRulebook(rulebook, clock, partial(read_aside, order.database_url))
    deps = Deps(clock, UnitsOfWork(engine), rules, cast(Notifier, None), order.house_pack)
    try:
        with collector.importing():
            answer = _answer(deps, order.job, progress, is_preview=order.is_preview)
        if isinstance(answer, ImportReport):
            teller.tell_all("faults", answer.faults)
            teller.tell_all("remarks", answer.remarks)
            answer = replace(answer, faults=(), remarks=())
        teller.tell("done", answer)
    except FileRefused as refused:
        teller.tell("refused", (refused.reason, refused.because, refused.figure))
    finally:
        engine.dispose()


def _answer(deps: Deps, job: Job, progress: Progress, *, is_preview: bool) -> Answer:
    work = InThisProcess()
    if isinstance(job, Look):
        return work.look(deps, job)
    if isinstance(job, Order):
        return work.compare(deps, job, progress, is_dry_run=is_preview)
    return work.preview(deps, job, progress) if is_preview else work.bring_in(deps, job, progress)
