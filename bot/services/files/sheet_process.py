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
from collections.abc import Callable, Generator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from threading import Lock
from time import process_time
from typing import Any, BinaryIO, Final, NoReturn, TypeVar

from bot.services.errors import FileRefused
from bot.services.files import refusals
from bot.services.files.sheet_rows import Merged, Spool, choose_sheets, read_sheet
from bot.services.files.workbook import Sheet, Workbook, open_workbook

MOST_MEMORY: Final = 240 << 20  # bytes that a reader may write to
STANDS_FOR_S: Final = 4.0  # of the processor, without a row or a text
_BEGINS_WITH_S, _PER_MEGABYTE_S, _PER_CELL_S = 4.0, 6.0, 50e-6  # of the processor: what a workbook may take in all
_PROGRAM: Final = f"from importlib import import_module; import_module({__name__!r}).serve()"
_MAKES_WAY: Final = 5  # niceness: agents who wait for a contact come first
Made = TypeVar("Made")
_PIECE: Final = 1 << 16
_LOOKED_AT: Final = 27  # rows: titles, and a heading below them
_LENGTH: Final = 8  # bytes that say how long the next piece is
_LONGEST_PIECE: Final = 64 << 20
_RECORD: Final = 4_096  # bytes that a pipe takes as a whole
_LONGEST_NAME: Final = 200  # characters of a sheet's name: spreadsheets allow 31


@dataclass(frozen=True, slots=True)
class Beginning:
    """The first rows of a sheet, and why there are no more; empty: there may be more, or that is all."""

    name: str
    sheet: Sheet
    first: tuple[tuple[int, list[str]], ...]
    refused: tuple[Any, ...] = ()

    def rows(self) -> Generator[tuple[int, list[str]]]:
        yield from self.first
        if self.refused:
            raise FileRefused(*self.refused)


class OpenBook:
    """A workbook that the process has open: its visible sheets, and how those that may be meant begin."""

    visible: tuple[str, ...]
    beginnings: tuple[Beginning, ...]

    def __init__(self, path: Path, heard: Iterator[tuple[str, Any]], tell: Callable[[Any], None]) -> None:
        self._path, self._heard, self._tell = path, heard, tell
        self.visible, self.beginnings = _answer(heard, path)

    def spool(self, sheet: Sheet) -> Spool:
        """Every row of a sheet."""
        spool = Spool(self._path.name)
        self._tell(("sheet", [one.sheet for one in self.beginnings].index(sheet)))
        with spool.writing() as out:
            for kind, told in self._heard:
                if kind != "rows":
                    break
                out.write(told)
            else:
                raise _too_heavy(self._path)
        hidden, merged = _told(kind, told)
        spool.settle(hidden, merged)
        return spool


class SheetProcess:
    """The server, started at the first workbook. Its answers to one order end before the next is given."""

    def __init__(self) -> None:
        self._server: subprocess.Popen[bytes] | None = None
        self._turn = Lock()

    def read(self, path: Path, wanted: str, use: Callable[[OpenBook], Made]) -> Made:
        """What `use` makes of a workbook. Raises FileRefused: no workbook, hostile, another sheet wanted."""
        with self._turn:
            server = self._running()
            _say(server, ("read", str(path.absolute()), wanted[:_LONGEST_NAME]))
            heard = _pieces(server)
            try:
                return use(OpenBook(path, heard, lambda one: _say(server, one)))
            finally:
                _say(server, ("end",))
                for _ in heard:  # to the end of this order
                    pass

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._server is None or self._server.poll() is not None:
            command = [sys.executable, "-c", _PROGRAM]
            pipe = subprocess.PIPE
            self._server = subprocess.Popen(command, stdin=pipe, stdout=pipe)  # noqa: S603 - our own
            weakref.finalize(self, _end, self._server)
        return self._server


_process = SheetProcess()
read = _process.read


def _say(server: "subprocess.Popen[bytes]", told: tuple[Any, ...]) -> None:
    """All of it at once, or nothing: whoever reads it is never ended in its midst."""
    record = pickle.dumps(told)
    if len(record) > _RECORD:
        raise FileRefused(refusals.FAR_AWAY.says(file=Path(told[1]).name))
    with suppress(BrokenPipeError):  # its answers end, which says enough
        server.stdin.write(record.ljust(_RECORD, b"\0"))  # type: ignore[union-attr]
        server.stdin.flush()  # type: ignore[union-attr]


def _end(server: "subprocess.Popen[bytes]") -> None:
    server.kill()
    server.communicate()


def _pieces(server: "subprocess.Popen[bytes]") -> Iterator[tuple[str, Any]]:
    """What the copy of the server tells, until it has ended."""
    while True:
        try:
            kind, told = pickle.load(server.stdout)  # type: ignore[arg-type]  # noqa: S301 - from our own process
        except (EOFError, pickle.UnpicklingError):
            return
        if kind == "ended":
            return
        yield kind, told


def _answer(heard: Iterator[tuple[str, Any]], path: Path) -> Any:
    kind, told = next(heard, ("ended", None))
    if kind == "ended":
        raise _too_heavy(path)
    return _told(kind, told)


def _told(kind: str, told: Any) -> Any:
    if kind == "refused":
        raise FileRefused(*told)
    if kind == "broke":
        raise RuntimeError(told)
    return told


def _too_heavy(path: Path) -> FileRefused:
    return FileRefused(refusals.HEAVY.says(file=path.name))


def serve() -> None:
    """Copy this process for each order on standard input, and pass on what the copy tells."""
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed must not stand among the answers
    os.nice(_MAKES_WAY)
    while told := _heard():
        if told[0] != "read":
            continue  # of an order whose reader has ended before it heard it
        coming, going = os.pipe()
        child = os.fork()
        if not child:
            os.close(coming)
            _work(told[1], told[2], os.fdopen(going, "wb"))
        os.close(going)
        with os.fdopen(coming, "rb") as answer:
            while (length := int.from_bytes(answer.read(_LENGTH), "big")) and len(
                piece := answer.read(length)
            ) == length:
                out.write(piece)
                out.flush()
        os.waitpid(child, 0)
        pickle.dump(("ended", None), out)
        out.flush()


def _heard() -> tuple[Any, ...]:
    """What the process that started this one says next; empty: it has ended."""
    record = os.read(0, _RECORD)
    return pickle.loads(record) if len(record) == _RECORD else ()  # noqa: S301 - our own


class _Work:
    """What the copy does: it says each thing whole, or not at all."""

    def __init__(self, path: Path, out: BinaryIO) -> None:
        self._path, self._out = path, out
        self._may_take = _BEGINS_WITH_S + _PER_MEGABYTE_S * path.stat().st_size / 1e6

    def say(self, kind: str, told: Any) -> None:
        piece = pickle.dumps((kind, told))
        if len(piece) > _LONGEST_PIECE:
            raise MemoryError
        self._out.write(len(piece).to_bytes(_LENGTH, "big") + piece)
        self._out.flush()

    def go_on(self, cells: int = 0) -> None:
        """There is something to show: the processor may go on for as long again. Raises FileRefused."""
        signal.setitimer(signal.ITIMER_PROF, STANDS_FOR_S)
        self._may_take += cells * _PER_CELL_S
        if process_time() > self._may_take:
            raise FileRefused(refusals.HEAVY.says(file=self._path.name))

    def look(self, wanted: str) -> tuple[Workbook, list[Sheet]]:
        book = open_workbook(self._path, self.go_on)
        visible = tuple(one.name for one in book.sheets if one.state == "visible")
        sheets = choose_sheets(book, wanted)
        self.say("begins", (visible, tuple(_beginning(book, one, self.go_on) for one in sheets)))
        return book, sheets

    def spool(self, book: Workbook, sheet: Sheet) -> None:
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
                    self.say("rows", text.getvalue().encode("utf-8", "surrogatepass"))
                    self.go_on(cells)
                    cells = 0
                    text.seek(0), text.truncate()
            self.say("rows", text.getvalue().encode("utf-8", "surrogatepass"))
        self.say("settled", (hidden, merged))


def _beginning(book: Workbook, sheet: Sheet, go_on: Callable[[], None]) -> Beginning:
    first: list[tuple[int, list[str]]] = []
    try:
        for row in islice(read_sheet(book, sheet), _LOOKED_AT):
            first.append((row.line, row.cells))  # noqa: PERF401 - what came before a refusal stays
    except FileRefused as refused:
        return Beginning(book.name, sheet, tuple(first), _said(refused))
    go_on()
    return Beginning(book.name, sheet, tuple(first))


def _said(refused: FileRefused) -> tuple[Any, ...]:
    """As it was raised: what is said of it alone, where nothing else is."""
    return (refused.reason, refused.because, refused.figure) if refused.because else (refused.reason,)


def _work(name: str, wanted: str, out: BinaryIO) -> NoReturn:
    """Read one workbook, and end."""
    try:
        resource.setrlimit(resource.RLIMIT_DATA, (MOST_MEMORY, MOST_MEMORY))
        work = _Work(Path(name), out)
        try:
            work.go_on()
            book, sheets = work.look(wanted)
            told = _heard()
            if told and told[0] == "sheet":
                work.spool(book, sheets[told[1]])
        except FileRefused as refused:
            work.say("refused", _said(refused))
        except MemoryError:
            pass  # said nothing: it was too heavy
        except Exception as error:
            work.say("broke", f"{type(error).__name__} in a workbook")
            raise
    except Exception:
        traceback.print_exc()
    finally:
        os._exit(0)
