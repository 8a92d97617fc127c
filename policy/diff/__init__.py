"""What changed between two rulebooks: rule by rule, in words."""

from policy.diff.changed import RulebookDiff, compared
from policy.diff.words import change_in_words, head_in_words

__all__ = ["RulebookDiff", "change_in_words", "compared", "head_in_words"]
