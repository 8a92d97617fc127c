"""Attempts without an outcome: which agents to ask for it, and when each was asked last."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import and_, or_, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col

from policy.vocabulary import AttemptState
from storage.database.engine import apply_change
from storage.models import Agent, Attempt
from storage.queries.reports.status import WaitingAttempt, waiting_attempts, waits_for_outcome


def agents_to_chase(session: Session, at: datetime, open_for: timedelta) -> list[Agent]:
    """Active agents with an attempt that waits for an outcome."""
    waiting = sql_select(col(Attempt.agent_id)).where(waits_for_outcome(at, open_for))
    found = sql_select(Agent).where(col(Agent.id).in_(waiting), col(Agent.is_active)).order_by(col(Agent.id))
    return list(session.execute(found).scalars())


def take_chase(
    session: Session, agent_id: int, at: datetime, open_for: timedelta, chased_before: datetime
) -> dict[int, datetime | None]:
    """Mark the agent's attempts without an outcome as chased now, except those chased since `chased_before`.

    Returns the attempts that this process took, each with the moment it was last chased before (None: never).
    """
    which = and_(
        col(Attempt.agent_id) == agent_id,
        waits_for_outcome(at, open_for),
        or_(col(Attempt.chased_at).is_(None), col(Attempt.chased_at) < chased_before),
    )
    found = session.execute(sql_select(col(Attempt.id), col(Attempt.chased_at)).where(which)).all()
    before = {id_: chased_at for id_, chased_at in found if id_ is not None}
    taking = (
        update(Attempt)
        .where(col(Attempt.id).in_(list(before)), which)
        .values(chased_at=at)
        .returning(col(Attempt.id))
        .execution_options(synchronize_session=False)
    )
    taken = set(session.execute(taking).scalars())
    return {id_: chased_at for id_, chased_at in before.items() if id_ in taken}


def take_request(session: Session, attempt_id: int, at: datetime, asked_before: datetime) -> bool:
    """Mark one attempt as chased now. False: it has an outcome, or its agent was asked since `asked_before`."""
    taking = update(Attempt).where(
        col(Attempt.id) == attempt_id,
        col(Attempt.state).in_((AttemptState.OPEN, AttemptState.UNREPORTED)),
        or_(col(Attempt.chased_at).is_(None), col(Attempt.chased_at) <= asked_before),
    )
    return bool(apply_change(session, taking.values(chased_at=at)))


def waiting_among(session: Session, attempt_ids: Sequence[int]) -> list[WaitingAttempt]:
    """The attempts with their contacts, oldest first."""
    return waiting_attempts(session, col(Attempt.id).in_(attempt_ids))


def return_chase(session: Session, taken: dict[int, datetime | None], at: datetime) -> None:
    """Restore the previous chase times, because the message could not be sent."""
    for id_, chased_at in taken.items():
        ours = update(Attempt).where(col(Attempt.id) == id_, col(Attempt.chased_at) == at)
        apply_change(session, ours.values(chased_at=chased_at))
