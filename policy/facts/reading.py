"""Facts and questions from JSON and to it."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache
from typing import Any, TypeVar

from policy.errors import FactsError
from policy.facts import types
from policy.facts.fields import (
    DISCRIMINATOR,
    EVENTS,
    Holds,
    Read,
    Slot,
    WrongValue,
    closest,
    filled,
    instant,
    named,
    one_of,
    read_list,
    slot_reader,
    slots_of,
)

T = TypeVar("T")

_FARTHEST_EAST = timedelta(hours=14)  # the date of an instant in the zone where days begin first
_FACTS = ("call", "contact", "events")
_LINE = ("id", "at", "packs", *_FACTS)


@dataclass(frozen=True, slots=True)
class Question:
    """One line of questions: facts, the moment asked about (UTC), and the packs if the line names them."""

    id: str | int | float
    at: datetime
    facts: types.Facts
    packs: tuple[str, ...] | None = None


def facts_from_json(value: object) -> types.Facts:
    """Reads facts from a dict made by `facts_to_json`, instants in UTC. Raises FactsError: the field, and what to
    do."""
    return _told(lambda given: _facts(_object(given, _FACTS, ("call", "contact"))), value)


def question_from_json(value: object) -> Question:
    """Reads one parsed line. Raises FactsError with the field and what to do."""
    return _told(_read_question, value)


def _told(read: Callable[[Any], T], value: object) -> T:
    try:
        return read(value)
    except WrongValue as wrong:
        raise FactsError(wrong.path or "facts", wrong.what) from None


def _read_question(value: Any) -> Question:
    given = _object(value, _LINE, ("id", "at", "call", "contact"))
    asked = _at("id", _read_id, given["id"])
    at = _at("at", instant, given["at"])
    packs = _at("packs", _read_packs, given["packs"]) if "packs" in given else None
    return Question(asked, at, _facts(given), packs)


def _facts(given: Mapping[str, Any]) -> types.Facts:
    call = _at("call", _reader_of(types.CallFacts), given["call"])
    contact = _at("contact", _reader_of(types.ContactFacts), given["contact"])
    events = _at("events", lambda value: read_list(value, _read_event, tuple), given.get("events", []))
    return types.Facts(call, contact, events)


def _read_event(value: Any) -> types.Event:
    if not isinstance(value, dict):
        raise WrongValue(f"must be an object, not {named(value)}")
    name = value.get(DISCRIMINATOR)
    if not isinstance(name, str) or name not in EVENTS:
        said = f"unknown event {named(name)}" if DISCRIMINATOR in value else "missing"
        raise WrongValue(f"{said}; write {one_of(EVENTS, name)}", DISCRIMINATOR)
    event: types.Event = _reader_of(EVENTS[name])(value)
    return event


def _read_packs(value: Any) -> Any:
    if value == []:
        raise WrongValue("is empty; name the packs, or leave packs out to have them chosen")
    return read_list(value, filled, tuple)


def _read_id(value: Any) -> str | int | float:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise WrongValue(f"must be a string or a number, not {named(value)}")
    return value


@cache
def _reader_of(kind: type) -> Read:
    slots = slots_of(kind)
    readers = {slot.name: slot_reader(slot) for slot in slots}
    if kind in EVENTS.values():
        readers[DISCRIMINATOR] = lambda name: name  # `kind` chose this reader
    required = {slot.name: slot for slot in slots if slot.is_required}
    check = _CHECKS.get(kind)

    def read(value: Any) -> Any:
        if not isinstance(value, dict):
            raise WrongValue(f"must be an object, not {named(value)}")
        given: dict[str, Any] = {}
        for key, item in value.items():
            reader = readers.get(key)
            if reader is None:
                raise _unknown(key, readers)
            try:
                given[key] = reader(item)
            except WrongValue as wrong:
                raise wrong.inside(key) from None
        if not required.keys() <= given.keys():
            lacking = next(slot for name, slot in required.items() if name not in given)
            write = f"; write {one_of(lacking.words, None)}" if lacking.words else ""
            raise WrongValue(f"missing{write}", lacking.name)
        given.pop(DISCRIMINATOR, None)
        fact = kind(**given)
        if check is not None:
            check(fact)
        return fact

    return read


def _object(value: Any, known: Collection[str], required: Collection[str]) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise WrongValue(f"must be an object, not {named(value)}")
    for key in value:
        if key not in known:
            raise _unknown(key, known)
    for key in required:
        if key not in value:
            raise WrongValue("missing", key)
    return value


def _at(step: str, read: Callable[[Any], T], value: Any) -> T:
    try:
        return read(value)
    except WrongValue as wrong:
        raise wrong.inside(step) from None


def _unknown(key: object, known: Collection[str]) -> WrongValue:
    near = closest(key, known)
    hint = f"did you mean {near}?" if near else f"the fields here are {', '.join(known)}"
    return WrongValue(f"no such field; {hint}", named(key).strip("'"))


# Contradictory dates are refused: if a consent was withdrawn before it was given, one of the two is wrong.
_ORDER: dict[type, tuple[tuple[str, str], ...]] = {
    types.CallFacts: (("starts_on", "ends_on"),),
    types.StopFact: (("at", "until"), ("at", "withdrawn_at")),
    types.HoldFact: (("at", "lifted_at"),),
    types.CallbackFact: (("asked_at", "due_at"), ("asked_at", "closed_at")),
    types.RequestFact: (("at", "due_at"),),
    types.ConsentFact: (("at", "ends_at"), ("starts_at", "ends_at"), ("at", "withdrawn_at"), ("at", "first_used_at")),
    types.RelationshipFact: (("from_on", "ended_on"),),
    types.NoticeFact: (("from_on", "ended_on"),),
    types.OverrideFact: (("at", "until"),),
}


def _order_check(pairs: tuple[tuple[str, str], ...]) -> Callable[[Any], None]:
    def check(fact: Any) -> None:
        for first, last in pairs:
            before, after = getattr(fact, first), getattr(fact, last)
            if before is not None and after is not None and after < before:
                raise WrongValue(f"lies before {first}; correct one of the two", last)

    return check


def _check_consent(fact: types.ConsentFact) -> None:
    _order_check(_ORDER[types.ConsentFact])(fact)
    _both_or_neither(fact, "open_from", "open_until")
    opens, closes = fact.open_from, fact.open_until
    if opens is not None and closes is not None and time(0) < closes <= opens:
        raise WrongValue("is not after open_from; a window ends on its own day, at 00:00 at the latest", "open_until")


def _check_screening(fact: types.ScreeningFact) -> None:
    latest = (fact.obtained_at.astimezone(UTC) + _FARTHEST_EAST).date()
    if fact.listed_on is not None and fact.listed_on > latest:
        raise WrongValue("lies after obtained_at; correct one of the two", "listed_on")


def _both_or_neither(fact: Any, first: str, last: str) -> None:
    if (getattr(fact, first) is None) != (getattr(fact, last) is None):
        absent = first if getattr(fact, first) is None else last
        raise WrongValue("missing; write both times, or neither for the whole day", absent)


_CHECKS: dict[type, Callable[[Any], None]] = {kind: _order_check(pairs) for kind, pairs in _ORDER.items()}
_CHECKS |= {types.ConsentFact: _check_consent, types.ScreeningFact: _check_screening}
_CHECKS[types.PersonalHoursFact] = lambda fact: _both_or_neither(fact, "blocked_from", "blocked_until")


Write = Callable[[Any], Any]
_EVENT_NAMES: dict[type, str] = {fact_kind: name for name, fact_kind in EVENTS.items()}


def facts_to_json(facts: types.Facts) -> dict[str, Any]:
    """A JSON-ready dict that `facts_from_json` reads back as equal facts. Fields with their default value are left out.

    Raises FactsError if an instant is naive.
    """
    return {
        "call": _fact(facts.call),
        "contact": _fact(facts.contact),
        "events": [{DISCRIMINATOR: _EVENT_NAMES[type(event)], **_fact(event)} for event in facts.events],
    }


def _fact(fact: Any) -> dict[str, Any]:
    fact_kind: type = type(fact)
    written = {}
    for name, write, is_required, default in _writers_of(fact_kind):
        value = getattr(fact, name)
        if is_required or (value is not default and value != default):
            written[name] = value if write is _plain else write(value)
    return written


@cache
def _writers_of(fact_kind: type) -> tuple[tuple[str, Write, bool, Any], ...]:
    return tuple((slot.name, writer_of(slot), slot.is_required, slot.default) for slot in slots_of(fact_kind))


def writer_of(slot: Slot) -> Write:
    """The function that turns a value of one field into JSON."""
    one = _WRITERS.get(slot.holds, _plain)
    if slot.many is frozenset:
        return lambda values: sorted(map(one, values))
    if slot.many is tuple:
        return lambda values: list(map(one, values))
    return one if one is _plain else lambda value: None if value is None else one(value)


def _plain(value: Any) -> Any:
    return value


def _iso(value: Any) -> str:
    text: str = value.isoformat()
    return text


def instant_to_json(moment: datetime) -> str:
    """An instant in UTC, with a Z. Raises FactsError if it is naive."""
    if moment.tzinfo is None:
        raise FactsError("facts", f"{moment.isoformat()} has no time zone; instants are aware")
    utc = moment if moment.tzinfo is UTC else moment.astimezone(UTC)
    return utc.isoformat().replace("+00:00", "Z")


_WRITERS: dict[Holds, Write] = {Holds.WORD: str, Holds.INSTANT: instant_to_json, Holds.DAY: _iso, Holds.TIME: _iso}
