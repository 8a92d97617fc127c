"""The findings of call records about a span of calls, a page at a time."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, and_, false, func, or_, select
from sqlmodel import Session, col

from storage.models import Agent, Attempt, CallFinding, Campaign, Contact, Person, PhoneCall, Team
from storage.models.worked_for import worked_for


class Finding(NamedTuple):
    """A finding about an attempt, or a call in. `row_id`: where the next page begins."""

    row_id: int
    kind: str
    at: datetime
    agent: str
    campaign: str
    contact: str
    number: str
    zone: str | None
    seconds: float | None
    rule: str


def findings_of(
    session: Session,
    organisation_id: int,
    span: tuple[datetime, datetime],
    teams: Collection[int] | None,
    after: int,
    most: int,
) -> list[Finding]:
    """Findings about attempts opened in the span, both ends included, for one of the teams; None: for any."""
    asked = (
        select(
            col(CallFinding.id),
            col(CallFinding.kind),
            col(Attempt.opened_at),
            col(Agent.name),
            func.coalesce(col(Campaign.name), ""),
            func.coalesce(col(Contact.name), col(Person.name), ""),
            col(Attempt.number),
            col(Team.zone),
            col(CallFinding.seconds),
            col(CallFinding.rule),
        )
        .select_from(CallFinding)
        .join(Attempt, col(Attempt.id) == col(CallFinding.attempt_id))
        .join(Agent, col(Agent.id) == col(Attempt.agent_id))
        .outerjoin(Team, col(Team.id) == col(Agent.team_id))
        .outerjoin(Campaign, col(Campaign.id) == col(Attempt.campaign_id))
        .outerjoin(Contact, col(Contact.id) == col(Attempt.contact_id))
        .outerjoin(Person, col(Person.id) == col(Attempt.person_id))
        .where(
            col(CallFinding.organisation_id) == organisation_id,
            _in(col(Attempt.opened_at), span),
            col(CallFinding.id) > after,
            *([] if teams is None else [or_(false(), *(worked_for(one, Attempt.opened_at) for one in teams))]),
        )
        .order_by(col(CallFinding.id))
        .limit(most)
    )
    return [Finding._make(row) for row in session.execute(asked)]


def calls_in_of(
    session: Session,
    organisation_id: int,
    span: tuple[datetime, datetime],
    campaigns: Collection[int] | None,
    after: int,
    most: int,
) -> list[Finding]:
    """Calls in of the span, from contacts of the campaigns; None: from anybody on record."""
    theirs = select(col(Contact.id)).where(
        col(Contact.person_id) == col(PhoneCall.person_id), col(Contact.campaign_id).in_(campaigns or ())
    )
    asked = (
        select(
            col(PhoneCall.id),
            col(PhoneCall.direction),
            col(PhoneCall.started_at),
            func.coalesce(col(Agent.name), ""),
            func.coalesce(col(Person.name), ""),
            col(PhoneCall.number),
            col(Team.zone),
            col(PhoneCall.ring_seconds),
        )
        .outerjoin(Agent, col(Agent.id) == col(PhoneCall.agent_id))
        .outerjoin(Team, col(Team.id) == col(Agent.team_id))
        .outerjoin(Person, col(Person.id) == col(PhoneCall.person_id))
        .where(
            col(PhoneCall.organisation_id) == organisation_id,
            col(PhoneCall.direction) == "in",
            _in(col(PhoneCall.started_at), span),
            col(PhoneCall.id) > after,
            *([] if campaigns is None else [theirs.exists()]),
        )
        .order_by(col(PhoneCall.id))
        .limit(most)
    )
    return [_call_in(row) for row in session.execute(asked)]


def _call_in(row: Sequence[Any]) -> Finding:
    row_id, _, at, agent, person, number, zone, ring = row
    return Finding(row_id, "call_in", at, agent, "", person, number, zone, ring, "")


def _in(moment: Any, span: tuple[datetime, datetime]) -> ColumnElement[bool]:
    return and_(moment >= span[0], moment <= span[1])
