"""What a list leaves open: texts that may say no to calls, and dates of two readings."""

from bot.slack.wording.language import _, counted, figure, plural, sentence
from bot.slack.wording.markup import Markup

day_first = sentence("The day")
month_first = sentence("The month")
possible = plural(
    ":warning: *{count} row may say no to calls.* It stays on hold until you say what its words mean. I keep the "
    "answer for the same words.",
    ":warning: *{count} rows may say no to calls.* They stay on hold until you say what their words mean. I keep each "
    "answer for the same words.",
)
all_stops = sentence("All of them: do not call")
no_stops = plural("None of this {count}", "None of these {count}")
choose_answer = sentence("What it means")
is_stop = sentence("Do not call")
is_nothing = sentence("Says nothing of calls")


def possible_text(text: Markup, heading: Markup, rows: int) -> str:
    return counted(
        "“{text}” ({heading}, {count} row)", "“{text}” ({heading}, {count} rows)", rows, text=text, heading=heading
    )


def order_question(heading: Markup, cells: Markup) -> str:
    return _(
        ":warning: *The dates of “{heading}” have two readings:* {cells}. Does the day or the month come first? Until "
        "you say so, I import nothing."
    ).format(heading=heading, cells=cells)


def two_readings(line: Markup) -> str:
    """`line`: of a date that has two readings."""
    told = figure(int(line)) if line.isdecimal() else line
    return _("Its dates have two readings, as in line {line}. Does the day or the month come first?").format(line=told)
