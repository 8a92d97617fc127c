"""Finds what no worked case checks: changes packs by the smallest steps and asks whether any case detects it.

A case detects a change if its answer is no longer as expected. An error in a pack that no case detects would stay.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any, NamedTuple

from policy.engine import decide_prepared, with_stops_said
from policy.errors import PackError
from policy.facts import Prepared
from policy.rulebook import SHIPPED, Pack, Rulebook, pack_with_rule, table_of
from policy.rules import Rule
from policy.trial.smallest_steps import Step, steps
from policy.trial.worked import Worked, is_as_expected

_NO_GATE = "duty"  # what must be done beside a call: no answer depends on it


class Change(NamedTuple):
    """A step of the rule at a `position` in a shipped pack, and the rule after it; None: the rule is removed."""

    pack: Pack
    position: int
    step: Step
    after: Rule | None

    def __str__(self) -> str:
        return f"{self.step.rule} from {self.before.effective_from}: {self.step.what}"

    @property
    def is_before_its_pack(self) -> bool:
        """Whether it only adds days when calls are held anyway, because the pack is not in force."""
        return self.after is not None and self.after.effective_from < self.pack.effective_from

    @property
    def before(self) -> Rule:
        return self.pack.rules[self.position]


def changes(pack: Pack) -> Iterator[Change]:
    """Every smallest step of the enabled rules of a shipped pack that leaves a valid pack, in the order of its file.

    Of a pack that is like another, only of what it states itself: the cases of the other check the rest.
    """
    table = table_of(SHIPPED / pack.file)
    for index, rule in enumerate(table["rule"]):
        if not rule.get("enabled", True) or rule["kind"] == _NO_GATE:
            continue
        for step in steps(rule):
            if not pack.states(rule["id"], step.key):
                continue
            try:
                change = Change(pack, index, step, _rule_after(pack, table, index, step))
            except PackError:
                continue
            if not change.is_before_its_pack:
                yield change


def _rule_after(pack: Pack, table: dict[str, Any], index: int, step: Step) -> Rule | None:
    if step.table is None:
        return None
    rules = [*table["rule"]]
    rules[index] = step.table
    return pack_with_rule(pack, {**table, "rule": rules}, index).rules[index]


def changed_rulebook(rulebook: Rulebook, change: Change) -> Rulebook:
    """The rulebook with one rule changed or removed."""
    rules = [*change.pack.rules]
    rules[change.position : change.position + 1] = [] if change.after is None else [change.after]
    packs = {**rulebook.packs, change.pack.id: replace(change.pack, rules=tuple(rules))}
    return Rulebook(packs, f"{rulebook.version} and {change}")


@dataclass(frozen=True)
class _Prepared:
    case: Worked
    facts: Prepared
    named: frozenset[str]


class Judge:
    """The worked cases, prepared once, to be asked about one change after another."""

    def __init__(self, rulebook: Rulebook, cases: Sequence[Worked]) -> None:
        self._rulebook = rulebook
        self._cases: dict[str, list[_Prepared]] = {}
        for case in cases:
            named = frozenset((*case.expected.get("speaks", ()), *case.expected.get("silent", ())))
            ready = _Prepared(case, Prepared(with_stops_said(case.question.facts, case.question.at)), named)
            for pack in case.question.packs or ():
                self._cases.setdefault(pack, []).append(ready)

    def is_noticed(self, change: Change) -> bool:
        """Whether some case, asked under the changed pack, no longer gets the expected answer."""
        changed = changed_rulebook(self._rulebook, change)
        # First those that name the rule: nearly always one of them detects it.
        cases = sorted(self._cases.get(change.pack.id, ()), key=lambda ready: change.step.rule not in ready.named)
        return any(not _holds(ready, changed) for ready in cases if _concerns(change, ready))


def _concerns(change: Change, ready: _Prepared) -> bool:
    call, contact = ready.facts.facts.call, ready.facts.facts.contact
    return any(rule is not None and rule.applies.met_by(call, contact) for rule in (change.before, change.after))


def _holds(ready: _Prepared, rulebook: Rulebook) -> bool:
    question = ready.case.question
    return is_as_expected(
        ready.case.expected, decide_prepared(ready.facts, rulebook, question.at, packs=question.packs)
    )
