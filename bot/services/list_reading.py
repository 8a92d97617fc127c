"""The rows of a list, read while those before them are written: a database at work leaves this program little to do."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import NamedTuple

from bot.services.contact_rows import ContactRow, RowReader, RowRefused
from bot.services.csv_files import Record

_PART = 500  # rows


class ReadRow(NamedTuple):
    """A row of the file, and the contact in it, or why there is none."""

    record: Record
    found: ContactRow | str


def read_ahead(records: Iterator[Record], reader: RowReader) -> Iterator[ReadRow]:
    """Every row in its order. A part of the file is being read while whoever asks works on the part before it."""
    with ThreadPoolExecutor(1, "nextcall-list") as thread:
        coming = thread.submit(_part, records, reader)
        while part := coming.result():
            coming = thread.submit(_part, records, reader)
            yield from part


def _part(records: Iterator[Record], reader: RowReader) -> list[ReadRow]:
    return [ReadRow(record, _read(record, reader)) for record in islice(records, _PART)]


def _read(record: Record, reader: RowReader) -> ContactRow | str:
    try:
        return reader.read(record)
    except RowRefused as refused:
        return str(refused)
