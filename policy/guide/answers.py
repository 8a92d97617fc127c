"""The four answers people come for: how many calls, what locks and for whom, what an interest changes, the fines."""

from collections.abc import Iterable
from typing import NamedTuple

from policy.guide.fines import Fine, fines
from policy.rules.grounds import AllOf, Basis
from policy.rules.kinds.cap import Cap
from policy.rules.kinds.cool_off import CoolOff
from policy.rules.rule import Ground, Rule
from policy.templates.sentence import TEXT, Said, phrase, template
from policy.vocabulary import Mode, Status

_WHOM = {
    frozenset({"number", "person"}): phrase("for the number and for the person"),
    frozenset({"number"}): phrase("for the number"),
    frozenset({"person"}): phrase("for the person"),
    frozenset({"person", "debt"}): phrase("for the person and for the debt"),
    frozenset({"debt"}): phrase("for the debt"),
}
_ALL = phrase("for all calls together")
_EACH = {
    "debt": template("{whom}, each debt by itself", whom=TEXT),
    "subject": template("{whom}, each matter by itself", whom=TEXT),
}


class Limit(NamedTuple):
    """A limit of attempts or a wait in short. `counted`: for the number, the person or both."""

    says: str
    counted: Said
    rule: Rule


class Answers(NamedTuple):
    """Law before house policy in each; empty where no text that was read says it."""

    attempts: list[Limit]
    unnumbered: list[Rule]  # duties that bar too many calls without a number
    waits: list[Limit]
    interest: list[Rule]  # what a legitimate interest satisfies or lifts
    fines: list[Fine]


def answers(rules: Iterable[Rule], country: str, purpose: str) -> Answers:
    """The four answers from the rules that speak of such calls."""
    law_first = sorted(rules, key=lambda rule: rule.status is Status.HOUSE)
    binding = [rule for rule in law_first if rule.mode is not Mode.WARN]
    return Answers(
        [Limit(what.in_short(), counted(what), rule) for rule in binding if isinstance(what := rule.parameters, Cap)],
        [rule for rule in law_first if any(name.endswith("_too_many") for name in rule.parameters.duty() or ())],
        [
            Limit(what.commonest(), counted(what), rule)
            for rule in binding
            if isinstance(what := rule.parameters, CoolOff)
        ],
        [rule for rule in law_first if interest_is_enough(rule) != "no"],
        fines(law_first, country, purpose),
    )


def counted(cap: Cap | CoolOff) -> Said:
    """For whom it counts: `for the number and for the person`. Each of its keys has a count of its own."""
    targets = {next((part for part in ("number", "person", "debt") if part in key), "") for key in cap.keys}
    whom = _WHOM.get(frozenset(targets), _ALL)
    each = next((one for part, one in _EACH.items() if all(part in key for key in cap.keys)), None)
    return each.says(whom=whom) if each and "debt" not in targets else whom


def interest_is_enough(rule: Rule) -> str:
    """Whether a legitimate interest satisfies a rule or lifts it: "yes", "with more" or "no"."""
    found = {_interest_in(ground) for ground in (*rule.parameters.grounds, *rule.lifted_by)}
    return next((one for one in ("yes", "with more") if one in found), "no")


def _interest_in(ground: Ground) -> str:
    if isinstance(ground, AllOf):
        return "with more" if any(_interest_in(one) != "no" for one in ground.grounds) else "no"
    if not isinstance(ground, Basis) or "legitimate_interest" not in ground.kinds:
        return "no"
    return "with more" if ground.told or ground.assessed else "yes"
