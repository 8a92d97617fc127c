"""The facts of one question with instants as epoch seconds: attempts sorted, other events by kind.

Prepared once, they serve any number of decisions. `calendar.local_time` says how fractions of a second are rounded.
What is on record is noted as bits, one for each kind of event and each outcome: rules without a matching bit are not
asked.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import datetime
from math import ceil
from operator import attrgetter, itemgetter
from typing import Any

from policy.calendar.local_time import epoch
from policy.errors import FactsError
from policy.facts import types
from policy.facts.types import SHARED, CallFacts, ContactFacts, Facts, Key
from policy.vocabulary import Outcome

# The field that says from when an event is known. Events dated by whole days are always known.
KNOWN_BY: dict[type, tuple[Callable[[Any], Any], str]] = {
    kind: (attrgetter(field), f"events: {kind.__name__}.{field}")
    for kind, field in {
        types.StopFact: "at",
        types.HoldFact: "at",
        types.CallbackFact: "asked_at",
        types.RequestFact: "at",
        types.PersonalHoursFact: "at",
        types.ConsentFact: "at",
        types.WithdrawalFact: "at",
        types.BasisFact: "at",
        types.ScreeningFact: "obtained_at",
        types.OverrideFact: "at",
    }.items()
}
_KINDS = (types.AttemptFact, types.RelationshipFact, types.NoticeFact, types.DebtGroupFact, *KNOWN_BY)
FACT_BITS: dict[type, int] = {kind: 1 << place for place, kind in enumerate(_KINDS)}
OUTCOME_BITS: dict[Outcome | None, int] = {
    outcome: 1 << place for place, outcome in enumerate([None, *Outcome], len(_KINDS))
}
# The bits an attempt sets: that there is one, and its outcome (None: unreported).
ATTEMPT_BITS = {outcome: bit | FACT_BITS[types.AttemptFact] for outcome, bit in OUTCOME_BITS.items()}
LISTED = 1 << len(_KINDS) + len(OUTCOME_BITS)  # a screening that found an entry
# A consent without conditions, by kind: see `is_whole`.
WHOLE_CONSENT = {kind: LISTED << place for place, kind in enumerate(("calls", "hours", "written"), 1)}
WITHDRAWN = LISTED << len(WHOLE_CONSENT) + 1  # a consent that was withdrawn, or will be
# What one person said, did or is bound by: an event that names another person says nothing about this call.
_PERSONAL = {types.HoldFact, types.RequestFact, types.PersonalHoursFact, types.BasisFact, types.RelationshipFact}
# For every other kind of event: its bit, whether it is personal, and from when it is known.
NOTED: dict[type, tuple[int, bool, Callable[[Any], Any] | None, str]] = {
    kind: (FACT_BITS[kind], kind in _PERSONAL, *KNOWN_BY.get(kind, (None, "")))
    for kind in _KINDS
    if kind is not types.AttemptFact
}


def is_whole(consent: types.ConsentFact, principal: str, number: str) -> bool:
    """Whether a consent satisfies every ground of its kind, unless the rule sets a limit of its own: proved, given to
    this caller, without end or condition.
    """
    return (
        consent.principal == principal
        and consent.is_proved
        and consent.is_express
        and not consent.is_third_party
        and not consent.from_creditor
        and (not consent.number or consent.number == number)
        and consent.starts_at is None
        and consent.ends_at is None
        and consent.withdrawn_at is None
        and not consent.debts
        and not consent.days
        and consent.only_on is None
        and consent.open_from is None
        and consent.open_until is None
    )


def fact_bits(kinds: Iterable[type]) -> int:
    """The bits of several kinds of events together."""
    return sum(FACT_BITS[kind] for kind in set(kinds))


def outcome_bits(outcomes: Iterable[Outcome | None]) -> int:
    """The bits of several outcomes together; None stands for an unreported attempt."""
    return sum(OUTCOME_BITS[outcome] for outcome in set(outcomes))


Dial = tuple[int, types.AttemptFact]  # an attempt with the epoch second at which it was made

_FIRST = itemgetter(0)
_NOT_DIALLED = Outcome.NOT_DIALLED  # local names: reading a member off its class costs more than the rest of the line
_LATEST = 4_102_444_800.0  # 2100-01-01
_MOST_SORTS = 4096  # a bound on memory, not a limit met in practice: a call centre has some dozens
_USUAL_PARTS = frozenset({"organisation", "principal", "number", "person"})
# known from their exact moment
_PERMITTING = frozenset({types.ConsentFact, types.BasisFact, types.RequestFact, types.OverrideFact})


def is_usual(keys: Iterable[Key]) -> bool:
    """Whether these keys are covered by `Prepared.is_usual`."""
    return all(map(_USUAL_PARTS.issuperset, keys))


def made_by(dial: Dial) -> int:
    """The first whole second by which an attempt was made. Elapsed time counts from it."""
    return dial[0] + (dial[1].at.microsecond > 0)


class Sort:
    """All calls and contacts to which the same rules may apply, on the same clocks. One shared object, for quick
    lookup.

    `latest`: the rulebook, house pack and packs asked about last, and their context. Nearly every question asks about
    the same ones again.
    """

    __slots__ = ("latest",)

    def __init__(self) -> None:
        self.latest: tuple[object, str | None, tuple[str, ...] | None, Any] = (None, None, None, None)


_OF_CALL = attrgetter(
    *("sector", "caller", "caller_role", "codes", "is_number_shown", "authorised_for", "starts_on", "ends_on")
)
_OF_CONTACT = attrgetter("places", "zones", "line", "role", "number_kind", "subscriber", "source")
_sorts: dict[tuple[object, ...], Sort] = {}


def _sort_of(call: CallFacts, contact: ContactFacts) -> Sort:
    key = (call.purpose._value_, _OF_CALL(call), _OF_CONTACT(contact))
    found = _sorts.get(key)
    if found is None:
        if len(_sorts) >= _MOST_SORTS:
            _sorts.clear()
        found = _sorts.setdefault(key, Sort())
    return found


class Prepared:
    """Facts ready for decisions.

    `latest`: the first second by which all events are known. `event_bits`: the bits of what is on record. `dials`: all
    attempts except those not dialled, oldest first. `is_usual`: every attempt was our outgoing call to this person and
    number for this principal, as nearly all are; then each key that needs no more than that matches all of them.
    """

    __slots__ = ("dials", "event_bits", "facts", "is_usual", "kept", "latest", "others", "sort")

    def __init__(self, facts: Facts) -> None:
        """Raises FactsError for an instant that is naive or not within 1970-2099."""
        principal, number, person = facts.call.principal, facts.contact.number, facts.contact.person
        others: dict[type, list[Any]] = {}
        timed: list[tuple[float, types.AttemptFact]] = []
        event_bits, latest = 0, 0
        for event in facts.events:
            if type(event) is not types.AttemptFact:
                bit, is_personal, read, field = NOTED[type(event)]
                if read is not None:
                    seconds = _seconds(read(event), field)
                    if seconds > latest:
                        latest = ceil(seconds)
                if is_personal and event.person and event.person != person:  # type: ignore[union-attr]
                    continue
                event_bits |= bit
                others.setdefault(type(event), []).append(event)
                continue
            at, outcome = event.at, event.outcome
            seconds = at.timestamp() if at.tzinfo is not None else -1.0
            if not 0.0 <= seconds < _LATEST:
                epoch(at, "events: AttemptFact.at")
            if outcome is _NOT_DIALLED:
                continue
            event_bits |= ATTEMPT_BITS[outcome]
            timed.append((seconds, event))
        if types.DebtGroupFact in others:
            Prepared.__init__(self, grouped(facts))
            return
        if types.ScreeningFact in others or types.ConsentFact in others:
            event_bits |= _bits_of(others, principal, number)
        timed.sort(key=_FIRST)
        dials = [(int(seconds), attempt) for seconds, attempt in timed]
        self.facts = facts
        self.others = others
        self.kept: dict[object, Any] = {}
        self.dials = dials
        self.event_bits = event_bits
        self.latest = latest if not dials or dials[-1][0] <= latest else dials[-1][0]
        self.is_usual = _are_usual(dials, facts)
        self.sort = _sort_of(facts.call, facts.contact)

    def known_by(self, at: datetime, now: int) -> "Prepared":
        """The same facts without events not yet known at the moment; `now` is its epoch second."""
        if self.latest <= now:
            return self
        known = tuple(event for event in self.facts.events if _is_known(event, at, now))
        return self if len(known) == len(self.facts.events) else Prepared(replace(self.facts, events=known))

    def dials_of(self, key: Key) -> list[Dial]:
        """The attempts that share the key's values with the call and contact, oldest first. `debt` is ignored."""
        if self.is_usual and _USUAL_PARTS.issuperset(key):
            return self.dials
        found = self.kept.get(key)
        if found is None:
            call, contact, found = self.facts.call, self.facts.contact, self.dials
            for shares in (SHARED[part] for part in key if part in SHARED):
                found = [dial for dial in found if shares(dial[1], call, contact)]
            self.kept[key] = found
        return found

    def calls_of(self, key: Key) -> list[Dial]:
        """Those of `dials_of` that were outgoing calls."""
        if self.is_usual and _USUAL_PARTS.issuperset(key):
            return self.dials
        found = self.kept.get(("out", key))
        if found is None:
            every = self.dials_of(key)
            found = [dial for dial in every if dial[1].direction == "out" and dial[1].channel == "voice"]
            self.kept[("out", key)] = found
        return found


def _are_usual(dials: Iterable[Dial], facts: Facts) -> bool:
    principal, number, person = facts.call.principal, facts.contact.number, facts.contact.person
    organisation = facts.call.organisation
    for _, attempt in dials:
        if (
            attempt.principal != principal
            or attempt.person != person
            or attempt.number != number
            or attempt.direction != "out"
            or attempt.channel != "voice"
            or (organisation and attempt.organisation not in ("", organisation))
        ):
            return False
    return True


def _seconds(at: datetime, field: str) -> float:
    """Epoch seconds. Raises FactsError for an instant that is naive or not within 1970-2099."""
    seconds = at.timestamp() if at.tzinfo is not None else -1.0
    if not 0.0 <= seconds < _LATEST:
        epoch(at, field)
    return seconds


def _bits_of(others: dict[type, list[Any]], principal: str, number: str) -> int:
    event_bits = 0
    for screening in others.get(types.ScreeningFact, ()):
        if screening.is_listed:
            event_bits |= LISTED
    for consent in others.get(types.ConsentFact, ()):
        if consent.withdrawn_at is not None:
            event_bits |= WITHDRAWN
        elif types.WithdrawalFact not in others and is_whole(consent, principal, number):
            event_bits |= WHOLE_CONSENT.get(consent.kind, 0)
    return event_bits


def _is_known(event: types.Event, at: datetime, now: int) -> bool:
    if type(event) is types.AttemptFact:
        return int(event.at.timestamp()) <= now
    if type(event) not in KNOWN_BY:
        return True
    read, field = KNOWN_BY[type(event)]
    moment: datetime = read(event)
    is_permitting = type(event) in _PERMITTING or (isinstance(event, types.ScreeningFact) and not event.is_listed)
    return moment <= at if is_permitting else epoch(moment, field) <= now


Debts = tuple[str, ...]


def grouped(facts: Facts) -> Facts:
    """The facts with each grouped debt replaced by the name of its group, and without the groups.

    Raises FactsError if a debt is in two groups, or a name stands for two things.
    """
    groups = {(one.name, frozenset(one.debts)) for one in facts.events if isinstance(one, types.DebtGroupFact)}
    named = Counter([name for name, _ in groups] + [debt for _, debts in groups for debt in debts])
    twice = min((name for name, times in named.items() if times > 1), default=None)
    if twice is not None:
        what = f"{twice!r} is in two debt groups, or names one; give each group its own name and debts"
        raise FactsError("events", what)
    group_of = {debt: name for name, debts in groups for debt in debts}
    wholes = dict(groups)
    events = (one for one in facts.events if not isinstance(one, types.DebtGroupFact))
    call = replace(facts.call, debts=_as_one(facts.call.debts, group_of))
    return replace(facts, call=call, events=tuple(_renamed(one, group_of, wholes) for one in events))


def _renamed(event: types.Event, group_of: dict[str, str], wholes: dict[str, frozenset[str]]) -> types.Event:
    if isinstance(event, types.AttemptFact):
        return replace(
            event,
            debts_named=_as_one(event.debts_named, group_of),
            debts_discussed=_as_one(event.debts_discussed, group_of),
            debts_booked=_as_one(event.debts_booked, group_of),
            debt_booked=group_of.get(event.debt_booked, event.debt_booked),
        )
    if isinstance(event, types.StopFact | types.NoticeFact):
        return replace(event, debts=_as_one(event.debts, group_of))
    if isinstance(event, types.ConsentFact) and event.debts:
        parts = Counter(group_of[debt] for debt in dict.fromkeys(event.debts) if debt in group_of)
        covered = (name for name, count in parts.items() if count == len(wholes[name]))
        return replace(event, debts=(*event.debts, *covered))
    return event


def _as_one(debts: Iterable[str], group_of: dict[str, str]) -> Debts:
    return tuple(dict.fromkeys(group_of.get(debt, debt) for debt in debts))
