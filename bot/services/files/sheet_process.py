"""Reads workbooks of others in a process of their own, with limits of memory and of work: a hostile one harms nobody.

A server without threads is started once, and copies itself for each workbook (fork). The copy is ended by the kernel
when it works on without a row or a text to show for it, or takes more memory than any list needs. One is read at a
time.
"""

import csv
import io
import os
import pickle
import resource
import signal
import subprocess
import sys
import traceback
import weakref
from collections.abc import Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from itertools import islice
from multiprocessing.connection import Connection, Pipe
from multiprocessing.reduction import recv_handle, send_handle
from pathlib import Path
from threading import Lock
from time import process_time
from typing import Any, Final, NoReturn

from bot.services.errors import FileRefused
from bot.services.files import refusals
from bot.services.files.nameless import NamelessFile
from bot.services.files.sheet_rows import Merged, Spool, choose_sheets, read_sheet
from bot.services.files.workbook import Sheet, Workbook, open_workbook

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


MOST_MEMORY: Final = 240 << 20  # bytes that a reader may write to
STANDS_FOR_S: Final = 4.0  # of the processor, without a row or a text
_BEGINS_WITH_S, _PER_MEGABYTE_S, _PER_CELL_S = 4.0, 6.0, 50e-6  # of the processor: what a workbook may take in all
_PROGRAM: Final = f"from importlib import import_module; import_module({__name__!r}).serve()"
_PIECE: Final = 1 << 16
_LOOKED_AT: Final = 27  # rows: titles, and a heading below them
_LONGEST_PIECE: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first rows of a sheet, and why there are no more; None: there may be more, or that is all."""

    name: str
    sheet: Sheet
    first: tuple[tuple[int, list[str]], ...]
    refused: FileRefused | None = None

    def rows(self) -> Generator[tuple[int, list[str]]]:
        yield from self.first
        if self.refused:
            raise self.refused


class OpenBook:
    """A workbook that the process has open: its visible sheets, and how those that may be meant begin."""

    visible: tuple[str, ...]
    beginnings: tuple[Beginning, ...]

    def __init__(self, path: Path, wanted: str, reader: Connection) -> None:
        self._path, self._reader = path, reader
        self._say((path.absolute(), wanted))
        self.visible, self.beginnings = self._hear()

    def spool(self, sheet: Sheet) -> Spool:
        """Every row of a sheet."""
        file = NamelessFile()
        self._say([one.sheet for one in self.beginnings].index(sheet))
        with file.writing() as out:
            while isinstance(told := self._hear(), bytes):
                out.write(told)
        return Spool(self._path.name, file, *told)

    def _say(self, told: object) -> None:
        with suppress(OSError):  # it was ended, which `_hear` says
            self._reader.send(told)

    def _hear(self) -> Any:
        """What the process tells next. Raises what it raised, and FileRefused if it was ended."""
        try:
            told = self._reader.recv()
        except (EOFError, OSError) as ended:
            raise FileRefused(refusals.HEAVY.says(file=self._path.name)) from ended
        if isinstance(told, Exception):
            raise told
        return told


_turn = Lock()
_servers: list[OwnProcess] = []  # the one, started at the first workbook


@contextmanager
def opened(path: Path, wanted: str) -> Iterator[OpenBook]:
    """A workbook, read by a copy of the server. Raises FileRefused: no workbook, hostile, another sheet wanted."""
    with _turn:
        if not _servers or _servers[0].has_ended:
            _servers[:] = [OwnProcess(_PROGRAM)]
        ours, theirs = Pipe()
        with theirs, suppress(OSError):
            send_handle(_servers[0].told, theirs.fileno(), None)
        with ours:
            yield OpenBook(path, wanted, ours)


def serve() -> None:
    """Copy this process for each connection that comes from the process that started it, until that ends."""
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # no copy is waited for
    with starter() as orders, suppress(EOFError):
        while True:
            with Connection(recv_handle(orders)) as asker:
                if not os.fork():
                    _work(asker)


def _work(asker: Connection) -> NoReturn:
    """Read one workbook, and end. It sends nothing if it runs out of memory or its reader is gone."""
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        path, wanted = asker.recv()
        work = _Work(path, asker)
        work.read(wanted)
    except FileRefused as refused:
        work.say(refused)
    except (EOFError, BrokenPipeError, MemoryError):
        pass
    except Exception as error:
        traceback.print_exc()
        work.say(RuntimeError(f"{type(error).__name__} in a workbook"))
    finally:
        os._exit(0)


class _Work:
    def __init__(self, path: Path, asker: Connection) -> None:
        self._path, self._asker = path, asker
        self._may_take = _BEGINS_WITH_S + _PER_MEGABYTE_S * path.stat().st_size / 1e6

    def say(self, told: object) -> None:
        piece = pickle.dumps(told)
        if len(piece) > _LONGEST_PIECE:
            raise MemoryError
        self._asker.send_bytes(piece)

    def read(self, wanted: str) -> None:
        """Say how the sheets begin, and then the rows of the one that is meant, as CSV. Raises FileRefused."""
        self._go_on()
        book = open_workbook(self._path, self._go_on)
        visible = tuple(one.name for one in book.sheets if one.state == "visible")
        sheets = choose_sheets(book, wanted)
        self.say((visible, tuple(self._beginning(book, one) for one in sheets)))
        self._say_rows(book, sheets[self._asker.recv()])

    def _go_on(self, cells: int = 0) -> None:
        """There is something to show: the processor may go on for as long again. Raises FileRefused."""
        signal.setitimer(signal.ITIMER_PROF, STANDS_FOR_S)
        self._may_take += cells * _PER_CELL_S
        if process_time() > self._may_take:
            raise FileRefused(refusals.HEAVY.says(file=self._path.name))

    def _beginning(self, book: Workbook, sheet: Sheet) -> Beginning:
        first: list[tuple[int, list[str]]] = []
        try:
            # What came before a refusal stays.
            first.extend((row.line, row.cells) for row in islice(read_sheet(book, sheet), _LOOKED_AT))
        except FileRefused as refused:
            return Beginning(book.name, sheet, tuple(first), refused)
        self._go_on()
        return Beginning(book.name, sheet, tuple(first))

    def _say_rows(self, book: Workbook, sheet: Sheet) -> None:
        hidden: set[int] = set()
        merged: list[Merged] = []
        with io.StringIO(newline="") as text:
            writer = csv.writer(text)
            cells = 0
            for row in read_sheet(book, sheet, merged):
                writer.writerow((row.line, *row.cells))
                cells += len(row.cells)
                if row.is_hidden:
                    hidden.add(row.line)
                if text.tell() > _PIECE:
                    self.say(text.getvalue().encode("utf-8", "surrogatepass"))
                    self._go_on(cells)
                    cells = 0
                    text.seek(0), text.truncate()
            self.say(text.getvalue().encode("utf-8", "surrogatepass"))
        self.say((hidden, merged))
