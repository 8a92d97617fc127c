"""Finds columns of telephone numbers whose headings nobody knows, so that a person is asked."""

from collections.abc import Iterator, Sequence

from bot.services.answers.lists import ListQuestion, Meaning
from bot.services.files.columns import Columns
from bot.services.files.looks import is_number, may_be_number
from bot.services.numbers.parsing import mask

_LOOKED_AT = 1_000  # cells of a column
_MOST_SHOWN = 3
MAY_BE_NUMBERS = (Meaning.PHONE, Meaning.NOT_CALLED, Meaning.DETAIL, Meaning.IGNORE)


class NumbersUnderOtherHeadings:
    """Looks, while rows are counted, for columns that nothing explains and of which most cells are numbers."""

    def __init__(self, columns: Columns) -> None:
        self._columns = columns
        self._is_number = is_number if columns.numbers else may_be_number  # without their 0, where nothing else is one
        self._open = columns.unknown  # those to be looked at
        self._cells = dict.fromkeys(columns.unknown, 0)  # how many were looked at
        self._numbers = dict.fromkeys(columns.unknown, 0)
        self._shown: dict[int, list[tuple[int, str]]] = {at: [] for at in columns.unknown}

    def look(self, line: int, cells: Sequence[str]) -> None:
        for at in self._open:
            if at < len(cells) and (cell := " ".join(cells[at].split())):
                self._cells[at] += 1
                if self._cells[at] == _LOOKED_AT:
                    self._open = tuple(one for one in self._open if one != at)
                if self._is_number(cell):
                    self._numbers[at] += 1
                    if len(self._shown[at]) < _MOST_SHOWN:
                        self._shown[at].append((line, mask("".join(filter(str.isdigit, cell)))))

    def questions(self) -> Iterator[ListQuestion]:
        for at, seen in self._cells.items():
            if seen and 2 * self._numbers[at] > seen:
                yield ListQuestion(self._columns.heading[at], MAY_BE_NUMBERS, tuple(self._shown[at]))
