"""Until when calls were looked at for broken promises."""

from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from storage.database.engine import apply_change, insert_unless_taken
from storage.models import CallsLookedAt


def looked_until(session: Session, organisation_id: int) -> datetime | None:
    """Until when the organisation's calls were looked at; None: never."""
    return session.exec(select(CallsLookedAt.until).where(CallsLookedAt.organisation_id == organisation_id)).first()


def looked_at(session: Session, organisation_id: int, until: datetime) -> None:
    """Calls were looked at until a moment. A later one stands."""
    ours = col(CallsLookedAt.organisation_id) == organisation_id
    if insert_unless_taken(session, CallsLookedAt, {"organisation_id": organisation_id, "until": until}) is None:
        later = update(CallsLookedAt).where(ours, col(CallsLookedAt.until) < until)
        apply_change(session, later.values(until=until))
