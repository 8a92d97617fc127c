"""Attempts and the statements about them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from policy.vocabulary import AttemptState
from storage.models import Attempt, Lease, OutcomeRecord
from storage.queries.about import is_about


def attempts_on(
    session: Session, organisation_id: int, numbers: Collection[str], person_ids: Collection[int]
) -> Sequence[Attempt]:
    """Every attempt on any of the numbers or persons, for any list or campaign, oldest first."""
    return session.exec(
        select(Attempt)
        .where(is_about(Attempt, organisation_id, numbers, person_ids))
        .order_by(col(Attempt.opened_at), col(Attempt.id))
    ).all()


def attempts_waiting(session: Session, agent_id: int) -> Sequence[Attempt]:
    """An agent's attempts without an outcome, oldest first."""
    return session.exec(
        select(Attempt)
        .where(Attempt.agent_id == agent_id, col(Attempt.state).in_((AttemptState.OPEN, AttemptState.UNREPORTED)))
        .order_by(col(Attempt.opened_at), col(Attempt.id))
    ).all()


def open_now(session: Session, agent_id: int) -> Sequence[Attempt]:
    """An agent's calls whose cards they still hold, oldest first."""
    return session.exec(
        select(Attempt)
        .join(Lease, col(Lease.id) == col(Attempt.lease_id))
        .where(Attempt.agent_id == agent_id, col(Attempt.state) == AttemptState.OPEN, col(Lease.ended_at).is_(None))
        .order_by(col(Attempt.opened_at), col(Attempt.id))
    ).all()


def of_lease(session: Session, lease_id: int) -> Attempt | None:
    return session.exec(select(Attempt).where(Attempt.lease_id == lease_id)).first()


def told_since(session: Session, agent_id: int, number: str, since: datetime) -> Attempt | None:
    """An agent's newest attempt on the number whose outcome was recorded at `since` or later."""
    return session.exec(
        select(Attempt)
        .where(
            Attempt.agent_id == agent_id,
            Attempt.number == number,
            col(Attempt.closed_at) >= since,
        )
        .order_by(col(Attempt.closed_at).desc(), col(Attempt.id).desc())
    ).first()


def statements_of(session: Session, attempt_id: int) -> Sequence[OutcomeRecord]:
    """Every statement about one attempt, oldest first."""
    return session.exec(
        select(OutcomeRecord).where(OutcomeRecord.attempt_id == attempt_id).order_by(col(OutcomeRecord.id))
    ).all()
