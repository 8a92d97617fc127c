"""Grounds: facts that permit what a rule would bar. A consent, a relationship, a request, a promise, an authorisation.

A ground is proved or it is not there. Where its end is a local day, it ends on the first clock to reach that day's end.
"""

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Protocol

from policy import promises, withdrawals
from policy.case import Case
from policy.facts import (
    BasisFact,
    CallbackFact,
    CallFacts,
    ConsentFact,
    ContactFacts,
    RelationshipFact,
    RequestFact,
    ScreeningFact,
    WithdrawalFact,
)
from policy.localtime import date_of, day_of, epoch, epoch_up, months_after
from policy.record import WHOLE_CONSENT
from policy.spans import FOREVER, HORIZON, Span, common, merged


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
    however_old: bool = False  # a bought-in one too that the packs' own limit takes for none
    after_listing: bool = False  # only a consent given after the register's entry
    lasts_days: int | None = None
    lasts_months: int | None = None
    is_lasting: bool = field(init=False, default=False)  # the rule sets no end, whatever the consent

    def __post_init__(self) -> None:
        limits = (self.lasts_days, self.lasts_months, self.third_party_max_age_days)
        object.__setattr__(self, "is_lasting", all(limit is None for limit in limits))

    def made_of(self) -> frozenset[type]:
        return frozenset({ConsentFact})

    def met_by(self) -> int:
        """The bit of a consent on record that meets this ground at any moment; 0 where no such bit would do."""
        return WHOLE_CONSENT.get(self.kind, 0) if self.is_lasting and not self.after_listing else 0

    def spans(self, case: Case, since: datetime | None = None) -> list[Span]:
        """`since`: only by what was consented to after that moment."""
        found: list[Span] = []
        for consent in case.others.get(ConsentFact, ()):
            if self.accepts(case, consent) and (since is None or consent.at > since):
                if (
                    consent.starts_at is None
                    and consent.ends_at is None
                    and consent.withdrawn_at is None
                    and WithdrawalFact not in case.others
                    and not consent.days
                    and not self._is_limited(case, consent)
                ):
                    return case.always
                found += self._span(case, consent)
        return merged(found) if found else found

    def _span(self, case: Case, consent: ConsentFact) -> list[Span]:
        start = case.now if consent.starts_at is None else max(case.now, epoch_up(consent.starts_at))
        end = min(self._ends(case, consent), default=FOREVER)
        if start >= end:
            return []
        return days_named(case, consent.days, start, end) if consent.days else [(start, end)]

    def accepts(self, case: Case, consent: ConsentFact) -> bool:
        """Whether the consent is of the right kind and may be relied on for this call."""
        return self.is_given(case, consent) and (not consent.debts or _concerns(consent.debts, case.call.debts))

    def is_given(self, case: Case, consent: ConsentFact) -> bool:
        """The same, whatever the debts: of the right kind, and to be relied on by this caller for this number."""
        return (
            consent.kind == self.kind
            and consent.is_proved
            and (consent.principal == case.call.principal or (not self.is_named and not consent.principal))
            and (not consent.number or consent.number == case.contact.number)
            and (consent.is_express or not self.express_only)
            and not (consent.from_creditor and self.direct_only)
            and (self.third_party or not consent.is_third_party)
            and (not self.after_listing or self._is_after_listing(case, consent))
        )

    def _is_limited(self, case: Case, consent: ConsentFact) -> bool:
        """Whether the packs, and not the consent, set an end."""
        if consent.is_third_party and self._third_party_days(case) is not None:
            return True
        return self.lasts_days is not None or self.lasts_months is not None

    def _third_party_days(self, case: Case) -> int | None:
        """From collection to first use, by the rule or by any pack, whichever is less."""
        own, others = self.third_party_max_age_days, case.context.third_party_consent_max_age_days
        if others is None or self.however_old:
            return own
        return others if own is None else min(own, others)

    def _is_after_listing(self, case: Case, consent: ConsentFact) -> bool:
        listings = [one for one in case.every(ScreeningFact) if one.is_listed]
        given = local_date(case, consent.at)
        return bool(listings) and all(one.listed_on is not None and one.listed_on < given for one in listings)

    def _ends(self, case: Case, consent: ConsentFact) -> list[int]:
        ends = [epoch(end) for end in (consent.ends_at, withdrawals.ended_at(case, consent)) if end is not None]
        if not self._is_limited(case, consent):
            return ends
        limit = self._third_party_days(case) if consent.is_third_party else None
        given = local_date(case, consent.at)
        if self.lasts_days is not None:
            ends.append(first_day_over(case, date_of(day_of(given) + self.lasts_days)))
        if self.lasts_months is not None:
            ends.append(first_day_over(case, months_after(given, self.lasts_months)))
        if limit is not None:
            over = first_day_over(case, date_of(day_of(given) + limit))
            used = consent.first_used_at
            is_used_in_time = used is not None and epoch(used) < over and used <= case.at
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
        """A contract without an end is current, and counts from its end once it has one.

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
    """A lawful basis on record for the principal."""

    kinds: frozenset[str]
    told: bool = False  # only where the person was told of calls
    assessed: bool = False  # only where the interest was weighed against the person's

    def made_of(self) -> frozenset[type]:
        return frozenset({BasisFact})

    def spans(self, case: Case) -> list[Span]:
        principal = case.call.principal
        for fact in case.every(BasisFact):
            is_ours = fact.principal == principal and fact.kind in self.kinds
            if is_ours and (fact.is_told_of_calls or not self.told) and (fact.is_assessed or not self.assessed):
                return case.always
        return []


@dataclass(frozen=True, slots=True)
class Asked:
    """A live request of the person's, as the packs count its age; with `within_days`, one no older than that."""

    within_days: int | None = None

    def made_of(self) -> frozenset[type]:
        return frozenset({RequestFact})

    def spans(self, case: Case) -> list[Span]:
        until = case.solicited_until()
        if until and self.within_days is not None:
            fresh = [case.day_before_loss(epoch(one.at), self.within_days + 1) for one in case.live_requests()]
            until = min(until, max(fresh))
        return [(case.now, until)] if until > case.now else []


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
        return case.always if self.given(case.call, case.contact) else []

    def given(self, call: CallFacts, _contact: ContactFacts) -> bool:
        return self.sector in call.authorised_for


@dataclass(frozen=True, slots=True)
class NumberShown:
    """The caller's number is displayed."""

    def made_of(self) -> frozenset[type]:
        return frozenset()

    def spans(self, case: Case) -> list[Span]:
        return case.always if self.given(case.call, case.contact) else []

    def given(self, call: CallFacts, _contact: ContactFacts) -> bool:
        return bool(call.is_number_shown)


@dataclass(frozen=True, slots=True)
class Line:
    """The number is of an exempt kind of line."""

    lines: frozenset[str]

    def made_of(self) -> frozenset[type]:
        return frozenset()

    def spans(self, case: Case) -> list[Span]:
        return case.always if self.given(case.call, case.contact) else []

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


def is_given(ground: Ground, call: CallFacts, contact: ContactFacts) -> bool:
    """Whether the call or the contact is itself the ground, whatever is on record and at any time."""
    if isinstance(ground, AllOf):
        return bool(ground.grounds) and all(is_given(one, call, contact) for one in ground.grounds)
    return isinstance(ground, Authorised | NumberShown | Line) and ground.given(call, contact)


def is_on_record(ground: Ground, case: Case) -> bool:
    """Whether the record speaks at all, for this principal, of what the ground is made of."""
    facts = (fact for kind in ground.made_of() for fact in case.others.get(kind, ()))
    return any(fact.principal == case.call.principal for fact in facts)
