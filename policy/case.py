"""The facts of one question, sorted once for every rule that will look at them.

Only what had happened by the moment asked about is known: a later event is left out, a later withdrawal has not happened.
Instants are whole epoch seconds. An event within a second counts as of that second's end.
"""

from collections.abc import Callable
from operator import attrgetter, itemgetter
from typing import TYPE_CHECKING, Any, TypeVar

from policy.facts import (
    AttemptFact,
    CallbackFact,
    ConsentFact,
    Event,
    Facts,
    HoldFact,
    NoticeFact,
    OverrideFact,
    RelationshipFact,
    RequestFact,
    ScreeningFact,
    StopFact,
)
from policy.localtime import epoch
from policy.rules.waivers import Waiver
from policy.spans import FOREVER
from policy.vocabulary import Outcome

if TYPE_CHECKING:
    from policy.context import Context

Dial = tuple[int, AttemptFact]  # an attempt with its epoch second
Key = tuple[
    str, ...
]  # what a count or a lock attaches to: principal, person, number, campaign, subject, number_kind, debt

T = TypeVar("T")

_WHEN = attrgetter("at")
_MOMENT: dict[type, Callable[[Any], Any]] = {
    CallbackFact: attrgetter("asked_at"),
    ScreeningFact: attrgetter("obtained_at"),
}
_UNDATED = (RelationshipFact, NoticeFact)  # dated by whole days; their rules read the dates
_FIELD = {"subject": "matter"}  # a key's name where the attempt calls it otherwise
_FIRST = itemgetter(0)


class Case:
    """One question, taken apart. Not shared between decisions."""

    __slots__ = ("_solicited", "call", "contact", "context", "dials", "kept", "now", "others", "waivers")

    def __init__(self, facts: Facts, context: "Context", now: int) -> None:
        self.call = facts.call
        self.contact = facts.contact
        self.context = context
        self.now = now
        self.dials: list[Dial] = []
        self.others: dict[type, list[Any]] = {}
        self._solicited: int | None = None
        self.kept: dict[object, Any] = {}
        self.waivers: list[Waiver] = []
        dials, others = self.dials, self.others
        for event in facts.events:
            if type(event) is AttemptFact:
                at = event.at
                then = int(at.timestamp()) if at.tzinfo is not None else epoch(at, "events: at")
                if then <= now and event.outcome is not Outcome.NOT_DIALLED:
                    dials.append((then + 1 if at.microsecond else then, event))
            elif self._is_known(event):
                others.setdefault(type(event), []).append(event)
        dials.sort(key=_FIRST)

    def _is_known(self, event: Event) -> bool:
        if isinstance(event, _UNDATED):
            return True
        return epoch(_MOMENT.get(type(event), _WHEN)(event), f"events: {type(event).__name__}") <= self.now

    def every(self, kind: type[T]) -> list[T]:
        """The known events of one kind, in the order given."""
        return self.others.get(kind, [])

    def dials_of(self, key: Key) -> list[Dial]:
        """The attempts that share the key's values with the call and contact asked about, oldest first. Debts aside."""
        found = self.kept.get(key)
        if found is None:
            found = self.kept[key] = self._matching(key)
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
        return min(clock.day_start(clock.day(moment) + days) for clock in self.context.clocks)

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
        if not request.is_complete or request.principal != self.call.principal:
            return False
        ended = (dial for dial in self.dials if dial[1].outcome in (Outcome.REFUSED, Outcome.DO_NOT_CALL))
        if any(dial[1].at >= request.at and dial[1].principal == request.principal for dial in ended):
            return False
        stops = (stop for stop in self.every(StopFact) if stop.principal in ("", request.principal))
        return not any(stop.reason == "do_not_call" and stop.at >= request.at for stop in stops)

    def request_end(self, request: RequestFact) -> int:
        age = self.context.request_max_age_days
        return FOREVER if age is None else self.day_before_loss(epoch(request.at), age + 1)

    def happened_by_now(
        self, field: str, event: ConsentFact | StopFact | HoldFact | CallbackFact | OverrideFact
    ) -> bool:
        """Whether the instant in an event's field is set and not later than the moment asked about."""
        at = getattr(event, field)
        return at is not None and epoch(at, f"events: {field}") <= self.now
