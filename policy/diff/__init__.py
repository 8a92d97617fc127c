"""What changed between two rulebooks: rule by rule, in words, with calls that the two decide differently."""

from policy.diff.changed import HeadChange, RulebookDiff, RuleChange, compared
from policy.diff.examples import Answered, Shown, examples_of
from policy.diff.words import change_in_words, head_in_words

__all__ = [
    "Answered", "HeadChange", "RuleChange", "RulebookDiff", "Shown", "change_in_words", "compared", "examples_of",
    "head_in_words",
]  # fmt: skip
