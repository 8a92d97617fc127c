"""Own outcomes on cards, in forms, and in what just happened."""

from collections.abc import Sequence

from bot.services.answers.own_outcomes import Answer, AnswerFault, Value
from bot.slack.wording.labels import outcome_name
from bot.slack.wording.language import N_, sentence, words_of
from bot.slack.wording.markup import Markup, filled, shown
from policy.vocabulary import Outcome

ANSWER = 200  # characters of an answer that History shows
yes = sentence("Yes")
no = sentence("No")
choose_answer = sentence("Choose an answer")
fill_in = sentence("Fill in the form…")
questions_wait = filled(":pencil: The form of *{name}* is not filled in.")
retired = filled(":information_source: *{name}* is no longer offered. It is recorded all the same.")
answer_fault = words_of(
    {
        AnswerFault.MISSING: N_("Answer this question."),
        AnswerFault.NO_NUMBER: N_("Write a number of at most nine digits."),
        AnswerFault.TOO_LONG: N_("Shorten this to 500 characters."),
        AnswerFault.NOT_OFFERED: N_("This answer is no longer offered. Choose another."),
    }
)


def said(outcome: Outcome, own_name: str = "") -> Markup:
    """An outcome within a sentence, as it was said: an own one with the one as which it counts."""
    name = outcome_name(outcome)
    return Markup(f"{shown(own_name)} ({name})" if own_name else name)


def asks_about(name: Markup, own: Markup) -> str:
    """Above the form of an own outcome."""
    return f"*{name}*: *{own}*"


def answers(told: Sequence[Answer]) -> Markup:
    """The answers in one line."""
    return Markup(" · ".join(f"{shown(one.question, 100)} {shown(value(one.value), ANSWER)}" for one in told))


def value(answer: Value) -> str:
    if isinstance(answer, bool):
        return yes() if answer else no()
    return str(answer)
