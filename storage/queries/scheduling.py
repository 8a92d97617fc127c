"""Writing the rows that say whom to remind of which contact, and when. (Taking them: reminders.py.)"""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from storage.engine import insert_unless_taken
from storage.models import Contact, Reminder


def open_of(session: Session, contact_id: int) -> Sequence[Reminder]:
    """Reminders of one contact that are neither sent nor dropped."""
    return session.exec(
        select(Reminder).where(Reminder.contact_id == contact_id, col(Reminder.closed_at).is_(None))
    ).all()


def close_all(session: Session, contact_id: int, at: datetime, because: str) -> None:
    """Drop every open reminder of a contact."""
    for reminder in open_of(session, contact_id):
        close(session, reminder, at, because)


def close(session: Session, reminder: Reminder, at: datetime, because: str) -> None:
    reminder.closed_at, reminder.closed_because = at, because
    session.add(reminder)


def schedule(session: Session, contact: Contact, agent_id: int, due_at: datetime, at: datetime) -> None:
    """Remind the agent of the contact at `due_at`, and at no other time. One that was sent is not sent again."""
    for reminder in open_of(session, contact.id or 0):
        if (reminder.agent_id, reminder.due_at) != (agent_id, due_at):
            close(session, reminder, at, "superseded")
    session.flush()
    wanted = {
        "organisation_id": contact.organisation_id,
        "agent_id": agent_id,
        "contact_id": contact.id,
        "due_at": due_at,
        "closed_because": "",
    }
    if insert_unless_taken(session, Reminder, wanted) is None:
        _reopen(session, contact, agent_id, due_at)


def _reopen(session: Session, contact: Contact, agent_id: int, due_at: datetime) -> None:
    reminder = session.exec(
        select(Reminder).where(
            Reminder.agent_id == agent_id, Reminder.contact_id == contact.id, Reminder.due_at == due_at
        )
    ).one()
    if reminder.closed_at is not None and reminder.closed_because != "sent":
        reminder.closed_at, reminder.closed_because, reminder.taken_at = None, "", None
        session.add(reminder)
