"""Beside the verdict: the duties of a call, and how many attempts the caps leave."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import NamedTuple

from policy.engine.context import context_of, planned
from policy.facts.prepared import Prepared
from policy.facts.types import CallFacts, ContactFacts, Facts
from policy.rulebook.rulebook import Rulebook
from policy.rules.rule import Rule, Value
from policy.vocabulary import Mode


class Allowance(NamedTuple):
    """What a cap in force counts, how many more attempts it allows, and how many in all."""

    rule: Rule
    made: int
    left: int
    most: int


def duties(call: CallFacts, contact: ContactFacts, rulebook: Rulebook, on: date) -> dict[str, Mapping[str, Value]]:
    """The duties of law in force on a day for one sort of call: figures by the id of the rule."""
    context = context_of(rulebook, Prepared(Facts(call, contact)), None, None)
    rules = (entry.rule for entry in context.entries if entry.rule.in_force(on))
    return {rule.id: figures for rule in rules if (figures := rule.parameters.duty()) is not None}


def allowance(facts: Prepared, rulebook: Rulebook, at: datetime, *, house_pack: str | None = None) -> Allowance | None:
    """What the tightest cap counts and leaves at the moment; None if no cap applies."""
    return min(allowances(facts, rulebook, at, house_pack=house_pack), key=lambda one: one.left, default=None)


def allowances(
    facts: Prepared, rulebook: Rulebook, at: datetime, *, house_pack: str | None = None
) -> tuple[Allowance, ...]:
    """What each cap in force counts and leaves at the moment, in the order of the packs."""
    case = planned(facts, rulebook, at, house_pack, None)
    sorts = (None, case.solicited_until() > 0)
    now = (one.rule for one in case.around.counting if one.lives[0] <= case.now < one.lives[1])
    rules = [rule for rule in now if rule.mode is not Mode.WARN and rule.applies.solicited in sorts]
    asked = ((rule, rule.parameters.allowance(rule, case)) for rule in rules)
    return tuple(
        Allowance(rule, found[0], max(found[1] - found[0], 0), found[1]) for rule, found in asked if found is not None
    )


def rules_in_force(
    facts: Prepared, rulebook: Rulebook, at: datetime, *, house_pack: str | None = None
) -> tuple[Rule, ...]:
    """Every rule that is asked about such a call at the moment, in the order of the packs. Many have nothing to say."""
    case = planned(facts, rulebook, at, house_pack, None)
    return tuple(entry.rule for entry in case.around.entries if entry.lives[0] <= case.now < entry.lives[1])
