"""Own outcomes as stored, and those of them that a campaign's cards offer."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlmodel import Session

from bot.services.answers.own_outcomes import AnswerKind, OwnOutcomeView, Question
from storage.models import OwnOutcome
from storage.queries import setup


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
    questions = tuple(map(_question, row.questions))
    return OwnOutcomeView(row.id or 0, row.name, row.counts_as, questions, row.retired_at is not None)


def stored_questions(questions: Sequence[Question]) -> list[dict[str, Any]]:
    return [
        {"asks": one.asks, "kind": one.kind.value, "choices": list(one.choices), "is_required": one.is_required}
        for one in questions
    ]


def _question(stored: Mapping[str, Any]) -> Question:
    return Question(stored["asks"], AnswerKind(stored["kind"]), tuple(stored["choices"]), stored["is_required"])
