"""Answers about own outcomes: those that an organisation names under one of the closed list, as which they count."""

from dataclasses import dataclass
from enum import StrEnum

from policy.vocabulary import STOPPING, Outcome

Value = str | bool | int | float  # of an answer; bool: yes or no


class AnswerKind(StrEnum):
    """What answers a question takes."""

    TEXT = "text"
    NUMBER = "number"
    YES_NO = "yes_no"
    CHOICE = "choice"


@dataclass(frozen=True, slots=True)
class Question:
    """One field of an own outcome's form. `choices`: of a choice alone."""

    asks: str
    kind: AnswerKind = AnswerKind.TEXT
    choices: tuple[str, ...] = ()
    is_required: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a caller answered. Free text is personal, like a note."""

    question: str
    value: Value


class AnswerFault(StrEnum):
    """Why an answer is not taken."""

    MISSING = "missing"
    NO_NUMBER = "no_number"  # or one of more than nine digits
    TOO_LONG = "too_long"
    NOT_OFFERED = "not_offered"  # no such choice: the form was changed meanwhile


@dataclass(frozen=True, slots=True)
class OwnOutcomeView:
    """An own outcome. With questions it has a form."""

    own_id: int
    name: str
    counts_as: Outcome
    questions: tuple[Question, ...] = ()
    is_retired: bool = False

    @property
    def asks_first(self) -> bool:
        """Whether its form comes before the record. A stop takes effect at once: its form is offered afterwards."""
        return bool(self.questions) and self.counts_as not in STOPPING
