"""Opens text, also packed in a zip or tagged as XML, as registries publish their numbers.

The parser is Python's own (expat), as for workbooks: it refuses document types, so that no entity can grow.
"""

import re
from collections.abc import Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol
from xml.parsers import expat

from bot.services.errors import FileRefused
from bot.services.files import refusals
from bot.services.files.headings import key_of
from bot.services.files.looks import MOST_ABOVE, are_of_a_row
from bot.services.files.nameless import NamelessFile
from bot.services.files.text import Source, opened, source_of, texts_of
from bot.services.files.workbook import MOST_INFLATED, ZipParts, is_zip, xml_parser
from bot.services.quoting import quoted

_KINDS = (".txt", ".csv", ".tsv", ".xml")
_WORKBOOKS = ("xl/workbook.xml", "xl/workbook.bin", "mimetype")
_START, _PIECE = 4_096, 1 << 16
_MOST_FILES = 500  # North America has as many area codes
_SMALL, _MOST_RATIO = 16 << 20, 50  # of unpacked to packed bytes: numbers pack to a fifth
_MARK, _OPENS, _CLOSES = b"\xef\xbb\xbf", b"<!--", b"-->"  # of UTF-8, and of a comment
_LIST = re.compile(rb"<list\b")
_CLOSED_AT_ONCE = re.compile(rb"(<list\b[^<>]*?)/>")  # Canada's begins with it, and ends with </list>
_MOST_IN_A_TAG, _DEEPEST = 1 << 20, 4  # bytes that are held until a tag ends, and tags in each other
_DIGITS = 7  # of a number without its area code
_DAYS = frozenset({"date", "dateadded", "listedon"})
_OF_TAGS = {"list": {"type", "level", "val"} | _DAYS, "ac": {"type", "level", "val"}, "ph": {"val"} | _DAYS}


class Rows(Protocol):
    """Where rows come from: a text with a delimiter, tags, or a sheet. Read as often as asked."""

    @property
    def name(self) -> str: ...

    def rows(self) -> Generator[tuple[int, list[str]]]:
        """Every row that is not blank, with its line."""
        ...


def readings_of(path: Path) -> Sequence[Rows]:
    """The ways to read a file that is no workbook: with each delimiter, or as it is tagged. Raises FileRefused."""
    if not is_zip(path):
        return _ways(path.name, source_of(path))
    parts = ZipParts(path)
    names = [one for one in parts.names if not one.endswith("/") and not one.startswith("__MACOSX/")]
    if not names or not all(one.lower().endswith(_KINDS) for one in names):
        raise FileRefused(refusals.NO_LIST.says(file=path.name, told=refusals.ARCHIVE))
    ways = [_ways(path.name, one) for one in _unpacked(parts, names)]
    if len({len(one) for one in ways}) > 1:  # some are tagged, or note their delimiter, and some do not
        raise FileRefused(refusals.NO_LIST.says(file=path.name, told=refusals.ARCHIVE))
    return ways[0] if len(ways) == 1 else [Joined(path.name, names, one) for one in zip(*ways, strict=True)]


def is_workbook(path: Path) -> bool:
    """Whether the file is a zip of the parts of a workbook, or of what is no text."""
    return is_zip(path) and (any(one in ZipParts(path) for one in _WORKBOOKS))


def _unpacked(parts: ZipParts, names: Sequence[str]) -> Generator[NamelessFile]:
    """The files of a zip. Raises FileRefused for too many, or more than numbers and words can be packed from."""
    most = min(MOST_INFLATED, max(_SMALL, _MOST_RATIO * parts.path.stat().st_size))
    if len(names) > _MOST_FILES:
        raise FileRefused(refusals.MANY_FILES.says(file=parts.path.name, most=_MOST_FILES))
    for name in names:
        file = NamelessFile()
        with file.writing() as out:
            for piece in parts.pieces(name):
                out.write(piece)
                most -= len(piece)
                if most < 0:
                    raise FileRefused(refusals.BOMB.says(file=parts.path.name, part=name))
        yield file


def _ways(name: str, source: Source) -> Sequence[Rows]:
    with opened(source) as data:
        rest = data.read(_START).lstrip().removeprefix(_MARK).lstrip()
    if rest.startswith(b"<?xml"):
        rest = rest.partition(b">")[2].lstrip()
    while rest.startswith(_OPENS):  # no pattern: one takes for ever over many comments
        rest = rest[len(_OPENS) :].partition(_CLOSES)[2].lstrip()
    return [TaggedNumbers(name, source)] if _LIST.match(rest) else texts_of(name, source)


@dataclass(frozen=True, slots=True)
class Joined:
    """Files of one zip, one after the other: the lines are counted on. The headings that each has are read once.

    `parts`: what the files are called. Raises FileRefused for one that begins with other headings than the first.
    """

    name: str
    parts: Sequence[str]
    files: Sequence[Rows]
    open_at: set[int] = field(default_factory=set, compare=False)

    def rows(self) -> Generator[tuple[int, list[str]]]:
        before, head = 0, _head_of(self.files[0])
        for part, file in zip(self.parts, self.files, strict=True):
            line, at, first = 0, -1, quoted(self.parts[0])
            differs = refusals.OTHER_HEADINGS.says(file=self.name, part=quoted(part), first=first)
            for at, (line, cells) in enumerate(file.rows()):
                if at < len(head) and [*map(key_of, cells)] != head[at]:
                    raise FileRefused(differs)
                if not before or at >= len(head):
                    yield before + line, cells
            if at + 1 < len(head):
                raise FileRefused(differs)
            self.open_at.update(before + one for one in getattr(file, "open_at", ()))
            before += line


def _head_of(file: Rows) -> list[list[str]]:
    """The headings of a file, as keys, with the titles above them: the rows up to one of several cells, or of data."""
    head = list[list[str]]()
    with closing(file.rows()) as rows:
        for _, cells in rows:
            if are_of_a_row(cells):
                break
            head.append([*map(key_of, cells)])
            if sum(map(bool, head[-1])) > 1 or len(head) > MOST_ABOVE:
                break
    return head


@dataclass(frozen=True, slots=True)
class TaggedNumbers:
    """Numbers as North America's registries tag them: `<ac val='416'>`, and in it `<ph val='5550123' />`.

    A row is an area code, the rest of a number, and the day of its entry if the tag says it. Whatever else a tag says
    is refused: it may add or delete.
    """

    name: str
    source: Source

    def rows(self) -> Generator[tuple[int, list[str]]]:
        found: list[tuple[int, list[str]]] = []
        area, depth, held = "", 0, 0

        def start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal area, depth, held
            if doubt := _doubt_of(tag, attributes):
                raise FileRefused(refusals.TAGS.says(file=self.name, line=parser.CurrentLineNumber, tag=quoted(doubt)))
            depth, held = depth + 1, 0
            if depth > _DEEPEST:
                raise ValueError("tags too deep in each other")
            value = attributes.pop("val", "")
            if tag == "ph":
                found.append((parser.CurrentLineNumber, [area, value.strip().zfill(_DIGITS), *attributes.values()]))
            else:
                area = value.strip() or area

        def end(_: str) -> None:
            nonlocal depth
            depth -= 1

        parser = xml_parser(start, end)
        try:
            with opened(self.source) as data:
                piece = _CLOSED_AT_ONCE.sub(rb"\1>", data.read(_PIECE), count=1)
                while piece:
                    if (held := held + len(piece)) > _MOST_IN_A_TAG:
                        raise ValueError("a tag without an end")
                    parser.Parse(piece)
                    yield from found
                    found.clear()
                    piece = data.read(_PIECE)
                parser.Parse(b"", True)
        except (expat.ExpatError, ValueError) as error:
            raise FileRefused(refusals.DAMAGED.says(file=self.name, part="XML")) from error
        yield from found


def _doubt_of(tag: str, attributes: Mapping[str, str]) -> str:
    """What a tag says that a whole list of numbers does not; empty if nothing."""
    known = _OF_TAGS.get(tag, ())
    if not known or (tag == "ph" and "val" not in attributes):
        return tag
    if (kind := attributes.get("type", "full")).strip().casefold() != "full":
        return f"type={kind}"
    return next((one for one in attributes if one not in known), "")
