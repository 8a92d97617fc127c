"""Decides contacts from what is stored, caches the verdict on the contact, and stores decisions that were acted on."""

import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from functools import cache
from itertools import groupby, repeat
from operator import attrgetter
from typing import Any, Generic, NamedTuple, TypeVar

from sqlmodel import Session

from bot.services.answers.calls import Refusal
from bot.services.deciding.facts import Offers, facts_of
from bot.services.deps import Deps
from bot.services.local_time import latest_zone
from policy import Citation, Decision, Finding, Prepared, UnknownPackError, decide_prepared, next_change
from policy.engine.decision import decision_to_json
from policy.facts.reading import facts_to_json
from policy.templates.sentence import NAME, NOTHING, Said, phrase, said_again, sentence_of, template
from policy.vocabulary import Effect, Mode, Status, Verdict
from storage.models import Contact, DecisionRecord
from storage.record.record_rows import AnyContact
from storage.record.whole_record import OnRecord, on_record

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
        """When the window opens.

        A window [since, until) that is open at `at` keeps its opening, so that contacts keep their place in the queue.
        """
        if self.verdict is not Verdict.CALLABLE:
            return self.callable_from
        return since if since is not None and since <= at and (until is None or until > at) else at


@dataclass(frozen=True, slots=True)
class Acted:
    """What a decision was asked for, by which agent, and the lease it gave or ended."""

    asked_for: str  # hand_out | call | callback
    agent_id: int
    lease_id: int | None = None


def decide_contacts(
    deps: Deps, session: Session, batch: Sequence[C], at: datetime, offers: Offers, *, is_now: bool = True
) -> list[Decided[C]]:
    """Decide each contact at a moment, in order. `is_now`: everything on record counts (see `facts.gather_facts`)."""
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
    rule, because = strictest(decision)
    return Cached(decision.verdict, because, sentence_of(because), rule, *_window(deps, facts, decision, house_pack))


def rules_key(deps: Deps) -> int:
    """The rules in force as a small number, which a contact keeps."""
    return _key(deps.rulebook().version, deps.house_pack)


@cache
def _key(rulebook: str, house_pack: str) -> int:
    """The key of a rulebook and house pack, never 0.

    Two share one key once in a thousand million; a change is then seen at the next decision.
    """
    return zlib.crc32(f"{rulebook} {house_pack}".encode()) >> 1 | 1


def record_decision(session: Session, decided: Decided[Any], acted: Acted) -> None:
    """Store a decision that was acted on, with everything needed to make it again."""
    session.add(DecisionRecord(**as_record(decided), **asdict(acted)))


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
    against = [finding for finding in decision.findings if finding.effect in _STRICTEST_FIRST]
    return tuple(sorted(against, key=_strictness))


def strictest(decision: Decision) -> tuple[str, Said]:
    """The rule that forbids the call most strictly, with its sentence; without a finding, what is missing."""
    against = forbidding_findings(decision)
    return (against[0].rule, against[0].says) if against else ("", next(iter(decision.missing), NOTHING))


def warning_findings(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    return tuple(finding for finding in findings if finding.effect is Effect.WARN)


def _strictness(finding: Finding) -> tuple[int, bool, float]:
    lasts = 0.0 if finding.until is None else -finding.until.timestamp()
    return (_STRICTEST_FIRST.index(finding.effect), finding.until is not None, lasts)


def _window(
    deps: Deps, facts: Prepared, decision: Decision, house_pack: str
) -> tuple[datetime | None, datetime | None]:
    if decision.verdict is Verdict.CALLABLE:
        return decision.at, decision.lawful_until
    if decision.callable_from is None:
        return None, _changes_at(deps, facts, decision, house_pack)
    then = decide_facts(deps, facts, decision.callable_from, house_pack)
    return decision.callable_from, then.lawful_until


def _changes_at(deps: Deps, facts: Prepared, decision: Decision, house_pack: str) -> datetime | None:
    """When time alone may change a refusal without a window, because a suppression or rule ends. The sweep decides
    then."""
    if not decision.findings:
        return None
    return next_change(facts, deps.rulebook(), decision.at, house_pack=house_pack or None)
