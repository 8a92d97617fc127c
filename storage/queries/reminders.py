"""Messages that are due to agents: reminders and chases. Which there are, who sends them, how they end.

Taking is a conditional update: of two processes that see the same row, one gets it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, and_, func, or_, select, update
from sqlmodel import Session, col

from storage.models import Agent, Attempt, Callback, Contact, Reminder
from storage.queries.contacts import is_held_now
from storage.queries.status import WaitingAttempt, waiting_attempts, waits_for_outcome


def agents_to_remind(session: Session, at: datetime, taken_before: datetime) -> list[tuple[Agent, datetime]]:
    """Agents with reminders that are due and that no process is sending, each with when the first of them fell due."""
    due = (
        select(col(Reminder.agent_id), func.min(col(Reminder.due_at)).label("first"))
        .where(_is_free(at, taken_before))
        .group_by(col(Reminder.agent_id))
        .subquery()
    )
    found = select(Agent, due.c.first).join(due, due.c.agent_id == col(Agent.id)).order_by(col(Agent.id))
    return [(agent, first) for agent, first in session.execute(found)]


def take_reminders(
    session: Session, agent_id: int, due_by: datetime, at: datetime, taken_before: datetime, most: int
) -> list[Reminder]:
    """Take up to `most` reminders of one agent due by a moment, soonest first. Each is answered to one process only."""
    soonest = (
        select(col(Reminder.id))
        .where(col(Reminder.agent_id) == agent_id, _is_free(due_by, taken_before))
        .order_by(col(Reminder.due_at), col(Reminder.id))
        .limit(most)
    )
    taking = (
        update(Reminder)
        .where(col(Reminder.id).in_(soonest), _is_free(due_by, taken_before))
        .values(taken_at=at)
        .returning(col(Reminder.id))
        .execution_options(synchronize_session=False)
    )
    ids = list(session.execute(taking).scalars())
    found = select(Reminder).where(col(Reminder.id).in_(ids)).order_by(col(Reminder.due_at), col(Reminder.id))
    return list(session.execute(found.execution_options(populate_existing=True)).scalars())


def _is_free(due_by: datetime, taken_before: datetime) -> ColumnElement[bool]:
    return and_(
        col(Reminder.due_at) <= due_by,
        col(Reminder.closed_at).is_(None),
        or_(col(Reminder.taken_at).is_(None), col(Reminder.taken_at) <= taken_before),
    )


def close_reminders(session: Session, ids: Sequence[int], at: datetime, because: str) -> None:
    """Close those of the reminders that are still open."""
    closing = (
        update(Reminder)
        .where(col(Reminder.id).in_(ids), col(Reminder.closed_at).is_(None))
        .values(closed_at=at, closed_because=because)
        .execution_options(synchronize_session=False)
    )
    session.execute(closing)


def put_back(session: Session, ids: Sequence[int], taken_at: datetime) -> None:
    """Those still open count as taken at that moment: as soon as this is long enough ago they are free again."""
    moving = (
        update(Reminder)
        .where(col(Reminder.id).in_(ids), col(Reminder.closed_at).is_(None))
        .values(taken_at=taken_at)
        .execution_options(synchronize_session=False)
    )
    session.execute(moving)


def contacts_named(session: Session, taken: Sequence[Reminder]) -> list[Contact]:
    """The contacts of the reminders, each once, in the reminders' order."""
    ids = list(dict.fromkeys(reminder.contact_id for reminder in taken))
    found = {row.id: row for row in session.execute(select(Contact).where(col(Contact.id).in_(ids))).scalars()}
    return [found[id_] for id_ in ids if id_ in found]


def held_among(session: Session, contact_ids: Sequence[int]) -> set[int]:
    """Which of the contacts are on lease: themselves, or by their person or number through another list."""
    found = select(col(Contact.id)).where(col(Contact.id).in_(contact_ids), is_held_now())
    return {id_ for id_ in session.execute(found).scalars() if id_ is not None}


def last_attempts(session: Session, contact_ids: Sequence[int]) -> dict[int, Attempt]:
    """The latest attempt of each contact that has one."""
    found = (
        select(Attempt)
        .where(col(Attempt.contact_id).in_(contact_ids))
        .order_by(col(Attempt.opened_at), col(Attempt.id))
    )
    return {a.contact_id: a for a in session.execute(found).scalars() if a.contact_id is not None}


def promised(session: Session, contact_ids: Sequence[int]) -> dict[int, datetime]:
    """When the next open callback of each contact that has one is due."""
    found = (
        select(Callback)
        .where(col(Callback.contact_id).in_(contact_ids), col(Callback.closed_at).is_(None))
        .order_by(col(Callback.due_at).desc())
    )
    return {callback.contact_id: callback.due_at for callback in session.execute(found).scalars()}


def agents_to_chase(session: Session, at: datetime, open_for: timedelta) -> list[Agent]:
    """Active agents with an attempt that nobody reported."""
    waiting = select(col(Attempt.agent_id)).where(waits_for_outcome(at, open_for))
    found = select(Agent).where(col(Agent.id).in_(waiting), col(Agent.is_active)).order_by(col(Agent.id))
    return list(session.execute(found).scalars())


def take_chase(
    session: Session, agent_id: int, at: datetime, open_for: timedelta, chased_before: datetime
) -> dict[int, datetime | None]:
    """Mark the agent's waiting attempts as chased now, but for those chased since `chased_before`.

    Answers the attempts taken by this process, with the moment each was chased before (None: never).
    """
    which = and_(
        col(Attempt.agent_id) == agent_id,
        waits_for_outcome(at, open_for),
        or_(col(Attempt.chased_at).is_(None), col(Attempt.chased_at) < chased_before),
    )
    found = session.execute(select(col(Attempt.id), col(Attempt.chased_at)).where(which)).all()
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


def waiting_among(session: Session, attempt_ids: Sequence[int]) -> list[WaitingAttempt]:
    """The attempts with their contacts, oldest first."""
    return waiting_attempts(session, col(Attempt.id).in_(attempt_ids))


def return_chase(session: Session, taken: dict[int, datetime | None], at: datetime) -> None:
    """The message could not be sent: the attempts are to be chased as if this had not been tried."""
    for id_, chased_at in taken.items():
        session.execute(
            update(Attempt)
            .where(col(Attempt.id) == id_, col(Attempt.chased_at) == at)
            .values(chased_at=chased_at)
            .execution_options(synchronize_session=False)
        )
