"""The rules of a place as people read them."""

from policy.guide.how_often import COMMAND, document
from policy.guide.jurisdictions import ASKABLE
from policy.guide.phrases import both, grounds_in_words, limits, spaced, week_in_words
from policy.guide.rule_words import cap_in_short, mode_in_words, rule_in_words, waits_in_short

# fmt: off
__all__ = [
    "ASKABLE", "COMMAND", "both", "cap_in_short", "document", "grounds_in_words", "limits", "mode_in_words", "rule_in_words",
    "spaced", "waits_in_short", "week_in_words",
]
