"""Messages that people are to be told: written with their cause, taken by one sender each, closed when they were sent.

Rows are taken by conditional update: of two processes that see the same row, one gets it.
"""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, exists, or_, update
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select

from storage.database.engine import apply_change
from storage.database.unit_of_work import HAS_NEWS
from storage.models import Agent, Message
from storage.queries.about import PUT_OFF_FOR, is_free


class Taken(NamedTuple):
    """A message that this process is to send, and its reader."""

    message: Message
    reader: Agent


def put(session: Session, message: Message) -> None:
    """Let a message wait; its sender hears of it as soon as the transaction is committed."""
    session.add(message)
    session.info[HAS_NEWS] = True


def is_any_due(session: Session, at: datetime, taken_before: datetime) -> bool:
    """Whether a message can be taken now."""
    return session.exec(_next(at, taken_before, ())).first() is not None


def take_next(session: Session, at: datetime, taken_before: datetime, but_to: Collection[int]) -> Taken | None:
    """Take the oldest message that is due. `but_to`: readers that can be told nothing now. None: none is left.

    A reader's messages go out in order: none before an older one is sent or given up.
    """
    found = session.exec(_next(at, taken_before, but_to).with_for_update(skip_locked=True)).first()
    if found is None:
        return None
    ours = update(Message).where(col(Message.id) == found, _is_open(Message), is_free(Message, taken_before))
    taken = session.execute(ours.values(taken_at=at).returning(Message)).scalar_one_or_none()
    return None if taken is None else Taken(taken, session.get_one(Agent, taken.agent_id))


def close(session: Session, message_id: int, at: datetime, because: str) -> None:
    """It was sent, or never will be."""
    ours = update(Message).where(col(Message.id) == message_id, _is_open(Message))
    apply_change(session, ours.values(closed_at=at, closed_because=because, taken_at=None))


def put_back(session: Session, message: Message, not_before: datetime | None, tries: int) -> None:
    """It was not sent: it is due again at a moment."""
    ours = update(Message).where(
        col(Message.id) == message.id, _is_open(Message), col(Message.taken_at) == message.taken_at
    )
    apply_change(session, ours.values(taken_at=None, not_before=not_before, tries=tries))


def waits_for(session: Session, slack_user_id: str) -> bool:
    """Whether a message to this person is still to be sent."""
    theirs = select(Message.id).join(Agent, col(Agent.id) == col(Message.agent_id))
    return session.exec(theirs.where(Agent.slack_user_id == slack_user_id, _is_open(Message))).first() is not None


def _next(at: datetime, taken_before: datetime, but_to: Collection[int]) -> Any:
    older = aliased(Message)
    is_behind = exists().where(
        col(older.agent_id) == col(Message.agent_id),
        col(older.id) < col(Message.id),
        _is_open(older),
        or_(_is_due(older, at), col(older.tries) > 0),
    )
    due = (_is_open(Message), _is_due(Message, at), is_free(Message, taken_before), ~is_behind)
    others = (col(Message.agent_id).not_in(but_to),) if but_to else ()
    return select(Message.id).where(*due, *others).order_by(col(Message.id)).limit(1)


def _is_open(table: Any) -> ColumnElement[bool]:
    return col(table.closed_at).is_(None)


def _is_due(table: Any, at: datetime) -> ColumnElement[bool]:
    """SQL: whether its moment has come; one that was tried again by a clock that ran ahead does not wait for it."""
    moment = col(table.not_before)
    was_ahead = and_(col(table.tries) > 0, moment > at + PUT_OFF_FOR)
    return or_(moment.is_(None), moment <= at, was_ahead)
