"""The telephone numbers of a row: which are called, of what kind each is, and why the others are not."""

import re
from collections.abc import Iterator

from bot.services.answers.lists import Meaning
from bot.services.files.bars import is_invalid
from bot.services.files.columns import Columns, NumberColumn
from bot.services.files.headings import key_of
from bot.services.files.refusals import UNDER
from bot.services.numbers.parsing import TWO_READINGS, Unreadable, read_cell
from bot.services.numbers.places import UnknownPlace, country_of_numbers
from bot.services.numbers.plans import ListNumber, read_plain
from policy.templates.sentence import phrase

_ALONE = NumberColumn(0, "")[2:]  # no column beside it says more of its numbers
_INVALID = phrase("the file says that this number is invalid")
# In a row's own label for a number, such as "* Mobile" or "Work Fax", and beside it in its cell.
_NO_CALLS = ("fax", "pager", "telecop", "telex", "tty")
_CLOSED = (
    "wrongnumber", "wrongno", "disconnected", "outofservice", "notinservice", "notinuse", "deadline", "invalid",
    "falschenummer", "ungueltig", "ungultig", "fauxnumero", "mauvaisnumero", "numeroequivocado", "numerosbagliato",
    "verkeerdnummer", "ongeldig",
)  # fmt: skip
_LABELS = {
    "mob": "mobile", "cell": "mobile", "handy": "mobile", "movil": "mobile", "portable": "mobile", "iphone": "mobile",
    "work": "work", "business": "work", "office": "work", "arbeit": "work", "beruf": "work", "geschaeft": "work",
    "travail": "work", "bureau": "work", "trabajo": "work", "lavoro": "work", "werk": "work",
    "home": "home", "privat": "home", "domicile": "home", "casa": "home", "thuis": "home",
}  # fmt: skip


def numbers_of(
    cells: tuple[str, ...], columns: Columns, country: str
) -> tuple[list[tuple[ListNumber, NumberColumn]], list[str]]:
    """The row's numbers in order, each once, with their columns, and the faults of the others."""
    closed, cells = _without_invalid(cells, columns) if Meaning.INVALID in columns.fields else ([], cells)
    if len(columns.numbers) == 1 and columns.numbers[0][2:] == _ALONE:
        (only,) = columns.numbers
        plain = read_plain(cells[only.at], country) if only.at < len(cells) else None
        if plain is not None:
            return [(plain, only)], closed
    numbers: dict[str, tuple[ListNumber, NumberColumn]] = {}
    faults: list[str] = []
    for column in _called(columns, cells):
        for found in read_numbers(cells[column.at], column, cells, country) if column.at < len(cells) else ():
            beside = key_of(found.beside) if isinstance(found, ListNumber) and found.beside else ""
            if isinstance(found, Unreadable):
                faults.append(_about(column, columns, found.reason))
            elif any(word in beside for word in _CLOSED):
                faults.append(_about(column, columns, _INVALID))
            elif not any(word in beside for word in _NO_CALLS):
                numbers.setdefault(found.number, (found, column))
    return list(numbers.values()), closed + list(dict.fromkeys(faults))


def read_numbers(
    text: str, column: NumberColumn, cells: tuple[str, ...], country: str
) -> tuple[ListNumber | Unreadable, ...]:
    """The numbers of a column's cell, of which `text` is what to read, with the codes that other columns say."""
    code, area = (cells[at].strip() if 0 <= at < len(cells) else "" for at in (column.code_at, column.area_at))
    written, code = text.strip(), code or column.code
    if not (code or area) or written.startswith(("+", "00")):
        return read_cell(text, country)
    if area.startswith(("+", "00")):
        code, area = area, ""
    try:
        country = country_of_numbers(code) if code else country
    except UnknownPlace as fault:
        return (Unreadable(str(fault)),)
    alone = read_cell(text, country)
    return alone if not (area and alone) or written.startswith("0") else _joined(area, written, alone, country)


def _joined(
    area: str, written: str, alone: tuple[ListNumber | Unreadable, ...], country: str
) -> tuple[ListNumber | Unreadable, ...]:
    """A number behind its area code, or alone if it has that already."""
    (joined, *_), figures = read_cell(f"{area} {written}", country), re.sub(r"\D", "", area)
    if not figures or not isinstance(joined, ListNumber):
        return alone if re.sub(r"\D", "", written).startswith(figures) else (joined,)
    abroad = None if area.startswith("0") else read_cell(f"+{figures} {written}", country)[0]
    if isinstance(abroad, ListNumber) and abroad.number != joined.number:
        return (Unreadable(TWO_READINGS.says(code=int(figures)), joined.number, abroad.number),)
    return (joined,)


def kind_of_number(number: ListNumber, column: NumberColumn) -> str:
    """The number's own kind wins over its heading, except that a mobile may be a work number."""
    if column.kind == "work":
        return "work"
    if number.is_mobile:
        return "mobile"
    return "" if number.is_fixed and column.kind == "mobile" else column.kind


def _without_invalid(cells: tuple[str, ...], columns: Columns) -> tuple[list[str], tuple[str, ...]]:
    """The row without its first number if its own system calls that invalid, and the reason; else the row as it is."""
    first = next((one.at for one in columns.numbers if one.at < len(cells) and cells[one.at].strip()), -1)
    if first < 0 or not is_invalid(columns, cells):
        return [], cells
    return [UNDER.says(heading=columns.heading[first], fault=_INVALID)], (*cells[:first], "", *cells[first + 1 :])


def _called(columns: Columns, cells: tuple[str, ...]) -> Iterator[NumberColumn]:
    """The columns whose numbers are called, each of the kind that the row's own label says: no fax, no pager."""
    for column in columns.numbers:
        if column.label_at < 0 or column.label_at >= len(cells):
            yield column
            continue
        label = key_of(cells[column.label_at])
        if not any(word in label for word in _NO_CALLS):
            kind = next((kind for word, kind in _LABELS.items() if word in label), column.kind)
            yield column._replace(kind=kind)


def _about(column: NumberColumn, columns: Columns, reason: str) -> str:
    return UNDER.says(heading=columns.heading[column.at], fault=reason) if len(columns.numbers) > 1 else reason
