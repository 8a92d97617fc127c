"""Everything that was said of calls, page by page: it is compared with the columns that keep what stands."""

from collections.abc import Collection, Sequence

from sqlalchemy import select as select_columns
from sqlalchemy import union
from sqlmodel import Session, col, select

from storage.models import Attempt, Callback, Hold, PersonNumber, SharedAttempt, Suppression


def calls_after(session: Session, organisation_id: int, last_id: int, most: int) -> Sequence[Attempt]:
    """Attempts in order of id, after one."""
    found = select(Attempt).where(Attempt.organisation_id == organisation_id, col(Attempt.id) > last_id)
    return session.exec(found.order_by(col(Attempt.id)).limit(most)).all()


def people_after(session: Session, organisation_id: int, last_id: int, most: int) -> Sequence[int]:
    """People who were called or promised a call, or have a closed number; in order of id, after one."""
    of = [
        select_columns(col(model.person_id)).where(
            col(model.organisation_id) == organisation_id, col(model.person_id) > last_id
        )
        for model in (Attempt, SharedAttempt, Callback)
    ]
    of.append(
        select_columns(col(PersonNumber.person_id)).where(
            col(PersonNumber.organisation_id) == organisation_id,
            col(PersonNumber.person_id) > last_id,
            col(PersonNumber.closed_at).is_not(None),
        )
    )
    found = union(*of).subquery()
    return session.execute(select_columns(found.c.person_id).order_by(found.c.person_id).limit(most)).scalars().all()


def said_in(
    session: Session, attempt_ids: Collection[int]
) -> tuple[Sequence[Callback], Sequence[Suppression], Sequence[Hold]]:
    """The callbacks agreed in the attempts, and the stops and holds said in them, also those that ended."""
    return (
        session.exec(select(Callback).where(col(Callback.attempt_id).in_(attempt_ids))).all(),
        session.exec(select(Suppression).where(col(Suppression.attempt_id).in_(attempt_ids))).all(),
        session.exec(select(Hold).where(col(Hold.attempt_id).in_(attempt_ids))).all(),
    )
