"""Reminders as rows: which are due, who takes them, how they end; and attempts whose agent is asked for the outcome.

Taking is a conditional update: of two processes that see the same row, one gets it.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, or_, select, update
from sqlmodel import Session, col

from storage.engine import insert_unless_taken
from storage.models import Agent, Attempt, Contact, Lease, Reminder
from storage.queries.status import waits_for_outcome


def agents_due(session: Session, at: datetime, taken_before: datetime) -> list[Agent]:
    """Agents with at least one reminder that is due and that no process is sending."""
    due = select(col(Reminder.agent_id)).where(_is_free(at, taken_before))
    found = select(Agent).where(col(Agent.id).in_(due)).order_by(col(Agent.id))
    return list(session.execute(found).scalars())


def take(session: Session, agent_id: int, at: datetime, taken_before: datetime, most: int) -> list[Reminder]:
    """Take up to `most` due reminders of one agent, soonest first. Each is answered to one process only."""
    soonest = (
        select(col(Reminder.id))
        .where(col(Reminder.agent_id) == agent_id, _is_free(at, taken_before))
        .order_by(col(Reminder.due_at), col(Reminder.id))
        .limit(most)
    )
    taking = (
        update(Reminder)
        .where(col(Reminder.id).in_(soonest), _is_free(at, taken_before))
        .values(taken_at=at)
        .returning(col(Reminder.id))
        .execution_options(synchronize_session=False)
    )
    ids = list(session.execute(taking).scalars())
    found = select(Reminder).where(col(Reminder.id).in_(ids)).order_by(col(Reminder.due_at), col(Reminder.id))
    return list(session.execute(found.execution_options(populate_existing=True)).scalars())


def _is_free(at: datetime, taken_before: datetime) -> ColumnElement[bool]:
    return and_(
        col(Reminder.due_at) <= at,
        col(Reminder.closed_at).is_(None),
        or_(col(Reminder.taken_at).is_(None), col(Reminder.taken_at) <= taken_before),
    )


def close(session: Session, ids: Sequence[int], at: datetime, because: str) -> int:
    """Close reminders that are open. Answers how many were."""
    closing = (
        update(Reminder)
        .where(col(Reminder.id).in_(ids), col(Reminder.closed_at).is_(None))
        .values(closed_at=at, closed_because=because)
        .execution_options(synchronize_session=False)
    )
    return _changed(session, closing)


def remind_at(session: Session, reminder: Reminder, due_at: datetime) -> None:
    """Have the same contact come back to the same agent at another moment. Asked twice, there is still one row."""
    key = {"agent_id": reminder.agent_id, "contact_id": reminder.contact_id, "due_at": due_at}
    values = {**key, "organisation_id": reminder.organisation_id, "closed_because": ""}
    if insert_unless_taken(session, Reminder, values) is not None:
        return
    reopening = (
        update(Reminder)
        .where(*(getattr(Reminder, name) == value for name, value in key.items()), col(Reminder.closed_at).is_not(None))
        .values(closed_at=None, closed_because="", taken_at=None)
        .execution_options(synchronize_session=False)
    )
    session.execute(reopening)


def contacts(session: Session, ids: Sequence[int]) -> dict[int, Contact]:
    """Contacts by id."""
    found = session.execute(select(Contact).where(col(Contact.id).in_(ids))).scalars()
    return {contact.id: contact for contact in found if contact.id is not None}


def held_contacts(session: Session, found: Sequence[Contact], at: datetime) -> set[int]:
    """Which of the contacts are on lease: themselves, or by their person or number through another list."""
    persons, numbers = [c.person_id for c in found], [c.number for c in found if c.number]
    leases = session.execute(
        select(col(Lease.organisation_id), col(Lease.contact_id), col(Lease.person_id), col(Lease.number)).where(
            col(Lease.ended_at).is_(None),
            col(Lease.leased_until) > at,
            or_(col(Lease.person_id).in_(persons), col(Lease.number).in_(numbers)),
        )
    ).all()
    held = {(organisation, kind, key) for organisation, *keys in leases for kind, key in zip("cpn", keys, strict=True)}
    return {
        c.id
        for c in found
        if c.id is not None
        and any(
            (c.organisation_id, kind, key) in held for kind, key in (("c", c.id), ("p", c.person_id), ("n", c.number))
        )
    }


def last_outcomes(session: Session, contact_ids: Sequence[int]) -> dict[int, Attempt]:
    """The latest attempt of each contact that has one."""
    found = (
        select(Attempt)
        .where(col(Attempt.contact_id).in_(contact_ids))
        .order_by(col(Attempt.opened_at), col(Attempt.id))
    )
    return {a.contact_id: a for a in session.execute(found).scalars() if a.contact_id is not None}


def agents_to_chase(session: Session, at: datetime, open_for: timedelta) -> list[Agent]:
    """Active agents with an attempt that nobody reported."""
    waiting = select(col(Attempt.agent_id)).where(waits_for_outcome(at, open_for))
    found = select(Agent).where(col(Agent.id).in_(waiting), col(Agent.is_active)).order_by(col(Agent.id))
    return list(session.execute(found).scalars())


def take_chase(
    session: Session, agent_id: int, at: datetime, open_for: timedelta, chased_before: datetime
) -> dict[int, datetime | None]:
    """Mark the agent's waiting attempts as chased now, unless chased since `chased_before`.

    Answers the attempts taken by this process, with the moment each was chased before (None: never).
    """
    which = and_(
        col(Attempt.agent_id) == agent_id,
        waits_for_outcome(at, open_for),
        or_(col(Attempt.chased_at).is_(None), col(Attempt.chased_at) < chased_before),
    )
    chased = select(col(Attempt.id), col(Attempt.chased_at)).where(which)
    before = dict(session.execute(chased).tuples().all())
    taking = (
        update(Attempt)
        .where(col(Attempt.id).in_(list(before)), which)
        .values(chased_at=at)
        .returning(col(Attempt.id))
        .execution_options(synchronize_session=False)
    )
    taken = set(session.execute(taking).scalars())
    return {id_: chased_at for id_, chased_at in before.items() if id_ is not None and id_ in taken}


def return_chase(session: Session, taken: dict[int, datetime | None], at: datetime) -> None:
    """The message could not be sent: the attempts are to be chased as if this had not been tried."""
    for id_, chased_at in taken.items():
        session.execute(
            update(Attempt)
            .where(col(Attempt.id) == id_, col(Attempt.chased_at) == at)
            .values(chased_at=chased_at)
            .execution_options(synchronize_session=False)
        )


def _changed(session: Session, statement: Any) -> int:
    result: Any = session.execute(statement)
    return int(result.rowcount)
