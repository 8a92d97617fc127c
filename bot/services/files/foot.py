"""Finds the foot of a file: the rows below the data that are none."""

import re
from collections import deque
from itertools import islice

from bot.services.files import refusals
from bot.services.files.looks import may_be_number

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
