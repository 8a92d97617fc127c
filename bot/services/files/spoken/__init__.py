"""What free words may say of calls: which notes and columns may say no, and what people said of the same words
before."""

from bot.services.files.spoken.answers import NO_ANSWERS, Answers, key_of_text
from bot.services.files.spoken.columns import MOST_DIFFERENT, holds_words, is_about_calls, may_bar
from bot.services.files.spoken.notes import has_condition, is_worth_reading, may_say_no

__all__ = [
    "MOST_DIFFERENT",
    "NO_ANSWERS",
    "Answers",
    "has_condition",
    "holds_words",
    "is_about_calls",
    "is_worth_reading",
    "key_of_text",
    "may_bar",
    "may_say_no",
]
