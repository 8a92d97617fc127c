"""Queries for proposals of house rules. Every change of stage is conditional: of two at once, one changes the row."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col, or_

from storage.database.rows import changed, every
from storage.log import changes
from storage.models import HouseRuleProposal as Row


def approved(session: Session, organisation_id: int) -> Sequence[Row]:
    """Every approved proposal, in the order of approval."""
    return every(session, Row, Row.organisation_id == organisation_id, Row.stage == "approved", by=col(Row.decided_at))


def of_organisation(session: Session, organisation_id: int) -> Sequence[Row]:
    """Newest first."""
    return every(session, Row, Row.organisation_id == organisation_id, by=col(Row.id).desc())


def of_scope(session: Session, organisation_id: int, campaign_id: int | None, stages: Collection[str]) -> Sequence[Row]:
    """Newest first. `campaign_id` None: the organisation's own."""
    ours = Row.organisation_id == organisation_id, col(Row.campaign_id).is_not_distinct_from(campaign_id)
    return every(session, Row, *ours, col(Row.stage).in_(stages), by=col(Row.id).desc())


def move(session: Session, proposal_id: int, before: str, **values: Any) -> bool:
    """Change a row that is at a stage. Returns whether it was."""
    which = (col(Row.id) == proposal_id, col(Row.stage) == before)
    with changes.recorded(session, Row, *which):
        return bool(changed(session, Row, *which, **values))


def supersede(session: Session, row: Row, before: Collection[str], by: str, at: datetime) -> int:
    """End the other proposals of the same scope that are at one of the stages."""
    others = (
        col(Row.organisation_id) == row.organisation_id,
        col(Row.campaign_id).is_not_distinct_from(row.campaign_id),
        col(Row.id) != row.id,
        col(Row.stage).in_(before),
    )
    ended = {"stage": "superseded", "decided_by": by, "decided_at": at, "is_due": False, "taken_at": None}
    with changes.recorded(session, Row, *others):
        return changed(session, Row, *others, **ended)


def take_due(session: Session, at: datetime, stale_before: datetime) -> Row | None:
    """Take the oldest proposal that is to be rehearsed and told, unless another process has it."""
    is_free = or_(col(Row.taken_at).is_(None), col(Row.taken_at) < stale_before)
    due = col(Row.is_due).is_(True) & col(Row.stage).in_(("draft", "proposed"))
    for row in every(session, Row, due, is_free):
        if changed(session, Row, col(Row.id) == row.id, due, is_free, taken_at=at):
            row.taken_at = at
            return row
    return None


def keep_findings(session: Session, row: Row, found: dict[str, Any], at: datetime) -> bool:
    """Keep what was found, and end the turn. False: another process has taken it, or it is at another stage."""
    return _of_turn(session, row, found=found, rehearsed_at=at, is_due=False, taken_at=None)


def go_on(session: Session, row: Row, at: datetime) -> bool:
    """Report that a turn goes on. False: it is another's."""
    is_ours = _of_turn(session, row, taken_at=at)
    row.taken_at = at if is_ours else row.taken_at
    return is_ours


def _of_turn(session: Session, row: Row, **values: Any) -> bool:
    ours = (col(Row.id) == row.id, col(Row.stage) == row.stage, col(Row.taken_at) == row.taken_at)
    return bool(changed(session, Row, *ours, **values))
