"""The name and answers of an own outcome that stands of a call."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.services.answers.own_outcomes import Answer
from bot.services.calls.standing import standing
from bot.services.own_outcomes import told_answers
from storage.models import Attempt, OutcomeRecord


class SaidOwn(NamedTuple):
    """The newest name and answers. Both empty: no own outcome stands."""

    name: str = ""
    answers: tuple[Answer, ...] = ()


def own_said(attempt: Attempt, said: Sequence[OutcomeRecord]) -> SaidOwn:
    """`said`: the attempt's statements, oldest first."""
    if attempt.own_outcome_id is None:
        return SaidOwn()
    naming = [one for one in standing(said) if one.own_outcome_id == attempt.own_outcome_id]
    told = [one.answers for one in naming if one.answers]
    return SaidOwn(naming[-1].own_name if naming else "", told_answers(told[-1]) if told else ())


def own_in_force(attempt: Attempt, stands: Sequence[OutcomeRecord]) -> int | None:
    """The own outcome of the newest standing statement for the attempt's outcome."""
    agreeing = [one for one in stands if one.outcome is attempt.outcome]
    return agreeing[-1].own_outcome_id if agreeing else None
