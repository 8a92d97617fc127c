"""Reads what a form was told, blanks what must not be kept, and stores it with the outcome."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final

from bot.services.answers.blanked import Sensitive
from bot.services.answers.own_outcomes import Answer, AnswerFault, AnswerKind, Question, Value
from bot.services.blanking import blank_about

LONGEST_ANSWER: Final = 500  # characters
YES, NO = "yes", "no"
_NUMBER: Final = re.compile(r"-?\d{1,9}(?:[.,]\d{1,4})?")  # too short for a card number


def answers_given(
    questions: Sequence[Question], given: Mapping[str, str]
) -> tuple[tuple[Answer, ...], dict[str, AnswerFault]]:
    """The answers, in the questions' order, and what is wrong, by question. `given`: text by question; empty: none.

    A question that the form did not have is not missed: it was asked after the form was opened.
    """
    answers, faults = [], {}
    for question in questions:
        if question.asks not in given:
            continue
        text = given[question.asks].strip()
        value = _value(question, text)
        if isinstance(value, AnswerFault):
            faults[question.asks] = value
        elif value is not None:
            answers.append(Answer(question.asks, value))
    return tuple(answers), faults


def _value(question: Question, text: str) -> Value | AnswerFault | None:
    """None: not answered, and that is no fault."""
    if not text:
        return AnswerFault.MISSING if question.is_required else None
    match question.kind:
        case AnswerKind.YES_NO:
            return {YES: True, NO: False}.get(text, AnswerFault.NOT_OFFERED)
        case AnswerKind.CHOICE:
            return text if text in question.choices else AnswerFault.NOT_OFFERED
        case AnswerKind.NUMBER:
            return _number(text.replace(",", ".")) if _NUMBER.fullmatch(text) else AnswerFault.NO_NUMBER
    return text if len(text) <= LONGEST_ANSWER else AnswerFault.TOO_LONG


def _number(text: str) -> int | float:
    return float(text) if "." in text else int(text)


def blanked_answers(answers: Sequence[Answer], number: str) -> tuple[tuple[Answer, ...], tuple[Sensitive, ...]]:
    """The answers without card numbers, bank details and telephone numbers, and what they held of these.

    `number`: the one that was called (E.164); other numbers may be written as in its country.
    """
    kept, found = [], set()
    for one in answers:
        if isinstance(one.value, str):
            blanked = blank_about(one.value, number)
            found |= {*blanked.found}
            one = Answer(one.question, blanked.text)
        kept.append(one)
    return tuple(kept), tuple(kind for kind in Sensitive if kind in found)


def stored_answers(answers: Sequence[Answer]) -> str:
    """The answers as an outcome's record holds them; empty without any."""
    return json.dumps([[one.question, one.value] for one in answers], ensure_ascii=False) if answers else ""


def told_answers(stored: str) -> tuple[Answer, ...]:
    return tuple(Answer(question, value) for question, value in json.loads(stored)) if stored else ()
