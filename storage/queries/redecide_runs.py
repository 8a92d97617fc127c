"""How far a walk through all contacts has come. Only the newest counts: a process working on an older one stops."""

from typing import Any

from sqlalchemy import ColumnElement, exists
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.database.rows import changed, first_of
from storage.models import RedecideRun


def newest(session: Session) -> RedecideRun | None:
    """The newest walk, finished or not."""
    return first_of(session, RedecideRun, by=col(RedecideRun.id).desc())


def change(session: Session, run_id: int, condition: ColumnElement[bool] | bool, **values: Any) -> bool:
    """Change a walk that meets a condition. False: it does not, is finished or not the newest."""
    later = aliased(RedecideRun)
    which = (
        col(RedecideRun.id) == run_id,
        col(RedecideRun.finished_at).is_(None),
        condition,
        ~exists().where(col(later.id) > run_id),
    )
    return changed(session, RedecideRun, *which, **values) == 1
