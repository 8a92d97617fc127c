"""Checks of any days under way: said to be alive, found when they no longer are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col

from storage.database.rows import changed, deleted, every
from storage.models import AuditRun


def change_run(session: Session, run_id: int, **values: Any) -> None:
    """Change a check under way, unless its manager was told that it ended."""
    changed(session, AuditRun, col(AuditRun.id) == run_id, **values)


def drop_run(session: Session, run_id: int) -> None:
    deleted(session, AuditRun, col(AuditRun.id) == run_id)


def silent_runs(session: Session, silent_since: datetime) -> Sequence[AuditRun]:
    """The checks whose bots have said nothing since a moment, oldest first."""
    return every(session, AuditRun, AuditRun.alive_at <= silent_since)


def drop_silent(session: Session, run_id: int, silent_since: datetime) -> bool:
    """End a silent check in order to tell of it. False: its bot works on, or another one tells."""
    return bool(deleted(session, AuditRun, col(AuditRun.id) == run_id, col(AuditRun.alive_at) <= silent_since))
