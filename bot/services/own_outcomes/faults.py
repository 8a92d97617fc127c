"""What is wrong with an own outcome as written: each sentence says what to do. Empty if nothing is."""

from collections.abc import Sequence
from typing import Final

from bot.services.answers.own_outcomes import AnswerKind, Question
from bot.services.names import fold_name
from policy.vocabulary import Outcome

LONGEST_NAME: Final = 40  # characters: it stands on a button
LONGEST_QUESTION: Final = 100
LONGEST_CHOICE: Final = 60
MOST_QUESTIONS: Final = 5
MOST_CHOICES: Final = 20
MOST_IN_USE: Final = 50  # a menu of Slack's holds 100 lines, and the closed list is in it too
MOST_BUTTONS: Final = 2  # of own outcomes on one card
_CLOSED: Final = {fold_name(word) for one in Outcome for word in (one.value, one.meaning.label)}


def name_fault(name: str) -> str:
    if not name[:1].isalpha():
        return "must begin with a letter"  # typed after /outcome, figures would be a number
    if len(name) > LONGEST_NAME:
        return f"has {len(name)} characters: shorten it to {LONGEST_NAME}"
    if "\n" in name or "\t" in name:
        return "must be one line"
    if fold_name(name) in _CLOSED:
        return f'"{name}" is an outcome of Nextcall itself: choose another name'
    return ""


def question_faults(questions: Sequence[Question]) -> tuple[str, ...]:
    found = []
    if len(questions) > MOST_QUESTIONS:
        found.append(f"a form has room for {MOST_QUESTIONS}: leave out {len(questions) - MOST_QUESTIONS}")
    asked = [fold_name(one.asks) for one in questions]
    found += [f'"{one.asks}" is asked twice' for place, one in enumerate(questions) if asked[place] in asked[:place]]
    return (*found, *(f'"{one.asks[:LONGEST_QUESTION]}" {says}' for one in questions if (says := _fault(one))))


def _fault(one: Question) -> str:
    if len(one.asks) > LONGEST_QUESTION:
        return f"is longer than {LONGEST_QUESTION} characters: shorten it"
    if one.kind is not AnswerKind.CHOICE:
        return 'has choices but is no choice: write kind = "choice", or leave them out' if one.choices else ""
    if not 2 <= len(one.choices) <= MOST_CHOICES:
        return f"needs 2 to {MOST_CHOICES} choices, not {len(one.choices)}"
    if len(set(one.choices)) < len(one.choices):
        return "offers a choice twice"
    too_long = [choice for choice in one.choices if len(choice) > LONGEST_CHOICE]
    return f"has a choice longer than {LONGEST_CHOICE} characters: shorten it" if too_long else ""
