"""The organisation's own outcomes: which there are, which a campaign's cards offer, and what their forms are told.

And outcomes as people type them, and notes that read like an opt-out.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from itertools import chain
from types import MappingProxyType
from typing import Any, Final

from sqlmodel import Session

from bot.languages import in_every_language
from bot.services.answers.own_outcomes import Answer, AnswerFault, AnswerKind, OwnOutcomeView, Question, Value
from bot.services.answers.people import Sensitive
from bot.services.blanking import blank_about
from bot.services.errors import UnknownOutcome
from bot.services.names import fold_name
from policy.vocabulary import STOPPING, Outcome
from storage.models import OwnOutcome
from storage.queries import setup

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
            if not _NUMBER.fullmatch(text):
                return AnswerFault.NO_NUMBER
            figure = text.replace(",", ".")
            return float(figure) if "." in figure else int(figure)
    return text if len(text) <= LONGEST_ANSWER else AnswerFault.TOO_LONG


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


def all_of(session: Session, organisation_id: int) -> tuple[OwnOutcomeView, ...]:
    """Every own outcome, oldest first, retired ones too."""
    return tuple(as_view(one) for one in setup.own_outcomes(session, organisation_id))


def find(session: Session, organisation_id: int, own_id: int) -> OwnOutcomeView | None:
    """The own outcome, retired or not: an old card may still hold its button."""
    row = session.get(OwnOutcome, own_id)
    return None if row is None or row.organisation_id != organisation_id else as_view(row)


def offered(stored: str, known: Iterable[OwnOutcomeView]) -> tuple[OwnOutcomeView, ...]:
    """Those that a campaign stores, in its order, without retired ones."""
    by_id = {one.own_id: one for one in known if not one.is_retired}
    return tuple(by_id[int(word)] for word in stored.split() if int(word) in by_id)


def stored_order(own_ids: Sequence[int]) -> str:
    """Ids as a campaign stores them, each once."""
    return " ".join(map(str, dict.fromkeys(own_ids)))


def as_view(row: OwnOutcome) -> OwnOutcomeView:
    stored = [{**one, "kind": AnswerKind(one["kind"]), "choices": tuple(one["choices"])} for one in row.questions]
    questions = tuple(Question(**one) for one in stored)
    return OwnOutcomeView(row.id or 0, row.name, row.counts_as, questions, row.retired_at is not None)


def stored_questions(questions: Sequence[Question]) -> list[dict[str, Any]]:
    return [{**asdict(one), "kind": one.kind.value, "choices": list(one.choices)} for one in questions]


# Phrases that mean stop and little else. They only prompt a question to the agent; no rule reads a note.
_STOP = re.compile(rf"\b(?:{'|'.join(chain.from_iterable(in_every_language('opt_outs')))})\b", re.IGNORECASE)


def parse_outcome(text: str, labels: Mapping[Outcome, str] = MappingProxyType({})) -> Outcome:
    """Parse an outcome's word or label, or its unambiguous beginning; ignores case. Raises UnknownOutcome.

    `labels`: the outcomes' names in the actor's language, accepted besides English.
    """
    asked = _folded(text)
    spoken = [
        (_folded(name), outcome)
        for outcome in Outcome
        for name in (outcome.value, outcome.meaning.label, labels.get(outcome, outcome.meaning.label))
    ]
    exact = {outcome for name, outcome in spoken if name == asked}
    fitting = exact or {outcome for name, outcome in spoken if asked and name.startswith(asked)}
    if len(fitting) != 1:
        raise UnknownOutcome(text.strip(), tuple(outcome.value for outcome in Outcome if outcome in fitting))
    return fitting.pop()


def parse_said(
    text: str, known: Sequence[OwnOutcomeView], labels: Mapping[Outcome, str] = MappingProxyType({})
) -> Outcome | OwnOutcomeView:
    """Parse what `parse_outcome` does, or an own outcome's name or unambiguous beginning. Raises UnknownOutcome.

    A stop comes first, however an own outcome is named: it must not be lost, and words after it are its note unless
    they are a whole name. Then whole names, then the closed list: what agents have typed until now means the same.
    """
    asked, in_use = _folded(text), [one for one in known if not one.is_retired]
    named = [one for one in in_use if _folded(one.name) == asked]
    try:
        closed = parse_outcome(text, labels)
        return named[0] if named and closed not in STOPPING else closed
    except UnknownOutcome as refusal:
        if named:
            return named[0]
        begun = [one for one in in_use if asked and _folded(one.name).startswith(asked)]
        if refusal.candidates or not begun or _begins_with_stop(asked, labels):
            raise
        if len(begun) > 1:
            raise UnknownOutcome(refusal.asked, (), tuple(one.name for one in begun)) from None
        return begun[0]


def _begins_with_stop(asked: str, labels: Mapping[Outcome, str]) -> bool:
    names = (name for stop in STOPPING for name in (stop.value, stop.meaning.label, labels.get(stop, "")))
    return any(asked.startswith(f"{_folded(name)} ") for name in names if name)


def may_be_stop(note: str) -> bool:
    """Whether a note reads like a request not to be called again."""
    return _STOP.search(note.replace("\u2019", "'")) is not None


def _folded(text: str) -> str:
    return " ".join(re.sub(r"[\W_]+", " ", text.casefold()).split())
