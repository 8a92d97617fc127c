"""Reads and decides the rows of a list while earlier rows are written, since the database leaves this process idle
time."""

from collections import deque
from collections.abc import Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice

from bot.services.answers.lists import RowFault
from bot.services.files.table import Record
from bot.services.lists.first_decisions import First, FirstDecisions
from bot.services.lists.rows import ContactRow, RefusedStop, RowReader, RowRefused
from bot.services.lists.stops import Told
from policy.templates.sentence import phrase, several

_AHEAD = 5_000  # rows
_STOP_OF_NOBODY = phrase("its stop is not kept, because the row has no number and no reference: add one of them")

Decidable = tuple[ContactRow, First]  # a row with the first decision on its contact


@dataclass(slots=True)
class Part:
    """Consecutive rows of the file. `count`: all of them, including those at fault."""

    count: int = 0
    rows: list[Decidable] = field(default_factory=list)
    faults: list[RowFault] = field(default_factory=list)  # why the other rows make no contact
    remarks: list[RowFault] = field(default_factory=list)
    stops: list[RefusedStop] = field(default_factory=list)  # of rows at fault
    told: list[Told] = field(default_factory=list)  # what is said besides

    @property
    def weight(self) -> int:
        """How many of the rows are written: those that make a contact or say a stop."""
        return len(self.rows) + len(self.stops)


def read_ahead(
    records: Iterator[Record], reader: RowReader, decisions: FirstDecisions, most: int
) -> Generator[Part, None, None]:
    """Every row in order, `most` to a part. Parts are read while earlier ones are worked on.

    The thread that asks must close it: the thread that reads cannot wait for itself.
    """
    thread = ThreadPoolExecutor(1, "nextcall-list")

    def coming() -> Future[Part]:
        return thread.submit(_part, islice(records, most), reader, decisions)

    try:
        parts = deque(coming() for _ in range(max(1, _AHEAD // most)))
        while (part := parts.popleft().result()).count:
            parts.append(coming())
            yield part
    finally:
        thread.shutdown(cancel_futures=True)


def _part(records: Iterator[Record], reader: RowReader, decisions: FirstDecisions) -> Part:
    part = Part()
    for record in records:
        part.count += 1
        try:
            row = reader.read(record)
        except RowRefused as refused:
            stop, reason = reader.stop_of(record), str(refused)
            if stop and (stop.numbers or stop.reference):
                part.stops.append(stop)
            elif stop:
                reason = several([reason, _STOP_OF_NOBODY])
            part.faults.append(RowFault(record.line, reason, record.cells))
            continue
        if row.remark:
            part.remarks.append(RowFault(record.line, row.remark, record.cells))
        part.rows.append((row, decisions.of(row)))
    return part
