"""The facts of one question with their instants as epoch seconds: attempts sorted, other events by kind.

Done once, it serves any number of decisions on the same facts. Instants are whole epoch seconds; an event within a second
counts as of that second's end.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from math import ceil
from operator import attrgetter, itemgetter
from typing import Any

from policy.facts import AttemptFact, Event, Facts
from policy.localtime import epoch
from policy.record import FACT_BITS, KNOWN_BY, REPORTED, UNREPORTED
from policy.vocabulary import Outcome

Dial = tuple[int, AttemptFact]  # an attempt with its epoch second
# What a count or a lock attaches to: principal, person, number, campaign, subject, number_kind, debt.
Key = tuple[str, ...]

_FIELD = {"subject": "matter"}  # a key's name where the attempt calls it otherwise
_FIRST = itemgetter(0)
_NOT_DIALLED = Outcome.NOT_DIALLED  # reading a member off its class costs more than the rest of the line
# What a key may ask of an attempt and nearly every attempt fits: where all do, no list need be made for the key.
_USUAL = attrgetter("principal", "number", "person", "direction", "channel")
_USUAL_PARTS = frozenset({"organisation", "principal", "number", "person"})


@cache
def _merged_keys(keys: tuple[Key, ...]) -> tuple[Key, ...]:
    return keys[:1] if all(map(_USUAL_PARTS.issuperset, keys)) else keys


class Prepared:
    """Facts made ready. `latest` is the last second at which one of the events became known."""

    __slots__ = ("_is_usual", "_times", "dials", "facts", "kept", "latest", "mask", "others")

    def __init__(self, facts: Facts) -> None:
        """FactsError for an instant that is naive or not within 1970-2099."""
        call, contact = facts.call, facts.contact
        usual = (call.principal, contact.number, contact.person, "out", "voice")
        self.facts = facts
        self.others: dict[type, list[Any]] = {}
        self.kept: dict[object, Any] = {}
        self._times: list[int] | None = None
        self.latest = 0
        dials: list[Dial] = []
        mask, latest, is_usual = 0, 0.0, True
        for event in facts.events:
            if type(event) is not AttemptFact:
                mask |= self._note(event)
                continue
            at, outcome = event.at, event.outcome
            seconds = at.timestamp() if at.tzinfo is not None else -1.0
            if not 0.0 <= seconds < 4_102_444_800.0:
                epoch(at, "events: AttemptFact.at")
            if outcome is None:
                mask |= UNREPORTED
            elif outcome is _NOT_DIALLED:
                continue
            else:
                mask |= REPORTED[outcome._value_]
            dials.append((ceil(seconds), event))
            if seconds > latest:
                latest = seconds
            if is_usual and _USUAL(event) != usual:
                is_usual = False
        dials.sort(key=_FIRST)
        self.dials = dials
        self.mask = mask
        self.latest = max(self.latest, int(latest))
        self._is_usual = is_usual

    def _note(self, event: Event) -> int:
        kind = type(event)
        if kind in KNOWN_BY:
            read, field = KNOWN_BY[kind]
            self.latest = max(self.latest, epoch(read(event), field))
        if kind in self.others:
            self.others[kind].append(event)
        else:
            self.others[kind] = [event]
        return FACT_BITS[kind]

    def known_by(self, now: int) -> "Prepared":
        """The same, without the events that were not known at the moment."""
        if self.latest <= now:
            return self
        known = tuple(event for event in self.facts.events if _known_at(event) <= now)
        return Prepared(replace(self.facts, events=known))

    def distinct(self, keys: tuple[Key, ...]) -> tuple[Key, ...]:
        """The keys, or one of them where they all find the same attempts."""
        return _merged_keys(keys) if self._is_usual else keys

    def dials_of(self, key: Key) -> list[Dial]:
        """The attempts that share the key's values with the call and contact asked about, oldest first. Debts aside."""
        if self._is_usual and _USUAL_PARTS.issuperset(key):
            return self.dials
        found = self.kept.get(key)
        if found is None:
            found = self.kept[key] = self._matching(key)
        return found

    def calls_of(self, key: Key) -> list[Dial]:
        """Those of them that were calls out."""
        if self._is_usual and _USUAL_PARTS.issuperset(key):
            return self.dials
        found = self.kept.get(("out", key))
        if found is None:
            every = self.dials_of(key)
            found = [dial for dial in every if dial[1].direction == "out" and dial[1].channel == "voice"]
            self.kept[("out", key)] = found
        return found

    def times_of(self, key: Key) -> Sequence[int]:
        """When they were, in epoch seconds."""
        if self._is_usual and _USUAL_PARTS.issuperset(key):
            if self._times is None:
                self._times = [dial[0] for dial in self.dials]
            return self._times
        found = self.kept.get(("times", key))
        if found is None:
            found = self.kept[("times", key)] = [dial[0] for dial in self.calls_of(key)]
        return found

    def _matching(self, key: Key) -> list[Dial]:
        fields = [_FIELD.get(name, name) for name in key if name not in ("organisation", "debt")]
        if not fields:
            return self.dials
        own = [self._own(name) for name in fields]
        wanted: object = tuple(own) if len(own) > 1 else own[0]  # as attrgetter answers
        read = attrgetter(*fields)
        return [dial for dial in self.dials if read(dial[1]) == wanted]

    def _own(self, name: str) -> str:
        source = self.facts.contact if name in ("person", "number", "number_kind") else self.facts.call
        return str(getattr(source, name))


def _known_at(event: Event) -> int:
    """The second at which an event became known; events dated by whole days are known whenever they are given."""
    if type(event) is AttemptFact:
        return int(event.at.timestamp())
    if type(event) in KNOWN_BY:
        read, field = KNOWN_BY[type(event)]
        return epoch(read(event), field)
    return 0
