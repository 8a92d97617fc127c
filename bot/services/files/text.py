"""Reads text files of any size, a part at a time: finds the encoding, refuses what is not text, and divides rows.

It finds the quotation marks that are never closed. Such a mark swallows the rows after it. They are read all the same:
the line on which the mark opens is a row by itself, which `open_at` names.
"""

import codecs
import csv
import io
import re
from collections import Counter, deque
from collections.abc import Generator, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, TextIO

from bot.services.errors import FileRefused
from bot.services.files import refusals
from bot.services.files.looks import MOST_ABOVE, may_be_number
from bot.services.files.nameless import NamelessFile
from bot.services.numbers.parsing import parts_of

_PART = 1 << 20
_START = 1 << 16
_MOST_PIPED = 64 << 20  # a pipe is kept in memory, because it is read twice
_BLANK = b" \t\r\n\x00\xef\xbb\xbf\xff\xfe"
_CONTROL = frozenset(range(32)) - frozenset(b"\t\n\r\f\v\x1a\x1c\x1d\x1e\x1f")
_NOT_CONTROL = bytes(code for code in range(256) if code not in _CONTROL)
_NOT_TEXT = {
    b"PK\x03\x04": "It is a spreadsheet workbook or an archive, and no file that can be read twice: save it as a file.",
    b"\xd0\xcf\x11\xe0": refusals.OLD_WORKBOOK,
    b"%PDF": refusals.PDF,
    b"\x89PNG": refusals.PICTURE,
    b"\xff\xd8\xff": refusals.PICTURE,
    b"GIF8": refusals.PICTURE,
    b"\x1f\x8b": refusals.COMPRESSED,
}
_OLE = b"\xd0\xcf\x11\xe0"
_PASSWORD = "EncryptedPackage".encode("utf-16-le")  # a part of every workbook that a password protects
_PAGE = re.compile(rb"<(?:!doctype|html|head|body|table|\?xml)\b", re.IGNORECASE)


Source = Path | bytes | NamelessFile  # bytes: a pipe's content, which comes only once


@contextmanager
def _reading(source: Source, encoding: str) -> Iterator[io.TextIOWrapper]:
    """A text from its beginning, with line ends as they are."""
    with opened(source) as data, io.TextIOWrapper(data, encoding=encoding, newline="") as text:
        yield text


def _encoding_of(name: str, source: Source) -> str:
    """How a file writes its text. Raises FileRefused: empty, a known binary kind, or no usual encoding."""
    with opened(source) as data:
        start = data.read(_START)
        for magic, advice in _NOT_TEXT.items():
            if start.startswith(magic):
                told = refusals.LOCKED if magic == _OLE and _PASSWORD in start + data.read(_PART) else advice
                raise FileRefused(refusals.OTHER_KIND.says(file=name, told=told))
        if _PAGE.match(start[:200].lstrip(_BLANK)):
            raise FileRefused(refusals.WEB_PAGE.says(file=name))
        if not any(part.strip(_BLANK) for part in _parts(data)):
            raise FileRefused(refusals.EMPTY.says(file=name))
        encoding = _encoding(start, data)
    try:
        with _reading(source, encoding) as text:
            while part := text.read(_PART):
                if part.encode("utf-8", "surrogatepass").translate(None, _NOT_CONTROL):
                    raise FileRefused(refusals.BINARY.says(file=name))
    except UnicodeError as error:
        raise FileRefused(refusals.NO_TEXT.says(file=name)) from error
    return encoding


def source_of(path: Path) -> Source:
    """Where the bytes of a file are. Raises FileRefused: missing, a folder, not permitted."""
    if not path.exists():
        raise FileRefused(f"There is no file {path}: check the name.")
    if path.is_dir():
        raise FileRefused(f"{path} is a folder: name the CSV file in it.")
    try:
        with path.open("rb") as data:
            content = b"" if path.is_file() else data.read(_MOST_PIPED + 1)  # a pipe or device may have no end
    except OSError as error:
        raise FileRefused(f"{path.name} cannot be opened ({error.strerror}): check its permissions.") from error
    if len(content) > _MOST_PIPED:
        most = _MOST_PIPED >> 20
        raise FileRefused(f"{path.name} is a pipe of more than {most} MiB: save it as a file and name that file.")
    return path if path.is_file() else content


def opened(source: Source) -> BinaryIO:
    if isinstance(source, NamelessFile):
        return source.reading()
    return io.BytesIO(source) if isinstance(source, bytes) else source.open("rb")


def _parts(data: BinaryIO) -> Iterator[bytes]:
    data.seek(0)
    while part := data.read(_PART):
        yield part


def _encoding(start: bytes, data: BinaryIO) -> str:
    if start.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    head = start[:200]
    if head[1::2].count(0) > len(head) // 4:
        return "utf-16-le"
    if head[0::2].count(0) > len(head) // 4:
        return "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        for part in _parts(data):
            decoder.decode(part)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return "cp1252"  # what spreadsheets on Windows write
    return "utf-8"


DELIMITERS = (",", ";", "\t", "|")
MOST_IN_A_ROW = 1 << 20  # characters, on however many lines
MOST_BLANK = 1 << 21  # rows: two whole sheets of them
_BLANK_ROW = 128  # characters; a longer one counts as several
_MOST_LOOKED_AT = 50  # lines of a row, for rows that it swallowed
_FEWEST_FIGURES = 7  # of a number
_MOST_TOO_LONG = 100  # rows that swallow so much: each takes as long as a thousand others


@dataclass(frozen=True, slots=True)
class DelimitedText:
    """A text that was read once to its end and can be read again, with one part in memory at a time.

    `open_at`: the lines with a mark that is never closed, once they were read.
    """

    name: str
    source: Source
    encoding: str
    delimiter: str
    open_at: set[int] = field(default_factory=set, compare=False)

    def rows(self) -> Generator[tuple[int, list[str]]]:
        """Every row that is not blank, with its line. Raises FileRefused at a row too long for any list."""
        blank = 0
        with _reading(self.source, self.encoding) as file:
            for line, cells, length in _Rows(self, file):
                if cells and (cells[0].strip() or any(cell.strip() for cell in cells)):
                    if not (line == 1 and len(cells) <= 2 and cells[0].casefold().startswith("sep=")):
                        yield line, cells
                elif (blank := blank + 1 + length // _BLANK_ROW) > MOST_BLANK:
                    raise FileRefused(refusals.BLANKS.says(file=self.name))


def texts_of(name: str, source: Source) -> list[DelimitedText]:
    """The ways to read a text: with each delimiter, or with the one that Excel notes on its first line. Raises
    FileRefused."""
    encoding = _encoding_of(name, source)
    with _reading(source, encoding) as text:
        first = text.read(_START).lstrip("\r\n \t").split("\n", 1)[0].strip().casefold()
    told = first[4:5] if first.startswith("sep=") and len(first) == 5 else ""
    return [DelimitedText(name, source, encoding, one) for one in ((told,) if told in DELIMITERS else DELIMITERS)]


class _Rows:
    """The rows of a file: the line, the cells, and how many characters long."""

    def __init__(self, source: DelimitedText, file: TextIO) -> None:
        self._source, self._file = source, file
        self._again: deque[str] = deque()  # lines that are read again
        self._of_row: list[str] = []  # the lines of the current row
        self._length = 0  # of the row, in characters
        self._has_ended = False  # the file, within the row
        self._reader = csv.reader(self._lines(), delimiter=source.delimiter)
        self._widths: Counter[int] = Counter()
        self._too_long = 0

    def __iter__(self) -> Generator[tuple[int, list[str], int]]:
        line = 1
        while True:
            self._of_row, self._length, self._has_ended = [], 0, False
            try:
                cells = next(self._reader, None)
            except csv.Error as error:
                cells = self._alone(line, error)
            if cells is None:
                return
            if (len(self._of_row) > 1 or self._has_ended) and self._has_swallowed(cells):
                cells = self._first_of(line)
            if len(cells) > 1:  # one cell is a blank row or a title, or no line looks like a row
                self._widths[len(cells)] += 1
            yield line, cells, self._length
            line += len(self._of_row)

    def _lines(self) -> Iterator[str]:
        while line := self._again.popleft() if self._again else self._file.readline(MOST_IN_A_ROW + 1):
            self._of_row.append(line)
            self._length += len(line)
            if self._length > MOST_IN_A_ROW:
                raise csv.Error
            yield line
        self._has_ended = bool(self._of_row)

    def _has_swallowed(self, cells: Sequence[str]) -> bool:
        """Whether a row of several lines is several rows: the file ends in it, or its lines are rows by themselves. A
        line of free words may look like a row too. In a row that is whole, it takes a number to tell."""
        if self._has_ended:
            return True
        # The cells of most rows. Among the first, of which some may be titles, those of the longest.
        is_early = self._widths.total() <= 2 * MOST_ABOVE
        width = max(*self._widths, len(cells), 0) if is_early else self._widths.most_common(1)[0][0]
        is_sound = self._strictly(self._of_row) is not None
        read = self._plainly if is_sound else self._literally
        inner = [read(one) for one in self._of_row[1 : _MOST_LOOKED_AT + 1]]
        if is_sound and len(cells) == width:
            return any(len(row) == width > 1 and _has_number(row) for row in inner)
        return any(1 < len(row) <= width and (_has_number(row) or (is_sound and len(row) == width)) for row in inner)

    def _strictly(self, lines: Sequence[str]) -> list[str] | None:
        """The cells of one row; None if a quotation mark stands where none can."""
        with suppress(csv.Error):
            return next(csv.reader(lines, delimiter=self._source.delimiter, strict=True), [])
        return None

    def _plainly(self, line: str) -> Sequence[str]:
        """The cells of a line that is a row by itself; none if it is not. A mark at its end may close another."""
        bare = line.rstrip("\r\n")
        cells = self._strictly([bare.removesuffix('"') if bare.count('"') % 2 else bare]) or ()
        return () if any('"' in cell for cell in cells) else cells

    def _literally(self, line: str) -> list[str]:
        return next(csv.reader([line], delimiter=self._source.delimiter, quoting=csv.QUOTE_NONE), [])

    def _alone(self, line: int, error: Exception) -> list[str]:
        """The first line of a row that is too long, if that swallowed others. Raises FileRefused."""
        self._too_long += 1
        if len(self._of_row) > 1 and self._too_long <= _MOST_TOO_LONG and self._has_swallowed(()):
            return self._first_of(line)
        is_cell = self._length <= MOST_IN_A_ROW
        most = csv.field_size_limit() if is_cell else MOST_IN_A_ROW
        what = (refusals.LONG_CELL if is_cell else refusals.LONG_ROW).says(most=most)
        said = refusals.OPEN_QUOTATION.says(file=self._source.name, line=line, what=what)
        raise FileRefused(said) from error

    def _first_of(self, line: int) -> list[str]:
        """The cells of the line on which the quotation mark opens, which is part of one of them."""
        self._again.extendleft(reversed(self._of_row[1:]))
        del self._of_row[1:]
        self._reader = csv.reader(self._lines(), delimiter=self._source.delimiter)
        self._source.open_at.add(line)
        return self._literally(self._of_row[0])


def _has_number(cells: Sequence[str]) -> bool:
    bare = [cell.strip(' "=') for cell in cells if sum(map(str.isdigit, cell)) >= _FEWEST_FIGURES]
    return any(may_be_number(part) for cell in bare for part in (cell, *parts_of(cell)))
