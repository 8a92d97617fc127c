"""A setup object is a table of fields: a dataclass whose fields say what they hold and what a change of them touches.

The setup file, plans and what is stored read a field here. Its kind says how the file gives it, and what a form's
answer means; how a form asks for it follows from the kind too.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from enum import StrEnum
from typing import Any, Literal, NamedTuple, TypeVar

from bot.services.hand_out import cards
from bot.services.quoting import quoted
from bot.services.setup import checks
from bot.services.setup.retention import LEAST_MONTHS, MOST_MONTHS
from policy.vocabulary import Outcome

_LONGEST_TEXT = 10_000  # characters; a script is the longest
_LARGEST = 10**18
OPEN_CALLS = range(1, 4)  # how many of one agent's calls may be open at a time
MOST_WARN_DAYS = 28  # screenings last hardly longer
Day = date | Literal[""]  # "": none


class Whole(NamedTuple):
    """A sort of whole numbers: how it is asked for, and what each wrong one must be instead."""

    wanted: str
    limits: Sequence[tuple[Callable[[int], bool], str]]


def _within(allowed: range, says: str, wanted: str = "") -> Whole:
    return Whole(wanted or says, [(lambda value: value not in allowed, says)])


PRIORITY = _within(range(5), "from 0 (first) to 4 (last)")
CALLS = _within(OPEN_CALLS, f"from {OPEN_CALLS[0]} to {OPEN_CALLS[-1]}")
_DAYS = f"of days, {MOST_WARN_DAYS} at most, or 0 for never"
DAYS = _within(range(MOST_WARN_DAYS + 1), f"from 0 (never) to {MOST_WARN_DAYS}", _DAYS)
MONTHS = Whole(
    f"of months, {LEAST_MONTHS} at least, or 0 for never",
    [
        (lambda value: 0 != value < LEAST_MONTHS, f"{LEAST_MONTHS} at least, because rules look back, or 0 for never"),
        (lambda value: value > MOST_MONTHS, f"{MOST_MONTHS:,} at most, or 0 for never"),
    ],
)


class Table:
    """One section of the file, read key by key; faults go to the list."""

    def __init__(self, where: str, values: object, faults: list[str]) -> None:
        self._where = where
        self._faults = faults
        self._values: Mapping[str, Any] = values if isinstance(values, dict) else {}
        self._read: set[str] = set()
        if not isinstance(values, dict):
            faults.append(f"{where}: must be a section with keys of its own")

    def fault(self, key: str, says: str) -> None:
        self._faults.append(f"{self._where} {key}: {says}")

    def _take(self, key: str, kind: type, says: str, is_required: bool = False) -> Any:
        self._read.add(key)
        value = self._values.get(key)
        if value is None and is_required:
            self.fault(key, f"is missing: write {says}")
        elif value is not None and not (isinstance(value, kind) and not (kind is int and isinstance(value, bool))):
            self.fault(key, f"must be {says}, not {_quoted(value)}")
            return None
        return value

    def text(self, key: str, check: Callable[[str], str] | None = None, is_required: bool = True) -> str | None:
        found = self._take(key, str, 'text in quotation marks, "like this"', is_required)
        if found is None:
            return None
        value = str(found).strip()
        if says := _text_fault(value):
            self.fault(key, says)
            return None
        if is_required and not value:
            self.fault(key, "is empty")
        elif value and check and (says := check(value)):
            self.fault(key, says)
        return value

    def word(self, key: str, kind: type[StrEnum]) -> Any:
        words = [str(word) for word in kind]
        value = self.text(key)
        if value and value not in words:
            self.fault(key, checks.unknown_word(value, words))
            return None
        return kind(value) if value else None

    def moment(self, key: str) -> time | None:
        value = self._take(key, time, "a local time with seconds and without quotation marks, such as 18:00:00")
        return value if isinstance(value, time) else None

    def day(self, key: str) -> Day | None:
        """A day; "" where the file takes one away."""
        if self._values.get(key) == "":
            self._read.add(key)
            return ""
        value = self._take(key, date, 'a day without quotation marks, such as 2026-12-01, or "" for none')
        if isinstance(value, datetime):
            self.fault(key, "must be a day without a time, such as 2026-12-01")
            return None
        return value if isinstance(value, date) else None

    def flag(self, key: str) -> bool | None:
        value = self._take(key, bool, "true or false")
        return value if isinstance(value, bool) else None

    def whole(self, key: str, sort: "Whole") -> int | None:
        value = self._take(key, int, f"a number {sort.wanted}")
        if not isinstance(value, int):
            return None
        if says := next((says for is_wrong, says in sort.limits if is_wrong(value)), ""):
            self.fault(key, f"must be {says}, not {_quoted(value)}")
        return value

    def words(self, key: str, check: Callable[[str], str] | None = None) -> tuple[str, ...] | None:
        value = self._take(key, list, 'a list of texts, such as ["Energy"]')
        if not isinstance(value, list):
            return None
        if not all(isinstance(word, str) and word.strip() for word in value):
            self.fault(key, 'must be a list of texts, such as ["Energy"]')
            return None
        found = tuple(dict.fromkeys(word.strip() for word in value))
        if says := next(filter(None, map(_text_fault, found)), ""):
            self.fault(key, says)
            return None
        for says in filter(None, map(check, found) if check else ()):
            self.fault(key, says)
        return found

    def tables(self, key: str, named_by: str) -> list["Table"] | None:
        """The sections inside this one; None: it has none."""
        self._read.add(key)
        return list(tables_of(self._values, key, named_by, self._faults, self._where)) if key in self._values else None

    def finish(self) -> None:
        """Report keys that nothing read, which would otherwise be ignored silently."""
        for key in self._values:
            if key not in self._read:
                self.fault(quoted(key), checks.unknown_word(quoted(key), sorted(self._read)))


def tables_of(
    content: Mapping[str, Any], key: str, named_by: str, faults: list[str], inside: str = ""
) -> Iterable[Table]:
    found = content.get(key, [])
    if not isinstance(found, list):
        faults.append(f"{key}: write [[{key}]] with two brackets, once for each")
        return
    for number, values in enumerate(found, start=1):
        name = values.get(named_by) if isinstance(values, dict) else None
        yield Table(
            f"{inside} [[{key}]] {number}{f' ({quoted(name)})' if isinstance(name, str) and name else ''}".strip(),
            values,
            faults,
        )


def _text_fault(text: str) -> str:
    if len(text) > _LONGEST_TEXT:
        return f"is longer than {_LONGEST_TEXT:,} characters: shorten it"
    if any((ord(char) < 32 and char not in "\n\t") or ord(char) == 127 for char in text):
        return "has a control character: write it again by hand"
    return ""


def _quoted(value: Any) -> str:
    if isinstance(value, int) and abs(value) > _LARGEST:
        return "a number as large as that"
    try:
        return quoted(repr(value))
    except (ValueError, RecursionError):  # holds a number with more digits than Python writes
        return "what stands there"


Check = Callable[[str], str]  # what is wrong with a text; empty: nothing
Values = Mapping[str, Any]  # by key, as stored
View = TypeVar("View")


class Given(NamedTuple):
    """A field in a section of the setup file. `said`: the values of those before it."""

    table: Table
    field: "Field"
    said: Values


class Answer(NamedTuple):
    """A form's answer: a text; texts, from a menu for several. `before`: the value now; `beside`: all
    fields', as the form leaves them."""

    said: Any
    field: "Field"
    before: Any
    beside: Values


@dataclass(frozen=True, slots=True, eq=False)
class Kind:
    """What a field holds. `read`: the value that the setup file gives, None: none; `parse`: what an answer means."""

    read: Callable[[Given], Any]
    parse: Callable[[Answer], Any] = lambda answer: answer.said
    may_be_empty: bool = False  # in a form


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One setting of an object."""

    kind: Kind
    key: str = ""  # of its column
    named: str = ""  # as the setup file and plans name it
    asked: int = 0  # its place in the object's form; 0: no form asks
    form: str = ""  # which of the object's forms asks; empty: that of the object itself
    is_first: bool = False  # asked only of a new object
    is_later: bool = False  # asked only of an object that exists already
    decides: bool = False  # a change decides the campaign's contacts again
    # what its kind needs to know
    is_required: bool = False
    check: Check | None = None
    words: Any = ()  # those that it may be
    of: str = ""  # under which name the packs or the house offer them
    default: str = ""  # under which name they say what none of them means
    sort: Whole = PRIORITY  # of a number
    example: str = ""
    is_optional: bool = False  # it may be left empty in the form, though its kind may not
    most: int = 0  # characters of a text, or choices of a menu; 0: as many as there are
    among: str = ""  # the field of whose headings these are some


def setting(kind: Kind, value: Any = "", **facts: Any) -> Any:
    """A field of a table: `value` is a new object's, `facts` are those of `Field`."""
    return dataclasses.field(default=value, metadata={"field": Field(kind=kind, **facts)})


def _text(check: Check | None = None) -> Callable[[Given], str | None]:
    return lambda given: given.table.text(given.field.named, given.field.check or check, given.field.is_required)


def _among(words: Sequence[str]) -> Check:
    return lambda word: "" if word in words else checks.unknown_word(word, words)


def _joined(given: Given) -> str | None:
    found = given.table.words(given.field.named, _among(given.field.words) if given.field.words else None)
    return None if found is None else " ".join(found)


def _numbers(given: Given) -> str | None:
    key, written = given.field.named, given.table.words(given.field.named)
    if written is None:
        return None
    numbers, wrong = checks.read(written, given.said.get("country") or "")
    for one in wrong:
        given.table.fault(key, f'"{quoted(one)}" is no telephone number: write it with its country code, +44 …')
    if len(numbers) > checks.MOST:
        given.table.fault(key, f"has {len(numbers)} numbers: name {checks.MOST} at most")
    return " ".join(numbers)


def _offered(given: Given) -> str | None:
    """With the outcomes that every card must have, so that the plan shows them."""
    found = given.table.words(given.field.named, _among([*Outcome]))
    return None if found is None else cards.stored_choice(Outcome(one) for one in found if one in set(Outcome))


def _parsed_outcomes(answer: Answer) -> str:
    ticked = [Outcome(word) for word in answer.said if word in set(Outcome)]
    return cards.stored_choice(ticked) if ticked else ""


def _parsed_lines(answer: Answer) -> tuple[str, ...]:
    lines = (" ".join(one.split()) for one in answer.said.splitlines())
    return tuple(dict.fromkeys(filter(None, lines)))


TEXT = Kind(_text())
ZONE = Kind(_text(checks.zone_fault))
CHANNEL = Kind(_text(checks.channel_fault))
COUNTRY = Kind(_text(checks.country_fault))
KNOWN = Kind(_text())  # a word that the packs or the house offer, or none
PICKED = Kind(_text())  # what the house offers by a key, such as a user group in Slack
EITHER = Kind(
    lambda given: given.table.text(given.field.named, _among(given.field.words), False),
    lambda answer: answer.said or answer.before,
)
# A word of a closed list. What is none raises ValueError.
WORD = Kind(
    lambda given: given.table.word(given.field.named, given.field.words), lambda answer: answer.field.words(answer.said)
)
# Words with spaces between.
SEVERAL = Kind(_joined, lambda answer: " ".join(answer.said), may_be_empty=True)
# Names of teams; names of what the house offers by keys, in order.
NAMES = Kind(lambda given: given.table.words(given.field.named), lambda answer: tuple(answer.said), may_be_empty=True)
ORDERED = Kind(NAMES.read, NAMES.parse, may_be_empty=True)
# A whole number, in a form one of the `words`.
WHOLE = Kind(
    lambda given: given.table.whole(given.field.named, given.field.sort),
    lambda answer: int(answer.said) if answer.said in map(str, answer.field.words) else answer.before,
)
FLAG = Kind(
    lambda given: given.table.flag(given.field.named),
    lambda answer: {"yes": True, "no": False}.get(answer.said, answer.before),
)
TICK = Kind(FLAG.read, lambda answer: "yes" in answer.said, may_be_empty=True)  # yes, or left empty
DAY = Kind(
    lambda given: given.table.day(given.field.named),
    lambda answer: date.fromisoformat(answer.said) if answer.said else None,
    may_be_empty=True,
)
MOMENT = Kind(
    lambda given: given.table.moment(given.field.named),
    lambda answer: time.fromisoformat(answer.said) if answer.said else answer.before,
)
# Texts, in a form one a line.
LINES = Kind(NAMES.read, _parsed_lines, may_be_empty=True)
# Telephone numbers as people of the `country` beside them write them; stored as E.164 with spaces between.
NUMBERS = Kind(
    _numbers,
    lambda answer: " ".join(checks.read(checks.parts_of(answer.said), answer.beside["country"])[0]),
    may_be_empty=True,
)
SCRIPT = Kind(_text(), may_be_empty=True)  # lines of text with variables in braces
# Of lists, stored one a line.
HEADINGS = Kind(
    lambda given: None if (found := NAMES.read(given)) is None else cards.stored_headings(found),
    lambda answer: cards.stored_headings(answer.said[: answer.field.most]),
    may_be_empty=True,
)
OUTCOMES = Kind(_offered, _parsed_outcomes, may_be_empty=True)


def fields_of(table: type) -> tuple[Field, ...]:
    """The settings of a table, in the order of its dataclass."""
    found = ((one.name, one.metadata.get("field")) for one in dataclasses.fields(table))
    return tuple(replace(one, key=name, named=one.named or name) for name, one in found if one is not None)


def entry(table: type, **values: Any) -> Values:
    """What a file or a form says of one object. What it does not name, or gives as None, stays; "" as a day: none."""
    kinds = {one.key: one.kind for one in fields_of(table)}
    if unknown := values.keys() - kinds:
        raise TypeError(f"{table.__name__} has no {', '.join(sorted(unknown))}")
    said = {key: value for key, value in values.items() if value is not None}
    return {key: None if value == "" and kinds[key] is DAY else value for key, value in said.items()}


def read_entry(table: type, section: Table, first: Sequence[str] = ()) -> Values:
    """An object's section of the setup file. `first`: the fields on which others depend."""
    said: dict[str, Any] = {}
    for one in sorted(fields_of(table), key=lambda one: one.key not in first):
        said[one.key] = one.kind.read(Given(section, one, said))
    return entry(table, **said)


def finished(table: type, section: Table, first: Sequence[str] = ()) -> Values:
    """The same, with a fault for each key that no field has read."""
    said = read_entry(table, section, first)
    section.finish()
    return said


def view_of(table: type[View], row: object, **more: Any) -> View:
    """What a row holds under the names of the table's fields, and `more`."""
    names = [one.name for one in dataclasses.fields(table)]  # type: ignore[arg-type]
    return table(**{name: getattr(row, name) for name in names if name not in more}, **more)


def asked_values(one: Any) -> Values:
    """What its own form, which asks for everything, says of an object: none but of a day is a value too."""
    asked = ((each, getattr(one, each.key)) for each in fields_of(type(one)) if each.asked and not each.form)
    return {each.key: value for each, value in asked if value is not None or each.kind is DAY}
