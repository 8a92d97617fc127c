"""Judges one call again: by what had been recorded when it was opened, and by the whole record as it is known now.

An agent is blamed only for what could be known. What only the phone system's records show is told all the same.
"""

from collections.abc import Container, Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from bot.services.audit import facts as audit_facts
from bot.services.audit.campaign_terms import Terms
from bot.services.audit.checks import HELD, IN_LOCK, OUT_OF_HOURS, OVER_CAP, SUPPRESSED
from bot.services.audit.facts import Record
from bot.services.numbers.parsing import country_of_number
from policy import Finding, Rulebook, decide, house_pack_in
from policy.rules.kinds import SAID_BY_PEOPLE
from policy.vocabulary import Effect, Outcome, Verdict
from storage.models import Attempt

GRAVEST_FIRST = (SUPPRESSED, OUT_OF_HOURS, OVER_CAP, IN_LOCK, HELD)
_BY_KIND = {"hours": OUT_OF_HOURS, "cap": OVER_CAP}
_BY_EFFECT = {Effect.LOCK: IN_LOCK, Effect.HOLD: HELD, Effect.SUPPRESS: SUPPRESSED}


class Judged(NamedTuple):
    """What forbade a call. `known`: by what had been recorded when it was opened. `shown`: what only the whole record
    shows.

    Of `shown` are only checks of which `known` has nothing, the gravest first. `unproven`: of a number on no list,
    which screening or basis it lacked. The agent cannot supply it, so it is not their fault.
    """

    attempt: Attempt
    known: tuple[Finding, ...]
    shown: tuple[Finding, ...]
    unproven: tuple[Finding, ...] = ()

    @property
    def is_forbidden(self) -> bool:
        return bool(self.known or self.shown)


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
    """Judge attempts by the record as it is known at `at`; with it, the record. `house_choice`: see `forbidden`.

    `and_later`: also those that were opened after one of them on its number or person, which they may make one too
    many.
    """
    record = audit_facts.read(session, organisation_id, attempts, at)
    asked = list(attempts)
    if and_later and (later := _later_than(record, attempts)):
        asked += later
        record = audit_facts.read(session, organisation_id, asked, at)
    made = [one for one in asked if was_made(record, one, at)]
    return record, [judge_one(record, one, rulebook, house_choice, at) for one in made]


def was_made(record: Record, attempt: Attempt, at: datetime) -> bool:
    """Whether it is a call: one off the list is none, if its agent says so."""
    return attempt.lease_id is not None or record.outcome_at(attempt, at) is not Outcome.NOT_DIALLED


def _later_than(record: Record, attempts: Sequence[Attempt]) -> list[Attempt]:
    """The calls out on their numbers and persons that were opened after the first of them on it."""
    known = {one.id for one in attempts}
    found: dict[int | None, Attempt] = {}
    for one in attempts:
        near = list(record.by_number[one.number])
        for person in record.who(one):
            near += record.by_person[person]
        found |= {
            other.id: other
            for other in near
            if other.opened_at >= one.opened_at and other.direction == "out" and other.id not in known
        }
    return sorted(found.values(), key=lambda one: (one.opened_at, one.id or 0))


def house_pack_of(record: Record, attempt: Attempt, terms: Terms | None, default: str, shipped: Container[str]) -> str:
    """The house pack by which an attempt is judged: its campaign's on these terms, or the organisation's of then.

    That is of the campaign's country at that time; of a number on no list, of its own. Empty: none.

    `default`: the organisation's choice today. It also stands in where a pack of then is no longer shipped.
    """
    if terms is not None and terms.house_pack:
        return terms.house_pack
    if terms is None or attempt.campaign_id is None:
        country = country_of_number(attempt.number)
    else:
        country = terms.country or record.terms.campaign_of(terms).country
    then = house_pack_in(country, record.terms.house_choice_at(attempt.opened_at, default))
    return then if not then or then in shipped else house_pack_in(country, default)


def judge_one(record: Record, attempt: Attempt, rulebook: Rulebook, house_choice: str, at: datetime) -> Judged:
    """By the terms of its campaign that find least against it."""
    on_each = []
    for terms in record.terms.of(attempt):
        pack = house_pack_of(record, attempt, terms, house_choice, rulebook.packs)
        on_each.append((terms, pack if pack in rulebook.packs else ""))
    split = [against(record, attempt, terms, rulebook, pack) for terms, pack in on_each]
    known, unproven = min(split, key=lambda one: (len(one[0]), len(one[1])))
    return Judged(attempt, known, _shown(record, attempt, on_each, rulebook, known, at), unproven)


def _shown(
    record: Record,
    attempt: Attempt,
    on_each: Iterable[tuple[Terms | None, str]],
    rulebook: Rulebook,
    known: Iterable[Finding],
    at: datetime,
) -> tuple[Finding, ...]:
    if not has_late(record, attempt):
        return ()
    checks = {check_of(one) for one in known}
    whole = (against(record, attempt, terms, rulebook, pack, at)[0] for terms, pack in on_each)
    found = min(([one for one in some if check_of(one) not in checks] for some in whole), key=len)
    return tuple(sorted(found, key=gravity))


def has_late(record: Record, attempt: Attempt) -> bool:
    """Whether the phone system's records brought an earlier call on its number or person after it was opened."""
    at = attempt.opened_at
    return any(one.found_at is not None and not record.was_known(one, at) for one in record.earlier(attempt))


def forbidden(
    session: Session, organisation_id: int, attempts: list[Attempt], rulebook: Rulebook, house_choice: str, at: datetime
) -> dict[int, tuple[Finding, ...]]:
    """What forbade each of these attempts at the moment it was opened, on what had been recorded by then; by its id.

    `house_choice`: for campaigns without a house pack of their own. Lawful attempts are not in the answer.
    """
    _, judged = judge(session, organisation_id, attempts, rulebook, house_choice, at)
    return {one.attempt.id or 0: one.known for one in judged if one.known}


def against(
    record: Record,
    attempt: Attempt,
    terms: Terms | None,
    rulebook: Rulebook,
    house_pack: str,
    whole_at: datetime | None = None,
) -> tuple[tuple[Finding, ...], tuple[Finding, ...]]:
    """What forbade an attempt when it was opened, on these terms of its campaign, and what a number on no list lacked.

    `whole_at`: with the calls before it that the phone system's records brought later, as they are known at that
    moment.
    """
    facts = audit_facts.facts_at_opening(record, attempt, terms, whole_at)
    decision = decide(facts, rulebook, attempt.opened_at, house_pack=house_pack or None)
    if decision.verdict is Verdict.CALLABLE:
        return (), ()
    # Where the person behind a number on no list is cannot be known.
    unknowable = "whereabouts" if attempt.contact_id is None else ""
    found = [one for one in decision.findings if one.effect in _BY_EFFECT and one.kind != unknowable]
    # A screening or a basis that a number on no list lacks.
    lacked = tuple(
        one
        for one in found
        if attempt.contact_id is None
        and (one.kind == "basis" or (one.effect is Effect.HOLD and one.kind not in SAID_BY_PEOPLE))
    )
    return tuple(one for one in found if one not in lacked), lacked


def check_of(finding: Finding) -> str:
    """Which check of the audit counts it."""
    if finding.effect is Effect.LOCK:
        return _BY_KIND.get(finding.kind, IN_LOCK)
    return _BY_EFFECT[finding.effect]


def gravity(one: Finding) -> int:
    """How grave a call is that this finding forbade: 0 is the gravest."""
    return GRAVEST_FIRST.index(check_of(one))


def gravity_of(found: Iterable[Finding]) -> int:
    """The same of several findings, one at least."""
    return min(map(gravity, found))
