"""Messages to people that did not arrive: what the admins and the doctor are told of."""

from datetime import datetime, timedelta

from sqlalchemy import and_, func, or_, select
from sqlmodel import Session, col

from storage.models import Reminder

OVERDUE = timedelta(hours=1)
A_DAY = timedelta(days=1)


def reminders(session: Session, organisation_id: int, at: datetime) -> int:
    """Reminders that were tried an hour after they fell due and did not go out, and those given up within a day."""
    waits = and_(
        col(Reminder.closed_at).is_(None), col(Reminder.taken_at).is_not(None), col(Reminder.due_at) < at - OVERDUE
    )
    gone = and_(col(Reminder.closed_because) == "undeliverable", col(Reminder.closed_at) > at - A_DAY)
    found = select(func.count()).select_from(Reminder)
    return int(
        session.execute(found.where(col(Reminder.organisation_id) == organisation_id, or_(waits, gone))).scalar_one()
    )
