"""Which own outcome stands of an attempt, what it was called when it was said, and what its form was told."""

from collections.abc import Sequence
from typing import NamedTuple

from bot.services.answers.own_outcomes import Answer
from bot.services.own_outcomes import told_answers
from storage.models import Attempt, OutcomeRecord


class SaidOwn(NamedTuple):
    """The newest name and answers. Both empty: no own outcome stands."""

    name: str = ""
    answers: tuple[Answer, ...] = ()


def since_undo(said: Sequence[OutcomeRecord]) -> Sequence[OutcomeRecord]:
    """The attempt's statements since the last undo."""
    undos = [place for place, one in enumerate(said) if one.outcome is None]
    return said[undos[-1] + 1 :] if undos else said


def own_said(attempt: Attempt, said: Sequence[OutcomeRecord]) -> SaidOwn:
    """`said`: the attempt's statements, oldest first."""
    if attempt.own_outcome_id is None:
        return SaidOwn()
    stands = [one for one in since_undo(said) if one.taken_back_at is None]
    naming = [one for one in stands if one.own_outcome_id == attempt.own_outcome_id]
    told = [one.answers for one in naming if one.answers]
    return SaidOwn(naming[-1].own_name if naming else "", told_answers(told[-1]) if told else ())


def own_in_force(attempt: Attempt, said: Sequence[OutcomeRecord]) -> int | None:
    """The own outcome of the newest statement for the attempt's outcome that is not taken back."""
    standing = [one for one in said if one.outcome is attempt.outcome and one.taken_back_at is None]
    return standing[-1].own_outcome_id if standing else None
