"""What was dialled, and what was said of it."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from policy.vocabulary import AttemptState
from storage.models import Attempt, OutcomeRecord
from storage.queries.about import about


def on(
    session: Session, organisation_id: int, numbers: Collection[str], person_ids: Collection[int]
) -> Sequence[Attempt]:
    """Every attempt on any of the numbers or persons, oldest first, whichever list or campaign it was made for."""
    return session.exec(
        select(Attempt)
        .where(about(Attempt, organisation_id, numbers, person_ids))
        .order_by(col(Attempt.opened_at), col(Attempt.id))
    ).all()


def waiting(session: Session, agent_id: int) -> Sequence[Attempt]:
    """An agent's attempts that nobody has reported, oldest first."""
    return session.exec(
        select(Attempt)
        .where(Attempt.agent_id == agent_id, col(Attempt.state).in_((AttemptState.OPEN, AttemptState.UNREPORTED)))
        .order_by(col(Attempt.opened_at), col(Attempt.id))
    ).all()


def of_lease(session: Session, lease_id: int) -> Attempt | None:
    return session.exec(select(Attempt).where(Attempt.lease_id == lease_id)).first()


def told_since(session: Session, agent_id: int, number: str, since: datetime) -> Attempt | None:
    """The newest of an agent's attempts on the number that has an outcome, said since a moment."""
    return session.exec(
        select(Attempt)
        .where(
            Attempt.agent_id == agent_id,
            Attempt.number == number,
            col(Attempt.closed_at) >= since,
        )
        .order_by(col(Attempt.closed_at).desc(), col(Attempt.id).desc())
    ).first()


def statements(session: Session, attempt_id: int) -> Sequence[OutcomeRecord]:
    """Everything said of one attempt, oldest first."""
    return session.exec(
        select(OutcomeRecord).where(OutcomeRecord.attempt_id == attempt_id).order_by(col(OutcomeRecord.id))
    ).all()
