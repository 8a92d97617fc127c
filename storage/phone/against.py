"""Calls that the phone system's records show to be against the rules: which they were, by person."""

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, and_, false, or_, select
from sqlmodel import Session, col

from storage.database.bulk import is_one_of
from storage.models import Agent, Attempt, CallFinding
from storage.models.worked_for import worked_for

FORBIDDEN = "forbidden"  # the agent could have known
ONLY_RECORDS = "only_records"  # only the phone system's records show it


class CallAgainst(NamedTuple):
    """An attempt against the rules, and to whom."""

    attempt_id: int
    person_id: int | None
    number: str

    @property
    def whom(self) -> int | str:
        """The person; their number, if nobody is known at it."""
        return self.number if self.person_id is None else self.person_id


def against_found_between(
    session: Session, organisation_id: int, team_id: int, since: datetime, until: datetime
) -> list[CallAgainst]:
    """Attempts for the team of which it was found in [since, until), oldest call first."""
    found_then = (col(CallFinding.found_at) >= since, col(CallFinding.found_at) < until)
    return _against(session, organisation_id, *found_then, worked_for(team_id, Attempt.opened_at))


def against_in(
    session: Session,
    organisation_id: int,
    calls: tuple[datetime, datetime],
    teams: Collection[int] | None,
    found_since: datetime,
) -> list[CallAgainst]:
    """Attempts opened in the span, both ends included, or found out since a moment; oldest first.

    `teams`: for one of them; None: for any.
    """
    first, last = calls
    is_in = and_(col(Attempt.opened_at) >= first, col(Attempt.opened_at) <= last)
    ours = [] if teams is None else [or_(false(), *(worked_for(one, Attempt.opened_at) for one in teams))]
    return _against(session, organisation_id, or_(is_in, col(CallFinding.found_at) >= found_since), *ours)


def against_to(
    session: Session,
    organisation_id: int,
    numbers: Collection[str],
    persons: Collection[int],
    principals: Collection[str],
    since: datetime,
) -> list[CallAgainst]:
    """Attempts to the numbers or persons from a moment on, for one of the clients or an unknown one. Oldest first."""
    theirs = or_(is_one_of(session, col(Attempt.number), numbers), is_one_of(session, col(Attempt.person_id), persons))
    is_client = col(Attempt.principal).in_(["", *principals])
    return _against(session, organisation_id, theirs, is_client, col(Attempt.opened_at) >= since)


def _against(session: Session, organisation_id: int, *which: ColumnElement[bool]) -> list[CallAgainst]:
    asked = (
        select(col(Attempt.id), col(Attempt.person_id), col(Attempt.number))
        .distinct()
        .select_from(CallFinding)
        .join(Attempt, col(Attempt.id) == col(CallFinding.attempt_id))
        .join(Agent, col(Agent.id) == col(Attempt.agent_id))
        .where(
            col(CallFinding.organisation_id) == organisation_id,
            col(CallFinding.kind).in_((FORBIDDEN, ONLY_RECORDS)),
            *which,
        )
        .order_by(col(Attempt.id))
    )
    return [CallAgainst(*row) for row in session.execute(asked)]
