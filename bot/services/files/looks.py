"""Tells by its look what a cell holds: a telephone number, or a day."""

import re
from collections.abc import Iterable

# A telephone number as people write one; figures alone may be the id of a program.
_NUMBER = re.compile(
    r"(?:\+|\(|0)[\d ()/.-]{8,}|(?:1[-. ])?\d{3}[-. ]\d{3}[-. ]\d{4}|(?:\d{2}[ .]){4}\d{2}|\d{3,5} \d{5,8}"
)
_FIGURES = re.compile(r"[+(]?[\d ()/.+-]{7,}")
# As people write days, with or without a time; and as a spreadsheet counts them, from 1927 to 2119.
_DAY = re.compile(
    r"(?:(?:19|20)\d\d([-/.])[01]?\d\1[0-3]?\d|[0-3]?\d([-/.]) ?[0-3]?\d\2 ?(?:(?:19|20)\d\d|\d\d))(?: .*)?|"
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
