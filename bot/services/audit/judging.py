"""Judges one call again: by what had been recorded when it was opened, and by the whole record as it is known now.

An agent is blamed only for what could be known. What only the phone system's records show is told all the same.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from bot.services.audit import facts as audit_facts
from bot.services.audit.campaign_terms import Terms
from bot.services.audit.facts import Record
from bot.services.numbers.parsing import country_of_number, is_erased
from policy import Finding, Rulebook, decide, house_pack_in
from policy.rules.kinds import SAID_BY_PEOPLE
from policy.vocabulary import Effect, Outcome, Verdict
from storage.models import Attempt

# What an audit checks: each is a promise, counted and told even where none was broken.
IN_LOCK = "calls inside a lock"
OUT_OF_HOURS = "calls outside hours"
OVER_CAP = "calls over a cap"
SUPPRESSED = "calls to a suppressed person or number"
HELD = "calls to a held contact"
DOUBLE_LEASES = "double leases"
NO_OUTCOME = "attempts without an outcome"
LATE_OPT_OUTS = "opt-outs recorded late or not put into force"
NO_DECISION = "attempts without a stored decision"
NUMBER_SHOWN = "numbers shown without an attempt"
ONLY_RECORDS = "people called against the rules, as only the phone system’s records show"
_UNLAWFUL = (IN_LOCK, OUT_OF_HOURS, OVER_CAP, SUPPRESSED, HELD)
CHECKS = (DOUBLE_LEASES, *_UNLAWFUL, ONLY_RECORDS, NO_OUTCOME, LATE_OPT_OUTS, NO_DECISION, NUMBER_SHOWN)
GRAVEST_FIRST = (SUPPRESSED, OUT_OF_HOURS, OVER_CAP, IN_LOCK, HELD)
_BY_KIND = {"hours": OUT_OF_HOURS, "cap": OVER_CAP}
_BY_EFFECT = {Effect.LOCK: IN_LOCK, Effect.HOLD: HELD, Effect.SUPPRESS: SUPPRESSED}


class Judged(NamedTuple):
    """What forbade a call. `known`: by what was on record when it was opened. `shown`: as only the whole record shows.

    Of `shown` are only checks of which `known` has nothing, the gravest first. `unproven`: of a number on no list,
    which screening or basis it lacked. The agent cannot supply it, so it is not their fault.
    """

    attempt: Attempt
    known: tuple[Finding, ...]
    shown: tuple[Finding, ...]
    unproven: tuple[Finding, ...] = ()

    @property
    def gravity(self) -> int:
        """How grave the forbidden call is: 0 is the gravest."""
        return min(map(gravity, (*self.known, *self.shown)))


class Judge(NamedTuple):
    """Judges calls by one record, as it is known at `at`. `house_choice`: the organisation's house pack of today."""

    record: Record
    rulebook: Rulebook
    house_choice: str
    at: datetime

    def was_made(self, attempt: Attempt) -> bool:
        """Whether it is a call: one off the list is none, if its agent says so."""
        return attempt.lease_id is not None or self.record.outcome_at(attempt, self.at) is not Outcome.NOT_DIALLED

    def has_late(self, attempt: Attempt) -> bool:
        """Whether the phone system's records brought an earlier call on its number or person after it was opened."""
        at, earlier = attempt.opened_at, self.record.earlier(attempt)
        return any(one.found_at is not None and not self.record.was_known(one, at) for one in earlier)

    def house_pack_of(self, attempt: Attempt, terms: Terms | None) -> str:
        """The house pack by which an attempt is judged: its campaign's on these terms, or the organisation's of then.

        That is of the campaign's country at that time; of a number on no list, of its own. Empty: none. The choice of
        today also stands in where a pack of then is no longer shipped.
        """
        if terms is not None and terms.house_pack:
            return terms.house_pack
        if terms is None or attempt.campaign_id is None:
            country = country_of_number(attempt.number)
        else:
            country = terms.country or self.record.terms.campaign_of(terms).country
        then = house_pack_in(country, self.record.terms.house_choice_at(attempt.opened_at, self.house_choice))
        return then if not then or then in self.rulebook.packs else house_pack_in(country, self.house_choice)

    def judge(self, attempt: Attempt) -> Judged:
        """By the terms of its campaign that find least against it."""
        on_each = [(terms, self.house_pack_of(attempt, terms)) for terms in self.record.terms.of(attempt)]
        split = [self.against(attempt, terms, pack) for terms, pack in on_each]
        known, unproven = min(split, key=lambda one: (len(one[0]), len(one[1])))
        shown: list[Finding] = []
        if self.has_late(attempt):
            checks = {check_of(one) for one in known}
            whole = (self.against(attempt, terms, pack, self.at)[0] for terms, pack in on_each)
            shown = min(([one for one in some if check_of(one) not in checks] for some in whole), key=len)
        return Judged(attempt, known, tuple(sorted(shown, key=gravity)), unproven)

    def against(
        self, attempt: Attempt, terms: Terms | None, house_pack: str, whole_at: datetime | None = None
    ) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
        """What forbade an attempt when it was opened, on these terms, and what a number on no list lacked.

        `whole_at`: with the calls before it that the phone system's records brought later, as known at that moment.
        """
        pack = house_pack if house_pack in self.rulebook.packs else None
        facts = audit_facts.facts_at_opening(self.record, attempt, terms, whole_at)
        decision = decide(facts, self.rulebook, attempt.opened_at, house_pack=pack)
        if decision.verdict is Verdict.CALLABLE:
            return (), ()
        is_off_list = attempt.contact_id is None
        # Where the person behind a number on no list is cannot be known; once it is erased, nor what time it was there.
        unknowable = ["whereabouts"] if is_off_list else []
        if is_off_list and is_erased(attempt.number):
            unknowable.append("hours")
        found = [one for one in decision.findings if one.effect in _BY_EFFECT and one.kind not in unknowable]
        # A screening or a basis that a number on no list lacks.
        lacked = tuple(
            one
            for one in found
            if is_off_list and (one.kind == "basis" or (one.effect is Effect.HOLD and one.kind not in SAID_BY_PEOPLE))
        )
        return tuple(one for one in found if one not in lacked), lacked


def judge(
    session: Session,
    organisation_id: int,
    attempts: Sequence[Attempt],
    rulebook: Rulebook,
    house_choice: str,
    at: datetime,
    *,
    and_later: bool = False,
) -> tuple[Record, list[Judged]]:
    """Judge attempts by the record as it is known at `at`; with it, the record.

    `house_choice`: for campaigns without a house pack of their own. `and_later`: also those that were opened after one
    of them on its number or person, which they may make one too many.
    """
    record = audit_facts.read(session, organisation_id, attempts, at)
    asked = list(attempts)
    if and_later and (later := _later_than(record, attempts)):
        asked += later
        record = audit_facts.read(session, organisation_id, asked, at)
    by = Judge(record, rulebook, house_choice, at)
    return record, [by.judge(one) for one in asked if by.was_made(one)]


def _later_than(record: Record, attempts: Sequence[Attempt]) -> list[Attempt]:
    """The calls out on their numbers and persons that were opened after the first of them on it."""
    known = {one.id for one in attempts}
    found: dict[int | None, Attempt] = {}
    for one in attempts:
        found |= {
            other.id: other
            for other in record.on_its_person(one)
            if other.opened_at >= one.opened_at and other.direction == "out" and other.id not in known
        }
    return sorted(found.values(), key=lambda one: (one.opened_at, one.id or 0))


def check_of(finding: Finding) -> str:
    """Which check of the audit counts it."""
    if finding.effect is Effect.LOCK:
        return _BY_KIND.get(finding.kind, IN_LOCK)
    return _BY_EFFECT[finding.effect]


def gravity(one: Finding) -> int:
    """How grave a call is that this finding forbade: 0 is the gravest."""
    return GRAVEST_FIRST.index(check_of(one))
