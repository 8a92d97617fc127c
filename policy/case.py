"""The facts of one question, sorted once for every rule that will look at them.

Only what had happened by the moment asked about is known: a later event is left out, a later withdrawal has not happened.
Instants are whole epoch seconds. An event within a second counts as of that second's end.
"""

from collections.abc import Sequence
from math import ceil
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from policy.facts import (
    AttemptFact,
    CallbackFact,
    ConsentFact,
    Event,
    Facts,
    HoldFact,
    OverrideFact,
    RequestFact,
    StopFact,
)
from policy.localtime import date_of, epoch
from policy.record import FACT_BITS, KNOWN_BY, REPORTED, UNREPORTED
from policy.rules.waivers import Waiver
from policy.spans import FOREVER
from policy.vocabulary import Outcome

if TYPE_CHECKING:
    from policy.context import Context
    from policy.rulebook import Rule

Dial = tuple[int, AttemptFact]  # an attempt with its epoch second
Key = tuple[
    str, ...
]  # what a count or a lock attaches to: principal, person, number, campaign, subject, number_kind, debt

T = TypeVar("T")

_FIELD = {"subject": "matter"}  # a key's name where the attempt calls it otherwise
_FIRST = itemgetter(0)
# What a key may ask of an attempt and nearly every attempt fits: where all do, no list need be made for the key.
_USUAL = attrgetter("principal", "number", "person", "direction", "channel")
_USUAL_PARTS = frozenset({"organisation", "principal", "number", "person"})


class Case:
    """One question, taken apart. Not shared between decisions."""

    __slots__ = (
        "_is_usual",
        "_solicited",
        "_times",
        "call",
        "contact",
        "context",
        "dials",
        "kept",
        "mask",
        "now",
        "others",
        "waivers",
    )

    def __init__(self, facts: Facts, context: "Context", now: int) -> None:
        self.call = call = facts.call
        self.contact = contact = facts.contact
        self.context = context
        self.now = now
        self.others: dict[type, list[Any]] = {}
        self.kept: dict[object, Any] = {}
        self.waivers: list[Waiver] = []
        self._times: list[int] | None = None
        self._solicited: int | None = None
        usual = (call.principal, contact.number, contact.person, "out", "voice")
        dials: list[Dial] = []
        mask, limit, is_usual = 0, now + 1, True
        for event in facts.events:
            if type(event) is not AttemptFact:
                mask |= self._note(event)
                continue
            at = event.at
            seconds = at.timestamp() if at.tzinfo is not None else -1.0
            if not 0.0 <= seconds < limit:
                epoch(at, "events: AttemptFact.at")
                continue
            outcome = event.outcome
            if outcome is None:
                mask |= UNREPORTED
            elif outcome is Outcome.NOT_DIALLED:
                continue
            else:
                mask |= REPORTED[outcome._value_]
            dials.append((ceil(seconds), event))
            if is_usual and _USUAL(event) != usual:
                is_usual = False
        dials.sort(key=_FIRST)
        self.dials = dials
        self.mask = mask
        self._is_usual = is_usual

    def _note(self, event: Event) -> int:
        kind = type(event)
        known = KNOWN_BY.get(kind)
        if known is not None and epoch(known[0](event), known[1]) > self.now:
            return 0
        self.others.setdefault(kind, []).append(event)
        return FACT_BITS[kind]

    def every(self, kind: type[T]) -> list[T]:
        """The known events of one kind, in the order given."""
        return self.others.get(kind, [])

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
        source = self.contact if name in ("person", "number", "number_kind") else self.call
        return str(getattr(source, name))

    def day_after(self, moment: int, days: int) -> int:
        """The last first moment, over all clocks, of the local day some days after the one in which `moment` lies."""
        return max(clock.day_start(clock.day(moment) + days) for clock in self.context.clocks)

    def day_before_loss(self, moment: int, days: int) -> int:
        """The same, but the earliest: where a permission ends with a local day, it ends on the first clock to get there."""
        clocks = self.context.clocks
        if len(clocks) == 1:
            return clocks[0].day_start(clocks[0].day(moment) + days)
        return min(clock.day_start(clock.day(moment) + days) for clock in clocks)

    def chooses(self, rule: "Rule", then: int) -> bool:
        """Whether an event of that moment belongs to this version of the rule: where the event's local date selects it."""
        return rule.version_by == "call" or any(
            rule.in_force(date_of(clock.day(then))) for clock in self.context.clocks
        )

    def solicited_until(self) -> int:
        """Until when the call is one the person asked for; 0 when it is not.

        A live request is complete, names the principal, was not followed by a refusal or a request to stop, and is no older
        than the packs allow, counted in local dates with the day of the request as day 0.
        """
        if RequestFact not in self.others:
            return 0
        if self._solicited is None:
            self._solicited = self._solicited_until()
        return self._solicited

    def _solicited_until(self) -> int:
        ends = [self.request_end(request) for request in self.every(RequestFact) if self.is_live(request)]
        last = max(ends, default=0)
        return last if last > self.now else 0

    def is_live(self, request: RequestFact) -> bool:
        """Whether a request is complete, made of this principal, and not taken back since; its age aside."""
        if not request.is_complete or request.principal != self.call.principal:
            return False
        ended = (dial for dial in self.dials if dial[1].outcome in (Outcome.REFUSED, Outcome.DO_NOT_CALL))
        if any(dial[1].at >= request.at and dial[1].principal == request.principal for dial in ended):
            return False
        stops = (stop for stop in self.every(StopFact) if stop.principal in ("", request.principal))
        return not any(stop.reason == "do_not_call" and stop.at >= request.at for stop in stops)

    def request_end(self, request: RequestFact) -> int:
        """When a request is too old to make a call solicited."""
        age = self.context.request_max_age_days
        return FOREVER if age is None else self.day_before_loss(epoch(request.at), age + 1)

    def happened_by_now(
        self, field: str, event: ConsentFact | StopFact | HoldFact | CallbackFact | OverrideFact
    ) -> bool:
        """Whether the instant in an event's field is set and not later than the moment asked about."""
        at = getattr(event, field)
        return at is not None and epoch(at, f"events: {field}") <= self.now
