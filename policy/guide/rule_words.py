"""A rule in plain English, as a lawyer would say it. What its kind requires, the kind says itself (`in_words`)."""

from policy.rules.rule import Rule
from policy.rules.words import grounds_in_words, spaced
from policy.vocabulary import Mode

_MODES = {Mode.BLOCK: "", Mode.OVERRIDE: "may be overridden with a reason", Mode.WARN: "a warning, no bar"}


def rule_in_words(rule: Rule) -> str:
    """What the rule requires, in one phrase. `words.limits` says whom it concerns."""
    said = rule.parameters.in_words(rule)
    return f"{said}; {rule.parameters.lifting_words} {grounds_in_words(rule.lifted_by)}" if rule.lifted_by else said


def mode_in_words(rule: Rule) -> str:
    """How far the rule bars; empty if it simply bars, or is a duty."""
    reasons = ", ".join(sorted(spaced(one) for one in rule.override_reasons))
    said = "" if rule.parameters.duty() is not None else _MODES[rule.mode]
    return f"{said}: {reasons}" if reasons else said
