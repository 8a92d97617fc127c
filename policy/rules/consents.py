"""Consent as a ground: which consents on record a rule may rely on, from when to when, and at which times of the week.

Only proved consents count. A consent limited to days, to one local day or to times of the day holds only while every
clock of the person's possible places is within those limits.
"""

from dataclasses import dataclass
from datetime import datetime, time

from policy.calendar.local_time import (
    DAY,
    FOREVER,
    HORIZON,
    Span,
    ZoneClock,
    date_of,
    day_of,
    epoch,
    epoch_up,
    intersection,
    merged,
    months_after,
)
from policy.facts.prepared import WHOLE_CONSENT
from policy.facts.types import ConsentFact, ScreeningFact, WithdrawalFact
from policy.rules.case import Case
from policy.rules.pack_table import seconds_of


@dataclass(frozen=True, slots=True)
class Consent:
    """A proved consent that names the principal, not withdrawn and not expired."""

    kind: str
    is_named: bool = True
    express_only: bool = False
    direct_only: bool = False  # given to this caller, not to the creditor or an earlier collector
    numbered_only: bool = False  # it names the number itself
    third_party: bool = True
    third_party_max_age_days: int | None = None  # from collection to first use
    however_old: bool = False  # accepts bought-in consents older than the pack's own limit
    after_listing: bool = False  # only a consent given after the register's entry
    dated_only: bool = False  # only one for a named hour of one local day
    lasts_days: int | None = None
    lasts_months: int | None = None

    def made_of(self) -> frozenset[type]:
        return frozenset({ConsentFact})

    def met_by(self) -> int:
        """The bit of a consent on record that meets this ground at any moment; 0 if none would."""
        limits = (self.lasts_days, self.lasts_months, self.third_party_max_age_days)
        is_any = not (self.after_listing or self.dated_only or self.numbered_only)
        return WHOLE_CONSENT.get(self.kind, 0) if is_any and all(limit is None for limit in limits) else 0

    def spans(self, case: Case, since: datetime | None = None) -> list[Span]:
        """When the ground holds. `since`: counts only consents given after that moment."""
        found: list[Span] = []
        for consent in case.others.get(ConsentFact, ()):
            if self.accepts(case, consent) and (since is None or consent.at > since):
                if (
                    consent.starts_at is None
                    and consent.ends_at is None
                    and consent.withdrawn_at is None
                    and WithdrawalFact not in case.others
                    and not is_at_times(consent)
                    and not self._is_limited(case, consent)
                ):
                    return case.always
                start = case.now if consent.starts_at is None else max(case.now, epoch_up(consent.starts_at))
                end = min(self._ends(case, consent), default=FOREVER)
                found += open_times(case, consent, start, end)
        return merged(found) if found else found

    def accepts(self, case: Case, consent: ConsentFact) -> bool:
        """Whether the consent is of the right kind and may be relied on for this call."""
        asked = case.call.debts  # a consent limited to some debts must cover every one
        is_wide = not consent.debts or (bool(asked) and set(asked) <= set(consent.debts))
        return is_wide and self.is_given(case, consent)

    def is_given(self, case: Case, consent: ConsentFact) -> bool:
        """Like `accepts`, whatever the debts: of the right kind, and given to this caller for this number."""
        return (
            consent.kind == self.kind
            and consent.is_proved
            and (consent.principal == case.call.principal or (not self.is_named and not consent.principal))
            and (consent.number == case.contact.number or (not consent.number and not self.numbered_only))
            and (consent.is_express or not self.express_only)
            and not (consent.from_creditor and self.direct_only)
            and (self.third_party or not consent.is_third_party)
            and (not self.dated_only or (consent.only_on is not None and consent.open_from is not None))
            and (not self.after_listing or self._is_after_listing(case, consent))
        )

    def _is_limited(self, case: Case, consent: ConsentFact) -> bool:
        """Whether the packs, rather than the consent, set an end."""
        if consent.is_third_party and self._third_party_days(case) is not None:
            return True
        return self.lasts_days is not None or self.lasts_months is not None

    def _third_party_days(self, case: Case) -> int | None:
        """The days from collection to first use allowed by the rule or by any pack, whichever is fewer."""
        own, others = self.third_party_max_age_days, case.around.third_party_consent_max_age_days
        if others is None or self.however_old:
            return own
        return others if own is None else min(own, others)

    def _is_after_listing(self, case: Case, consent: ConsentFact) -> bool:
        listings = [one for one in case.every(ScreeningFact) if one.is_listed]
        given = case.local_date(consent.at)
        return bool(listings) and all(one.listed_on is not None and one.listed_on < given for one in listings)

    def _ends(self, case: Case, consent: ConsentFact) -> list[int]:
        ends = case.ends_of(consent)
        if not self._is_limited(case, consent):
            return ends
        limit = self._third_party_days(case) if consent.is_third_party else None
        given = case.local_date(consent.at)
        if self.lasts_days is not None:
            ends.append(case.first_moment_after(date_of(day_of(given) + self.lasts_days)))
        if self.lasts_months is not None:
            ends.append(case.first_moment_after(months_after(given, self.lasts_months)))
        if limit is not None:
            over = case.first_moment_after(date_of(day_of(given) + limit))
            used = consent.first_used_at
            is_used_in_time = used is not None and epoch(used) < over and used <= case.at
            ends += [] if is_used_in_time else [over]
        return ends


def is_at_times(consent: ConsentFact) -> bool:
    """Whether a consent is for certain days or times of the day only."""
    limits = (consent.only_on, consent.open_from, consent.open_until)
    return bool(consent.days) or any(limit is not None for limit in limits)


def open_times(case: Case, consent: ConsentFact, start: int, end: int) -> list[Span]:
    """The moments of [start, end) when the consent is open; for certain times, within the engine's horizon."""
    if start >= end:
        return []
    if not is_at_times(consent):
        return [(start, end)]
    spans = [(start, min(end, case.now + HORIZON))]
    for clock in case.clocks:
        spans = intersection(spans, _open_on(clock, consent, spans[0][0], spans[-1][1]))
        if not spans:
            return []
    return spans


def _open_on(clock: ZoneClock, consent: ConsentFact, start: int, end: int) -> list[Span]:
    opens, closes = seconds_of(consent.open_from or time(0)), seconds_of(consent.open_until or time(0)) or DAY
    opens += consent.open_from is not None and consent.open_from.microsecond > 0
    first, last = clock.day(start), clock.day(end)
    if consent.only_on is not None:
        first, last = max(first, day_of(consent.only_on)), min(last, day_of(consent.only_on))
    days = (day for day in range(first, last + 1) if not consent.days or date_of(day).isoweekday() in consent.days)
    return merged(span for day in days for span in clock.spans_of(day, opens, closes))
