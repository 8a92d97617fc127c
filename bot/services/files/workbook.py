"""Opens workbooks (XLSX): which sheets there are, their texts, and which cells show dates."""

import os
import re
from array import array
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

from bot.services.errors import FileRefused
from bot.services.files import refusals
from bot.services.files.nameless import NamelessFile
from bot.services.files.zipped import ZipParts, xml_parser

Attributes = dict[str, str]

_BOOK, _RELATIONS, _FOLDER = "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/"
_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])  # numbers of built-in formats
_NO_DATE = re.compile(r'"[^"]*"|\\.|\[[^\]]*\]|_.|\*.')  # parts of a format that are no pattern of a date
_ELAPSED = re.compile(r"\[[hms]+\]", re.IGNORECASE)
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


def open_workbook(path: Path, go_on: Callable[[], None] = lambda: None) -> Workbook:
    """Open a workbook. Raises FileRefused: not whole, another kind, too large, without a sheet.

    `go_on` is called after every thousand texts, and may raise.
    """
    parts = ZipParts(path)
    if _BOOK not in parts:
        raise FileRefused(refusals.NO_LIST.says(file=path.name, told=_advice(parts)))
    book, relations = _Book(), _Relations()
    _parse(parts, _BOOK, book.start)
    _parse(parts, _RELATIONS, relations.start)
    sheets = tuple(
        Sheet(name, state, relations.targets[key])
        for name, state, key in book.sheets
        if relations.kinds.get(key) == "worksheet" and relations.targets[key] in parts
    )
    if not sheets:
        raise FileRefused(refusals.NO_SHEET.says(file=path.name))
    texts, styles = Texts(path.name, go_on), _Styles()
    try:
        _parse(parts, relations.part_of("sharedStrings"), texts.start, texts.end, texts.text)
    finally:
        texts.settle()
    _parse(parts, relations.part_of("styles"), styles.start, styles.end)
    return Workbook(parts, sheets, texts, styles.dates(), book.is_1904)


class Texts:
    """The texts that cells of a workbook share. Most lie in a file without a name, so that memory stays as it is."""

    def __init__(self, name: str, go_on: Callable[[], None] = lambda: None) -> None:
        self._name, self._go_on = name, go_on
        self._file = NamelessFile()
        self._out = self._file.writing()
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

    def settle(self) -> None:
        """No more texts come."""
        self._out.close()

    def _add(self, text: str) -> None:
        if len(self) >= _MOST_TEXTS:
            raise FileRefused(refusals.MANY_TEXTS.says(file=self._name, most=_MOST_TEXTS))
        if not len(self) % _BETWEEN_LOOKS:
            self._go_on()
        written = text.encode("utf-8", "replace")
        self._out.write(written)
        self._ends.append(self._ends[-1] + len(written))


class _Book:
    def __init__(self) -> None:
        self.sheets: list[tuple[str, str, str]] = []  # name, state, relation
        self.is_1904 = False

    def start(self, tag: str, attributes: Attributes) -> None:
        name = tag.rpartition("}")[2]
        if name == "sheet":
            key = next((value for one, value in attributes.items() if one.rpartition("}")[2] == "id"), "")
            self.sheets.append((attributes.get("name", ""), attributes.get("state", "visible"), key))
        elif name == "workbookPr":
            self.is_1904 = attributes.get("date1904", "0") in ("1", "true")


class _Relations:
    def __init__(self) -> None:
        self.targets: dict[str, str] = {}
        self.kinds: dict[str, str] = {}

    def start(self, tag: str, attributes: Attributes) -> None:
        if tag.rpartition("}")[2] == "Relationship":
            key, target = attributes.get("Id", ""), attributes.get("Target", "")
            self.targets[key] = target[1:] if target.startswith("/") else f"{_FOLDER}{target}"
            self.kinds[key] = attributes.get("Type", "").rpartition("/")[2]

    def part_of(self, kind: str) -> str:
        return next((self.targets[key] for key, one in self.kinds.items() if one == kind), "")


class _Styles:
    def __init__(self) -> None:
        self._formats: dict[str, str] = {}
        self._used: list[str] = []
        self._is_on = False

    def start(self, tag: str, attributes: Attributes) -> None:
        name = tag.rpartition("}")[2]
        if name == "numFmt":
            self._formats[attributes.get("numFmtId", "")] = attributes.get("formatCode", "")
        elif name == "cellXfs":
            self._is_on = True
        elif name == "xf" and self._is_on:
            self._used.append(attributes.get("numFmtId", "0"))

    def end(self, tag: str) -> None:
        if tag.rpartition("}")[2] == "cellXfs":
            self._is_on = False

    def dates(self) -> tuple[bool, ...]:
        return tuple(self._is_date(one) for one in self._used)

    def _is_date(self, key: str) -> bool:
        code = self._formats.get(key)
        if code is None:
            return key.isdigit() and int(key) in _DATES
        plain = _NO_DATE.sub("", code.partition(";")[0]).lower()
        return _ELAPSED.search(code) is not None or ("general" not in plain and any(char in plain for char in "ymdhs"))


def _parse(
    parts: ZipParts,
    part: str,
    start: Callable[[str, Attributes], None],
    end: Callable[[str], None] | None = None,
    text: Callable[[str], None] | None = None,
) -> None:
    if part in parts:
        parser = xml_parser()
        parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
        parts.parse(part, parser)


def _advice(parts: ZipParts) -> str:
    if "xl/workbook.bin" in parts:
        return refusals.BINARY_WORKBOOK
    if "spreadsheet" in parts.small_text("mimetype"):
        return refusals.OPEN_DOCUMENT
    return refusals.ARCHIVE
