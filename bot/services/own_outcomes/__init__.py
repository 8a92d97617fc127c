"""The organisation's own outcomes: which there are, which a campaign's cards offer, and what their forms are told."""

from bot.services.own_outcomes.answering import (
    LONGEST_ANSWER,
    answers_given,
    blanked_answers,
    stored_answers,
    told_answers,
)
from bot.services.own_outcomes.faults import (
    LONGEST_CHOICE,
    LONGEST_NAME,
    LONGEST_QUESTION,
    MOST_BUTTONS,
    MOST_CHOICES,
    MOST_IN_USE,
    MOST_QUESTIONS,
    name_fault,
    question_faults,
)
from bot.services.own_outcomes.named import all_of, as_view, find, offered, stored_order, stored_questions

# fmt: off
__all__ = [
    "LONGEST_ANSWER", "LONGEST_CHOICE", "LONGEST_NAME", "LONGEST_QUESTION", "MOST_BUTTONS", "MOST_CHOICES",
    "MOST_IN_USE", "MOST_QUESTIONS", "all_of", "answers_given", "as_view", "blanked_answers", "find", "name_fault",
    "offered", "question_faults", "stored_answers", "stored_order", "stored_questions", "told_answers",
]
