"""Reads text files of any size, a part at a time: finds the encoding, and refuses what is not text."""

import codecs
import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from bot.services.errors import FileRefused
from bot.services.files import refusals
from bot.services.files.nameless import NamelessFile

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


@dataclass(frozen=True, slots=True)
class TextFile:
    """Text that was read once to its end and can be read again, with one part in memory at a time."""

    name: str
    source: Source
    encoding: str

    @contextmanager
    def reading(self) -> Iterator[io.TextIOWrapper]:
        """The text from its beginning, with line ends as they are."""
        with opened(self.source) as data, io.TextIOWrapper(data, encoding=self.encoding, newline="") as text:
            yield text

    def start(self) -> str:
        """Enough of the text to show its first lines."""
        with self.reading() as text:
            return text.read(_START)


def text_in(name: str, source: Source) -> TextFile:
    """The text of a file. Raises FileRefused: empty, a known binary kind, or no usual encoding."""
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
        file = TextFile(name, source, _encoding(start, data))
    _check(file)
    return file


def source_of(path: Path) -> Source:
    """Where the bytes of a file are. Raises FileRefused: missing, a folder, not permitted."""
    if not path.exists():
        raise FileRefused(f"There is no file {path}: check the name.")
    if path.is_dir():
        raise FileRefused(f"{path} is a folder: name the CSV file in it.")
    try:
        with path.open("rb") as data:
            return path if path.is_file() else _piped(data, path.name)
    except OSError as error:
        raise FileRefused(f"{path.name} cannot be opened ({error.strerror}): check its permissions.") from error


def _piped(data: BinaryIO, name: str) -> bytes:
    """The content of a pipe or device, which may have no end. Raises FileRefused if it is too large."""
    content = data.read(_MOST_PIPED + 1)
    if len(content) > _MOST_PIPED:
        raise FileRefused(
            f"{name} is a pipe of more than {_MOST_PIPED >> 20} MiB: save it as a file and name that file."
        )
    return content


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


def _check(file: TextFile) -> None:
    try:
        with file.reading() as text:
            while part := text.read(_PART):
                if part.encode("utf-8", "surrogatepass").translate(None, _NOT_CONTROL):
                    raise FileRefused(refusals.BINARY.says(file=file.name))
    except UnicodeError as error:
        raise FileRefused(refusals.NO_TEXT.says(file=file.name)) from error
