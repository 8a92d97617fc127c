"""Grounds: facts that permit what a rule would bar. A consent, a relationship, a request, a promise, an authorisation.

A ground is proved or it is not there. Where its end is a local day, it ends on the first clock to reach that day's end.
"""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Protocol

from policy import promises
from policy.case import Case
from policy.facts import BasisFact, CallbackFact, ConsentFact, RelationshipFact, RequestFact, ScreeningFact
from policy.fields import Fields
from policy.localtime import date_of, day_of, epoch, months_after
from policy.spans import FOREVER, HORIZON, Span, common, merged

CONSENT_KINDS = ("calls", "hours", "written")
RELATIONSHIP_KINDS = ("purchase", "inquiry", "contract", "client", "customer", "interaction", "donation")
BASIS_KINDS = ("consent", "legitimate_interest", "contract")


class Ground(Protocol):
    """Something that may permit a call."""

    def made_of(self) -> frozenset[type]:
        """The events one of which must be on record for the ground to hold; empty: none."""

    def spans(self, case: Case) -> list[Span]:
        """When the ground holds, from the moment asked about on."""


def first_day_over(case: Case, last: date) -> int:
    """The first moment after a local day that is still inside, on the first clock to get there."""
    return min(clock.day_start(day_of(last) + 1) for clock in case.context.clocks)


def local_date(case: Case, moment: datetime) -> date:
    """The earliest local date of an instant, over all clocks: ages count from it, the strict reading."""
    return date_of(min(clock.day(epoch(moment)) for clock in case.context.clocks))


@dataclass(frozen=True, slots=True)
class Consent:
    """A proved consent that names the principal, not withdrawn and not expired."""

    kind: str
    is_named: bool = True
    express_only: bool = False
    direct_only: bool = False  # given to this caller, not to the creditor or an earlier collector
    third_party: bool = True
    third_party_max_age_days: int | None = None  # from collection to first use
    after_listing: bool = False  # only a consent given after the register's entry
    lasts_days: int | None = None
    lasts_months: int | None = None

    def made_of(self) -> frozenset[type]:
        return frozenset({ConsentFact})

    def spans(self, case: Case) -> list[Span]:
        found: list[Span] = []
        for consent in case.others.get(ConsentFact, ()):
            if self.accepts(case, consent):
                if (
                    consent.starts_at is None
                    and consent.ends_at is None
                    and consent.withdrawn_at is None
                    and not consent.days
                    and not self._is_limited(consent)
                ):
                    return case.always
                found += self._span(case, consent)
        return merged(found) if found else found

    def _span(self, case: Case, consent: ConsentFact) -> list[Span]:
        start = case.now if consent.starts_at is None else max(case.now, epoch(consent.starts_at))
        end = min(self._ends(case, consent), default=FOREVER)
        if start >= end:
            return []
        return days_named(case, consent.days, start, end) if consent.days else [(start, end)]

    def accepts(self, case: Case, consent: ConsentFact) -> bool:
        """Whether the consent is of the right kind and may be relied on by this caller for this number."""
        return (
            consent.kind == self.kind
            and consent.is_proved
            and (consent.principal == case.call.principal or (not self.is_named and not consent.principal))
            and (not consent.number or consent.number == case.contact.number)
            and (consent.is_express or not self.express_only)
            and not (consent.from_creditor and self.direct_only)
            and (self.third_party or not consent.is_third_party)
            and (not consent.debts or _concerns(consent.debts, case.call.debts))
            and (not self.after_listing or self._is_after_listing(case, consent))
        )

    def _is_limited(self, consent: ConsentFact) -> bool:
        """Whether the rule itself, and not the consent, sets an end."""
        if consent.is_third_party and self.third_party_max_age_days is not None:
            return True
        return self.lasts_days is not None or self.lasts_months is not None

    def _is_after_listing(self, case: Case, consent: ConsentFact) -> bool:
        listings = [one for one in case.every(ScreeningFact) if one.is_listed]
        given = local_date(case, consent.at)
        return bool(listings) and all(one.listed_on is not None and one.listed_on < given for one in listings)

    def _ends(self, case: Case, consent: ConsentFact) -> list[int]:
        ends = [epoch(end) for end in (consent.ends_at, consent.withdrawn_at) if end is not None]
        if not self._is_limited(consent):
            return ends
        limit = self.third_party_max_age_days if consent.is_third_party else None
        given = local_date(case, consent.at)
        if self.lasts_days is not None:
            ends.append(first_day_over(case, date_of(day_of(given) + self.lasts_days)))
        if self.lasts_months is not None:
            ends.append(first_day_over(case, months_after(given, self.lasts_months)))
        if limit is not None:
            over = first_day_over(case, date_of(day_of(given) + limit))
            is_used_in_time = consent.first_used_at is not None and epoch(consent.first_used_at) < min(
                over, case.now + 1
            )
            ends += [] if is_used_in_time else [over]
        return ends


def days_named(case: Case, days: frozenset[int], start: int, end: int) -> list[Span]:
    """The moments of [start, end), as far as the engine looks, that lie on one of the days of the week on every clock.

    Days are 1 (Monday) to 7.
    """
    spans = [(start, min(end, case.now + HORIZON))]
    for clock in case.context.clocks:
        first, last = clock.day(spans[0][0]), clock.day(spans[-1][1])
        open_days = [day for day in range(first, last + 1) if date_of(day).isoweekday() in days]
        spans = common(spans, merged((clock.day_start(day), clock.day_start(day + 1)) for day in open_days))
        if not spans:
            return []
    return spans


def _concerns(named: tuple[str, ...], asked: tuple[str, ...]) -> bool:
    """Whether something limited to some debts reaches every debt of the call."""
    return not named or (bool(asked) and set(asked) <= set(named))


@dataclass(frozen=True, slots=True)
class Relationship:
    """A tie of the person with the principal, current or recent enough."""

    kinds: frozenset[str]
    within_days: int | None = None
    within_months: int | None = None
    current: bool = False  # only while it has not ended
    related: bool = False
    opt_out_offered: bool = False

    def made_of(self) -> frozenset[type]:
        return frozenset({RelationshipFact})

    def spans(self, case: Case) -> list[Span]:
        return merged(span for tie in case.every(RelationshipFact) for span in self._span(case, tie))

    def _span(self, case: Case, tie: RelationshipFact) -> list[Span]:
        if not self._accepts(case, tie):
            return []
        start = max(clock.day_start(day_of(tie.from_on)) for clock in case.context.clocks)
        end = first_day_over(case, last) if (last := self._last_day(tie)) is not None else FOREVER
        return [(max(start, case.now), end)] if max(start, case.now) < end else []

    def _accepts(self, case: Case, tie: RelationshipFact) -> bool:
        return (
            tie.kind in self.kinds
            and tie.principal == case.call.principal
            and (tie.is_related or not self.related)
            and (tie.is_opt_out_offered or not self.opt_out_offered)
        )

    def _last_day(self, tie: RelationshipFact) -> date | None:
        """A contract without an end is current; a purchase, inquiry or other single event is as old as its date."""
        lasting = tie.kind in ("contract", "client", "customer")
        anchor = tie.ended_on if tie.ended_on is not None or lasting else tie.from_on
        if anchor is None or self.current:
            return tie.ended_on
        if self.within_months is not None:
            return months_after(anchor, self.within_months)
        if self.within_days is not None:
            return date_of(min(day_of(anchor) + self.within_days, day_of(date.max) - 1))
        return tie.ended_on


@dataclass(frozen=True, slots=True)
class Basis:
    """A lawful basis on record for the principal."""

    kinds: frozenset[str]
    told: bool = False  # only where the person was told of calls

    def made_of(self) -> frozenset[type]:
        return frozenset({BasisFact})

    def spans(self, case: Case) -> list[Span]:
        principal = case.call.principal
        for fact in case.every(BasisFact):
            if fact.principal == principal and fact.kind in self.kinds and (fact.is_told_of_calls or not self.told):
                return case.always
        return []


@dataclass(frozen=True, slots=True)
class Asked:
    """A live request of the person's, as the packs count its age."""

    def made_of(self) -> frozenset[type]:
        return frozenset({RequestFact})

    def spans(self, case: Case) -> list[Span]:
        until = case.solicited_until()
        return [(case.now, until)] if until else []


@dataclass(frozen=True, slots=True)
class Callback:
    """An agreed call whose time has come, until it is used; with `named_hour`, only to the end of its local day."""

    named_hour: bool = False

    def made_of(self) -> frozenset[type]:
        return frozenset({CallbackFact, RequestFact})

    def spans(self, case: Case) -> list[Span]:
        return promises.named_hours(case) if self.named_hour else promises.free_spans(case)


@dataclass(frozen=True, slots=True)
class Authorised:
    """The caller holds the regulator's authorisation for a sector."""

    sector: str

    def made_of(self) -> frozenset[type]:
        return frozenset()

    def spans(self, case: Case) -> list[Span]:
        return case.always if self.sector in case.call.authorised_for else []


@dataclass(frozen=True, slots=True)
class NumberShown:
    """The caller's number is displayed."""

    def made_of(self) -> frozenset[type]:
        return frozenset()

    def spans(self, case: Case) -> list[Span]:
        return case.always if case.call.is_number_shown else []


@dataclass(frozen=True, slots=True)
class Line:
    """The number is of an exempt kind of line."""

    lines: frozenset[str]

    def made_of(self) -> frozenset[type]:
        return frozenset()

    def spans(self, case: Case) -> list[Span]:
        return case.always if case.contact.line in self.lines else []


@dataclass(frozen=True, slots=True)
class AllOf:
    """Several grounds together."""

    grounds: tuple[Ground, ...]

    def made_of(self) -> frozenset[type]:
        return frozenset[type]().union(*(ground.made_of() for ground in self.grounds))

    def spans(self, case: Case) -> list[Span]:
        held = case.always
        for ground in self.grounds:
            held = common(held, ground.spans(case))
        return held


def spans_of(grounds: tuple[Ground, ...], case: Case) -> list[Span]:
    """When at least one of the grounds holds."""
    found: list[Span] = []
    for ground in grounds:
        spans = ground.spans(case)
        if spans is case.always or len(grounds) == 1:
            return spans
        found += spans
    return merged(found)


def is_on_record(ground: Ground, case: Case) -> bool:
    """Whether the record speaks at all, for this principal, of what the ground is made of."""
    facts = (fact for kind in ground.made_of() for fact in case.others.get(kind, ()))
    return any(fact.principal == case.call.principal for fact in facts)


def read_grounds(fields: Fields, key: str, *, required: bool = False) -> tuple[Ground, ...]:
    """A pack's list of grounds, any one of which is enough."""
    tables = fields.subs(key)
    if required and not tables:
        fields.fault(key, "is missing; it is a list of grounds")
    return tuple(_read_ground(table) for table in tables)


_NAMES = ("consent", "relationship", "basis", "request", "callback", "authorised_for", "number_shown", "line", "all_of")


def _read_ground(fields: Fields) -> Ground:
    named = [name for name in _NAMES if fields.has(name)]
    if len(named) != 1:
        fields.fault("", f"a ground has exactly one of {', '.join(_NAMES)}")
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
        third_party=fields.flag("third_party", True),
        third_party_max_age_days=fields.maybe_whole("third_party_max_age_days"),
        after_listing=fields.flag("after_listing", False),
        lasts_days=fields.maybe_whole("lasts_days"),
        lasts_months=fields.maybe_whole("lasts_months"),
    )


def _read_relationship(fields: Fields) -> Ground:
    return Relationship(
        kinds=frozenset(fields.words("relationship", RELATIONSHIP_KINDS)),
        within_days=fields.maybe_whole("within_days"),
        within_months=fields.maybe_whole("within_months"),
        current=fields.flag("current", False),
        related=fields.flag("related", False),
        opt_out_offered=fields.flag("opt_out_offered", False),
    )


def _read_basis(fields: Fields) -> Ground:
    return Basis(frozenset(fields.words("basis", BASIS_KINDS)), fields.flag("told", False))


def _read_request(fields: Fields) -> Ground:
    _must_be_true(fields, "request")
    return Asked()


def _read_callback(fields: Fields) -> Ground:
    return Callback(fields.word("callback", ("due", "named_hour")) == "named_hour")


def _read_authorised(fields: Fields) -> Ground:
    return Authorised(fields.text("authorised_for"))


def _read_number_shown(fields: Fields) -> Ground:
    _must_be_true(fields, "number_shown")
    return NumberShown()


def _read_line(fields: Fields) -> Ground:
    return Line(frozenset(fields.words("line", ("consumer", "business"))))


def _read_all(fields: Fields) -> Ground:
    return AllOf(read_grounds(fields, "all_of", required=True))


def _must_be_true(fields: Fields, key: str) -> None:
    if not fields.flag(key):
        fields.fault(key, "can only be true")


_READERS = {
    "consent": read_consent,
    "relationship": _read_relationship,
    "basis": _read_basis,
    "request": _read_request,
    "callback": _read_callback,
    "authorised_for": _read_authorised,
    "number_shown": _read_number_shown,
    "line": _read_line,
    "all_of": _read_all,
}
