"""Queries for proposals of house rules. Every change of stage is conditional: of two at once, one changes the row."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session, col

from storage.database.rows import changed, every, is_free
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


def supersede(session: Session, row: Row, by: str, at: datetime) -> None:
    """End the other proposals of the same scope that wait for approval."""
    scope = col(Row.organisation_id) == row.organisation_id, col(Row.campaign_id).is_not_distinct_from(row.campaign_id)
    others = *scope, col(Row.id) != row.id, col(Row.stage) == "proposed"
    ended = {"stage": "superseded", "decided_by": by, "decided_at": at, "is_due": False, "taken_at": None}
    with changes.recorded(session, Row, *others):
        changed(session, Row, *others, **ended)


def take_due(session: Session, at: datetime, taken_before: datetime) -> Row | None:
    """Take the oldest proposal that is to be rehearsed and told, unless another process has it."""
    due = col(Row.is_due).is_(True), col(Row.stage).in_(("draft", "proposed")), is_free(Row, taken_before)
    for row in every(session, Row, *due):
        if changed(session, Row, Row.id == row.id, *due, taken_at=at):
            row.taken_at = at
            return row
    return None


def change_taken(session: Session, row: Row, **values: Any) -> bool:
    """Change a row that this process took. False: another process has taken it, or it is at another stage."""
    ours = Row.id == row.id, Row.stage == row.stage, Row.taken_at == row.taken_at
    is_ours = bool(changed(session, Row, *ours, **values))
    row.taken_at = values["taken_at"] if is_ours else row.taken_at
    return is_ours
