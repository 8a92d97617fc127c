"""Finds columns of telephone numbers, or of dialling codes, whose headings nobody knows, so that a person is asked."""

import re
from collections.abc import Callable, Collection, Iterator, Sequence

from bot.services.answers.lists import ListQuestion, Meaning
from bot.services.files.columns import Columns
from bot.services.files.looks import is_number, may_be_day, may_be_number
from bot.services.numbers.parsing import mask, parts_of, read_cell
from bot.services.numbers.plans import ListNumber

_LOOKED_AT = 1_000  # cells of a column
_MOST_SHOWN = 3
_FEWEST_FIGURES = 7  # of a number; in some countries' plans, sums of money are shorter ones
_HALF, _FIFTH = 2, 5
# Numbers under such a heading are a machine's, or another person's.
_OF_OTHERS = re.compile(
    r"fax|pager|telex|tele[ck]op|télécop|\btty\b|assist|secret|sekret|emergency|notfall|urgenc|next of kin|partner|"
    r"spouse|wife|husband|parent|mother|father|guardian|ehe|conjoint|cónyuge|coniuge",
    re.IGNORECASE,
)
_CODE = re.compile(r"(?:\+|00)[1-9]\d{0,2}")
MAY_BE_NUMBERS = (Meaning.PHONE, Meaning.NOT_CALLED, Meaning.DETAIL, Meaning.IGNORE)


class NumbersUnderOtherHeadings:
    """Looks, while rows are counted, for columns that nothing explains and of which most cells are numbers.

    `stopped_in`: the country of a file of numbers that must not be called. One left out would be called: there, a fifth
    of the cells is enough, and figures alone are a number if it is in use. `explained`: columns of days and the like.
    """

    def __init__(self, columns: Columns, stopped_in: str = "", explained: Collection[int] = ()) -> None:
        self._columns = columns
        self._country = stopped_in if columns.numbers else ""
        # Without their 0, where nothing else is one.
        self._is_number: Callable[[str], bool] = is_number if columns.numbers else may_be_number
        if self._country:
            self._is_number = self._is_number_or_in_use
        self._open = tuple(at for at in columns.unknown if at not in explained)  # those to be looked at
        self._cells = dict.fromkeys(self._open, 0)  # how many were looked at
        self._numbers = dict.fromkeys(self._open, 0)
        self._codes = dict.fromkeys(self._open, 0)
        self._shown: dict[int, list[tuple[int, str]]] = {at: [] for at in self._open}

    def look(self, line: int, cells: Sequence[str]) -> None:
        for at in self._open:
            if at < len(cells) and (cell := " ".join(cells[at].split())):
                self._cells[at] += 1
                if self._cells[at] == _LOOKED_AT:
                    self._open = tuple(one for one in self._open if one != at)
                if _CODE.fullmatch(cell):
                    self._codes[at] += 1
                    self._shown[at] = self._shown[at] or [(line, cell)]
                elif self._is_number(cell) or any(map(self._is_number, _several(cell))):
                    self._numbers[at] += 1
                    if len(self._shown[at]) < _MOST_SHOWN:
                        self._shown[at].append((line, mask("".join(filter(str.isdigit, cell)))))

    def questions(self) -> Iterator[ListQuestion]:
        for at, seen in self._cells.items():
            numbers = self._numbers[at]
            if seen and self._codes[at] == seen:
                answers = (Meaning.DIALLING_CODE, *MAY_BE_NUMBERS)
                yield ListQuestion(self._columns.heading[at], answers, tuple(self._shown[at]))
            elif (_FIFTH * numbers >= seen > 0) if self._country else (_HALF * numbers > seen):
                heading = self._columns.heading[at]
                first = (Meaning.NOT_CALLED,) if _OF_OTHERS.search(heading) else ()
                answers = tuple(dict.fromkeys((*first, *MAY_BE_NUMBERS)))
                yield ListQuestion(heading, answers, tuple(self._shown[at]))

    def _is_number_or_in_use(self, cell: str) -> bool:
        if sum(map(str.isdigit, cell)) < _FEWEST_FIGURES or may_be_day(cell):
            return False
        return is_number(cell) or any(isinstance(one, ListNumber) for one in read_cell(cell, self._country))


def _several(cell: str) -> Sequence[str]:
    """The parts of a cell that may hold several numbers, or more than the number."""
    return parts_of(cell) if sum(map(str.isdigit, cell)) > _FEWEST_FIGURES else ()
