"""Builds a finding's sentence: what the rule says, and what kind of text stands behind it."""

from policy.rules.rule import Rule
from policy.templates.sentence import SENTENCE, Said, one_of, phrase
from policy.vocabulary import Outcome, Status

LABELS = {
    Status.LAW: phrase("law"),
    Status.PRESUMPTION: phrase("presumption of law"),
    Status.REGULATOR_POLICY: phrase("regulator policy"),
    Status.GUIDANCE: phrase("regulator's guidance"),
    Status.INDUSTRY_CODE: phrase("industry code"),
    Status.HOUSE: phrase("house policy"),
}
_UNREPORTED = "an attempt nobody has reported"

OUTCOME = one_of(_UNREPORTED, *(one.meaning.phrase for one in Outcome))


def label(rule: Rule) -> Said:
    """What kind of text stands behind the rule, as an agent reads it."""
    return rule.label or LABELS[rule.status]


def sentence(rule: Rule, text: Said) -> Said:
    """The pack's own sentence if it has one, otherwise the kind's, followed by what stands behind it.

    It writes what `SENTENCE` would, but directly: decisions need thousands of them.
    """
    says, behind = rule.says or text, rule.label or LABELS[rule.status]
    return Said(f"{says}: {behind}", SENTENCE, {"says": says, "label": behind})


def outcome_phrase(outcome: Outcome | None) -> str:
    """An outcome within a rule's sentence. None: the attempt is unreported."""
    return _UNREPORTED if outcome is None else outcome.meaning.phrase
