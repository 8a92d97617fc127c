"""Callbacks: open ones, those agreed in an attempt, those closed by one."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, func, or_, union
from sqlalchemy import select as select_columns
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from policy.vocabulary import Verdict
from storage.database.rows import CLOCKS_DIFFER, every
from storage.hand_out.search import OVERDUE_AFTER
from storage.models import Agent, Callback, Campaign, Contact, Person
from storage.queries.agents import works
from storage.queries.contacts import is_held_now, keeps

_ONCE_A_SHIFT = "quiet"  # of an agent's reminders


def callbacks_on(session: Session, person_ids: Collection[int]) -> Sequence[Callback]:
    """Every callback to the persons, including closed ones."""
    return every(session, Callback, col(Callback.person_id).in_(person_ids))


def open_on_contacts(session: Session, contact_ids: Collection[int]) -> Sequence[Callback]:
    """Open callbacks on the contacts, soonest first."""
    is_open = col(Callback.closed_at).is_(None)
    return every(session, Callback, col(Callback.contact_id).in_(contact_ids), is_open, by=col(Callback.due_at))


def to_anyone(
    session: Session,
    organisation_id: int,
    numbers: Collection[str],
    person_ids: Collection[int],
    attempt_id: int | None = None,
) -> Sequence[Callback]:
    """Every callback to the persons and to those whose contacts have one of the numbers, including closed ones; also
    to those whose callback one attempt agreed or closed."""
    whose = [
        select_columns(col(Person.id)).where(col(Person.id).in_(person_ids)),
        select_columns(col(Contact.person_id)).where(
            col(Contact.organisation_id) == organisation_id, col(Contact.number).in_(numbers)
        ),
    ]
    if attempt_id is not None:
        of_it = aliased(Callback)
        by_it = or_(col(of_it.attempt_id) == attempt_id, col(of_it.closed_attempt_id) == attempt_id)
        whose.append(select_columns(col(of_it.person_id)).where(by_it))
    return every(session, Callback, col(Callback.person_id).in_(union(*whose)))  # one index serves them all


def keepers(
    session: Session, contact_ids: Collection[int], agent_id: int, at: datetime
) -> Sequence[tuple[int | None, str, datetime]]:
    """Contacts that callbacks keep from this agent at `at`, each with whose it is and when it is due; last due last."""
    found = (
        select(Contact.id, Agent.name, Callback.due_at)
        .select_from(Contact)
        .join(Callback, keeps(Callback, agent_id, at))
        .join(Agent, col(Agent.id) == col(Callback.agent_id))
        .where(col(Contact.id).in_(contact_ids))
        .order_by(col(Callback.due_at), col(Callback.id))
    )
    return session.exec(found).all()


def agreed_in(session: Session, attempt_id: int) -> Sequence[Callback]:
    """Open callbacks agreed in one attempt."""
    return [one for one in ever_agreed_in(session, attempt_id) if one.closed_at is None]


def ever_agreed_in(session: Session, attempt_id: int) -> Sequence[Callback]:
    """Every callback agreed in one attempt, in order, including closed ones."""
    return every(session, Callback, Callback.attempt_id == attempt_id, by=col(Callback.asked_at))


class OpenCallback(NamedTuple):
    """A callback that was agreed and is not made yet."""

    callback_id: int
    name: str  # the contact's
    campaign: str
    due_at: datetime
    zones: str  # where the contact may be
    agent_name: str  # empty: anyone's


def overdue(session: Session, campaign_ids: Collection[int], before: datetime, most: int) -> list[OpenCallback]:
    """Open callbacks due before a moment, on unfinished contacts, longest overdue first."""
    return _due_before(session, before, most, col(Contact.campaign_id).in_(campaign_ids))


def of_agent(session: Session, agent_id: int, before: datetime, most: int) -> list[OpenCallback]:
    """The agent's open callbacks due before a moment, on unfinished contacts, soonest first."""
    return _due_before(session, before, most, col(Callback.agent_id) == agent_id)


def _due_before(session: Session, before: datetime, most: int, which: ColumnElement[bool]) -> list[OpenCallback]:
    found = (
        select_columns(
            col(Callback.id),
            col(Contact.name),
            col(Campaign.name),
            col(Callback.due_at),
            col(Contact.zones),
            func.coalesce(col(Agent.name), ""),
        )
        .select_from(Callback)
        .join(Contact, col(Contact.id) == col(Callback.contact_id))
        .join(Campaign, col(Campaign.id) == col(Contact.campaign_id))
        .outerjoin(Agent, col(Agent.id) == col(Callback.agent_id))
        .where(col(Callback.closed_at).is_(None), col(Callback.due_at) < before, col(Contact.finished_at).is_(None))
        .where(which)
        .order_by(col(Callback.due_at), col(Callback.id))
        .limit(most)
    )
    return [OpenCallback(*row) for row in session.execute(found)]


DueSoon = tuple[Callback, Contact, Agent]  # whom to remind: its agent, or for anyone's the contact's owner


def due_soon(session: Session, at: datetime, until: datetime, most: int, *, locks: bool = True) -> Sequence[DueSoon]:
    """Open callbacks due in (at, until] of which an agent at work is to be reminded, soonest first.

    Also those due a moment ago of an agent who is not reminded at their time. Not those whose contact an agent holds,
    that will be closed to calls by the cached verdict, or whose campaign is not active or no longer the agent's.
    """
    is_open_then = or_(
        col(Contact.verdict) == Verdict.CALLABLE,
        and_(col(Contact.verdict) == Verdict.LOCKED, col(Contact.callable_from) <= col(Callback.due_at)),
    )
    is_untold = or_(col(Callback.ahead_told_at).is_(None), col(Callback.ahead_told_at) > at + CLOCKS_DIFFER)
    found = (
        select(Callback, Contact, Agent)
        .join(Contact, col(Contact.id) == col(Callback.contact_id))
        .join(Campaign, col(Campaign.id) == col(Contact.campaign_id))
        .join(Agent, col(Agent.id) == func.coalesce(col(Callback.agent_id), col(Contact.owner_id)))
        .where(
            col(Callback.closed_at).is_(None),
            col(Callback.due_at) > at - OVERDUE_AFTER,
            or_(col(Callback.due_at) > at, col(Agent.reminders) == _ONCE_A_SHIFT),
            col(Callback.due_at) <= until,
            is_untold,
            is_open_then,
            ~is_held_now(),
            col(Contact.finished_at).is_(None),
            col(Campaign.is_active),
            col(Agent.is_active),
            col(Agent.paused_at).is_(None),
            works(col(Campaign.id)),
        )
        .order_by(col(Callback.due_at), col(Callback.id))
        .limit(most)
    )
    return session.exec(found.with_for_update(of=Callback, skip_locked=True) if locks else found).all()
