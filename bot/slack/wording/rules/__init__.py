"""What rules say, in the reader's language. English comes from `policy`: its templates, and the texts of packs."""

from bot.slack.wording.rules import four_answers
from bot.slack.wording.rules.said import lacking, row_fault, said_each, translated, translated_line
from bot.slack.wording.rules.values import WRITERS, place, within

__all__ = [
    "WRITERS",
    "four_answers",
    "lacking",
    "place",
    "row_fault",
    "said_each",
    "translated",
    "translated_line",
    "within",
]
