"""Decides contacts from what is stored, caches the verdict on the contact, and stores decisions that were acted on.

And what lies ahead of a decided contact: attempts left, times for a callback agreed now, why it opens no sooner.
"""

import zlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby, repeat
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

from sqlmodel import Session

from bot.services.answers.calls import Closed, Refusal
from bot.services.deciding.facts import Offers, facts_of
from bot.services.deps import Deps
from policy import (
    AttemptFact,
    CallbackFact,
    Citation,
    Decision,
    Facts,
    Finding,
    Prepared,
    Rulebook,
    UnknownPackError,
    allowance,
    decide_prepared,
    next_change,
    outside_hours,
)
from policy.calendar.local_time import date_in, latest_zone, midnight
from policy.engine.decision import decision_to_json
from policy.facts.reading import facts_to_json
from policy.rules.kinds.cap import Cap
from policy.templates.sentence import NAME, NOTHING, WITHIN, Said, phrase, said_again, sentence_of, template
from policy.vocabulary import ContactState, Effect, Mode, Outcome, Status, Verdict
from storage.models import Contact, DecisionRecord
from storage.queries.reports import status
from storage.record.whole_record import AnyContact, OnRecord, on_record

C = TypeVar("C", bound=AnyContact)

NO_NUMBER = phrase("no working number left")
NO_HOUSE_PACK = template("a house pack named {name}", name=NAME)
OPEN_ENDED = timedelta(days=1)  # shown as the end if nothing forbids the call within the engine's horizon

_STRICTEST_FIRST = (Effect.SUPPRESS, Effect.HOLD, Effect.LOCK)


class Decided(NamedTuple, Generic[C]):
    """One contact, the facts about it, and the decision. `record`: where the facts come from."""

    contact: C
    facts: Prepared
    decision: Decision
    house_pack: str
    record: OnRecord

    @property
    def is_callable(self) -> bool:
        return self.decision.verdict is Verdict.CALLABLE

    @property
    def lawful_until(self) -> datetime:
        """The end of the lawful time; if unknown, a day after the decision."""
        return self.decision.lawful_until or self.decision.at + OPEN_ENDED

    @property
    def refusal(self) -> Refusal:
        decision = self.decision
        zone = latest_zone(self.contact.zones.split(), decision.at)
        return Refusal(decision.verdict, forbidding_findings(decision), decision.missing, decision.callable_from, zone)


class Cached(NamedTuple):
    """What a contact caches of its last decision, in columns of the same names."""

    verdict: Verdict
    because: str
    sentence: str
    rule: str
    callable_from: datetime | None
    callable_until: datetime | None

    def opens_at(self, since: datetime | None, until: datetime | None, at: datetime) -> datetime | None:
        """When the window opens. One open at `at` keeps its opening, so that contacts keep their place in the queue."""
        if self.verdict is not Verdict.CALLABLE:
            return self.callable_from
        return since if since is not None and since <= at and (until is None or until > at) else at


def decide_contacts(
    deps: Deps, session: Session, batch: Sequence[C], at: datetime, offers: Offers, *, is_now: bool = True
) -> list[Decided[C]]:
    """Decide each contact at a moment, in order. `is_now`: everything on record counts (see `facts.facts_of`)."""
    found: list[Decided[C]] = []
    for _, group in groupby(batch, key=attrgetter("organisation_id")):
        same = list(group)
        found += decide_batch(deps, same, on_record(session, same), at, offers, is_now=is_now)
    return found


def decide_batch(
    deps: Deps, batch: Sequence[C], record: OnRecord, at: datetime, offers: Offers, *, is_now: bool = True
) -> list[Decided[C]]:
    """Decide contacts of one organisation, in order, on a record already read."""
    packs = {one.id: deps.house_pack_of(one) for one in record.campaigns.values()}
    found = []
    for contact, facts in zip(batch, facts_of(batch, record, at, offers, is_now=is_now), strict=True):
        pack, prepared = packs[contact.campaign_id], Prepared(facts)
        found.append(Decided(contact, prepared, decide_facts(deps, prepared, at, pack), pack, record))
    return found


def decide_contact(deps: Deps, session: Session, contact: C, at: datetime, offers: Offers) -> Decided[C]:
    return decide_contacts(deps, session, [contact], at, offers)[0]


def decide_facts(deps: Deps, facts: Prepared, at: datetime, house_pack: str) -> Decision:
    """The engine's decision; held if there is no number to call or no such house pack."""
    rulebook = deps.rulebook()
    if not facts.facts.contact.number:
        return Decision(Verdict.HELD, at, None, None, (NO_NUMBER,), (), rulebook.version)
    try:
        return decide_prepared(facts, rulebook, at, house_pack=house_pack or None)
    except UnknownPackError:
        return Decision(Verdict.HELD, at, None, None, (NO_HOUSE_PACK.says(name=house_pack),), (), rulebook.version)


def cache_verdict(deps: Deps, decided: Decided[Contact]) -> bool:
    """Cache the verdict and the next lawful window on the contact. Returns whether the cache changed.

    The cache is a sieve for later, never the law. If nothing changed, only the rules that decided are written.
    """
    contact, decision = decided.contact, decided.decision
    contact.decided_by = rules_key(deps)
    cached = Cached._make(getattr(contact, name) for name in Cached._fields)
    fresh = to_cache(deps, decided.facts, decision, decided.house_pack)
    fresh = fresh._replace(callable_from=fresh.opens_at(contact.callable_from, contact.callable_until, decision.at))
    if contact.decided_at is not None and fresh == cached:
        return False
    for name, value in fresh._asdict().items():
        setattr(contact, name, value)
    contact.decided_at = decision.at
    return True


def to_cache(deps: Deps, facts: Prepared, decision: Decision, house_pack: str) -> Cached:
    """What to cache of this decision."""
    opens, closes = decision.callable_from, None
    if decision.verdict is Verdict.CALLABLE:
        opens, closes = decision.at, decision.lawful_until
    elif opens is not None:
        closes = decide_facts(deps, facts, opens, house_pack).lawful_until
    elif decision.findings:
        # time alone may change a refusal without a window, as a suppression or rule ends: the sweep decides then
        closes = next_change(facts, deps.rulebook(), decision.at, house_pack=house_pack or None)
    rule, because = strictest(decision)
    return Cached(decision.verdict, because, sentence_of(because), rule, opens, closes)


def rules_key(deps: Deps) -> int:
    """The rules in force as a small number, which a contact keeps."""
    return _key(deps.rulebook().version, deps.house_pack)


@cache
def _key(rulebook: str, house_pack: str) -> int:
    """Never 0. Two rulebooks share one key once in a thousand million: a change is then seen at the next decision."""
    return zlib.crc32(f"{rulebook} {house_pack}".encode()) >> 1 | 1


def record_decision(session: Session, decided: Decided[Any], asked_for: str, by: int, lease: int | None = None) -> None:
    """Store a decision that was acted on, with all it needs to be made again. `lease`: which it gave or ended."""
    session.add(DecisionRecord(**as_record(decided), asked_for=asked_for, agent_id=by, lease_id=lease))


def as_record(decided: Decided[Any]) -> dict[str, Any]:
    """A decision as stored, without what it was asked for."""
    contact, decision = decided.contact, decided.decision
    return {
        "organisation_id": contact.organisation_id,
        "contact_id": contact.id,
        "campaign_id": contact.campaign_id,
        "at": decision.at,
        "verdict": decision.verdict,
        "callable_from": decision.callable_from,
        "lawful_until": decision.lawful_until,
        "rulebook": decision.rulebook,
        "house_pack": decided.house_pack,
        "findings": findings_as_json(decision),
        "sentences": [sentence_of(one.says) for one in decision.findings],
        "facts": facts_to_json(decided.facts.facts),
    }


def findings_as_json(decision: Decision) -> list[dict[str, Any]]:
    findings: list[dict[str, Any]] = decision_to_json(decision)["findings"]
    return findings


def findings_from_json(stored: Sequence[Mapping[str, Any]], sentences: Sequence[str] | None) -> tuple[Finding, ...]:
    """The findings of a stored decision. Times are aware UTC. Without `sentences` they are said in English alone."""
    return tuple(map(_finding, stored, sentences or repeat("")))


def _finding(stored: Mapping[str, Any], sentence: str) -> Finding:
    citation = stored["citation"]
    return Finding(
        rule=stored["rule"],
        pack=stored["pack"],
        kind=stored["kind"],
        effect=Effect(stored["effect"]),
        until=None if stored["until"] is None else datetime.fromisoformat(stored["until"]),
        status=Status(stored["status"]),
        mode=Mode(stored["mode"]),
        citation=Citation(
            title=citation["title"],
            section=citation["section"],
            url=citation["url"],
            read_on=date.fromisoformat(citation["read_on"]),
        ),
        says=said_again(stored["says"], sentence),
    )


def forbidding_findings(decision: Decision) -> tuple[Finding, ...]:
    """The findings against the call, strictest first: the weightiest effect, then the longest lasting."""

    def strictness(finding: Finding) -> tuple[int, bool, float]:
        lasts = 0.0 if finding.until is None else -finding.until.timestamp()
        return (_STRICTEST_FIRST.index(finding.effect), finding.until is not None, lasts)

    return tuple(sorted((one for one in decision.findings if one.effect in _STRICTEST_FIRST), key=strictness))


def strictest(decision: Decision) -> tuple[str, Said]:
    """The rule that forbids the call most strictly, with its sentence; without a finding, what is missing."""
    against = forbidding_findings(decision)
    return (against[0].rule, against[0].says) if against else ("", next(iter(decision.missing), NOTHING))


def warning_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.effect is Effect.WARN)


_OF_THE_CALENDAR = {
    "cal_day": phrase("today"),
    "cal_week": phrase("this week"),
    "cal_month": phrase("this month"),
    "ever": phrase("in all"),
}
_ROLLING = template("{span}", span=WITHIN)
LOOKS_AHEAD = timedelta(days=5)  # the times of a card's menu: three days, without Sundays
SOONEST = timedelta(minutes=15)  # nobody agrees a callback for sooner
_MOST_STEPS = 16
Span = tuple[datetime, datetime]  # [from, until)
MOST_DAYS = 4
_HOURS = "hours"  # the kind of rule that closes days
_DAY, _NOON = timedelta(days=1), timedelta(hours=12)


class Left(NamedTuple):
    """Attempts left, and the span in words: `today`, `in 7 days`."""

    attempts: int
    within: Said


def attempts_left(facts: Prepared, rulebook: Rulebook, at: datetime, house_pack: str) -> Left | None:
    """The attempts left by the cap that now leaves the fewest; None if no cap applies."""
    tightest = allowance(facts, rulebook, at, house_pack=house_pack)
    if tightest is None:
        return None
    cap = tightest.rule.parameters
    return Left(tightest.left, span_phrase(cap) if isinstance(cap, Cap) else NOTHING)


def span_phrase(cap: Cap) -> Said:
    """The span of a cap, as said after `1 attempt left`."""
    if cap.window == "roll_days" and cap.length == 1:
        return _OF_THE_CALENDAR["cal_day"]
    return _OF_THE_CALENDAR.get(cap.window) or _ROLLING.says(span=cap.span())


def if_agreed(facts: Facts, number: str, opened_at: datetime | None, agreed: CallbackFact) -> Prepared:
    """The facts with a callback agreed in the call to `number` opened at `opened_at`, and no other callback."""
    others = [one for one in facts.events if not isinstance(one, CallbackFact)]
    for place, one in enumerate(others):
        if isinstance(one, AttemptFact) and (one.at, one.number) == (opened_at, number):
            others[place] = replace(one, outcome=Outcome.CALLBACK_AGREED)
    return Prepared(Facts(facts.call, facts.contact, (*others, agreed)))


def callback_spans(deps: Deps, decided: Decided[Any], number: str, opened_at: datetime | None) -> tuple[Span, ...]:
    """When a callback agreed now, at an hour that the person names, may be made in the next days."""
    at, facts = decided.decision.at, decided.facts.facts
    ends, moment, found = at + LOOKS_AHEAD, at + SOONEST, list[Span]()
    for _ in range(_MOST_STEPS):
        agreed = CallbackFact(at, moment, facts.contact.person, facts.call.principal, is_hour_named=True)
        then = decide_facts(deps, if_agreed(facts, number, opened_at, agreed), moment, decided.house_pack)
        if then.verdict is Verdict.CALLABLE:
            comes = then.lawful_until or ends
            found.append((moment if found or moment != at + SOONEST else opened_at or at, comes))
        elif then.verdict is Verdict.LOCKED and then.callable_from is not None:
            comes = then.callable_from
        else:
            break
        if not moment < comes < ends:
            break
        moment = comes
    return tuple(found)


def closed_days(deps: Deps, decided: Decided[Any], zone: str, at: datetime) -> tuple[Finding, ...]:
    """What closes the days between the end of the waits and the moment the contact opens; one finding a sentence.

    Empty if the contact is not locked, opens when its waits end, or has no clock. Decided as if nothing else happened
    until then.
    """
    decision = decided.decision
    opens = decision.callable_from
    if decision.verdict is not Verdict.LOCKED or opens is None or not zone:
        return ()
    now = forbidding_findings(decision)
    waits = [one.until for one in now if one.kind != _HOURS and one.until is not None]
    found = {one.says: one for one in now}
    for moment in _moments(zone, max([at, *waits]), opens):
        then = decide_facts(deps, decided.facts, moment, decided.house_pack)
        for one in forbidding_findings(then):
            if one.kind == _HOURS:
                found.setdefault(one.says, one)
    return tuple(found.values())[len({one.says for one in now}) :]


def _moments(zone: str, after: datetime, before: datetime) -> Iterator[datetime]:
    """The first moment, and noon of each local day from then on, where all of it lies before the contact opens."""
    day = date_in(zone, after)
    for ahead in range(MOST_DAYS):
        begins, ends = midnight(zone, day + ahead * _DAY), midnight(zone, day + (ahead + 1) * _DAY)
        if ends > before:
            return
        yield max(after, begins + _NOON)


def closed_rows(session: Session, campaigns: Collection[int], at: datetime) -> tuple[Closed, ...]:
    """One row for each state and reason of the campaigns' contacts."""
    return tuple(
        replace(row, reason=said_again(row.reason, sentence))
        for row, sentence in status.by_state(session, campaigns, at)
    )


def said_for_now(rows: Iterable[Closed], rulebook: Rulebook) -> tuple[Closed, ...]:
    """The rows with what calling-hours rules say on any day; those that then say the same become one."""
    hours = {rule.id: outside_hours(rule) for rule in rulebook.rules() if rule.kind == "hours" and not rule.says}
    merged: dict[tuple[ContactState, str], Closed] = {}
    for row in rows:
        is_locked = row.state is ContactState.LOCKED
        one = replace(row, reason=hours[row.rule]) if is_locked and row.rule in hours else row
        same = merged.get((one.state, one.reason), replace(one, count=0))
        moments = [each.opens_at for each in (same, one) if each.opens_at is not None]
        count, opens_at = same.count + one.count, min(moments, default=None)
        merged[one.state, one.reason] = replace(same, count=count, opens_at=opens_at)
    return tuple(merged.values())
