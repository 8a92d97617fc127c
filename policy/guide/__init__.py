"""The rules of a place as people read them."""

from policy.guide.answers import Answers, Limit, answers, interest_is_enough
from policy.guide.countries import COMMAND, pages
from policy.guide.fines import Fine, fines_on_file
from policy.guide.rule_words import mode_in_words, rule_in_words
from policy.rules.words import both, grounds_in_words, limits, spaced, week_in_words

# fmt: off
__all__ = [
    "COMMAND", "Answers", "Fine", "Limit", "answers", "both", "fines_on_file", "grounds_in_words", "interest_is_enough",
    "limits", "mode_in_words", "pages", "rule_in_words", "spaced", "week_in_words",
]
