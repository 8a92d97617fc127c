"""What reconciling found in a span of time, for the digest; and which days' call records were compared."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import func
from sqlalchemy import select as select_columns
from sqlmodel import Session, col, select

from storage.database.engine import insert_unless_taken
from storage.models import Agent, Attempt, CallFinding, CallRecords, Contact, PhoneCall
from storage.models.worked_for import worked_for


def keep_read(
    session: Session,
    organisation_id: int,
    system: str,
    calls: tuple[datetime, datetime],
    at: datetime,
    skew_seconds: int | None,
) -> None:
    """Keep that a file was compared. `calls`: its first and last. The same file again leaves the row as it is."""
    first, last = calls
    values = {
        "organisation_id": organisation_id,
        "system": system,
        "first_call_at": first,
        "last_call_at": last,
        "read_at": at,
        "skew_seconds": skew_seconds,
    }
    insert_unless_taken(session, CallRecords, values)


def files_read(session: Session, organisation_id: int, since: datetime) -> list[CallRecords]:
    """The files that were compared from `since` on, oldest first."""
    found = select(CallRecords).where(CallRecords.organisation_id == organisation_id, col(CallRecords.read_at) >= since)
    return list(session.exec(found.order_by(col(CallRecords.read_at), col(CallRecords.id))))


def findings_between(
    session: Session, organisation_id: int, team_id: int, since: datetime, until: datetime
) -> dict[str, int]:
    """How many findings of each kind were made in [since, until) about attempts for the team."""
    found = session.execute(
        select_columns(col(CallFinding.kind), func.count())
        .join(Attempt, col(Attempt.id) == col(CallFinding.attempt_id))
        .join(Agent, col(Agent.id) == col(Attempt.agent_id))
        .where(
            col(CallFinding.organisation_id) == organisation_id,
            col(CallFinding.found_at) >= since,
            col(CallFinding.found_at) < until,
            worked_for(team_id, Attempt.opened_at),
        )
        .group_by(col(CallFinding.kind))
    )
    return {kind: int(count) for kind, count in found}


def calls_in_between(
    session: Session, organisation_id: int, campaigns: Collection[int], since: datetime, until: datetime
) -> int:
    """How many calls in from contacts of the campaigns were found in [since, until)."""
    theirs = select(Contact.id).where(
        col(Contact.person_id) == col(PhoneCall.person_id), col(Contact.campaign_id).in_(campaigns)
    )
    found = select(func.count()).where(
        col(PhoneCall.organisation_id) == organisation_id,
        col(PhoneCall.direction) == "in",
        col(PhoneCall.found_at) >= since,
        col(PhoneCall.found_at) < until,
        theirs.exists(),
    )
    return session.exec(found).one()


def span_of_calls(session: Session, team_id: int, since: datetime, until: datetime) -> tuple[datetime, datetime] | None:
    """When the first and last attempt for the team were opened in [since, until); None: none was."""
    found = session.execute(
        select_columns(func.min(Attempt.opened_at), func.max(Attempt.opened_at))
        .join(Agent, col(Agent.id) == col(Attempt.agent_id))
        .where(
            worked_for(team_id, Attempt.opened_at),
            col(Attempt.opened_at) >= since,
            col(Attempt.opened_at) < until,
            col(Attempt.found_at).is_(None),
            col(Attempt.direction) == "out",
        )
    ).one()
    first, last = found
    return None if first is None else (first, last)
