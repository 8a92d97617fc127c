"""Opens a file of call records, recognises the phone system, and reads each row as a call."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.services.answers.lists import RowFault
from bot.services.errors import FileRefused
from bot.services.files.headings import key_of, words_of
from bot.services.files.table import Opened, Record, check_headings, check_rows, day_orders
from bot.services.files.values import DayOrder
from bot.services.numbers.parsing import Unreadable, read_cell
from bot.services.numbers.plans import ListNumber
from bot.services.quoting import quoted, quoting
from bot.services.reconcile import columns
from bot.services.reconcile.columns import CallColumns, Field, Moment, NoZone, System, read_seconds, read_time
from policy.templates.sentence import phrase

OUT, IN, INSIDE = "out", "in", "inside"
ORDER_OF_DAYS = "order_of_days"  # why a file is refused: a word for those who say it in their own way
ANSWERED, NO_ANSWER, BUSY, FAILED, ABANDONED = "answered", "no_answer", "busy", "failed", "abandoned"
LONGEST_WAIT_S = 2.0  # from the answer until an agent speaks: more is an abandoned call (Ofcom)
_FIRST_ROWS = 50
_NUMBERS = (Field.NUMBER, Field.CALLER, Field.CALLEE)
_BEGINS_A_FIGURE = frozenset("0123456789+")
_LONGEST_INSIDE = 6  # digits of an extension
_LEAST_WORD = 4  # letters of a first word that tells a direction: not those of "in uscita" or "in-house"
_BARE = re.compile(r"[1-9]\d{10,14}")
_NEVER = re.compile(r"-$|0000-00-00|1970-01-01|0$")  # how systems write that there was no such moment
_CHANNEL = re.compile(r"(?:PJ)?S?IPX?2?/([^/@-]+)(?:-[0-9a-f]+)?(?:@.*)?", re.IGNORECASE)
_INNER = re.compile(r"(?:ext\.?|sip:|client:)?\s*(.*?)(?:@.*)?", re.IGNORECASE | re.DOTALL)
_FROM_OUTSIDE = re.compile(r"from-?(?:trunk|pstn|did)|inbound|incoming|^ext-did", re.IGNORECASE)

_LACKING = {Field.START: ("the time of the call", "Started"), Field.NUMBER: ("the number called", "To")}
_NO_START = phrase("the row has no time")
_NO_NUMBER = quoting('"{written}" is no telephone number')
_NO_DIRECTION = quoting('"{written}" under "{heading}" is no direction: write outbound, inbound or internal')
_SHORT_ROW = phrase("the row has fewer columns than its heading, or more")


class Call(NamedTuple):
    """One row. `number`: of the person, E.164; empty if withheld or inside the firm. Times in seconds since 1970.

    `second`: the other reading of a local time that came twice, else `start`. `length`: from start to end.
    """

    line: int
    key: bytes
    whole: str
    direction: str
    number: str
    agent: str
    start: float
    second: float
    length: float
    ring: float | None
    result: str
    is_withheld: bool
    shown: str = ""  # of a call out: the caller's number that the person saw, E.164; empty: the file does not say


@dataclass(frozen=True, slots=True)
class Order:
    """A file of call records and how to read it. `chosen`: by heading, the word of a `Field`."""

    path: Path
    timezone: str = ""  # IANA, of the phone system's clock; empty: the times name theirs
    country: str = ""  # for numbers without a country code
    chosen: Mapping[str, str] | None = None
    dates: DayOrder | None = None  # whether the day or the month comes first, where the file does not tell


@dataclass(frozen=True, slots=True)
class CallFile:
    """A recognised file."""

    table: Opened[CallColumns]
    system: System
    timezone: str
    country: str
    order: str = ""  # of day and month, a `DayOrder`

    @property
    def places(self) -> Mapping[Field, tuple[int, ...]]:
        return self.table.columns.places

    def read(self) -> Iterator[Call | RowFault]:
        """Every row as a call, or why not. Raises FileRefused where another layout begins or times have no zone."""
        return filter(None, map(self._row, self.table.below()))

    def lacks_zone(self) -> bool:
        """Whether its times name no time zone, by the first of them."""
        bare = replace(self, timezone="")
        for record in islice(self.table.below(), _FIRST_ROWS):
            try:
                bare._call(record)
            except NoZone:
                return True
            except ValueError:
                continue
        return False

    def _row(self, record: Record) -> Call | RowFault | None:
        if record.line in self.table.refused:
            return RowFault(record.line, self.table.refused[record.line], record.cells)
        if self.table.columns.is_heading and self._is_heading(record):
            return None  # two exports of one system, one after the other
        if not self._is_as_wide(record):
            return RowFault(record.line, _SHORT_ROW, record.cells)
        try:
            return self._call(record)
        except NoZone:
            raise FileRefused(
                f"{self.table.name}: its times name no time zone. Say where the phone system's clock stands: "
                "--timezone Europe/London (or --timezone UTC)."
            ) from None
        except ValueError as error:
            return RowFault(record.line, str(error), record.cells)

    def _is_as_wide(self, record: Record) -> bool:
        if not self.table.columns.is_heading:
            return len(record.cells) in self.table.columns.widths
        filled = len(record.cells)
        while filled and not record.cells[filled - 1].strip():
            filled -= 1
        least = max(self.places.get(of, (0,))[0] for of in (Field.START, Field.DATE)) + 1
        return least <= filled <= len(self.table.first.cells)

    def _is_heading(self, record: Record) -> bool:
        if any(cell[:1] in _BEGINS_A_FIGURE for cell in record.cells if cell):
            return False  # nearly every row: no heading has such a cell
        if record.cells == self.table.first.cells:
            return True
        found = columns.recognise_heading(columns.keys_of(record.cells))
        if found is None:
            return False
        raise FileRefused(
            f"{self.table.name}: line {record.line} begins a second layout ({found.name}), after {self.system.name}: "
            "give each its own file."
        )

    def _text(self, of: Field, cells: Sequence[str]) -> str:
        return next((cells[at].strip() for at in self._filled(of, cells)), "")

    def _filled(self, of: Field, cells: Sequence[str]) -> Iterator[int]:
        return (at for at in self.places.get(of, ()) if at < len(cells) and cells[at].strip())

    def _time(self, of: Field, cells: Sequence[str]) -> Moment | None:
        """A time, on the clock that its heading names, if it names one."""
        at = next(self._filled(of, cells), -1)
        if at < 0 or _NEVER.match(cells[at].strip()):
            return None
        text = cells[at].strip()
        if of is Field.DATE:
            text = f"{text} {self._text(Field.TIME, cells)}".strip()
        zone = self.table.columns.zones.get(at, self.timezone)
        return read_time(text, self.system.clock, zone, self.order)

    def _call(self, record: Record) -> Call:
        cells = record.cells
        start = self._time(Field.START, cells) or self._time(Field.DATE, cells)
        if start is None:
            raise ValueError(_NO_START)
        direction = self._direction(cells)
        caller_or_callee = Field.CALLER if direction == IN else Field.CALLEE
        written = self._text(Field.NUMBER, cells) or self._text(caller_or_callee, cells)
        seen = written if direction == IN else self._text(Field.SHOWN, cells)
        is_withheld = key_of(seen) in columns.WITHHELD or (direction == IN and not written)
        number = "" if direction == INSIDE or (direction == IN and is_withheld) else _number(written, self.country)
        answered, ended, rang = (self._time(of, cells) for of in (Field.ANSWERED, Field.ENDED, Field.RANG))
        of_seconds = (Field.TALK, Field.DURATION, Field.RING, Field.WAIT)
        in_minutes = self.system.is_in_minutes
        texts = (self._text(of, cells) for of in of_seconds)
        talk, duration, ring, wait = (read_seconds(text, is_in_minutes=in_minutes) for text in texts)
        result = self._result(cells, answered, talk)
        length = duration if duration is not None else talk or 0.0
        if ended is not None:
            length = max(_between(start, ended), 0.0)
        if ring is None:
            rang_until = answered or (ended if result == NO_ANSWER else None)
            ring = _ring(rang or start, rang_until, result, duration, talk)
        if result == ANSWERED and wait is not None and wait > LONGEST_WAIT_S:
            result = ABANDONED
        agent = self._agent(direction, cells)
        if ended is None and ring is not None and duration is None:
            length += ring
        day_and_time = " ".join(filter(None, (self._text(Field.DATE, cells), self._text(Field.TIME, cells))))
        start_text = self._text(Field.START, cells) or day_and_time
        identity = self._text(Field.CALL, cells) or f"{start_text}|{number}|{agent}|{direction}|{length}|{result}"
        key = blake2b(f"{self.system.key}|{identity}".encode(), digest_size=16).digest()
        whole, shown = self._text(Field.WHOLE, cells), self._shown(direction, cells)
        times = start.first, start.second, length, ring
        return Call(record.line, key, whole, direction, number, agent, *times, result, is_withheld, shown)

    def _direction(self, cells: Sequence[str]) -> str:
        if self.system.is_outbound:
            return OUT
        at = next(self._filled(Field.DIRECTION, cells), -1)
        if at >= 0 and key_of(cells[at]):
            told = self.system.directions.get(key_of(cells[at])) or direction_of(cells[at])
            # A call inside goes unheard: none with a number of the outside may pass for one.
            if not told and not all(_is_inside(self._text(of, cells)) for of in _NUMBERS):
                where = quoted(self.table.first.cells[at])
                raise ValueError(_NO_DIRECTION.says(written=quoted(cells[at]), heading=where))
            return told or INSIDE
        if Field.NUMBER in self.places:
            return OUT
        if self._text(Field.INBOUND, cells) or _FROM_OUTSIDE.search(self._text(Field.CONTEXT, cells)):
            return IN
        if not _is_inside(self._text(Field.CALLEE, cells)):
            return OUT
        return INSIDE if _is_inside(self._text(Field.CALLER, cells)) else IN

    def _shown(self, direction: str, cells: Sequence[str]) -> str:
        written = self._text(Field.SHOWN, cells) if direction == OUT else ""
        with suppress(ValueError):  # an account's name, or part of a number
            if written and key_of(written) not in columns.WITHHELD:
                return _number(written, self.country)
        return ""

    def _result(self, cells: Sequence[str], answered: Moment | None, talk: float | None) -> str:
        word = key_of(self._text(Field.RESULT, cells))
        said = self.system.results.get(word) or columns.RESULTS.get(word)
        has_talk = answered is not None or bool(talk)
        if said in (None, NO_ANSWER) and Field.ANSWERED in self.places and has_talk:
            return ANSWERED  # 3CX says who ended a call, answered or not
        return said or (ANSWERED if has_talk else NO_ANSWER)

    def _agent(self, direction: str, cells: Sequence[str]) -> str:
        inner = self._text(Field.CALLEE if direction == IN else Field.CALLER, cells)
        if inner and _is_inside(inner) and inner.casefold() not in ("s", "t", "i", "h"):
            return _inner(inner)
        if direction == IN and self.system.names_callers:
            return ""
        said = self._text(Field.AGENT, cells)
        channel = _CHANNEL.fullmatch(said)
        return channel.group(1) if channel else "" if "/" in said else _inner(said)


def open_calls(order: Order) -> CallFile:
    """Open a file of call records. Raises FileRefused if it is none, or as `open_table` does."""
    try:
        ZoneInfo(order.timezone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise FileRefused(
            f'"{quoted(order.timezone)}" is no time zone: write it as in Europe/London, America/New_York or UTC.'
        ) from None
    table = columns.open_records(order.path, order.chosen, order.dates)
    if order.chosen:
        check_headings(table, order.chosen)
        if (lack := columns.lacking(table.columns.places)) is not None:
            asked, such = _LACKING[lack]
            raise FileRefused(f'{table.name}: no column is {asked}. Name it, such as --map "{such}={lack}".')
    system = table.columns.system
    if system is None:
        there = ", ".join(f'"{quoted(cell)}"' for cell in table.first.cells[:12])
        known = ", ".join(dict.fromkeys(one.name for one in columns.SYSTEMS))
        raise FileRefused(
            f"{table.name} is not a file of call records that Nextcall knows ({known}). Its first line is {there}: say "
            'what its columns are, such as --map "Called number=number" --map "Started=start".'
        )
    check_rows(table)
    found = day_orders(table)
    for one in table.questions:
        [(line, cell)] = one.cells
        raise FileRefused(
            f'{table.name}: its dates have two readings ("{cell}", line {line}). Say whether the day or the month '
            "comes first: --dates day-first, or --dates month-first.",
            ORDER_OF_DAYS,
            line,
        )
    return CallFile(table, system, order.timezone, order.country, next(iter(found.values()), ""))


@lru_cache(maxsize=1_000)
def direction_of(written: str) -> str:
    """The direction that a text names, whole or by its first word; empty if none, or if its words name several."""
    if whole := columns.DIRECTIONS.get(key_of(written)):
        return whole
    words = words_of(written).split()
    named = {columns.DIRECTIONS[word] for word in words if word in columns.DIRECTIONS}
    first = columns.DIRECTIONS.get(words[0]) if words and len(words[0]) >= _LEAST_WORD else None
    return first if first in (OUT, IN) and len(named) == 1 else ""


@lru_cache(maxsize=1 << 16)
def _number(written: str, country: str) -> str:
    """The person's number; empty for an extension. Raises ValueError."""
    if _is_inside(written):
        return ""
    inner = _inner(written)
    found = read_cell(inner, country or "ZZ")
    if _BARE.fullmatch(inner) and not any(isinstance(one, ListNumber) for one in found):
        found = read_cell(f"+{inner}", "ZZ")  # E.164, as some systems write it
    if len(found) == 1 and isinstance(found[0], ListNumber):
        return found[0].number
    if len(found) == 1 and isinstance(found[0], Unreadable) and found[0].well_formed:
        return found[0].well_formed
    raise ValueError(_NO_NUMBER.says(written=quoted(written)))


@lru_cache(maxsize=1 << 12)
def _is_inside(written: str) -> bool:
    """Whether this is an extension or a user's name, and no number of the outside."""
    inner = _inner(written)
    digits = sum(char.isdigit() for char in inner)
    return digits <= _LONGEST_INSIDE and key_of(inner) not in columns.WITHHELD


def _inner(written: str) -> str:
    return _INNER.fullmatch(written.strip()).group(1)  # type: ignore[union-attr]  # it fits any text


def _between(one: Moment, other: Moment) -> float:
    """The seconds between two times of a row. Where a local time came twice, the shortest that is not negative."""
    found = [late - early for late in set(other) for early in set(one)]
    return min((each for each in found if each >= 0), default=max(found))


def _ring(began: Moment, ended: Moment | None, result: str, duration: float | None, talk: float | None) -> float | None:
    """How long it rang, if the row tells. `ended`: when it was answered, or else the end of a call without answer."""
    if ended is not None:
        return max(_between(began, ended), 0.0)
    if duration is None or result == NO_ANSWER:
        return duration
    return max(duration - talk, 0.0) if talk is not None else None
