"""Reads parts of a zip within limits, whatever its directory claims: a small file may grow a thousandfold."""

import zipfile
import zlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from xml.parsers import expat

from bot.services.errors import FileRefused
from bot.services.files import refusals

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


def xml_parser() -> expat.XMLParserType:
    """A parser of XML that knows namespaces and refuses document types, so that no entity can grow."""
    parser = expat.ParserCreate(namespace_separator="}")
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
