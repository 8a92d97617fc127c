"""The rows of a list, read and decided while those before them are written: a database at work leaves this program time."""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from typing import NamedTuple

from bot.services.contact_rows import ContactRow, RowReader, RowRefused
from bot.services.csv_files import Record
from bot.services.first_decisions import First, FirstDecisions

_PART = 500  # rows
_AHEAD = 10  # parts


class ReadRow(NamedTuple):
    """A row of the file, and the contact in it with the first decision on it, or why there is none."""

    record: Record
    found: tuple[ContactRow, First] | str


def read_ahead(records: Iterator[Record], reader: RowReader, decisions: FirstDecisions) -> Iterator[ReadRow]:
    """Every row in its order. Parts of the file are being read while whoever asks works on those before them."""
    thread = ThreadPoolExecutor(1, "nextcall-list")

    def coming() -> Future[list[ReadRow]]:
        return thread.submit(_part, records, reader, decisions)

    try:
        parts = deque(coming() for _ in range(_AHEAD))
        while part := parts.popleft().result():
            parts.append(coming())
            yield from part
    finally:
        thread.shutdown(cancel_futures=True)


def _part(records: Iterator[Record], reader: RowReader, decisions: FirstDecisions) -> list[ReadRow]:
    return [ReadRow(record, _read(record, reader, decisions)) for record in islice(records, _PART)]


def _read(record: Record, reader: RowReader, decisions: FirstDecisions) -> tuple[ContactRow, First] | str:
    try:
        row = reader.read(record)
    except RowRefused as refused:
        return str(refused)
    return row, decisions.of(row)
