"""The published form of facts: what each field may hold, read from the dataclasses for reader, writer and schema alike.

A field added to a fact is read, written and published without a change here; a new closed list of words needs one.
"""

import re
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

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
