"""What a list leaves open: texts that may say no to calls, and dates of two readings."""

from bot.slack.wording.language import figure
from bot.slack.wording.say import Markup, say


def two_readings(line: Markup) -> Markup:
    """`line`: of a date that has two readings."""
    told = figure(int(line)) if line.isdecimal() else line
    return say("list_questions.two_readings", line=Markup(told))
