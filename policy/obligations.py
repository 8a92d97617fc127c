"""Beside the decision: the duties of a call, the dates by which something is due, and how many attempts the caps leave."""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import NamedTuple

from policy.case import Case
from policy.context import context_of
from policy.deadlines import Deadline
from policy.facts import CallFacts, ContactFacts, Facts
from policy.localtime import epoch
from policy.prepared import Prepared
from policy.rulebook import Rule, Rulebook
from policy.rules.basis import Basis
from policy.rules.cap import Cap
from policy.rules.duty import Duty, Value
from policy.rules.stop import Stop
from policy.vocabulary import Mode


class DutyInForce(NamedTuple):
    """One duty on one day, with its figures."""

    rule: Rule
    values: Mapping[str, Value]


class Allowance(NamedTuple):
    """Attempts by the tightest cap that applies now: how many it counts and how many more it allows."""

    rule: Rule
    made: int
    left: int


def duties(
    call: CallFacts, contact: ContactFacts, rulebook: Rulebook, on: date, *, house_pack: str | None = None
) -> tuple[DutyInForce, ...]:
    """The duties in force on a day for one sort of call."""
    context = context_of(rulebook, Prepared(Facts(call, contact)), house_pack, None)
    rules = (entry.rule for entry in context.entries if entry.rule.in_force(on))
    return tuple(DutyInForce(rule, rule.parameters.values) for rule in rules if isinstance(rule.parameters, Duty))


def deadlines(facts: Facts, rulebook: Rulebook, at: datetime, *, house_pack: str | None = None) -> tuple[Deadline, ...]:
    """The days by which requests must be honoured, and to which proof must be kept, soonest first."""
    case, rules = _asked(facts, rulebook, at, house_pack, Stop, Basis)
    found = [
        deadline
        for rule in rules
        if isinstance(rule.parameters, Stop | Basis)
        for deadline in rule.parameters.deadlines(rule, case)
    ]
    return tuple(sorted(found, key=lambda deadline: deadline.due_on))


def allowance(
    facts: Facts | Prepared, rulebook: Rulebook, at: datetime, *, house_pack: str | None = None
) -> Allowance | None:
    """What the tightest cap counts and leaves at the moment; None where no cap applies."""
    case, rules = _asked(facts, rulebook, at, house_pack, Cap)
    caps = [_allowance(rule, rule.parameters, case) for rule in rules if isinstance(rule.parameters, Cap)]
    return min(caps, key=lambda one: one.left, default=None)


def _allowance(rule: Rule, cap: Cap, case: Case) -> Allowance:
    made = cap.used(rule, case)
    return Allowance(rule, made, max(cap.most - made, 0))


def _asked(
    facts: Facts | Prepared, rulebook: Rulebook, at: datetime, house_pack: str | None, *kinds: type
) -> tuple[Case, list[Rule]]:
    """The case, and its rules of these kinds that apply."""
    prepared = facts if isinstance(facts, Prepared) else Prepared(facts)
    case = Case(prepared, context_of(rulebook, prepared, house_pack, None), at, epoch(at))
    return case, list(_applying(case, kinds))


def _applying(case: Case, kinds: tuple[type, ...]) -> Iterator[Rule]:
    is_solicited = case.solicited_until() > 0
    for entry in case.context.entries:
        rule = entry.rule
        if type(rule.parameters) not in kinds:
            continue
        is_such_call = rule.applies.solicited is None or rule.applies.solicited == is_solicited
        if entry.lives[0] <= case.now < entry.lives[1] and is_such_call and rule.mode is not Mode.WARN:
            yield rule
