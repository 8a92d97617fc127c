"""In which order the times of call records write day and month: one program wrote them, so one time tells for all."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain, islice

from bot.services.errors import FileRefused
from bot.services.files.dates import DayOrder, OrderSeen, orders_of
from bot.services.files.table import Record
from bot.services.quoting import quoted

ORDER_OF_DAYS = "order_of_days"  # why a file is refused: a word for those who say it in their own way
_FIRST_ROWS = 50


def order_of_days(
    file: str, records: Callable[[], Iterator[Record]], places: Sequence[int], told: DayOrder | None
) -> str:
    """A `DayOrder`; empty if no time needs it. `places`: the columns with times. `told`: what a person said.

    Raises FileRefused if two times have different orders, or no time tells the order and nobody has.
    """
    rows = records()
    first = list(islice(rows, _FIRST_ROWS))
    if not any(orders_of(cell) for _, cell in _cells(first, places)):
        return ""
    seen = OrderSeen()
    for line, cell in _cells(chain(first, rows), places):
        seen.look(line, cell)
    seen.check(file)
    found = seen.order(told)
    if found is None and seen.undecided is not None:
        line, cell = seen.undecided
        raise FileRefused(
            f'{file}: its dates have two readings ("{quoted(cell)}", line {line}). Say whether the day or the month '
            "comes "
            "first: --dates day-first, or --dates month-first.",
            ORDER_OF_DAYS,
            line,
        )
    return found or ""


def _cells(records: Iterable[Record], places: Sequence[int]) -> Iterator[tuple[int, str]]:
    for record in records:
        for at in places:
            if at < len(record.cells) and record.cells[at]:
                yield record.line, record.cells[at]
