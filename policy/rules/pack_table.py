"""Reads a TOML table key by key. A fault is noted with its key, never raised, so that all faults are reported
together. And terms, to the end of their last day; and the source of a rule: the citation,
the words, and the kind of text they were read in."""

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from typing import Any, TypeVar

from policy.calendar.local_time import date_of, day_of, months_after
from policy.calendar.public_holidays import Calendar, subdivisions_of
from policy.templates.sentence import Said
from policy.vocabulary import ReadIn, Status

E = TypeVar("E", bound=StrEnum)
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")  # as packs write them

REQUIRED: Any = object()


class Fields:
    """One table. Every reader returns a usable value even if it noted a fault."""

    def __init__(self, table: Mapping[str, Any], faults: list[tuple[str, str]], where: str = "") -> None:
        """`faults` collects (key, fault); `where` is prefixed to every key."""
        self.table = table
        self.faults = faults
        self.where = where
        self._read: set[str] = set()

    def fault(self, key: str, what: str) -> None:
        self.faults.append((f"{self.where}{key}", what))

    def has(self, key: str) -> bool:
        return key in self.table

    def note_read(self, key: str) -> None:
        """For a reader that reads the table directly."""
        self._read.add(key)

    def _take(self, key: str, kinds: type | tuple[type, ...], name: str, default: Any, empty: Any) -> Any:
        self._read.add(key)
        if key not in self.table:
            if default is REQUIRED:
                self.fault(key, f"is missing; it is {name}")
                return empty
            return default
        value = self.table[key]
        is_flag = isinstance(value, bool) and kinds is not bool
        if is_flag or not isinstance(value, kinds) or (kinds is date and isinstance(value, datetime)):
            self.fault(key, f"must be {name}, not {value!r}")
            return empty if default is REQUIRED else default
        return value

    def text(self, key: str, default: Any = REQUIRED) -> str:
        value: str = self._take(key, str, "a text", default, "")
        if default is REQUIRED and key in self.table and value == "" and isinstance(self.table[key], str):
            self.fault(key, "is empty")
        return value

    def said(self, key: str, default: Any = REQUIRED) -> Said:
        """A text that people read in findings; it is recorded for translation."""
        return Said(self.text(key, default))

    def word(self, key: str, allowed: Collection[str], default: Any = REQUIRED) -> str:
        value: str = self._take(key, str, "a text", default, "")
        if key in self.table and isinstance(self.table[key], str) and value not in allowed:
            self.fault(key, f"must be one of {', '.join(sorted(allowed))}, not {value!r}")
        return value

    def choice(self, key: str, kind: type[E], default: Any = REQUIRED) -> E:
        """One of the words; where the table says none of them, the first."""
        value = self.word(key, [member.value for member in kind], default)
        return next((member for member in kind if member == value), next(iter(kind)))

    def choices(self, key: str, kind: type[E]) -> frozenset[E]:
        words = self.words(key, [member.value for member in kind])
        return frozenset(kind(word) for word in words if word in set(kind))

    def words(self, key: str, allowed: Collection[str] = (), default: Any = ()) -> tuple[str, ...]:
        """A list of texts; a single text counts as a list of one."""
        value = self._take(key, (list, str), "a list of texts", default, ())
        values = [value] if isinstance(value, str) else list(value)
        for item in values:
            if not isinstance(item, str) or not item:
                self.fault(key, f"must hold texts, not {item!r}")
            elif allowed and item not in allowed:
                self.fault(key, f"{item!r} is not one of {', '.join(sorted(allowed))}")
        if default is REQUIRED and key in self.table and not values:
            self.fault(key, "is empty")
        return tuple(item for item in values if isinstance(item, str))

    def whole(self, key: str, default: Any = REQUIRED, least: int = 0, most: int = 1_000_000) -> int:
        value: int = self._take(key, int, "a whole number", default, least)
        if value is not None and key in self.table and not least <= value <= most:
            self.fault(key, f"must lie between {least} and {most}, not {value}")
            return least
        return value

    def maybe_whole(self, key: str, least: int = 0, most: int = 1_000_000) -> int | None:
        return self.whole(key, None, least, most)

    def flag(self, key: str, default: Any = REQUIRED) -> bool:
        return bool(self._take(key, bool, "true or false", default, False))

    def maybe_flag(self, key: str) -> bool | None:
        value: bool | None = self._take(key, bool, "true or false", None, None)
        return value

    def day(self, key: str, default: Any = REQUIRED) -> date:
        value: date = self._take(key, date, "a date such as 2026-11-24", default, date(2000, 1, 1))
        if isinstance(value, date) and key in self.table and not 1800 <= value.year <= 2200:
            self.fault(key, f"must lie between the years 1800 and 2200, not {value}")
            return date(2000, 1, 1)
        return value

    def maybe_moment(self, key: str) -> datetime | None:
        """An aware moment on a whole second, such as 2026-12-01T00:00:00Z."""
        value: datetime | None = self._take(key, datetime, "a moment such as 2026-12-01T00:00:00Z", None, None)
        if value is not None and (value.tzinfo is None or value.microsecond or not 1970 <= value.year <= 2099):
            self.fault(key, f"must be a whole second between 1970 and 2099 with its offset, not {value}")
            return None
        return value

    def last_day(self, key: str) -> date | None:
        """A date, or the word "open": an end must be stated."""
        if self.table.get(key) == "open":
            self._read.add(key)
            return None
        return self.day(key)

    def windows(self, key: str) -> tuple[tuple[int, int], ...]:
        """`[[09:00:00, 20:00:00], ...]` as seconds from midnight; an end of 00:00:00 is the end of the day."""
        found: list[tuple[int, int]] = []
        for pair in self._take(key, list, "a list of [from, until] times", REQUIRED, []):
            if not (isinstance(pair, list) and len(pair) == 2 and all(isinstance(one, time) for one in pair)):
                self.fault(key, f"must hold pairs of times such as [09:00:00, 20:00:00], not {pair!r}")
                continue
            start, end = seconds_of(pair[0]), seconds_of(pair[1]) or 86_400
            if start >= end or (found and start < found[-1][1]):
                self.fault(key, f"{pair[0]} to {pair[1]} is empty, or is not after the window before it")
            found.append((start, end))
        return tuple(found)

    def sub(self, key: str) -> "Fields | None":
        """A table inside this one, or None if absent."""
        value = self._take(key, dict, "a table", None, None)
        return None if value is None else Fields(value, self.faults, f"{self.where}{key}.")

    def subs(self, key: str) -> "list[Fields]":
        """A list of tables inside this one."""
        found = []
        for index, value in enumerate(self._take(key, list, "a list of tables", (), [])):
            if isinstance(value, dict):
                found.append(Fields(value, self.faults, f"{self.where}{key}[{index}]."))
            else:
                self.fault(key, f"must hold tables, not {value!r}")
        return found

    def done(self) -> None:
        """Notes every key that no reader asked for."""
        for key in self.table:
            if key not in self._read:
                known = ", ".join(sorted(self._read))
                self.fault(key, f"is not a key of this table; its keys are {known}")


def seconds_of(at: time) -> int:
    """Seconds from midnight."""
    return at.hour * 3600 + at.minute * 60 + at.second


_CODE = re.compile(r"[A-Z]{2}(-[A-Z0-9]{1,3})?")


def read_places(fields: Fields, key: str, default: Any = ()) -> tuple[str, ...]:
    """A list of country or subdivision codes; a fault for each that does not exist."""
    places = fields.words(key, default=default)
    for place in places:
        if not is_place(place):
            fields.fault(key, f"{place!r} is not an ISO 3166 code such as GB, GB-ENG or US-FL")
    return places


def is_place(code: str) -> bool:
    """Whether a code names a country or a subdivision. If a country's subdivisions are unknown, any code passes."""
    country, _, subdivision = code.partition("-")
    known = subdivisions_of(country)
    return bool(_CODE.fullmatch(code)) and known is not None and (not subdivision or not known or subdivision in known)


UNITS = ("days", "business_days", "months", "years")


@dataclass(frozen=True, slots=True)
class Term:
    """A length of time from a local day, which is day 0."""

    number: int
    unit: str
    holidays_of: str = ""  # whose public holidays are not business days

    def last_day(self, day: int) -> int:
        """The last day within the term, as days since 1970-01-01."""
        if self.unit == "days":
            return day + self.number
        if self.unit == "business_days":
            return self._business_day(day)
        return day_of(months_after(date_of(day), self.number * (12 if self.unit == "years" else 1)))

    def _business_day(self, day: int) -> int:
        left = self.number
        while left:
            day += 1
            left -= (day + 3) % 7 < 5 and day not in _holidays(self.holidays_of, date_of(day).year)
        return day


@lru_cache(maxsize=256)
def _holidays(country: str, year: int) -> frozenset[int]:
    return Calendar(source=country).holidays_in((), year) if country else frozenset()


def read_term(fields: Fields, key: str) -> Term | None:
    """`{ days = 30 }`, `{ business_days = 10, holidays_of = "US" }`, `{ years = 5 }`; absent: None."""
    table = fields.sub(key)
    if table is None:
        return None
    units = [unit for unit in UNITS if table.has(unit)]
    if len(units) != 1:
        table.fault("", f"has exactly one of {', '.join(UNITS)}")
        return Term(1, "days")
    term = Term(table.whole(units[0], least=1, most=36_500), units[0], table.text("holidays_of", ""))
    if term.holidays_of and not is_place(term.holidays_of.removesuffix("-*")):
        table.fault("holidays_of", f"{term.holidays_of!r} is no country and no subdivision whose holidays are known")
    table.done()
    return term


MOST_WORDS = 40
_AT_THE_SOURCE = (ReadIn.OFFICIAL_TEXT, ReadIn.VERBATIM_COPY)


@dataclass(frozen=True, slots=True)
class Citation:
    """The source of a rule. `url` is empty for a house rule of the business itself."""

    title: str
    section: str
    url: str
    read_on: date


@dataclass(frozen=True, slots=True)
class FurtherSource:
    """Another source that says the same, independent of the one cited. `url` may be empty."""

    title: str
    url: str


@dataclass(frozen=True, slots=True)
class Wording:
    """What was read of a rule's source: its operative words in the law's own language, and the kind of text.

    `read_in` is None for a house rule, and for a rule that nobody has read.
    """

    quote: str = ""
    read_in: ReadIn | None = None
    further: tuple[FurtherSource, ...] = ()

    @property
    def is_at_source(self) -> bool:
        return self.read_in in _AT_THE_SOURCE

    @property
    def is_single_retelling(self) -> bool:
        return self.read_in is ReadIn.RETELLING and not self.further


NOT_READ = Wording()


def read_citation(fields: Fields, status: Status, reviewed_on: date) -> tuple[Citation, Wording]:
    """The `citation` of a rule. A house rule may leave it out; it then cites itself, as of the pack's review."""
    table = fields.sub("citation")
    if table is None:
        if status is not Status.HOUSE:
            fields.fault("citation", "is missing; it has title, section, url, read_on, read_in and quote")
        return Citation("House policy", fields.table.get("title", ""), "", reviewed_on), NOT_READ
    url = table.text("url", "")
    if status is not Status.HOUSE and not _is_web_address(url):
        table.fault("url", "must be a web address")
    cited = Citation(table.text("title"), table.text("section", ""), url, table.day("read_on"))
    quote = table.text("quote", "")
    read_in = table.choice("read_in", ReadIn) if table.has("read_in") else None
    further = tuple(_read_further(one) for one in table.subs("further"))
    if len(quote.split()) > MOST_WORDS:
        table.fault("quote", f"has {len(quote.split())} words; give the {MOST_WORDS} that matter most")
    if read_in is None and (quote or further):
        table.fault("read_in", f"is missing; it is {', '.join(ReadIn)}")
    if read_in is ReadIn.RETELLING and quote:
        table.fault("quote", "belongs to words that were read; who read a retelling leaves it out")
    if read_in not in (None, ReadIn.RETELLING) and not quote.strip():
        table.fault("quote", f"is missing; it is the operative words in the law's language, {MOST_WORDS} at most")
    wording = Wording(quote, read_in, further)
    table.done()
    return cited, wording


def read_confidence(fields: Fields, status: Status, wording: Wording) -> str:
    """How sure the rule is: primary if its words were read in the original. Derived from `read_in` if given."""
    stated = fields.word("confidence", ("unverified",), "")
    if stated and (wording.read_in is not None or status is Status.HOUSE):
        fields.fault("confidence", "belongs to a rule of law that nobody has read, one without citation.read_in")
    if status is Status.HOUSE:
        return "house"
    if wording.read_in is not None:
        return "primary" if wording.is_at_source else "secondary"
    if not stated:
        fields.fault("citation.read_in", f"is missing; it is {', '.join(ReadIn)}; or confidence is unverified")
    return "unverified"


def read_narrows_only(fields: Fields, kind: str, permits: bool, is_enabled: bool, wording: Wording) -> bool:
    """Whether the rule says that it can only bar. A rule in use must say so if it rests on a single retelling.

    `permits`: whether rules of this kind may permit a call.
    """
    narrows = fields.flag("narrows_only", False)
    if narrows and not wording.is_single_retelling:
        fields.fault("narrows_only", 'belongs to a rule with read_in = "retelling" and no further source')
    if narrows and permits:
        fields.fault("narrows_only", f"cannot be true of a {kind}: it permits calls")
    if wording.is_single_retelling and is_enabled and not narrows:
        fields.fault("narrows_only", "must be true: a single retelling may only narrow; else name a further source")
    return narrows


def _read_further(table: Fields) -> FurtherSource:
    source = FurtherSource(table.text("title"), table.text("url", ""))
    if source.url and not _is_web_address(source.url):
        table.fault("url", "must be a web address")
    table.done()
    return source


def _is_web_address(url: str) -> bool:
    return url.startswith(("https://", "http://"))
