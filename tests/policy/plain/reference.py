"""The engine written simply: one question, one moment, aware datetimes, no cache, no interval arithmetic.

It shares only the packs with the engine: each kind of rule is written again, as a predicate of one moment. It is slow
on purpose; property tests compare the engine with it minute by minute. Its parts: question, grounds, counts, rules.

A second is judged as a whole: a rule applies in a second if it applies at its first or at its last microsecond.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from policy import Effect, Mode, OverrideFact, Rule, Status, Verdict
from tests.policy.plain import counts, rules
from tests.policy.plain.grounds import holds, in_window
from tests.policy.plain.question import (
    Question,
    ask,
    dated,
    first_of_second,
    is_doubtful,
    is_due,
    is_known,
    is_named_hour,
    is_solicited,
    last_of_second,
    names,
    within,
)

__all__ = ["Question", "ask", "findings_at", "is_known", "verdict_at"]


VERDICTS = {0: Verdict.CALLABLE, 1: Verdict.LOCKED, 2: Verdict.HELD, 3: Verdict.SUPPRESSED}


def verdict_at(question: Question, moment: datetime) -> Verdict:
    """The verdict at a moment, given what was known when the question was asked."""
    effects = [effect for _, effect in findings_at(question, moment) if effect is not Effect.WARN]
    return VERDICTS[max((rules.RANK[effect] for effect in effects), default=0)]


def findings_at(question: Question, moment: datetime) -> Iterator[tuple[str, Effect]]:
    """(rule, effect) of every rule that applies against the call in the second of the moment, warnings included."""
    for end in (first_of_second(moment), last_of_second(moment)):
        yield from _findings_at(question, end)


def _findings_at(question: Question, moment: datetime) -> Iterator[tuple[str, Effect]]:
    if not question.facts.contact.zones:
        yield "base.unknown", Effect.HOLD
    yield from _uncovered(question, moment)
    for rule in question.rules:
        if _applies(question, rule, moment):
            asks = getattr(counts, rule.kind, None) or getattr(rules, rule.kind)  # the function named as its kind
            effect: Effect | None = asks(question, rule, rule.parameters, moment)
            if effect is not None and not _suspended(question, rule, moment):
                if effect is Effect.SUPPRESS and rule.applies.solicited is False and is_doubtful(question):
                    effect = Effect.HOLD
                if rule.applies.sources and question.facts.contact.source == "":
                    effect = Effect.HOLD
                yield rule.id, Effect.WARN if rule.mode is Mode.WARN else effect


def _uncovered(question: Question, moment: datetime) -> Iterator[tuple[str, Effect]]:
    places = question.facts.contact.places
    if not places:
        yield "base.unknown", Effect.HOLD
    for place in places:
        bases = [
            pack for pack in question.packs if pack.is_base_of_area and any(within(place, area) for area in pack.areas)
        ]
        purpose = question.facts.call.purpose
        bases = [pack for pack in bases if not pack.covers or purpose in pack.covers]
        bases = [pack for pack in bases if question.facts.call.caller in pack.callers]
        if any(not any(dated(pack, on) for pack in bases) for on in question.days(moment)):
            yield "base.unknown", Effect.HOLD


def _applies(question: Question, rule: Rule, moment: datetime) -> bool:
    if rule.version_by == "call" and not any(dated(rule, on) for on in question.days(moment)):
        return False
    return rule.applies.solicited is None or rule.applies.solicited == is_solicited(question, moment)


def _suspended(question: Question, rule: Rule, moment: datetime) -> bool:
    is_lifted_whole = rule.kind != "personal_hours"  # those are lifted one by one
    if is_lifted_whole and any(holds(question, ground, moment) for ground in rule.lifted_by):
        return True
    if rule.mode is Mode.OVERRIDE and any(
        _overrides(question, rule, one, moment) for one in question.all(OverrideFact)
    ):
        return True
    return any(_waives(question, other, rule, moment) for other in question.rules)


def _overrides(question: Question, rule: Rule, fact: OverrideFact, moment: datetime) -> bool:
    used = any(one.at > fact.at and one.direction == "out" for one in question.attempts(("principal", "person")))
    stands = not used if fact.until is None else moment < fact.until
    return fact.rule == rule.id and fact.reason in rule.override_reasons and stands


def _waives(question: Question, other: Rule, rule: Rule, moment: datetime) -> bool:
    parameters: Any = other.parameters
    if other.kind not in ("callback", "consent_window") or not any(dated(other, on) for on in question.days(moment)):
        return False
    if other.kind == "callback" and rule.status is Status.HOUSE:
        return (names(parameters.rules, rule) and is_due(question, moment)) or (
            names(parameters.if_hour_named, rule) and is_named_hour(question, moment)
        )
    return other.kind == "consent_window" and names(parameters.rules, rule) and in_window(question, other, moment)
