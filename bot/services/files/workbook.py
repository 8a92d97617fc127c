"""Opens workbooks (XLSX): which sheets there are, their texts, and which cells show dates.

Parts of a zip are read within limits, whatever its directory claims: a small file may grow a thousandfold.
"""

import os
import re
import zipfile
import zlib
from array import array
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from posixpath import join
from typing import Any, NamedTuple
from xml.parsers import expat

from bot.services.errors import FileRefused
from bot.services.files import refusals
from bot.services.files.nameless import NamelessFile

Attributes = dict[str, str]
Handler = Callable[..., Any]  # of the elements or the text that a parser meets

MOST_ENTRIES = 5_000
MOST_INFLATED = 3 << 30  # bytes of one part; a sheet of a million long rows has less
MOST_RATIO = 400  # of inflated to packed bytes; spreadsheets reach a tenth of it
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # as spreadsheets are packed
_SMALL = 16 << 20  # bytes, below which the ratio does not matter
_PIECE = 1 << 16
_END = b"PK\x05\x06"  # begins the end of the directory
_LONGEST_END = 22 + (1 << 16)  # bytes: how far from the file's end that may begin
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)


class ZipParts:
    """The parts of a zip file."""

    def __init__(self, path: Path) -> None:
        """Read the directory. Raises FileRefused: not whole, too many parts, parts too large."""
        self.path = path
        # The directory counts its entries at the end of the file; to read them all takes memory.
        with path.open("rb") as data:
            data.seek(max(0, path.stat().st_size - _LONGEST_END))
            end = data.read()
        at = end.rfind(_END)
        if at >= 0 and int.from_bytes(end[at + 10 : at + 12], "little") > MOST_ENTRIES:
            raise FileRefused(refusals.MANY_FILES.says(file=path.name, most=MOST_ENTRIES))
        with self._opened() as file:
            found = file.infolist()
        self._sizes = {one.filename: (one.file_size, one.compress_size) for one in found}
        odd = next((one.filename for one in found if one.compress_type not in _METHODS), None)
        if odd is not None:
            raise FileRefused(refusals.METHOD.says(file=path.name, part=odd))

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._sizes)

    def __contains__(self, part: str) -> bool:
        return part in self._sizes

    def pieces(self, part: str) -> Generator[bytes]:
        """A part, inflated piece by piece. Raises FileRefused when it is damaged or grows too large."""
        size, packed = self._sizes[part]
        self._check(part, size, packed)
        inflated = 0
        with self._opened() as file, file.open(part) as stream:
            while piece := stream.read(_PIECE):
                inflated += len(piece)
                self._check(part, inflated, packed)
                yield piece

    def _check(self, part: str, inflated: int, packed: int) -> None:
        if inflated > MOST_INFLATED or (inflated > _SMALL and inflated > MOST_RATIO * max(packed, 1)):
            raise FileRefused(refusals.BOMB.says(file=self.path.name, part=part))

    @contextmanager
    def _opened(self) -> Generator[zipfile.ZipFile]:
        try:
            with zipfile.ZipFile(self.path) as file:
                yield file
        except _BROKEN as error:
            raise FileRefused(refusals.NOT_WHOLE.says(file=self.path.name)) from error


def xml_parser(start: Handler, end: Handler | None = None, text: Handler | None = None) -> expat.XMLParserType:
    """A parser of XML that knows namespaces and refuses document types, so that no entity can grow."""
    parser = expat.ParserCreate(namespace_separator="}")
    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    parser.buffer_text = True
    parser.buffer_size = _PIECE

    def refuse(*_: object) -> None:
        raise ValueError("a document type in a workbook")

    parser.StartDoctypeDeclHandler = refuse
    return parser


def parsed(parts: ZipParts, part: str, parser: expat.XMLParserType) -> Generator[None]:
    """Feed a part to a parser, pausing after each piece. Raises FileRefused if it is no XML, or names what is not
    there."""
    try:
        for piece in parts.pieces(part):
            parser.Parse(piece)
            yield
        parser.Parse(b"", True)
        yield
    except (expat.ExpatError, ValueError, IndexError) as error:
        raise FileRefused(refusals.DAMAGED.says(file=parts.path.name, part=part)) from error


_BOOK, _RELATIONS, _FOLDER = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/"
_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])  # numbers of built-in formats
_NO_DATE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')  # parts of a format that are no pattern of a date
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
_STYLES = ("cellStyleXfs", "cellXfs")  # of styles that have names, and of those that cells have
_MOST_KEPT = 10_000  # texts kept in memory; the others are read from the spool each time
_MOST_TEXTS = 1 << 24
_BETWEEN_LOOKS = 1_000  # texts
LONGEST_TEXT = 1 << 16  # characters: twice what a spreadsheet allows in a cell


class Sheet(NamedTuple):
    """A sheet of a workbook. `state`: visible | hidden | veryHidden. `part`: its file in the zip."""

    name: str
    state: str
    part: str


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook within limits. `dates`: by style, whether it shows a date. `is_1904`: serial days count from 1904."""

    parts: ZipParts
    sheets: tuple[Sheet, ...]
    texts: "Texts"
    dates: tuple[bool, ...]
    is_1904: bool

    @property
    def name(self) -> str:
        return self.parts.path.name


def is_zip(path: Path) -> bool:
    """Whether the file is a zip, as workbooks are."""
    if not path.is_file():
        return False
    with suppress(OSError), path.open("rb") as file:
        return file.read(4) == b"PK\x03\x04"
    return False


def open_workbook(path: Path, go_on: Callable[[], None]) -> Workbook:
    """Open a workbook. Raises FileRefused: not whole, another kind, too large, without a sheet.

    `go_on` is called after every thousand texts, and may raise.
    """
    parts = ZipParts(path)
    if _BOOK not in parts:
        raise FileRefused(refusals.NO_LIST.says(file=path.name, told=_advice(parts)))
    (named, is_1904), relations = _book(parts), _relations(parts)
    found = ((name, state, *relations.get(key, ("", ""))) for name, state, key in named)
    sheets = tuple(
        Sheet(name, state, part) for name, state, kind, part in found if kind == "worksheet" and part in parts
    )
    by_kind = dict(reversed(relations.values()))  # of two parts of a kind, the first
    if not sheets:
        raise FileRefused(refusals.NO_SHEET.says(file=path.name))
    texts = Texts(path.name, go_on)
    texts.read(parts, by_kind.get("sharedStrings", ""))
    return Workbook(parts, sheets, texts, _shows_dates(parts, by_kind.get("styles", "")), is_1904)


class Texts:
    """The texts that cells of a workbook share. Most lie in a file without a name, so that memory stays as it is."""

    def __init__(self, name: str, go_on: Callable[[], None]) -> None:
        self._name, self._go_on = name, go_on
        self._file = NamelessFile()
        self._ends = array("Q", [0])
        self._kept: dict[int, str] = {}
        self._parts: list[str] = []
        self._is_on = False
        self._phonetic = 0
        self._length = 0  # of the parts, in characters

    def __getitem__(self, at: int) -> str:
        found = self._kept.get(at)
        if found is None:
            if at < 0:
                raise IndexError(at)
            begin, end = self._ends[at], self._ends[at + 1]
            found = os.pread(self._file.descriptor, end - begin, begin).decode("utf-8")
            if len(self._kept) < _MOST_KEPT:
                self._kept[at] = found
        return found

    def __len__(self) -> int:
        return len(self._ends) - 1

    def read(self, parts: ZipParts, part: str) -> None:
        """Add the texts of a part, if there is such a part."""
        if part in parts:
            with self._file.writing() as self._out:
                for _ in parsed(parts, part, xml_parser(self.start, self.end, self.text)):
                    pass

    def start(self, tag: str, _: Attributes) -> None:
        name = tag.rpartition("}")[2]
        if name == "t":
            self._is_on = not self._phonetic
        elif name == "rPh":
            self._phonetic += 1

    def end(self, tag: str) -> None:
        name = tag.rpartition("}")[2]
        if name == "t":
            self._is_on = False
        elif name == "rPh":
            self._phonetic -= 1
        elif name == "si":
            self._add("".join(self._parts))
            self._parts.clear()
            self._length = 0

    def text(self, found: str) -> None:
        if self._is_on:
            self._length += len(found)
            if self._length > LONGEST_TEXT:
                raise FileRefused(refusals.LONG_TEXT.says(file=self._name, most=LONGEST_TEXT))
            self._parts.append(found)

    def _add(self, text: str) -> None:
        if len(self) >= _MOST_TEXTS:
            raise FileRefused(refusals.MANY_TEXTS.says(file=self._name, most=_MOST_TEXTS))
        if not len(self) % _BETWEEN_LOOKS:
            self._go_on()
        written = text.encode("utf-8", "replace")
        self._out.write(written)
        self._ends.append(self._ends[-1] + len(written))


def _book(parts: ZipParts) -> tuple[list[tuple[str, str, str]], bool]:
    sheets, is_1904 = list[tuple[str, str, str]](), False
    for name, told in _elements(parts, _BOOK):
        if name == "sheet":
            key = next((value for one, value in told.items() if one.rpartition("}")[2] == "id"), "")
            sheets.append((told.get("name", ""), told.get("state", "visible"), key))
        elif name == "workbookPr":
            is_1904 = told.get("date1904", "0") in ("1", "true")
    return sheets, is_1904


def _relations(parts: ZipParts) -> dict[str, tuple[str, str]]:
    """By the key of a relation, its kind and the part that it names."""
    of_each = (told for name, told in _elements(parts, _RELATIONS) if name == "Relationship")
    return {
        told.get("Id", ""): (told.get("Type", "").rpartition("/")[2], join(_FOLDER, told.get("Target", "")).lstrip("/"))
        for told in of_each
    }


def _shows_dates(parts: ZipParts, part: str) -> tuple[bool, ...]:
    """By style of a cell, whether it shows a date."""
    formats: dict[str, str] = {}
    used, is_of_cells = list[str](), False
    for name, told in _elements(parts, part):
        if name == "numFmt":
            formats[told.get("numFmtId", "")] = told.get("formatCode", "")
        elif name in _STYLES:
            is_of_cells = name == "cellXfs"
        elif name == "xf" and is_of_cells:
            used.append(told.get("numFmtId", "0"))
    return tuple(_is_date(one, formats.get(one)) for one in used)


def _is_date(key: str, code: str | None) -> bool:
    """Whether a format shows dates. `code`: its pattern; None: it is built in, and known by its number."""
    if code is None:
        return key.isdigit() and int(key) in _DATES
    plain = _NO_DATE.sub("", code.partition(";")[0]).lower()
    return _ELAPSED.search(code) is not None or ("general" not in plain and any(char in plain for char in "ymdhs"))


def _elements(parts: ZipParts, part: str) -> Iterator[tuple[str, Attributes]]:
    """The elements of a part as they begin, each by its name without the namespace; none if there is no such part."""
    if part not in parts:
        return
    found: list[tuple[str, Attributes]] = []
    parser = xml_parser(lambda tag, told: found.append((tag.rpartition("}")[2], told)))
    for _ in parsed(parts, part, parser):
        yield from found
        found.clear()


def _advice(parts: ZipParts) -> str:
    if "xl/workbook.bin" in parts:
        return refusals.BINARY_WORKBOOK
    if "mimetype" in parts and b"spreadsheet" in next(parts.pieces("mimetype"), b""):
        return refusals.OPEN_DOCUMENT
    return refusals.ARCHIVE
