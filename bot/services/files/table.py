"""Opens tables as people make them: text in any usual encoding and with any usual delimiter, or a workbook's sheet.

One engine for every kind of file: lists, numbers, call records. A kind says what a row means as a heading (`Kind`);
the engine finds the heading, below titles or on two rows, and the foot; it counts the rows, and asks what must be said
before they are read.

A file is read twice, a row at a time: once to the end, so that an unreadable file is refused as a whole, its rows are
counted and its questions known; and once for its rows.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from itertools import islice, zip_longest
from pathlib import Path
from typing import Generic, NamedTuple, Protocol, TypeVar

from bot.languages import in_every_language
from bot.services.answers.lists import ListQuestion, Meaning
from bot.services.errors import ColumnsRefused, FileRefused
from bot.services.files import refusals, sheet_process
from bot.services.files.bars import Doubts, NumbersUnderOtherHeadings
from bot.services.files.columns import Columns, read_heading
from bot.services.files.headings import key_of
from bot.services.files.looks import LONGEST_HEADING, MOST_ABOVE, Foot, are_of_a_row, is_number, may_be_number
from bot.services.files.packed import Rows, is_workbook, readings_of
from bot.services.files.sheet_rows import MOST_COLUMNS
from bot.services.files.spoken.notes import NO_ANSWERS, Answers
from bot.services.files.spreadsheet_cells import as_written
from bot.services.files.values import DATED, DayOrder, DayOrders
from bot.services.quoting import quoted

_LETTER = re.compile(r"[^\W\d_]")
_BARE_NUMBER = range(9, 16)  # figures of a number without its 0, above the heading; fewer may be a day, as 20260102


class Record(NamedTuple):
    """One row, and the line of the file on which it begins (1 is the first)."""

    line: int
    cells: tuple[str, ...]


class SavedMapping(NamedTuple):
    """What a person once said of the columns of a file, under a name."""

    name: str
    chosen: Mapping[str, Meaning]  # by heading


@dataclass(frozen=True, slots=True)
class Wishes:
    """How a person wants a file read. `saved`: earlier choices, by `heading_key`; what is chosen now comes first."""

    chosen: Mapping[str, Meaning] = field(default_factory=dict)
    saved: Mapping[str, SavedMapping] = field(default_factory=dict)
    sheet: str = ""
    answers: Answers = NO_ANSWERS  # what was said of words that may say no
    order: DayOrder | None = None  # of day and month, where no cell of a column decides


AS_IT_IS = Wishes()


class Understood(Protocol):
    """What a kind of file makes of one row: its columns if it is the heading, or that it is the first row of data."""

    @property
    def is_heading(self) -> bool: ...

    @property
    def known(self) -> int:
        """How many columns were recognised."""

    def fault(self) -> str:
        """Why a file with these columns cannot be read; empty if it can."""


C = TypeVar("C", bound=Understood)


class Watch(Protocol):
    """Looks at every row while they are counted."""

    def look(self, line: int, cells: list[str]) -> None: ...

    def questions(self) -> Iterable[ListQuestion]:
        """What must be answered before the rows are read."""


@dataclass(frozen=True, slots=True)
class Kind(Generic[C]):
    """A kind of file. `read`: what a row means. `watches`: what looks at the rows. `leaves_out_hidden`: rows that a
    workbook hides are not read."""

    read: Callable[[tuple[str, ...], Wishes], C]
    watches: Callable[[C, Wishes], Sequence[Watch]] = lambda _columns, _wishes: ()
    leaves_out_hidden: bool = False


@dataclass(frozen=True, slots=True)
class Opened(Generic[C]):
    """A readable file: its heading, or its first row of data, what the columns mean, and how many rows there are."""

    source: Rows
    first: Record
    columns: C
    begins: int  # rows that are not blank before the first of data
    rows: int = 0
    mapping: str = ""  # the saved mapping that was used
    questions: tuple[ListQuestion, ...] = ()  # what must be answered before an import
    sheet: str = ""  # of a workbook
    sheets: tuple[str, ...] = ()  # that can be chosen
    unread_sheets: tuple[str, ...] = ()  # visible ones with rows
    refused: Mapping[int, str] = field(default_factory=dict)  # lines of rows that cannot be used, and why
    is_rejects: bool = False  # rows that an earlier import could not use, with two columns of its own
    watched: tuple[Watch, ...] = ()

    @property
    def name(self) -> str:
        return self.source.name

    @property
    def heading(self) -> tuple[str, ...]:
        """Empty if the file has none."""
        return self.first.cells if self.columns.is_heading else ()

    def below(self) -> Iterator[Record]:
        """Every row of data that is not blank."""
        read = (Record(line, tuple(cells)) for line, cells in islice(self.source.rows(), self.begins, None))
        if not self.is_rejects:
            return read
        width = len(self.first.cells)  # without the line and the reason
        return (Record(one.line, tuple(map(as_written, one.cells[:width]))) for one in read)


def open_table(path: Path, kind: Kind[C], wishes: Wishes = AS_IT_IS) -> Opened[C]:
    """Open a file, whatever the fault of its columns.

    Raises FileRefused: missing, empty, binary, protected, too wide.
    """
    return _counted(_best_heading(path, kind, wishes), kind, wishes)


Table = Opened[Columns]


def _watch_list(columns: Columns, wishes: Wishes) -> Sequence[Watch]:
    dated = [(columns.heading[at], [at]) for at, meaning in enumerate(columns.meanings) if meaning.kind.cell in DATED]
    return Doubts(columns), DayOrders(dated, wishes.order), NumbersUnderOtherHeadings(columns)


LIST = Kind(lambda cells, told: read_heading(cells, told.chosen, told.answers), _watch_list, leaves_out_hidden=True)


def open_list(path: Path, wishes: Wishes = AS_IT_IS) -> Table:
    """Open a list of contacts. Raises FileRefused as `open_table` does, and for columns that are no list's.

    A column that nobody knows and that may hold the numbers is a question of the table.
    """
    found = open_table(path, LIST, wishes)
    fault = found.columns.fault()
    is_headed = found.columns.has_names or not any(_is_of_data(cell.strip()) for cell in found.first.cells)
    if is_headed or not fault:
        check_headings(found, wishes.chosen)
    if fault and not (found.columns.has_names and any(one.is_of_numbers for one in found.questions)):
        raise ColumnsRefused(refusals.UNDER.says(heading=path.name, fault=fault))
    check_rows(found)
    if doubled := found.columns.doubled:
        raise FileRefused(refusals.DOUBLED.says(file=found.name, meaning=doubled))
    if found.columns.set_aside:
        names = ", ".join(f'"{name}"' for name in found.columns.set_aside)
        raise FileRefused(refusals.SET_ASIDE.says(file=found.name, names=names))
    return replace(found, columns=replace(found.columns, orders=day_orders(found)))


def day_orders(found: Opened[C]) -> Mapping[int, DayOrder]:
    """In which order each column of dates writes day and month. Raises FileRefused for a column with two orders."""
    [orders] = [one for one in found.watched if isinstance(one, DayOrders)]
    return orders.orders(found.name)


def check_rows(found: Opened[C]) -> None:
    """Raise FileRefused for a file without rows."""
    if not found.rows:
        raise FileRefused(refusals.NO_ROWS.says(file=found.name))


def check_headings(found: Opened[C], chosen: Iterable[str]) -> None:
    """Raise FileRefused for a choice that concerns no column."""
    keys, cells = {key_of(cell) for cell in found.first.cells}, found.first.cells
    for heading in chosen:
        if key_of(heading) not in keys:
            there = ", ".join(f'"{quoted(cell)}"' for cell in cells if cell.strip())
            raise FileRefused(refusals.NO_SUCH_COLUMN.says(file=found.name, heading=quoted(heading), there=there))


def heading_key(cells: tuple[str, ...]) -> str:
    """What files with the same headings, in any order, have in common."""
    keys = sorted({key_of(cell) for cell in cells} - {""})
    return hashlib.sha256("\n".join(keys).encode()).hexdigest()


def headings_of_list(path: Path, sheet: str) -> tuple[str, ...]:
    """The headings of a list, whose rows are not read. Raises FileRefused as `open_table` does."""
    return _best_heading(path, LIST, Wishes(sheet=sheet)).columns.heading


def _best_heading(path: Path, kind: Kind[C], wishes: Wishes) -> Opened[C]:
    if is_workbook(path):
        return _best_sheet(path, kind, wishes)
    if wishes.sheet:
        raise FileRefused(refusals.SHEET_OF_TEXT.says(file=path.name, sheet=quoted(wishes.sheet)))
    return _best_reading(path.name, readings_of(path), kind, wishes)


def _best_sheet(path: Path, kind: Kind[C], wishes: Wishes) -> Opened[C]:
    """The sheet that is asked for, or the first visible one whose columns are recognised best."""
    with sheet_process.opened(path, wishes.sheet) as book:
        found = _best_reading(path.name, book.beginnings, kind, wishes)
        [at] = [one.sheet for one in book.beginnings if one is found.source]
        spool = book.spool(at)
    hidden = dict.fromkeys(spool.hidden, refusals.HIDDEN_ROW) if kind.leaves_out_hidden else {}
    empty = {one.sheet.name for one in book.beginnings if not one.first and not one.refused}
    unread = tuple(one for one in book.visible if one != at.name and one not in empty)
    return replace(found, source=spool, sheet=at.name, sheets=book.visible, unread_sheets=unread, refused=hidden)


def _best_reading(name: str, sources: Sequence[Rows], kind: Kind[C], wishes: Wishes) -> Opened[C]:
    readings = [found for source in sources if (found := _with_heading(source, kind, wishes)) is not None]
    if not readings:
        raise FileRefused(refusals.EMPTY.says(file=name))
    best = max(readings, key=lambda one: (not one.columns.fault(), one.columns.known, len(one.first.cells)))
    if len(best.first.cells) > MOST_COLUMNS:
        raise FileRefused(refusals.MANY_COLUMNS.says(file=name, count=len(best.first.cells), most=MOST_COLUMNS))
    return best


def _with_heading(source: Rows, kind: Kind[C], wishes: Wishes) -> Opened[C] | None:
    """The first row that will do as a heading, below titles; if none will, that of which most is known. None: there is
    no row. A file without a heading begins with its first row: nothing above it is lost."""
    best: Opened[C] | None = None
    before = Record(0, ())
    with closing(source.rows()) as rows:
        top = list(islice(_whole(rows), MOST_ABOVE + 2))
    for above, row in enumerate(top[: MOST_ABOVE + 1]):
        if any(_is_of_data(cell.strip()) for cell in before.cells):
            return best  # below a row of data stands no heading
        found = _reading(source, kind, wishes, above, row)
        if not found.columns.fault() and (found.columns.is_heading or not above):
            return _with_next(found, kind, wishes, top[above + 1 : above + 2])
        if (joined := _joined(before, row, kind, wishes)) and not (
            pair := _reading(source, kind, wishes, above, joined)
        ).columns.fault():
            return pair
        if best is None or (found.columns.is_heading and found.columns.known > best.columns.known):
            best = found
        before = row
    return best


def _whole(rows: Iterator[tuple[int, list[str]]]) -> Iterator[Record]:
    """The rows up to one that cannot be read: with another delimiter it may be whole. Raises FileRefused for the
    first."""
    line = 0
    try:
        for line, cells in rows:
            yield Record(line, tuple(cells))
    except FileRefused:
        if not line:
            raise


def _reading(source: Rows, kind: Kind[C], wishes: Wishes, above: int, record: Record) -> Opened[C]:
    if is_rejects := [*record.cells[-2:]] in in_every_language("rejects"):
        record = Record(record.line, record.cells[:-2])  # "Line" would be read as the kind of line
    saved = wishes.saved.get(heading_key(record.cells)) if wishes.saved else None
    if saved:
        wishes = replace(wishes, chosen={**saved.chosen, **wishes.chosen})
    columns = kind.read(record.cells[:MOST_COLUMNS], wishes)
    begins = above + columns.is_heading
    return Opened(source, record, columns, begins, mapping=saved.name if saved else "", is_rejects=is_rejects)


def _with_next(found: Opened[C], kind: Kind[C], wishes: Wishes, below: Sequence[Record]) -> Opened[C]:
    """The heading with the row below it, if that belongs to it, or says the same in other words."""
    if not found.columns.is_heading or not below or are_of_a_row(below[0].cells):
        return found
    [row] = below
    ways, same = [found], _reading(found.source, kind, wishes, found.begins, row)
    if same.columns.is_heading and not same.columns.fault() and _says_the_same(found, row, kind, wishes):
        ways = [replace(found, begins=same.begins), same]
    if joined := _joined(found.first, row, kind, wishes):
        ways.append(_reading(found.source, kind, wishes, found.begins, joined))
    return max(ways, key=lambda one: one.columns.known)


def _is_of_data(cell: str) -> bool:
    return is_number(cell) or (may_be_number(cell) and sum(map(str.isdigit, cell)) in _BARE_NUMBER)


def _says_the_same(found: Opened[C], row: Record, kind: Kind[C], wishes: Wishes) -> bool:
    """Whether a row has a heading below each heading: the same, or a known one. Of a person, some cells may be such."""
    pairs = zip_longest(map(str.strip, found.first.cells), map(str.strip, row.cells), fillvalue="")
    return all(
        cell and (key_of(cell) == key_of(heading) or kind.read((cell,), wishes).known)
        for heading, cell in pairs
        if heading or cell
    )


def _joined(top: Record, row: Record, kind: Kind[C], wishes: Wishes) -> Record | None:
    """A heading on two rows: groups, as "Phone" above two columns, and below it "Home" and "Mobile". None if the rows
    are no such heading."""
    width = max(len(top.cells), len(row.cells))
    groups, cells = ([*map(str.strip, one), *[""] * (width - len(one))] for one in (top.cells, row.cells))
    is_below_none = any(cell and not group for cell, group in zip(cells, groups, strict=True))
    if not is_below_none or are_of_a_row(cells) or not all(_LETTER.search(cell) for cell in cells if cell):
        return None

    def is_known(heading: str) -> bool:
        return kind.read((heading,), wishes).known > 0

    names, group, known = list[str](), "", 0
    for one, cell in zip(groups, cells, strict=True):
        group = one or group
        found = next(filter(is_known, (cell, f"{group} {cell}")), "") if cell else ""
        if cell and not found and is_known(one):
            return None  # what stands below a heading that is known by itself is data
        known += bool(found)
        names.append(found or (one if one and not cell else f"{group} {cell}".strip()))
    return Record(row.line, tuple(names)) if 2 * known >= len(list(filter(None, cells))) else None


def _counted(found: Opened[C], kind: Kind[C], wishes: Wishes) -> Opened[C]:
    watches = kind.watches(found.columns, wishes)
    rows, foot = 0, Foot(len(found.first.cells))
    for line, cells in islice(found.source.rows(), found.begins, None):
        rows += 1
        foot.look(line, cells)
        for watch in watches:
            watch.look(line, cells)
    open_at = getattr(found.source, "open_at", ())
    if found.columns.is_heading and not found.sheet:
        has_rows = any(map(_holds_rows, found.first.cells))
        if has_rows or found.first.line in open_at:
            what = refusals.HEADING_OF_ROWS if has_rows else refusals.OPEN_ROW
            raise FileRefused(refusals.OPEN_QUOTATION.says(file=found.name, line=found.first.line, what=what))
    below = foot.lines()
    refused = {**found.refused, **below, **dict.fromkeys(open_at, refusals.OPEN_MARK)}
    asked = (one for watch in watches for one in watch.questions())
    questions = [one for one in asked if not one.cells or any(line not in below for line, _ in one.cells)]
    return replace(found, rows=rows, questions=tuple(questions), refused=refused, watched=tuple(watches))


def _holds_rows(heading: str) -> bool:
    """Whether a heading of several lines is too long for one, or has a number on any but the first."""
    lines = heading.splitlines()[1:]
    parts = (part.strip(' "()') for line in lines for part in re.split(r"[,;\t|]", line))
    return any(map(may_be_number, parts)) or (bool(lines) and len(heading) > LONGEST_HEADING)
