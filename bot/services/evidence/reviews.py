"""What Nextcall finds in the record of one number: decisions made again, calls audited, stops timed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from bot.services.answers.evidence.checks import Decided
from bot.services.answers.evidence.proof_packs import (
    CallReview,
    Count,
    DecisionReview,
    RuleInForce,
    RuleSet,
    StopReview,
)
from bot.services.campaigns import CallerNumbers
from bot.services.deciding.decisions import findings_from_json
from bot.services.deciding.replaying import replay_row
from bot.services.deps import Deps
from policy import Allowance, Finding, Prepared, allowances, rules_in_force
from policy.facts.reading import facts_from_json
from policy.rules.kinds.cap import Cap
from policy.templates.sentence import sentence_of
from policy.vocabulary import AttemptState
from storage.models import Attempt, DecisionRecord, Lease, Suppression


class Decisions:
    """Reviews decisions one by one, and keeps the sets of rules that they went by."""

    def __init__(self, deps: Deps) -> None:
        self._deps = deps
        self._sets: dict[RuleSet, int] = {}

    @property
    def rule_sets(self) -> tuple[RuleSet, ...]:
        return tuple(self._sets)

    def review(self, row: DecisionRecord, findings: Sequence[Mapping[str, object]]) -> DecisionReview:
        """`findings`: those of the row, as they may be shown."""
        again = replay_row(self._deps, row)
        counts: tuple[Count, ...] = ()
        rule_set = None
        if again.again is not None:
            # What the caps counted, and the rules asked: by today's text of the rules of that day.
            facts, rulebook = Prepared(facts_from_json(row.facts)), self._deps.rulebook()
            if facts.facts.contact.number:
                house = row.house_pack or None
                caps = allowances(facts, rulebook, row.at, house_pack=house)
                rules = rules_in_force(facts, rulebook, row.at, house_pack=house)
                in_force = (RuleInForce(one.id, one.pack, str(one.title), one.status, one.citation) for one in rules)
                asked = RuleSet(row.rulebook, row.house_pack, tuple(in_force), row.rulebook == rulebook.version)
                counts, rule_set = tuple(map(_counted, caps)), self._sets.setdefault(asked, len(self._sets))
        said = {"at", "asked_for", "verdict", "callable_from", "lawful_until", "lease_id"}
        return DecisionReview(
            **row.model_dump(include=said),
            id=row.id or 0,
            findings=tuple(_with_sentence(one, again.again) for one in findings_from_json(findings, row.sentences)),
            replay=again.why_not or ("same" if again.is_same else "different"),
            counts=counts,
            rule_set=rule_set,
        )


def _with_sentence(finding: Finding, again: Decided | None) -> Finding:
    """A finding stored in English alone, with the sentence of the decision made again where that says the same."""
    found = () if again is None or sentence_of(finding.says) else again.findings
    same = (one for one in found if (one.rule, one.effect) == (finding.rule, finding.effect))
    return replace(finding, says=next((one.says for one in same if one.says == finding.says), finding.says))


def _counted(one: Allowance) -> Count:
    cap = one.rule.parameters
    limit = cap.in_short() if isinstance(cap, Cap) else str(one.rule.title)
    return Count(one.rule.id, limit, one.rule.status, one.made, one.most, one.rule.citation)


def review_calls(
    attempts: Sequence[Attempt],
    decisions: Sequence[DecisionReview],
    against: Mapping[int | None, tuple[Finding, ...]],
    leases: Mapping[int, Lease],
    named: CallerNumbers,
) -> Iterator[CallReview]:
    """Each attempt with the decision that allowed it, and the numbers its campaign showed then.

    `against`: what forbade each, by the audit.
    """
    allowed = {one.lease_id: one for one in decisions if one.is_yes and one.asked_for == "call"}
    for attempt in attempts:
        is_listed, lease = attempt.lease_id is not None, leases.get(attempt.lease_id or 0)
        decision = allowed.get(attempt.lease_id) if is_listed else None
        lacks = ["decision"] if is_listed and (decision is None or decision.at > attempt.opened_at) else []
        is_over = not is_listed or (lease is not None and lease.ended_at is not None)
        if is_over and attempt.state in (AttemptState.OPEN, AttemptState.UNREPORTED):
            lacks.append("outcome")
        key, by = attempt.id or 0, None if decision is None else decision.id
        shown = named.at(attempt.campaign_id, attempt.opened_at)
        yield CallReview(key, by, not is_listed, against.get(key, ()), tuple(lacks), shown)


def review_stops(
    stops: Sequence[Suppression], leases: Sequence[Lease], calls: Sequence[Attempt], of: Mapping[int, str], at: datetime
) -> tuple[StopReview, ...]:
    """One review for the statements that one act made. `of`: the principal of each contact."""
    acts: dict[tuple[object, ...], list[Suppression]] = {}
    for one in stops:
        act = (one.since, one.principal, one.source, one.recorded_by, one.attempt_id, one.until, one.withdrawn_at)
        acts.setdefault(act, []).append(one)
    return tuple(_review_stop(some, leases, calls, of, at) for some in acts.values())


def _review_stop(
    stops: Sequence[Suppression], leases: Sequence[Lease], calls: Sequence[Attempt], of: Mapping[int, str], at: datetime
) -> StopReview:
    """How fast the cards were gone, and which calls were made while the stop was in force.

    Only cards and calls of its principal: a stop said to one principal does not bind another's. The card of the call in
    which it was said is not counted.
    """
    stop = stops[0]
    ended = min((one for one in (stop.until, stop.withdrawn_at) if one is not None and one <= at), default=None)
    said_in = next((one for one in calls if one.id == stop.attempt_id), None)
    own_lease = None if said_in is None else said_in.lease_id  # of the call itself: an undo takes it up again
    out = [
        one
        for one in leases
        if one.id != own_lease
        and stop.principal in ("", of.get(one.contact_id, ""))
        and one.offered_at <= stop.since
        and (one.ended_at is None or one.ended_at >= stop.since)
    ]
    left = [one for one in out if one.ended_at is None]
    gone = max((one.ended_at for one in out if one.ended_at is not None), default=None)
    after = [
        one.id or 0
        for one in calls
        if one.id != stop.attempt_id
        and one.state is not AttemptState.NOT_DIALLED
        and stop.principal in ("", one.principal)
        and stop.since < one.opened_at < (ended or at)
    ]
    gone_after = None if left or gone is None else gone - stop.since
    said_after = None if said_in is None else stop.since - said_in.opened_at
    suppressions = tuple(one.id or 0 for one in stops)
    return StopReview(suppressions, stop.since, ended, len(out), len(left), gone_after, said_after, tuple(after))
