"""Grounds: facts that permit what a rule would bar. A relationship, request, callback, authorisation; see also
`consents`. Packs write one as a table whose one name says which ground, and its conditions.

A ground without proof does not count. If it ends with a local day, it ends on the first clock to reach that day's end.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from policy.calendar.local_time import FOREVER, Span, date_of, day_of, epoch, intersection, merged, months_after
from policy.facts import types
from policy.facts.fields import WORDS
from policy.facts.types import CallFacts, ContactFacts
from policy.rules.case import Case, free_spans, is_used, named_hours
from policy.rules.consents import Consent
from policy.rules.pack_table import Fields, Term, read_term
from policy.rules.rule import Ground
from policy.vocabulary import SECTORS


@dataclass(frozen=True, slots=True)
class Relationship:
    """A relationship of the person with the principal, current or recent enough."""

    kinds: frozenset[str]
    within_days: int | None = None
    within_months: int | None = None
    current: bool = False  # only until it ends
    related: bool = False
    opt_out_offered: bool = False

    def made_of(self) -> frozenset[type]:
        return frozenset({types.RelationshipFact})

    def spans(self, case: Case) -> list[Span]:
        return merged(span for tie in case.every(types.RelationshipFact) for span in self._span(case, tie))

    def _span(self, case: Case, tie: types.RelationshipFact) -> list[Span]:
        if not (
            tie.kind in self.kinds
            and tie.principal == case.call.principal
            and (tie.is_related or not self.related)
            and (tie.is_opt_out_offered or not self.opt_out_offered)
        ):
            return []
        start = max(clock.day_start(day_of(tie.from_on)) for clock in case.clocks)
        end = case.first_moment_after(last) if (last := self._last_day(tie)) is not None else FOREVER
        return [(max(start, case.now), end)] if max(start, case.now) < end else []

    def _last_day(self, tie: types.RelationshipFact) -> date | None:
        """The last day, counted from the end of a contract; a contract without an end is current.

        A purchase, inquiry or other single event is as old as its date; an end only shortens what it permits.
        """
        is_lasting = tie.kind in ("contract", "client", "customer")
        anchor = tie.ended_on if is_lasting else tie.from_on
        if anchor is None or self.current:
            return tie.ended_on
        last = self._term_from(anchor)
        if last is None or (not is_lasting and tie.ended_on is not None and tie.ended_on < last):
            return tie.ended_on
        return last

    def _term_from(self, anchor: date) -> date | None:
        if self.within_months is not None:
            return months_after(anchor, self.within_months)
        if self.within_days is not None:
            return date_of(min(day_of(anchor) + self.within_days, day_of(date.max) - 1))
        return None


@dataclass(frozen=True, slots=True)
class Basis:
    """A lawful basis on record for the principal. The latest entry of each kind counts."""

    kinds: frozenset[str]
    told: bool = False  # only if the person was told of calls
    assessed: bool = False  # only if the legitimate interest was weighed against the person's interests

    def made_of(self) -> frozenset[type]:
        return frozenset({types.BasisFact})

    def spans(self, case: Case) -> list[Span]:
        latest: dict[str, tuple[datetime, bool]] = {}
        for fact in case.every(types.BasisFact):
            if fact.principal == case.call.principal and fact.kind in self.kinds:
                said = (fact.at, not self._is_enough(fact))  # of two at the same moment, the one that is not enough
                latest[fact.kind] = max(latest.get(fact.kind, said), said)
        return [] if all(is_lacking for _, is_lacking in latest.values()) else case.always

    def _is_enough(self, fact: types.BasisFact) -> bool:
        return (fact.is_told_of_calls or not self.told) and (fact.is_assessed or not self.assessed)


@dataclass(frozen=True, slots=True)
class Asked:
    """A live request of the person, within the age the packs allow; `within_days`: a lower limit.

    `within`: one in business days. `unused`: only a request that no outgoing call has answered yet.
    """

    within_days: int | None = None
    unused: bool = False
    within: Term | None = None

    def made_of(self) -> frozenset[type]:
        return frozenset({types.RequestFact})

    def spans(self, case: Case) -> list[Span]:
        asked = case.live_requests()
        if self.unused:
            asked = [one for one in asked if not is_used(case, one.due_at or one.at)]
        return merged((case.now, self._end(case, one)) for one in asked)

    def _end(self, case: Case, asked: types.RequestFact) -> int:
        end, then = case.request_end(asked), epoch(asked.at)
        if self.within_days is not None:
            end = min(end, case.day_before_loss(then, self.within_days + 1))
        if self.within is not None:
            end = min(end, *(clock.day_start(self.within.last_day(clock.day(then)) + 1) for clock in case.clocks))
        return end


@dataclass(frozen=True, slots=True)
class Callback:
    """An agreed call whose time has come, until it is used; `named_hour`: only to the end of its local day."""

    named_hour: bool = False

    def made_of(self) -> frozenset[type]:
        return frozenset({types.CallbackFact, types.RequestFact})

    def spans(self, case: Case) -> list[Span]:
        return named_hours(case) if self.named_hour else free_spans(case)


class _Given:
    """What the call or the contact is itself, whatever is on record."""

    __slots__ = ()

    def made_of(self) -> frozenset[type]:
        return frozenset()

    def spans(self, case: Case) -> list[Span]:
        return case.always if self.given(case.call, case.contact) else []

    def given(self, call: CallFacts, contact: ContactFacts) -> bool:
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Authorised(_Given):
    """The caller holds the regulator's authorisation for a sector."""

    sector: str

    def given(self, call: CallFacts, _contact: ContactFacts) -> bool:
        return self.sector in call.authorised_for


@dataclass(frozen=True, slots=True)
class NumberShown(_Given):
    """The caller's number is displayed."""

    def given(self, call: CallFacts, _contact: ContactFacts) -> bool:
        return bool(call.is_number_shown)


@dataclass(frozen=True, slots=True)
class Line(_Given):
    """The number is of an exempt kind of line."""

    lines: frozenset[str]

    def given(self, _call: CallFacts, contact: ContactFacts) -> bool:
        return contact.line in self.lines


@dataclass(frozen=True, slots=True)
class AllOf:
    """Several grounds together."""

    grounds: tuple[Ground, ...]

    def made_of(self) -> frozenset[type]:
        return frozenset[type]().union(*(ground.made_of() for ground in self.grounds))

    def spans(self, case: Case) -> list[Span]:
        held = case.always
        for ground in self.grounds:
            held = intersection(held, ground.spans(case))
        return held


def spans_of(grounds: tuple[Ground, ...], case: Case) -> list[Span]:
    """The spans when at least one of the grounds holds."""
    found: list[Span] = []
    for ground in grounds:
        spans = ground.spans(case)
        if spans is case.always or len(grounds) == 1:
            return spans
        found += spans
    return merged(found)


def spans_since(ground: Ground, case: Case, since: datetime) -> list[Span]:
    """The spans when the ground holds; its consents count only if given after a moment."""
    if isinstance(ground, Consent):
        return ground.spans(case, since=since)
    held = case.always
    if not isinstance(ground, AllOf):
        return ground.spans(case)
    for one in ground.grounds:
        held = intersection(held, spans_since(one, case, since))
    return held


def is_given(ground: Ground, call: CallFacts, contact: ContactFacts) -> bool:
    """Whether the call or the contact is itself the ground, whatever is on record and at any time."""
    if isinstance(ground, AllOf):
        return bool(ground.grounds) and all(is_given(one, call, contact) for one in ground.grounds)
    return isinstance(ground, _Given) and ground.given(call, contact)


def is_on_record(ground: Ground, case: Case) -> bool:
    """Whether anything on record for this principal could be the ground."""
    facts = (fact for kind in ground.made_of() for fact in case.others.get(kind, ()))
    return any(fact.principal == case.call.principal for fact in facts)


CONSENT_KINDS = WORDS[types.ConsentFact, "kind"]


def read_grounds(fields: Fields, key: str, *, required: bool = False) -> tuple[Ground, ...]:
    """A pack's list of grounds, any one of which is enough."""
    tables = fields.subs(key)
    if required and not tables:
        fields.fault(key, "is missing; it is a list of grounds")
    return tuple(_read_ground(table) for table in tables)


def _read_ground(fields: Fields) -> Ground:
    named = [name for name in _READERS if fields.has(name)]
    if len(named) != 1:
        fields.fault("", f"a ground has exactly one of {', '.join(_READERS)}")
        return AllOf(())
    ground = _READERS[named[0]](fields)
    fields.done()
    return ground


def read_consent(fields: Fields) -> Consent:
    """A consent ground of a pack."""
    return Consent(
        kind=fields.word("consent", CONSENT_KINDS),
        is_named=fields.flag("named", True),
        express_only=fields.flag("express", False),
        direct_only=fields.flag("direct", False),
        numbered_only=fields.flag("for_number", False),
        third_party=fields.flag("third_party", True),
        third_party_max_age_days=fields.maybe_whole("third_party_max_age_days"),
        however_old=fields.flag("however_old", False),
        after_listing=fields.flag("after_listing", False),
        dated_only=fields.flag("dated", False),
        lasts_days=fields.maybe_whole("lasts_days"),
        lasts_months=fields.maybe_whole("lasts_months"),
    )


def _read_relationship(fields: Fields) -> Ground:
    return Relationship(
        kinds=frozenset(fields.words("relationship", WORDS[types.RelationshipFact, "kind"])),
        within_days=fields.maybe_whole("within_days"),
        within_months=fields.maybe_whole("within_months"),
        current=fields.flag("current", False),
        related=fields.flag("related", False),
        opt_out_offered=fields.flag("opt_out_offered", False),
    )


def _read_request(fields: Fields) -> Ground:
    _must_be_true(fields, "request")
    return Asked(fields.maybe_whole("within_days"), fields.flag("unused", False), read_term(fields, "within"))


def _read_number_shown(fields: Fields) -> Ground:
    _must_be_true(fields, "number_shown")
    return NumberShown()


def _must_be_true(fields: Fields, key: str) -> None:
    if not fields.flag(key):
        fields.fault(key, "can only be true")


_READERS: dict[str, Callable[[Fields], Ground]] = {
    "consent": read_consent,
    "relationship": _read_relationship,
    "basis": lambda fields: Basis(
        kinds=frozenset(fields.words("basis", WORDS[types.BasisFact, "kind"])),
        told=fields.flag("told", False),
        assessed=fields.flag("assessed", False),
    ),
    "request": _read_request,
    "callback": lambda fields: Callback(fields.word("callback", ("due", "named_hour")) == "named_hour"),
    "authorised_for": lambda fields: Authorised(fields.word("authorised_for", SECTORS)),
    "number_shown": _read_number_shown,
    "line": lambda fields: Line(frozenset(fields.words("line", WORDS[ContactFacts, "line"]))),
    "all_of": lambda fields: AllOf(read_grounds(fields, "all_of", required=True)),
}
