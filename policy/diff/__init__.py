"""What changed between two rulebooks: rule by rule, in words."""

from policy.diff.changed import RulebookDiff, change_in_words, compared, head_in_words

__all__ = ["RulebookDiff", "change_in_words", "compared", "head_in_words"]
