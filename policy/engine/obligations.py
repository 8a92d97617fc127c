"""Beside the verdict: the duties of a call, the dates when something is due, and how many attempts the caps leave."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from policy.engine.context import PlannedCase, context_of, planned
from policy.facts.prepared import Prepared
from policy.facts.types import CallFacts, ContactFacts, Facts
from policy.rulebook.rulebook import Rulebook
from policy.rules.rule import Deadline, Rule, Value
from policy.vocabulary import Mode


class DutyInForce(NamedTuple):
    """One duty on one day, with its figures."""

    rule: Rule
    values: Mapping[str, Value]


class Allowance(NamedTuple):
    """What a cap in force counts, how many more attempts it allows, and how many in all."""

    rule: Rule
    made: int
    left: int
    most: int


def duties(
    call: CallFacts, contact: ContactFacts, rulebook: Rulebook, on: date, *, house_pack: str | None = None
) -> tuple[DutyInForce, ...]:
    """The duties in force on a day for one sort of call."""
    context = context_of(rulebook, Prepared(Facts(call, contact)), house_pack, None)
    rules = (entry.rule for entry in context.entries if entry.rule.in_force(on))
    return tuple(DutyInForce(rule, figures) for rule in rules if (figures := rule.parameters.duty()) is not None)


def deadlines(facts: Facts, rulebook: Rulebook, at: datetime, *, house_pack: str | None = None) -> tuple[Deadline, ...]:
    """The last days to honour requests and to keep proof, soonest first."""
    case = planned(Prepared(facts), rulebook, at, house_pack, None)
    found = [deadline for rule in _applying(case, "deadlines") for deadline in rule.parameters.deadlines(rule, case)]
    return tuple(sorted(found, key=lambda deadline: deadline.due_on))


def allowance(facts: Prepared, rulebook: Rulebook, at: datetime, *, house_pack: str | None = None) -> Allowance | None:
    """What the tightest cap counts and leaves at the moment; None if no cap applies."""
    return min(allowances(facts, rulebook, at, house_pack=house_pack), key=lambda one: one.left, default=None)


def allowances(
    facts: Prepared, rulebook: Rulebook, at: datetime, *, house_pack: str | None = None
) -> tuple[Allowance, ...]:
    """What each cap in force counts and leaves at the moment, in the order of the packs."""
    case = planned(facts, rulebook, at, house_pack, None)
    asked = ((rule, rule.parameters.allowance(rule, case)) for rule in _applying(case, "allowance"))
    return tuple(
        Allowance(rule, found[0], max(found[1] - found[0], 0), found[1]) for rule, found in asked if found is not None
    )


def rules_in_force(
    facts: Prepared, rulebook: Rulebook, at: datetime, *, house_pack: str | None = None
) -> tuple[Rule, ...]:
    """Every rule that is asked about such a call at the moment, in the order of the packs. Many have nothing to say."""
    case = planned(facts, rulebook, at, house_pack, None)
    return tuple(entry.rule for entry in case.around.entries if entry.lives[0] <= case.now < entry.lives[1])


def _applying(case: PlannedCase, question: str) -> Iterator[Rule]:
    """The rules in force for such a call that override the method `question`, except those that only warn."""
    is_solicited = case.solicited_until() > 0
    for entry in case.around.answering(question):
        rule = entry.rule
        is_such_call = rule.applies.solicited is None or rule.applies.solicited == is_solicited
        if entry.lives[0] <= case.now < entry.lives[1] and is_such_call and rule.mode is not Mode.WARN:
            yield rule
