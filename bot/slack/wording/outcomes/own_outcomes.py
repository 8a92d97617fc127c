"""Own outcomes on cards, in forms, and in what just happened."""

from collections.abc import Sequence

from bot.services.answers.own_outcomes import Answer, Value
from bot.slack.wording.labels import outcome_name
from bot.slack.wording.markup import shown
from bot.slack.wording.say import Markup, say
from policy.vocabulary import Outcome

ANSWER = 200  # characters of an answer that History shows


def said(outcome: Outcome, own_name: str = "") -> Markup:
    """An outcome within a sentence, as it was said: an own one with the one as which it counts."""
    name = outcome_name(outcome)
    return Markup(f"{shown(own_name)} ({name})" if own_name else name)


def answers(told: Sequence[Answer]) -> Markup:
    """The answers in one line."""
    return Markup(" · ".join(f"{shown(one.question, 100)} {shown(value(one.value), ANSWER)}" for one in told))


def value(answer: Value) -> Markup:
    if isinstance(answer, bool):
        return say("own_outcomes.yes") if answer else say("own_outcomes.no")
    return Markup(str(answer))
