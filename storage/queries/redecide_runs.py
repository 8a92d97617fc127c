"""How far a walk through all contacts has come. Only the newest walk counts: a process working on an older one
stops."""

from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, exists, func
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from storage.database.rows import changed, first_of, is_free
from storage.models import RedecideRun


def newest(session: Session) -> RedecideRun | None:
    """The newest walk, finished or not."""
    return first_of(session, RedecideRun, by=col(RedecideRun.id).desc())


def begin(session: Session, rulebook: str, house_pack: str, at: datetime, *, is_whole: bool) -> RedecideRun:
    """Begin a new walk at the first contact. It supersedes the newest."""
    run = RedecideRun(rulebook=rulebook, house_pack=house_pack, started_at=at, is_whole=is_whole)
    session.add(run)
    session.flush()
    return run


def take(session: Session, run_id: int, at: datetime, taken_before: datetime) -> RedecideRun | None:
    """Take a walk in order to continue it. None: it is finished, not the newest, or another process is working on
    it."""
    free = is_free(RedecideRun, taken_before)
    if not _changed(session, run_id, free, taken_at=at):
        return None
    return session.get_one(RedecideRun, run_id, populate_existing=True)


def advance(session: Session, run: RedecideRun, at: datetime, upto: int, decided: int, changed: int) -> bool:
    """Record that every contact up to `upto` is done. False: another process has the walk by now; write nothing."""
    return _changed(
        session,
        run.id,
        col(RedecideRun.taken_at) == run.taken_at,
        last_contact_id=upto,
        decided=run.decided + decided,
        changed=run.changed + changed,
        taken_at=at,
    )


def finish(session: Session, run: RedecideRun, at: datetime) -> bool:
    """Record that no contact is left. False: as for `advance`."""
    return _changed(session, run.id, col(RedecideRun.taken_at) == run.taken_at, finished_at=at, taken_at=None)


def let_go(session: Session, run: RedecideRun) -> None:
    """Release the walk, so that the next process can continue it at once."""
    _changed(session, run.id, col(RedecideRun.taken_at) == run.taken_at, taken_at=None)


def _changed(session: Session, run_id: int | None, condition: ColumnElement[bool], **values: Any) -> bool:
    later = aliased(RedecideRun)
    which = (
        col(RedecideRun.id) == run_id,
        col(RedecideRun.finished_at).is_(None),
        condition,
        ~exists().where(col(later.id) > func.coalesce(run_id, 0)),
    )
    return changed(session, RedecideRun, *which, **values) == 1
