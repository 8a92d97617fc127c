"""The rules of a place as people read them."""

from policy.guide.answers import Answers, Limit, answers, interest_is_enough
from policy.guide.countries import COMMAND, pages
from policy.guide.fines import Fine, fines_on_file
from policy.guide.phrases import both, grounds_in_words, limits, spaced, week_in_words
from policy.guide.rule_words import cap_in_short, mode_in_words, rule_in_words, waits_in_short

# fmt: off
__all__ = [
    "COMMAND", "Answers", "Fine", "Limit", "answers", "both", "cap_in_short", "fines_on_file", "grounds_in_words",
    "interest_is_enough", "limits", "mode_in_words", "pages", "rule_in_words", "spaced", "waits_in_short",
    "week_in_words",
]
