"""The published form of facts: what each field may hold, read from the dataclasses for reader, writer and schema alike.

A field added to a fact is read, written and published without a change here; a new closed list of words needs one.

Reads one JSON value of each sort, too: a fault says what to write instead; nothing is guessed.
"""

import json
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import UTC, date, datetime, time
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints
from unicodedata import normalize
from zoneinfo import available_timezones

from policy.facts import types
from policy.vocabulary import CALLERS, SOURCES

DISCRIMINATOR = "event"  # not `kind`: consents, bases, relationships and notices have a field of that name


class Holds(StrEnum):
    """What one value is, beyond its JSON type."""

    TEXT = "text"
    WORD = "word"  # one of a closed list
    NUMBER = "number"  # a telephone number, E.164
    PLACE = "place"  # ISO 3166-1 or -2
    ZONE = "zone"  # IANA
    WEEKDAY = "weekday"  # 1 (Monday) to 7
    INSTANT = "instant"
    DAY = "day"
    TIME = "time"
    FLAG = "flag"


@dataclass(frozen=True, slots=True)
class Slot:
    """One field of one fact."""

    name: str
    holds: Holds
    words: Mapping[str, str]  # each word with its value; empty unless a closed list
    many: type | None  # tuple or frozenset if the field is a list
    is_nullable: bool
    may_be_empty: bool  # whether "" has a meaning
    is_required: bool
    default: Any  # None if required


WORDS: dict[tuple[type, str], tuple[str, ...]] = {
    (types.CallFacts, "caller_role"): ("creditor", "third_party"),
    (types.CallFacts, "caller"): CALLERS,
    (types.ContactFacts, "role"): ("consumer", "spouse", "third_party", "attorney"),
    (types.ContactFacts, "number_kind"): ("", "mobile", "home", "work"),
    (types.ContactFacts, "line"): ("consumer", "business"),
    (types.ContactFacts, "subscriber"): ("", "individual", "corporate"),
    (types.ContactFacts, "source"): ("", *SOURCES),
    (types.AttemptFact, "direction"): ("out", "in"),
    (types.AttemptFact, "channel"): ("voice", "voicemail_drop", "text", "letter"),
    (types.AttemptFact, "number_kind"): ("", "mobile", "home", "work"),
    (types.AttemptFact, "message"): ("", "left", "limited_content", "impossible"),
    (types.StopFact, "reason"): (
        *("do_not_call", "cease", "attorney", "dispute", "bankruptcy"),
        *("not_at_work", "not_at_home", "number_closed", "house"),
    ),
    (types.PersonalHoursFact, "source"): ("consumer", "creditor"),
    (types.ConsentFact, "kind"): ("calls", "hours", "written"),
    (types.WithdrawalFact, "kind"): ("calls", "hours", "written"),
    (types.BasisFact, "kind"): ("consent", "legitimate_interest", "contract"),
    (types.RelationshipFact, "kind"): (
        *("purchase", "inquiry", "contract", "client", "customer", "interaction", "donation"),
    ),
}

# Required fields in which "" has a meaning: a call to an unknown person; a request that named no caller.
_MAY_BE_EMPTY = {(types.AttemptFact, "person"), (types.RequestFact, "principal")}

_BY_NAME = {
    "number": Holds.NUMBER,
    "places": Holds.PLACE,
    "zones": Holds.ZONE,
    "days": Holds.WEEKDAY,
    "blocked_days": Holds.WEEKDAY,
}
_BY_TYPE = {str: Holds.TEXT, bool: Holds.FLAG, datetime: Holds.INSTANT, date: Holds.DAY, time: Holds.TIME}

# Shapes as regular expressions that Python and ECMA 262 read alike; the whole text must match. What no shape can
# express (30 February, a zone that does not exist, an end before its beginning) is refused by the reader.
_DATE = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9](:[0-5][0-9]"
_TRUNK_ZERO = "27|31|33|34|353|44|49|55|61|64|65|91"  # countries whose numbers have no 0 after the country code
SHAPES: dict[Holds, str] = {
    Holds.INSTANT: rf"{_DATE}T{_CLOCK}(\.[0-9]{{1,6}})?)?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])",
    Holds.DAY: _DATE,
    Holds.TIME: f"{_CLOCK})?",
    Holds.NUMBER: rf"\+(?!({_TRUNK_ZERO})0)[1-9][0-9]{{6,14}}",
    Holds.PLACE: "[A-Z]{2}(-[A-Z0-9]{1,3})?",
    Holds.ZONE: r"[A-Za-z][A-Za-z0-9_+-]*(/[A-Za-z0-9_+-]+)*",
}
# Instants: the range the engine can decide. Dates: those a living person may have, with a margin.
YEARS: dict[Holds, tuple[int, int]] = {Holds.INSTANT: (1970, 2099), Holds.DAY: (1900, 2200)}
YEAR_SHAPES: dict[Holds, str] = {Holds.INSTANT: "(19[7-9]|20[0-9])[0-9]-.*", Holds.DAY: "((19|2[01])[0-9]{2}|2200)-.*"}


@cache
def slots_of(kind: type) -> tuple[Slot, ...]:
    """The fields of one dataclass of facts, in order."""
    hints = get_type_hints(kind)
    return tuple(_slot(kind, field, hints[field.name]) for field in fields(kind))


def _slot(kind: type, field: Any, hint: Any) -> Slot:
    plain, many, is_nullable = _unwrapped(hint)
    name: str = field.name
    default = field.default_factory() if field.default_factory is not MISSING else field.default
    words = _words(kind, name, plain)
    is_required = default is MISSING
    return Slot(
        name=name,
        holds=Holds.WORD if words else _BY_NAME.get(name) or _BY_TYPE[plain],
        words=words,
        many=many,
        is_nullable=is_nullable,
        may_be_empty=not many and (not is_required or (kind, name) in _MAY_BE_EMPTY),
        is_required=is_required,
        default=None if is_required else default,
    )


def _unwrapped(hint: Any) -> tuple[type, type | None, bool]:
    """The type of one value, its collection, and whether null is allowed."""
    if get_origin(hint) in (tuple, frozenset):
        return get_args(hint)[0], get_origin(hint), False
    if NoneType in get_args(hint):
        (plain,) = (part for part in get_args(hint) if part is not NoneType)
        return plain, None, True
    return hint, None, False


def _words(kind: type, name: str, plain: type) -> Mapping[str, str]:
    if issubclass(plain, StrEnum):
        return {member.value: member for member in plain}
    return {word: word for word in WORDS.get((kind, name), ())}


def event_name(kind: type) -> str:
    """The name of an event in JSON: `personal_hours` for `PersonalHoursFact`."""
    return re.sub("(?<!^)([A-Z])", r"_\1", kind.__name__.removesuffix("Fact")).lower()


EVENTS: dict[str, type] = {event_name(kind): kind for kind in get_args(types.Event)}


Read = Callable[[Any], Any]

_HUGE = 10**40  # longer ones are slow to print, and refused anyway


class WrongValue(Exception):
    """A wrong value: the fault, and the path to it as far as known."""

    def __init__(self, what: str, path: str = "") -> None:
        self.what = what
        self.path = path
        super().__init__(what)

    def inside(self, step: str) -> "WrongValue":
        joint = "." if self.path and not self.path.startswith("[") else ""
        return WrongValue(self.what, f"{step}{joint}{self.path}")


def slot_reader(slot: Slot) -> Read:
    """The function that reads one field from JSON. It raises WrongValue."""
    one = _value_reader(slot)
    many = slot.many
    if many is not None:
        least = 1 if slot.is_required else 0
        return lambda value: read_list(value, one, many, least)
    if slot.is_nullable:
        return lambda value: None if value is None else one(value)
    return one


def _value_reader(slot: Slot) -> Read:
    if slot.holds is Holds.WORD:
        return _word_reader(slot.words)
    read = _READERS[slot.holds]
    if slot.may_be_empty and slot.holds in (Holds.TEXT, Holds.NUMBER):
        return lambda value: "" if value == "" else read(value)
    return read


def _word_reader(words: Mapping[str, str]) -> Read:
    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise WrongValue(f"must be a string, not {named(value)}; write {one_of(words, value)}")
        if value not in words:
            raise WrongValue(f"unknown word {named(value)}; write {one_of(words, value)}")
        return words[value]

    return read


def filled(value: Any) -> str:
    """A string that is not empty, in Unicode form NFC. Raises WrongValue."""
    if not isinstance(value, str):
        raise WrongValue(f"must be a string, not {named(value)}")
    if not value:
        raise WrongValue("is empty")
    return normalize("NFC", value)  # a name with an accent is the same name, typed as one character or as two


def _flag(value: Any) -> bool:
    if not isinstance(value, bool):
        raise WrongValue(f"must be true or false, not {named(value)}")
    return value


def _weekday(value: Any) -> int:
    if type(value) is not int or not 1 <= value <= 7:
        raise WrongValue(f"must be a day of the week from 1 (Monday) to 7 (Sunday), not {named(value)}")
    return value


_SHAPES = {holds: re.compile(shape) for holds, shape in SHAPES.items()}
_IS_NAIVE = re.compile(r"[0-9-]{10}T[0-9:.]+").fullmatch


def instant(value: Any) -> datetime:
    """An instant with an offset, in UTC, between 1970 and 2099. Raises WrongValue."""
    text = filled(value)
    if _SHAPES[Holds.INSTANT].fullmatch(text) is None:
        if _IS_NAIVE(text):
            raise WrongValue(f"{named(text)} has no offset; write e.g. {named(text + 'Z')}")
        raise WrongValue(f"{named(text)} is not an instant; write e.g. '2026-11-24T10:00:00Z'")
    _check_year(text, Holds.INSTANT)
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        raise WrongValue(f"{named(text)} is not on the calendar") from None
    if moment.year < YEARS[Holds.INSTANT][0]:  # 1970-01-01T00:00+01:00 is 1969 in UTC
        raise WrongValue(f"{named(text)} is before 1970 in UTC")
    if moment.year > YEARS[Holds.INSTANT][1]:
        raise WrongValue(f"{named(text)} is after 2099 in UTC")
    return moment


def _day(value: Any) -> date:
    text = filled(value)
    if _SHAPES[Holds.DAY].fullmatch(text) is None:
        raise WrongValue(f"{named(text)} is not a date; write e.g. '2026-11-24'")
    _check_year(text, Holds.DAY)
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise WrongValue(f"{named(text)} is not on the calendar") from None


def _check_year(text: str, holds: Holds) -> None:
    first, last = YEARS[holds]
    if not first <= int(text[:4]) <= last:
        raise WrongValue(f"{named(text)} is outside the years {first} to {last}")


def _time(value: Any) -> time:
    text = filled(value)
    if _SHAPES[Holds.TIME].fullmatch(text) is None:
        raise WrongValue(f"{named(text)} is not a time of day; write e.g. '09:30'")
    return time.fromisoformat(text)


def _number(value: Any) -> str:
    # Not repeated in the message: even an almost valid telephone number is personal data.
    if not isinstance(value, str) or _SHAPES[Holds.NUMBER].fullmatch(value) is None:
        raise WrongValue(
            "is not a number in E.164 form; write + and digits only, country code first, without the 0 that is dialled "
            "at home, e.g. '+442079460000'"
        )
    return str(value)


def _place(value: Any) -> str:
    if _SHAPES[Holds.PLACE].fullmatch(filled(value)) is None:
        raise WrongValue(f"{named(value)} is not an ISO 3166 code; write e.g. 'GB', 'GB-NIR' or 'US-FL'")
    return str(value)


def _zone(value: Any) -> str:
    if filled(value) not in _zones():
        meant = closest(value, _zones()) or "Europe/London"
        raise WrongValue(f"unknown time zone {named(value)}; write an IANA name such as '{meant}'")
    return str(value)


@cache
def _zones() -> frozenset[str]:
    """Every zone, by name. Names are looked up here, so no text is ever used as a path."""
    return frozenset(available_timezones()) - {"localtime", "Factory"}  # the machine's own zone, and no zone at all


_READERS: dict[Holds, Read] = {
    Holds.TEXT: filled,
    Holds.NUMBER: _number,
    Holds.PLACE: _place,
    Holds.ZONE: _zone,
    Holds.WEEKDAY: _weekday,
    Holds.INSTANT: instant,
    Holds.DAY: _day,
    Holds.TIME: _time,
    Holds.FLAG: _flag,
}


def read_list(value: Any, one: Read, many: Callable[[Any], Any], least: int = 0) -> Any:
    """A list of at least `least` values, each read by `one`, collected by `many`. Raises WrongValue with the index."""
    if not isinstance(value, list):
        raise WrongValue(f"must be a list, not {named(value)}")
    if len(value) < least:
        raise WrongValue("is empty")
    read = []
    for item in value:
        try:
            read.append(one(item))
        except WrongValue as fault:
            raise fault.inside(f"[{len(read)}]") from None
    return many(read)


def closest(text: object, words: Collection[str]) -> str | None:
    """The word that was probably meant, if one is similar."""
    near = get_close_matches(text[:60], words, 1) if isinstance(text, str) else []
    return near[0] if near and near[0] else None


def one_of(words: Collection[str], value: object) -> str:
    """The list of allowed words, with the one that was probably meant."""
    listed = ", ".join(word or '""' for word in words)
    near = closest(value, words)
    return f"one of {listed} (did you mean {near}?)" if near else f"one of {listed}"


def named(value: object) -> str:
    """A value as the reader of the message knows it from JSON, cut short."""
    if isinstance(value, str):
        return f"'{short(value)}'"
    if value is None or isinstance(value, bool):
        return json.dumps(value)
    if isinstance(value, int) and abs(value) > _HUGE:
        return "a huge number"
    if isinstance(value, list | dict):
        return "a list" if isinstance(value, list) else "an object"
    return short(str(value))


def short(text: str) -> str:
    """The text, cut to 60 characters."""
    return text if len(text) <= 60 else f"{text[:59]}…"
