"""In which order a column writes day and month: what only one order explains decides for the whole column."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from bot.services.answers.lists import ListQuestion
from bot.services.errors import FileRefused
from bot.services.files import refusals
from bot.services.quoting import quoted

_FIGURES = re.compile(r"(?:([A-Za-z]{3})[a-z]*,? +)?(\d{1,2})([/.-])(\d{1,2})\3(\d{4})(?!\d)")
_SHORT_YEAR = re.compile(_FIGURES.pattern.replace(r"(\d{4})", r"(\d{4}|(?<=[/.])\d\d)"))
_CENTURY = 2000
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class DayOrder(StrEnum):
    """Whether 03/04/2026 is in April or in March."""

    DAY_FIRST = "day-first"
    MONTH_FIRST = "month-first"


def days_in(text: str, *, has_short_years: bool = False) -> dict[DayOrder, date]:
    """What day a date in figures is, in each order in which it can be read; none if it is no such date. With dots, the
    day comes first. `has_short_years`: a year may have two figures."""
    shape = _SHORT_YEAR if has_short_years else _FIGURES
    if text[4:5] == "-" or (found := shape.match(text.strip())) is None:  # a year first, as in nearly every file
        return {}
    weekday, one, between, other, year = found.groups()
    day_first = _day(year, other, one, weekday)
    days = {DayOrder.DAY_FIRST: day_first, DayOrder.MONTH_FIRST: _day(year, one, other, weekday)}
    if between == "." and day_first is not None:
        return {DayOrder.DAY_FIRST: day_first}
    return {order: day for order, day in days.items() if day is not None}


def day_meant(days: Mapping[DayOrder, date], order: str) -> date | None:
    """The one day of a date in figures; None if it has none, or two and nobody knows the order (a `DayOrder`)."""
    if len({*days.values()}) == 1:
        return next(iter(days.values()))
    return days.get(DayOrder(order)) if order else None


def _day(year: str, month: str, day: str, weekday: str | None) -> date | None:
    try:
        on = date(int(year) + (_CENTURY if int(year) < 100 else 0), int(month), int(day))
    except ValueError:
        return None
    is_another = weekday is not None and weekday.lower() in _WEEKDAYS and _WEEKDAYS[on.weekday()] != weekday.lower()
    return None if is_another else on


@dataclass(slots=True)
class OrderSeen:
    """What the cells of one column, or of several that one program writes, say of their order."""

    decided: dict[DayOrder, tuple[int, str]] = field(default_factory=dict)  # the first cell that only it explains
    undecided: tuple[int, str] | None = None  # the first cell that both explain
    has_short_years: bool = False

    def look(self, line: int, text: str) -> None:
        days = days_in(text, has_short_years=self.has_short_years)
        if len(days) == 1:
            [order] = days
            self.decided.setdefault(order, (line, text))
        elif len({*days.values()}) > 1:
            self.undecided = self.undecided or (line, text)

    def order(self, told: DayOrder | None = None) -> DayOrder | None:
        """The order; None if nothing decides. `told`: what a person said, which decides what no cell does."""
        return next(iter(self.decided), told)

    def check(self, file: str) -> None:
        """Raise FileRefused if one cell can only be read in one order, and another only in the other."""
        if len(self.decided) > 1:
            (line, cell), (other_line, other) = self.decided.values()
            cells = {"cell": quoted(cell), "other": quoted(other)}
            raise FileRefused(refusals.TWO_ORDERS.says(file=file, line=line, other_line=other_line, **cells))


class DayOrders:
    """Finds, while rows are counted, in which order columns of dates are written.

    `columns`: by heading, those that one program writes in one order. `told`: what a person said.
    """

    def __init__(
        self, columns: Iterable[tuple[str, Sequence[int]]], told: DayOrder | None, *, has_short_years: bool = False
    ) -> None:
        self._told = told
        self._seen = [(one, OrderSeen(has_short_years=has_short_years), places) for one, places in columns]
        self._places = [(at, seen) for _, seen, places in self._seen for at in places]

    def look(self, line: int, cells: Sequence[str]) -> None:
        for at, seen in self._places:
            if at < len(cells) and cells[at]:
                seen.look(line, cells[at])

    def orders(self, file: str) -> Mapping[int, DayOrder]:
        """The order of each column that has one. Raises FileRefused for a column that has two."""
        for _, seen, _ in self._seen:
            seen.check(file)
        found = {at: seen.order(self._told) for at, seen in self._places}
        return {at: order for at, order in found.items() if order is not None}

    def questions(self) -> Iterable[ListQuestion]:
        """One for each column whose order nothing decides."""
        for heading, seen, _ in self._seen:
            if seen.undecided is not None and seen.order(self._told) is None:
                line, cell = seen.undecided
                yield ListQuestion(heading, (), ((line, quoted(cell)),), is_of_order=True)
