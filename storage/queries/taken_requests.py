"""What Slack delivered and a bot has taken: of the same request, one delivery is done."""

from datetime import datetime

from sqlmodel import Session, col, select

from storage.database.engine import insert_unless_taken
from storage.database.rows import deleted
from storage.models import TakenRequest


def is_ours(session: Session, request: TakenRequest) -> bool:
    """Take the request, unless it is taken; returns whether it was taken as this one. Waits for who is taking it."""
    if insert_unless_taken(session, TakenRequest, request.model_dump(exclude={"id"})) is not None:
        return True
    taken_as = select(TakenRequest.taken_as).where(TakenRequest.trigger == request.trigger)
    return session.exec(taken_as).first() == request.taken_as


def forget(session: Session, before: datetime) -> int:
    """Delete those taken before then. Returns how many."""
    return deleted(session, TakenRequest, col(TakenRequest.taken_at) < before)
