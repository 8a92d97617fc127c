"""Reads cells that hold yes or no, a day, or a moment, as people write them. An ambiguous cell is not guessed.

In which order a column writes day and month, what only one order explains decides for the whole column.
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, date, datetime, time
from enum import StrEnum
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from bot.services.answers.lists import Cell, ListQuestion
from bot.services.errors import FileRefused
from bot.services.files import refusals
from bot.services.quoting import quoted, quoting
from policy.calendar.local_time import YEARS

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


class DayOrders:
    """Finds, while rows are counted, in which order columns of dates are written.

    `columns`: by heading, those that one program writes in one order. `told`: what a person said.
    """

    def __init__(
        self, columns: Iterable[tuple[str, Sequence[int]]], told: DayOrder | None, *, has_short_years: bool = False
    ) -> None:
        self._columns, self._told, self._has_short_years = list(columns), told, has_short_years
        self._places = [(at, number) for number, (_, places) in enumerate(self._columns) for at in places]
        # Of each column the first cell that only one order explains, by that; and the first that both explain.
        self._decided: list[dict[DayOrder, tuple[int, str]]] = [{} for _ in self._columns]
        self._undecided: dict[int, tuple[int, str]] = {}

    def look(self, line: int, cells: Sequence[str]) -> None:
        for at, number in self._places:
            if at < len(cells) and cells[at]:
                days = days_in(cells[at], has_short_years=self._has_short_years)
                if len(days) == 1:
                    [order] = days
                    self._decided[number].setdefault(order, (line, cells[at]))
                elif len({*days.values()}) > 1:
                    self._undecided.setdefault(number, (line, cells[at]))

    def orders(self, file: str) -> Mapping[int, DayOrder]:
        """The order of each column that has one. Raises FileRefused for a column of which one cell can only be read in
        one order, and another only in the other."""
        for decided in self._decided:
            if len(decided) > 1:
                (line, cell), (other_line, other) = decided.values()
                cells = {"cell": quoted(cell), "other": quoted(other)}
                raise FileRefused(refusals.TWO_ORDERS.says(file=file, line=line, other_line=other_line, **cells))
        found = {at: next(iter(self._decided[number]), self._told) for at, number in self._places}
        return {at: order for at, order in found.items() if order is not None}

    def questions(self) -> Iterable[ListQuestion]:
        """One for each column whose order nothing decides."""
        for number, (line, cell) in sorted(self._undecided.items()):
            if self._told is None and not self._decided[number]:
                heading, _ = self._columns[number]
                yield ListQuestion(heading, (), ((line, quoted(cell)),), is_of_order=True)


_YES = frozenset(["y", "yes", "true", "1", "x", "listed", "registered", "onregister", "tps", "ctps", "ja", "oui", "si"])
# "Not listed", as registers answer in the languages of headings.toml.
_NOT_LISTED = (
    "notlisted notregistered notonregister notondnc notontps notonctps notfound nomatch nondnd notdnd notondnd nonndnc "
    "notndnc notonndnc nondnc notdnc nichtgelistet "
    "nichteingetragen nichtgefunden keintreffer noninscrit pasinscrit nontrouve noinscrito noregistrado noencontrado "
    "noniscritto nontrovato nietingeschreven nietgeregistreerd nietgevonden"
)
_NO = frozenset(["n", "no", "false", "0", "clear", "clean", "ok", "nein", "non", *_NOT_LISTED.split()])
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]+(.+))?")
_OTHER = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})(?:[T ,]+(.+))?")
_IN_WORDS = re.compile(
    r"(?:(\d{1,2})(?:st|nd|rd|th|er|º)?[. -]+(?:de |of )?([^\W\d_]{3,10})|"
    r"([^\W\d_]{3,10})\.? (\d{1,2})(?:st|nd|rd|th)?)[., -]+(?:de )?(\d{4})(?:[T ,]+(.+))?",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_DIGITS_OF_A_DAY = 5  # at least, also as a spreadsheet counts days
_EARLIEST_YEAR = 1900  # some customers are of long standing
# In columns that bar calls, in every language of headings.toml; a spreadsheet writes its own words for true and false.
_YES_THERE = "t on j o s checked wahr vrai verdadero vero waar 10 ✓ ✔ ☑"  # 10: 1.0
_NO_THERE = "f off nee falsch faux falso onwaar unchecked 00 ☐"  # 00: 0.0
# No bar, and no refusal of a consent; the first are what Dynamics writes in each language, beside the words for "not".
_ALLOWED = "allow zulassen autoriser permitir consenti consentire toestaan"
_NOT_ALLOWED = "donotallow nichtzulassen nepasautoriser nopermitir nonconsentire niettoestaan"
_FINE = frozenset(
    [*_ALLOWED.split(), "allowed", "callable", "erlaubt", "autorise", "permitido", "toegestaan", "clean", "clear", "ok"]
)
_BARRED = _YES | frozenset(_YES_THERE.split()) | frozenset(_NOT_ALLOWED.split())
_NOT_BARRED = _NO | _FINE | frozenset(_NO_THERE.split())
_REFUSED = _NOT_BARRED - _FINE
_PERMITTED = (_BARRED | _FINE) - frozenset([*_NOT_ALLOWED.split(), "tps", "ctps", "listed", "registered", "onregister"])
_MONTH_STARTS = (
    "jan feb mar apr may jun jul aug sep oct nov dec mär mai okt dez fév fev avr jui aoû aou déc ene abr ago set dic "
    "gen mag giu lug ott maa mrt mei"
)
_MONTH_WORDS = (
    *(("jan", "ene", "gen"), ("feb", "fev"), ("mar", "mae", "mrt", "maa"), ("apr", "avr", "abr")),
    *(("may", "mai", "mei", "mag"), ("jun", "juin", "giu"), ("jul", "juil", "lug"), ("aug", "aou", "ago")),
    *(("sep", "set"), ("oct", "okt", "ott", "out"), ("nov",), ("dec", "dez", "dic")),
)
_BESIDE_A_DAY = (
    "am pm at on of the um uhr den der le el de del il op since seit depuis desde dal sinds utc gmt bst cet cest"
)
_MONTHS = frozenset(_MONTH_STARTS.split())
_OF_A_DATE = _PERMITTED | frozenset(_BESIDE_A_DAY.split())
_SAYS_NOTHING = re.compile(r"[-–—.0/: ]*")  # nothing, dashes, a date of noughts
_DOUBTS = (
    "na none null nil unknown unclear maybe perhaps pending tbc tbd unbekannt unklar vielleicht inconnu desconocido "
    "sconosciuto onbekend"
)
_UNSURE = frozenset(_DOUBTS.split())
_TAKEN_BACK = re.compile(
    r"\b(?:no|not|non|none|without|nicht|keine?|pas|sans|sin|senza|niet|geen|never)\b|"
    r"withdr[ae]w|revo[ck]|opt(?:ed)?[ -]?out|unsubscri|declin|den(?:y|ied)|refus|reject|expired|"
    r"disagree|lapsed|cancel|\bun(?:accept|agree|confirm|giv|grant)|d[ée]saccord|\bnie\b|"
    r"widerruf|abgelehnt|abgelaufen|verweigert|zurück|entzogen|retir|révoqu|rechaz|rifiut|ritirat|geweiger|ingetrok",
    re.IGNORECASE,
)
# After a yes: "Ja, gerne". Other words may say when, or of what.
_GLADLY = frozenset(
    ["gerne", "gern", "bitte", "please", "sure", "volontiers", "merci", "porfavor", "claro", "volentieri", "graag"]
)
_NOT_YET = re.compile(r"\bto be\b|pending|await|\buntil\b|\bbis\b", re.IGNORECASE)
_GIVEN = re.compile(
    r"giv|grant|accept|opt(?:ed)?[ -]?in\b|subscribed|confirmed|agree|erteilt|zugestimmt|accord|donn|otorg|dad[oa]\b|"
    r"\bautori[sz]ad[oa]\b|\bdat[oa]\b|gegeven|verleend",
    re.IGNORECASE,
)

_PRIORITIES = {str(number): number for number in range(5)} | {"high": 1, "normal": 2, "medium": 2, "low": 3}
DATED = frozenset({Cell.DAY, Cell.SCREENING, Cell.MOMENT, Cell.WITHDRAWAL, Cell.LISTING})

_NO_FLAG = quoting('"{written}" is neither yes nor no')
_NO_PRIORITY = quoting('priority "{written}" is not 0 (first) to 4 (last), so the campaign\'s is used')
_NO_TIME = quoting('"{written}" is not a time: write it as 2026-03-02 14:30')
_NO_DATE = quoting('"{written}" is not a date')
_TWO_DATES = quoting('"{written}" is not a date that can be read one way only: write it as 2026-03-02')
_OUT_OF_RANGE = quoting('"{written}" is out of range: write a year from {first} to {last}')


class Listing(NamedTuple):
    """What a register said: whether the number is listed and, if the cell says, since when."""

    is_listed: bool
    listed_on: date | None = None


def read_yes_no(text: str) -> bool | None:
    """Read yes or no; None for an empty cell. Raises ValueError for anything else."""
    key = "".join(char for char in unicodedata.normalize("NFKD", text.casefold()) if char.isalnum())
    if not key and _SAYS_NOTHING.fullmatch(text.strip()):
        return None
    if key in _YES:
        return True
    if key in _NO:
        return False
    raise ValueError(_NO_FLAG.says(written=quoted(text)))


def read_listing(text: str, order: str = "") -> Listing | None:
    """Read yes, no, or the day of the entry; None for an empty cell. Raises ValueError for anything else.

    A day that can be read in two ways is left out: the number counts as listed for a long time.
    """
    try:
        is_listed = read_yes_no(text)
    except ValueError:
        if not any(char.isdigit() for char in text):
            raise
        return Listing(True, None if len(days_in(text)) > 1 and not order else read_day(text, order))
    return None if is_listed is None else Listing(is_listed)


def read_bar(text: str) -> bool | None:
    """Read a cell that bars calls: no is clear, yes is yes or any other text, such as a date, a reason or a register.

    None for an empty cell. Raises ValueError for an error of a spreadsheet, a number that is no flag, or a doubt.
    """
    said = text.strip()
    key = _flag(said)
    if key in _BARRED or said == "-1":
        return True
    if key in _NOT_BARRED:
        return False
    if _SAYS_NOTHING.fullmatch(said):
        return None
    is_flag = key.isdigit() and len(key) < _DIGITS_OF_A_DAY and not _YEAR.fullmatch(key)
    if said.startswith("#") or set(said) == {"?"} or key in _UNSURE or is_flag:
        raise ValueError(_NO_FLAG.says(written=quoted(text)))
    return True


def is_plain_flag(text: str) -> bool:
    """Whether a cell is a plain yes or no, or empty; not a text such as "never"."""
    said = text.strip()
    return _flag(said) in _BARRED | _NOT_BARRED or _SAYS_NOTHING.fullmatch(said) is not None


def is_plain_bar(text: str) -> bool:
    """Whether a cell that bars calls says so by a yes, a register or a day, not by any other text."""
    said = text.strip()
    return _flag(said) in _BARRED or said == "-1" or _is_date(said)


def read_consent(text: str) -> bool | None:
    """Read a cell that permits calls: True if it bars them, else None. Raises ValueError for a doubt."""
    said = text.strip().replace("_", " ")
    key = _flag(said)
    begins, _, rest = said.partition(" ")
    first = _flag(begins)  # as in "N 2026-03-04"
    if {key, first} & _REFUSED or _TAKEN_BACK.search(said):
        return True
    is_yes = key in _PERMITTED or (first in _PERMITTED and _flag(rest) in _GLADLY)
    is_given = is_yes or _GIVEN.search(said) is not None or _is_date(said)
    if _SAYS_NOTHING.fullmatch(said) or (is_given and not _NOT_YET.search(said)):
        return None
    raise ValueError(_NO_FLAG.says(written=quoted(text)))


def _is_date(said: str) -> bool:
    """Whether a cell is a day, perhaps with a time or a yes. Another word may say what ended that day."""
    words = [word for word in re.findall(r"[^\W\d]{2,}", said.casefold()) if word[:3] not in _MONTHS]
    return sum(char.isdigit() for char in said) >= _DIGITS_OF_A_DAY and _OF_A_DATE.issuperset(words)


def _flag(said: str) -> str:
    """A cell without case, accents and punctuation; a tick alone stays."""
    plain = unicodedata.normalize("NFKD", said.casefold())
    return "".join(char for char in plain if char.isalnum()) or said


def read_day(text: str, order: str = "") -> date | None:
    """Read a date; None for an empty cell. Raises ValueError for no date, or one of two readings without an `order`."""
    found = _parts(text, order)
    return None if found is None else found[0]


def read_moment(text: str, order: str, zone: str) -> datetime | None:
    """Read a date, with or without a time, on `zone`'s clock unless it has an offset; returns UTC.

    Without a time: the day's first moment. None for an empty cell. Raises ValueError if unreadable.
    """
    found = _parts(text, order)
    if found is None:
        return None
    on, clock = found
    if on.year not in YEARS:
        raise ValueError(out_of_reach(text))
    try:
        wall = time.fromisoformat(clock) if clock else time()
    except ValueError as error:
        raise ValueError(_NO_TIME.says(written=quoted(text))) from error
    return datetime.combine(on, wall, wall.tzinfo or ZoneInfo(zone or "UTC")).astimezone(UTC)


def out_of_reach(text: str, earliest: int = YEARS.start) -> str:
    """The fault of a day outside the range that decisions cover."""
    return _OUT_OF_RANGE.says(written=quoted(text), first=earliest, last=YEARS.stop - 1)


def _parts(text: str, order: str) -> tuple[date, str] | None:
    if not text:
        return None
    if found := _ISO.fullmatch(text):
        on = _day_of(text, *found.groups()[:3])
    elif found := _OTHER.fullmatch(text):
        # The cell does not say whether the day or the month comes first, unless only one of them can.
        days = days_in(text)
        if (meant := day_meant(days, order)) is None:
            raise ValueError((_TWO_DATES if days else _NO_DATE).says(written=quoted(text)))
        on = meant
    elif (found := _IN_WORDS.fullmatch(text)) and (month := _month(found[2] or found[3])):
        on = _day_of(text, found[5], str(month), found[1] or found[4])
    else:
        raise ValueError(_TWO_DATES.says(written=quoted(text)))
    if not _EARLIEST_YEAR <= on.year < YEARS.stop:
        raise ValueError(out_of_reach(text, _EARLIEST_YEAR))
    return on, (found.groups()[-1] or "").strip()


def _month(word: str) -> int:
    """The month that a word begins as, in each language of headings.toml; 0: none."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", word.casefold()) if char.isalpha())
    return next((at for at, starts in enumerate(_MONTH_WORDS, 1) if plain.startswith(starts)), 0)


def _day_of(text: str, year: str, month: str, day: str) -> date:
    try:
        return date(int(year), int(month), int(day))
    except ValueError as error:
        raise ValueError(_NO_DATE.says(written=quoted(text))) from error


def _read_screening(text: str, order: str, _: str) -> date | None:
    on = read_day(text, order)
    if on is not None and on.year not in YEARS:
        raise ValueError(out_of_reach(text))
    return on


def _read_withdrawal(text: str, order: str, zone: str) -> datetime | None:
    with suppress(ValueError):
        return read_moment(text, order, zone)
    return None


def _read_priority(text: str, *_: str) -> int | None:
    if text and text.casefold() not in _PRIORITIES:
        raise ValueError(_NO_PRIORITY.says(written=quoted(text)))
    return _PRIORITIES.get(text.casefold())


# By the text, the order of its day and month (a `DayOrder`, or empty), and the zone of the person's clock. Each raises
# ValueError with what is wrong with the cell.
READERS: Final[Mapping[Cell, Callable[[str, str, str], Any]]] = {
    Cell.TEXT: lambda text, *_: text,
    Cell.FLAG: lambda text, *_: read_yes_no(text),
    Cell.PRIORITY: _read_priority,
    Cell.DAY: lambda text, order, _: read_day(text, order),
    Cell.SCREENING: _read_screening,
    Cell.MOMENT: read_moment,
    Cell.WITHDRAWAL: _read_withdrawal,
    Cell.LISTING: lambda text, order, _: read_listing(text, order),
}
