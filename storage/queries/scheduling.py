"""Writing the rows that say whom to remind of which contact, and when. (Taking them: reminders.py.)"""

from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from storage.database import insert_or_change
from storage.models import Contact, Reminder
from storage.queries.reminders import close_reminders


def open_of(session: Session, contact_id: int) -> Sequence[Reminder]:
    """Reminders of one contact that are neither sent nor dropped."""
    found = select(Reminder).where(Reminder.contact_id == contact_id, col(Reminder.closed_at).is_(None))
    return session.exec(found.execution_options(populate_existing=True)).all()


def close_all(session: Session, contact_id: int, at: datetime, because: str) -> None:
    """Drop every open reminder of a contact."""
    for reminder in open_of(session, contact_id):
        close(session, reminder, at, because)


def close(session: Session, reminder: Reminder, at: datetime, because: str) -> None:
    reminder.closed_at, reminder.closed_because = at, because
    session.add(reminder)


def schedule(session: Session, contact: Contact, agent_id: int, due_at: datetime, at: datetime) -> None:
    """Remind the agent of the contact at `due_at`, and at no other time. One that was sent is not sent again."""
    session.flush()
    schedule_all(session, contact.organisation_id, {contact.id or 0: (agent_id, due_at)}, at)


def schedule_all(
    session: Session, organisation_id: int, wanted: Mapping[int, tuple[int, datetime]], at: datetime
) -> None:
    """The same for contacts of one organisation: of each, whom to remind and when."""
    if not wanted:
        return
    columns = (col(Reminder.id), col(Reminder.contact_id), col(Reminder.agent_id), col(Reminder.due_at))
    standing = session.execute(
        sql_select(*columns).where(col(Reminder.contact_id).in_(wanted), col(Reminder.closed_at).is_(None))
    )
    others = [id_ for id_, contact_id, *those in standing if tuple(those) != wanted[contact_id]]
    close_reminders(session, others, at, "superseded")
    rows = [
        {
            "organisation_id": organisation_id,
            "agent_id": agent_id,
            "contact_id": contact_id,
            "due_at": due_at,
            "closed_because": "",
            "failed": 0,
        }
        for contact_id, (agent_id, due_at) in wanted.items()
    ]
    insert_or_change(
        session,
        Reminder,
        rows,
        unique=("agent_id", "contact_id", "due_at"),
        change={"closed_at": None, "closed_because": "", "taken_at": None, "failed": 0},
        where=col(Reminder.closed_at).is_not(None) & (col(Reminder.closed_because) != "sent"),
    )
