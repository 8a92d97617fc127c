"""Tells by its look what a cell holds, a telephone number or a day, and which rows below the data are none."""

import re
from collections import deque
from collections.abc import Iterable
from itertools import islice

from bot.services.files import refusals

# A telephone number as people write one; figures alone may be the id of a program.
_NUMBER = re.compile(
    r"(?:\+|\(|0)[\d ()/.-]{8,}|(?:1[-. ])?\d{3}[-. ]\d{3}[-. ]\d{4}|(?:\d{2}[ .]){4}\d{2}|\d{3,5} \d{5,8}"
)
_FIGURES = re.compile(r"[+(]?[\d ()/.+-]{7,}")
# As people write days, with or without a time; and as a spreadsheet counts them, from 1927 to 2119.
_DAY = re.compile(
    r"(?:(?:(?:19|20)\d\d|0000)([-/.])[01]?\d\1[0-3]?\d|[0-3]?\d([-/.]) ?[0-3]?\d\2 ?(?:(?:19|20)\d\d|\d\d))(?: .*)?|"
    r"[1-7]\d{4}(?:\.\d+)?"
)
_GUARDS = ("=", "'", '"', "t", "T")
_AROUND = re.compile(r"""^(?:=?"|'|tel:)|"$""", re.IGNORECASE)
_DAY_IN_FIGURES = re.compile(r"(?:19|20)\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
LONGEST_HEADING = 200
MOST_ABOVE = 25  # rows of titles that may stand above the heading
_MOST_FIGURES = 6  # of a heading


def is_number(text: str) -> bool:
    """Whether a cell is a telephone number as people write one."""
    bare = _bare(text)
    return _NUMBER.fullmatch(bare) is not None and not _DAY.fullmatch(bare)


def may_be_number(text: str) -> bool:
    """Whether a cell may be a telephone number, or an id of as many figures."""
    bare = _bare(text)
    return _FIGURES.fullmatch(bare) is not None and not _DAY.fullmatch(bare)


def _bare(text: str) -> str:
    """A cell without what keeps a spreadsheet from taking it for a figure, and without the word of a link."""
    return _AROUND.sub("", text) if text[:1] in _GUARDS else text


def may_be_day(text: str) -> bool:
    """Whether a cell may be a day, also one of eight figures."""
    return _DAY.fullmatch(text) is not None or _DAY_IN_FIGURES.fullmatch(text) is not None


def are_of_a_row(cells: Iterable[str]) -> bool:
    """Whether cells are too long for headings, or have the figures of a number: those of a row, and not to be kept."""
    return any(len(one) > LONGEST_HEADING or sum(map(str.isdigit, one)) >= _MOST_FIGURES for one in cells)


_NARROW, _MOST_OF_A_FOOT = 2, 100  # cells of a row of the foot, and its rows
_FOOT = re.compile(
    r"(?:(?:grand )?total|sum(?:me|a)?|gesamt|anzahl|count|copyright|generated|created by|confidential|"
    r"end of (?:file|list|report)|filter)\b|\(c\)|©|page \d|records?:|rows?:",
    re.IGNORECASE,
)
_WHEN = re.compile(
    r"(?<!\d)(?:\d{1,4}([-/.])\d{1,2}\1\d{1,4}|\d{1,2}:\d\d(?::\d\d)?|(?:19|20)\d\d ?[-–] ?(?:19|20)\d\d)(?!\d)"
)
_FEWEST_FIGURES = 6  # of a number, whatever stands beside them


class Foot:
    """Finds the rows below the data that are none: sums, and who made the report when."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._last: deque[tuple[int, list[str]]] = deque(maxlen=_MOST_OF_A_FOOT)  # with few cells, and no number

    def look(self, line: int, cells: list[str]) -> None:
        """Look at a row, in the order of the file."""
        if len(cells) > _NARROW and cells[1] and cells[2]:
            self._last.clear()  # most rows
            return
        filled = [one for cell in cells if (one := cell.strip())]
        if len(filled) <= _NARROW < self._width and not any(map(_may_hold_number, filled)):
            self._last.append((line, filled))
        else:
            self._last.clear()

    def lines(self) -> dict[int, str]:
        """The lines of the foot, once every row was looked at, and what is said of them."""
        begins = next((at for at, (_, filled) in enumerate(self._last) if _FOOT.match(filled[0])), len(self._last))
        return dict.fromkeys((line for line, _ in islice(self._last, begins, None)), refusals.FOOT)


def _may_hold_number(cell: str) -> bool:
    """Whether a cell has the figures of a number beside those of days, times and years."""
    return may_be_number(cell) or sum(map(str.isdigit, _WHEN.sub("", cell))) >= _FEWEST_FIGURES
