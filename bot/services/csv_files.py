"""A file of comma-separated values as the world writes it: any usual encoding, any usual delimiter, quoted line breaks."""

import codecs
import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bot.services.csv_columns import Columns, read_heading
from bot.services.errors import FileRefused

DELIMITERS = (",", ";", "\t", "|")
MOST_LINES_IN_A_CELL = 12  # an address has a handful; more means a quotation mark that was never closed
_CONTROL = {chr(code) for code in range(32)} - set("\t\n\r\f\v\x1a\x1c\x1d\x1e\x1f")
_NOT_TEXT = {
    b"PK\x03\x04": "It is a spreadsheet workbook or an archive: open it and save it as CSV (UTF-8).",
    b"\xd0\xcf\x11\xe0": "It is an old Excel workbook: open it and save it as CSV (UTF-8).",
    b"%PDF": "It is a PDF: export the list as CSV instead.",
    b"\x1f\x8b": "It is compressed: unpack it first.",
}


@dataclass(frozen=True, slots=True)
class Record:
    """One row and the line of the file on which it begins; 1 is the first."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CsvFile:
    """A file that can be read: its heading understood, its rows counted."""

    name: str
    text: str
    delimiter: str
    heading: Record
    columns: Columns
    rows: int

    def records(self) -> Iterator[Record]:
        """Every row after the heading that is not blank."""
        return (record for record in _records(self.text, self.delimiter) if record.line > self.heading.line)


def open_csv(path: Path) -> CsvFile:
    """Read and understand the file. Raises FileRefused: missing, empty, binary, no telephone column, an open quotation."""
    text = _decode(_read(path), path.name)
    first = text.lstrip("\r\n \t").split("\n", 1)[0].strip().casefold()
    told = first[4:5] if first.startswith("sep=") and len(first) == 5 else ""  # Excel's own note of its delimiter
    delimiter, heading, columns = _best_reading(text, (told,) if told in DELIMITERS else DELIMITERS, path.name)
    if fault := columns.fault():
        raise FileRefused(f"{path.name}: {fault}")
    rows = sum(record.line > heading.line for record in _checked(text, delimiter, path.name))
    if rows == 0:
        raise FileRefused(f"{path.name} has a heading and no rows: export the list again.")
    return CsvFile(path.name, text, delimiter, heading, columns, rows)


def open_records(path: Path) -> tuple[str, tuple[Record, ...]]:
    """The file's name and its rows that are not blank, the first perhaps a heading. Raises FileRefused as `open_csv`."""
    text = _decode(_read(path), path.name)
    delimiter, _, _ = _best_reading(text, DELIMITERS, path.name)
    return path.name, tuple(_checked(text, delimiter, path.name))


def _read(path: Path) -> bytes:
    if not path.exists():
        raise FileRefused(f"There is no file {path}: check the name.")
    if path.is_dir():
        raise FileRefused(f"{path} is a folder: name the CSV file in it.")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise FileRefused(f"{path.name} cannot be opened ({error.strerror}): check its permissions.") from error
    if not data.strip(b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"):
        raise FileRefused(f"{path.name} is empty: export the list again.")
    return data


def _decode(data: bytes, name: str) -> str:
    for magic, advice in _NOT_TEXT.items():
        if data.startswith(magic):
            raise FileRefused(f"{name} is not a CSV file. {advice}")
    try:
        text = data.decode(_encoding(data))
    except UnicodeDecodeError as error:
        raise FileRefused(f"{name} is not text: save it as CSV (UTF-8) and try again.") from error
    if not _CONTROL.isdisjoint(text):
        raise FileRefused(f"{name} is a binary file, not text: save it as CSV (UTF-8) and try again.")
    return text


def _encoding(data: bytes) -> str:
    if data.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    start = data[:200]
    if start[1::2].count(0) > len(start) // 4:
        return "utf-16-le"
    if start[0::2].count(0) > len(start) // 4:
        return "utf-16-be"
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"  # what a spreadsheet on Windows writes
    return "utf-8"


def _best_reading(text: str, delimiters: tuple[str, ...], name: str) -> tuple[str, Record, Columns]:
    """The delimiter under which the heading makes most sense."""
    readings = []
    for delimiter in delimiters:
        heading = next(_checked(text, delimiter, name))
        readings.append((delimiter, heading, read_heading(heading.cells)))
    return max(readings, key=lambda reading: (reading[2].known, len(reading[1].cells)))


def _checked(text: str, delimiter: str, name: str) -> Iterator[Record]:
    records = _records(text, delimiter)
    line = 1
    while True:
        try:
            record = next(records)
        except StopIteration:
            return
        except csv.Error as error:  # a cell longer than any real one
            raise FileRefused(f"{name}: a quotation mark after line {line} is never closed: correct it.") from error
        line = record.line
        yield record


def _records(text: str, delimiter: str) -> Iterator[Record]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    line = 1
    for cells in reader:
        is_note = line == 1 and len(cells) <= 2 and cells[:1] and cells[0].casefold().startswith("sep=")
        if not is_note and any(cell.strip() for cell in cells):
            yield Record(line, tuple(cells))
        line = reader.line_num + 1
