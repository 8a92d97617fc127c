"""Looks at, reads and imports large lists in a process of their own, so that agents do not wait meanwhile.

The process (`main`) takes orders from the one that started it, one after another, and answers with messages. It sends
people no messages: the process that started it does. When that process ends, this one ends too, after its current
batch of rows at the latest; every batch is whole.
"""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from itertools import islice
from multiprocessing.connection import Connection
from threading import Lock, Timer
from typing import Any, Final, NamedTuple, TypeVar, cast

from bot import collector
from bot.clock import system_clock
from bot.services.answers.lists import ImportReport, RowFault
from bot.services.deps import Deps
from bot.services.errors import FileRefused
from bot.services.files.row_faults import Progress, RowFaults
from bot.services.files.sheet_process import OwnProcess, starter
from bot.services.house_rules.rulebook import HouseRulebook
from bot.services.intake.list_work import Job, do_here
from bot.services.ports import Notifier
from policy import Rulebook, load_rulebook
from storage.database import engine as engines
from storage.database.unit_of_work import UnitsOfWork, read_aside

LARGE: Final = 300_000  # bytes; a smaller file is done sooner than a process has started
_PIECE: Final = 500  # faulty rows in one message
_PROGRAM: Final = f"from bot import collector; collector.imported({__name__!r}).main()"
_KEPT_S: Final = 600.0  # a person who has seen the preview presses Import by then, or waits for a new process

Answer = TypeVar("Answer")


class ListProcessEnded(Exception):
    """The process ended without an answer. Its log says why."""


class _Order(NamedTuple):
    database_url: str
    house_pack: str
    ahead: timedelta  # of the machine's clock, as the local workspace's may be
    job: Job[Any]


class InItsOwnProcess:
    """The intake's ListWork: large files in a process of their own, others here.

    A process that has looked at a file waits for what comes next, since it takes two seconds to start. One that has
    imported ends, and so its memory is free.
    """

    def __init__(self, database_url: str, house_pack: str) -> None:
        self._database_url, self._house_pack = database_url, house_pack
        self._waiting: OwnProcess | None = None
        self._lapse = Timer(_KEPT_S, self.stop)
        self._lock = Lock()

    def __call__(self, deps: Deps, job: Job[Answer], progress: Progress) -> Answer:
        """The answer of a job. Raises ListProcessEnded, FileRefused, and whatever `progress` raises."""
        if job.order.path.stat().st_size < LARGE:
            return do_here(deps, job, progress)
        order = _Order(self._database_url, self._house_pack, deps.clock() - system_clock(), job)
        with self._lock:  # the process that waits, if it has not ended, for this caller alone
            waiting, self._waiting = self._waiting, None
        process = OwnProcess(_PROGRAM) if waiting is None or waiting.has_ended else waiting
        is_of_use = False
        try:
            answer = _heard(process.told, order, progress)
            is_of_use = not job.is_last
            return cast(Answer, answer)
        finally:
            if is_of_use:
                self._keep(process)
            else:
                process.end()

    def stop(self) -> None:
        """End the process that waits, if one does."""
        self._keep(None)

    def _keep(self, process: OwnProcess | None) -> None:
        """Let the process wait for the next order, in place of the one that waited."""
        with self._lock:
            before, self._waiting = self._waiting, process
            self._lapse.cancel()
            if process is not None:
                self._lapse = Timer(_KEPT_S, self.stop)
                self._lapse.daemon = True
                self._lapse.start()
        if before is not None:
            before.end()


def _heard(process: Connection, order: _Order, progress: Progress) -> object:
    faults, remarks = RowFaults(), RowFaults()
    try:
        process.send(order)
        while True:
            kind, told = process.recv()
            if kind == "rows":
                progress(*told)
            elif kind == "faults":
                faults.add(told)
            elif kind == "remarks":
                remarks.add(told)
            elif kind == "refused":
                raise told
            elif isinstance(told, ImportReport):
                return replace(told, faults=faults.settled(), remarks=remarks.settled())
            else:
                return told
    except (EOFError, OSError) as ended:
        raise ListProcessEnded from ended


def main() -> None:
    """Carry out the orders of the process that started this one, until that ends."""
    rulebook = load_rulebook()
    with starter() as orders, suppress(EOFError):
        while True:
            _carry_out(orders.recv(), rulebook, orders)


def _carry_out(order: _Order, rulebook: Rulebook, asker: Connection) -> None:
    def clock() -> datetime:
        return system_clock() + order.ahead

    def progress(done: int, of: int) -> None:
        asker.send(("rows", (done, of)))

    engine = engines.create(order.database_url)
    rules = HouseRulebook(rulebook, clock, partial(read_aside, order.database_url))
    deps = Deps(clock, UnitsOfWork(engine), rules, cast(Notifier, None), order.house_pack)
    try:
        with collector.importing():
            answer = do_here(deps, order.job, progress)
        if isinstance(answer, ImportReport):
            _send_all(asker, "faults", answer.faults)
            _send_all(asker, "remarks", answer.remarks)
            answer = replace(answer, faults=(), remarks=())
        asker.send(("done", answer))
    except FileRefused as refused:
        asker.send(("refused", refused))
    finally:
        engine.dispose()


def _send_all(asker: Connection, kind: str, faults: Sequence[RowFault]) -> None:
    coming = iter(faults)
    while piece := list(islice(coming, _PIECE)):
        asker.send((kind, piece))
