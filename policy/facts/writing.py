"""Writes facts as JSON-ready values. Instants are UTC with a Z."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache
from typing import Any

from policy.errors import FactsError
from policy.facts.fields import DISCRIMINATOR, EVENTS, Holds, Slot, slots_of
from policy.facts.types import Facts

Write = Callable[[Any], Any]
_EVENT_NAMES: dict[type, str] = {kind: name for name, kind in EVENTS.items()}


def facts_to_json(facts: Facts) -> dict[str, Any]:
    """A JSON-ready dict that `facts_from_json` reads back as equal facts. Fields with their default value are left out.

    Raises FactsError if an instant is naive.
    """
    return {
        "call": _fact(facts.call),
        "contact": _fact(facts.contact),
        "events": [{DISCRIMINATOR: _EVENT_NAMES[type(event)], **_fact(event)} for event in facts.events],
    }


def _fact(fact: Any) -> dict[str, Any]:
    kind: type = type(fact)
    written = {}
    for name, write, is_required, default in _writers_of(kind):
        value = getattr(fact, name)
        if is_required or (value is not default and value != default):
            written[name] = value if write is _plain else write(value)
    return written


@cache
def _writers_of(kind: type) -> tuple[tuple[str, Write, bool, Any], ...]:
    return tuple((slot.name, writer_of(slot), slot.is_required, slot.default) for slot in slots_of(kind))


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
