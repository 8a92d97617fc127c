"""What team leads and admins are told once: who is to hear it, who sends it, what they heard; which calls were looked
at.

Rows are taken by conditional update: of two processes that see the same row, one gets it.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, or_, update
from sqlmodel import Session, col, select

from storage.database.engine import apply_change, insert_unless_taken
from storage.models import Agent, AlertToLead, CallsLookedAt, ScreeningWarning

Told = type[AlertToLead] | type[ScreeningWarning]  # a row for each thing told to each reader


def take_told(session: Session, kind: Told, values: dict[str, Any], at: datetime, taken_before: datetime) -> int | None:
    """Take one row in order to send what it stands for. None: it was sent, or another process is sending it."""
    key = insert_unless_taken(session, kind, {**values, "taken_at": at, "told_at": None})
    if key is not None:
        return key
    known = [getattr(kind, name) == value for name, value in values.items()]
    is_untaken = or_(col(kind.taken_at).is_(None), col(kind.taken_at) <= taken_before)
    which = (*known, col(kind.told_at).is_(None), is_untaken)
    found = update(kind).where(*which).values(taken_at=at).returning(col(kind.id))
    return session.execute(found).scalar_one_or_none()


def close_told(session: Session, kind: Told, keys: Collection[int], at: datetime) -> None:
    """They were sent."""
    apply_change(session, update(kind).where(col(kind.id).in_(keys)).values(told_at=at, taken_at=None))


def return_told(session: Session, kind: Told, keys: Collection[int]) -> None:
    """They were not sent: they are due again."""
    apply_change(session, update(kind).where(col(kind.id).in_(keys)).values(taken_at=None))


def alerts_to_leads(session: Session, organisation_id: int) -> Sequence[AlertToLead]:
    """What leads were told, or are being told, and what is not over as far as is known."""
    return session.exec(select(AlertToLead).where(AlertToLead.organisation_id == organisation_id)).all()


def forget_alerts(session: Session, keys: Collection[int]) -> None:
    """Forget what was told: if it happens again, it is news."""
    apply_change(session, delete(AlertToLead).where(col(AlertToLead.id).in_(keys)))


def alert_later(
    session: Session, organisation_id: int, team_id: int, kind: str, subject_id: int, readers: Iterable[Agent]
) -> None:
    """Let an alert wait for each reader, unless they have it already."""
    for reader in readers:
        values = {"team_id": team_id, "kind": kind, "subject_id": subject_id, "agent_id": reader.id}
        insert_unless_taken(session, AlertToLead, {"organisation_id": organisation_id, **values})


def waiting_alerts(
    session: Session, organisation_id: int, kinds: Collection[str], taken_before: datetime
) -> Sequence[AlertToLead]:
    """Alerts that nobody has sent and, for all that is known, nobody is sending; oldest first."""
    found = select(AlertToLead).where(
        AlertToLead.organisation_id == organisation_id,
        col(AlertToLead.kind).in_(kinds),
        col(AlertToLead.told_at).is_(None),
        or_(col(AlertToLead.taken_at).is_(None), col(AlertToLead.taken_at) <= taken_before),
    )
    return session.exec(found.order_by(col(AlertToLead.id))).all()


def looked_until(session: Session, organisation_id: int) -> datetime | None:
    """Until when the organisation's calls were looked at; None: never."""
    return session.exec(select(CallsLookedAt.until).where(CallsLookedAt.organisation_id == organisation_id)).first()


def looked_at(session: Session, organisation_id: int, until: datetime) -> None:
    """Calls were looked at until a moment. A later one stands."""
    ours = col(CallsLookedAt.organisation_id) == organisation_id
    if insert_unless_taken(session, CallsLookedAt, {"organisation_id": organisation_id, "until": until}) is None:
        later = update(CallsLookedAt).where(ours, col(CallsLookedAt.until) < until)
        apply_change(session, later.values(until=until))
