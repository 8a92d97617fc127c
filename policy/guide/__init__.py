"""The rules of a place as people read them."""

from policy.guide.answers import Answers, Limit, answers, interest_is_enough
from policy.guide.countries import COMMAND, pages
from policy.guide.fines import Fine, fines_on_file
from policy.guide.rule_words import mode_in_words, rule_in_words

# fmt: off
__all__ = [
    "COMMAND", "Answers", "Fine", "Limit", "answers", "fines_on_file", "interest_is_enough", "mode_in_words", "pages",
    "rule_in_words",
]
