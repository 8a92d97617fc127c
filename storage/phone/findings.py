"""What reconciling found: about attempts, in a span of calls or of time; which calls were against the rules; and which
files were compared."""

from collections.abc import Collection
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, false, func, or_, select
from sqlmodel import Session, col

from storage.database.bulk import is_one_of
from storage.database.engine import insert_unless_taken
from storage.database.rows import count_of, every, is_within
from storage.models import Agent, Attempt, CallFinding, CallRecords, Campaign, Contact, Person, PhoneCall, Team
from storage.models.people import worked_for

FORBIDDEN = "forbidden"  # the agent could have known
ONLY_RECORDS = "only_records"  # only the phone system's records show it
Span = tuple[datetime, datetime]


class CallFound(NamedTuple):
    """One finding of call records. `kind`: that of `CallFinding`, or `call_in`. `row_id`: where the next page is."""

    row_id: int
    kind: str
    at: datetime
    agent: str
    campaign: str  # empty: off the lists
    contact: str  # a name
    number: str
    zone: str  # of the agent's team
    seconds: float | None  # how long it rang
    rule: str


class CallAgainst(NamedTuple):
    """An attempt against the rules, and to whom."""

    attempt_id: int
    person_id: int | None
    number: str

    @property
    def whom(self) -> int | str:
        """The person; their number, if nobody is known at it."""
        return self.number if self.person_id is None else self.person_id


def findings_of(
    session: Session, organisation_id: int, span: Span, teams: Collection[int] | None, after: int, most: int
) -> list[CallFound]:
    """Findings about attempts opened in the span, both ends included, for one of the teams; None: for any."""
    asked = (
        _about_attempts(
            organisation_id,
            *(col(CallFinding.id), col(CallFinding.kind), col(Attempt.opened_at), col(Agent.name)),
            func.coalesce(col(Campaign.name), ""),
            func.coalesce(col(Contact.name), col(Person.name), ""),
            *(col(Attempt.number), func.coalesce(col(Team.zone), "UTC"), col(CallFinding.seconds)),
            col(CallFinding.rule),
        )
        .outerjoin(Team, col(Team.id) == col(Agent.team_id))
        .outerjoin(Campaign, col(Campaign.id) == col(Attempt.campaign_id))
        .outerjoin(Contact, col(Contact.id) == col(Attempt.contact_id))
        .outerjoin(Person, col(Person.id) == col(Attempt.person_id))
        .where(_in(col(Attempt.opened_at), span), col(CallFinding.id) > after, *_of_teams(teams))
        .order_by(col(CallFinding.id))
        .limit(most)
    )
    return [CallFound._make(row) for row in session.execute(asked)]


def calls_in_of(
    session: Session, organisation_id: int, span: Span, campaigns: Collection[int] | None, after: int, most: int
) -> list[CallFound]:
    """Calls in of the span, from contacts of the campaigns; None: from anybody on record."""
    asked = (
        select(
            col(PhoneCall.id),
            col(PhoneCall.started_at),
            func.coalesce(col(Agent.name), ""),
            func.coalesce(col(Person.name), ""),
            col(PhoneCall.number),
            func.coalesce(col(Team.zone), "UTC"),
            col(PhoneCall.ring_seconds),
        )
        .outerjoin(Agent, col(Agent.id) == col(PhoneCall.agent_id))
        .outerjoin(Team, col(Team.id) == col(Agent.team_id))
        .outerjoin(Person, col(Person.id) == col(PhoneCall.person_id))
        .where(*_calls_in(organisation_id, campaigns), _in(col(PhoneCall.started_at), span), col(PhoneCall.id) > after)
        .order_by(col(PhoneCall.id))
        .limit(most)
    )
    return [
        CallFound(row_id, "call_in", at, agent, "", person, number, zone, ring, "")
        for row_id, at, agent, person, number, zone, ring in session.execute(asked)
    ]


def findings_between(
    session: Session, organisation_id: int, team_id: int, since: datetime, until: datetime
) -> dict[str, int]:
    """How many findings of each kind were made in [since, until) about attempts for the team."""
    found = _about_attempts(organisation_id, col(CallFinding.kind), func.count()).where(
        is_within(CallFinding.found_at, since, until), worked_for(team_id, Attempt.opened_at)
    )
    return {kind: int(count) for kind, count in session.execute(found.group_by(col(CallFinding.kind)))}


def calls_in_between(
    session: Session, organisation_id: int, campaigns: Collection[int], since: datetime, until: datetime
) -> int:
    """How many calls in from contacts of the campaigns were found in [since, until)."""
    found_then = is_within(PhoneCall.found_at, since, until)
    return count_of(session, PhoneCall, *_calls_in(organisation_id, campaigns), found_then)


def against_found_between(
    session: Session, organisation_id: int, team_id: int, since: datetime, until: datetime
) -> list[CallAgainst]:
    """Attempts for the team of which it was found in [since, until), oldest call first."""
    found_then = is_within(CallFinding.found_at, since, until)
    return _against(session, organisation_id, found_then, worked_for(team_id, Attempt.opened_at))


def against_in(
    session: Session, organisation_id: int, calls: Span, teams: Collection[int] | None, found_since: datetime
) -> list[CallAgainst]:
    """Attempts opened in the span, both ends included, or found out since a moment; oldest first.

    `teams`: for one of them; None: for any.
    """
    is_meant = or_(_in(col(Attempt.opened_at), calls), col(CallFinding.found_at) >= found_since)
    return _against(session, organisation_id, is_meant, *_of_teams(teams))


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
    asked = _about_attempts(organisation_id, col(Attempt.id), col(Attempt.person_id), col(Attempt.number)).where(
        col(CallFinding.kind).in_((FORBIDDEN, ONLY_RECORDS)), *which
    )
    return [CallAgainst(*row) for row in session.execute(asked.distinct().order_by(col(Attempt.id)))]


def keep_read(
    session: Session, organisation_id: int, system: str, calls: Span, at: datetime, skew_seconds: int | None
) -> None:
    """Keep that a file was compared. `calls`: its first and last. The same file again leaves the row as it is."""
    covers = {"system": system, "first_call_at": calls[0], "last_call_at": calls[1], "skew_seconds": skew_seconds}
    insert_unless_taken(session, CallRecords, {"organisation_id": organisation_id, "read_at": at, **covers})


def files_read(session: Session, organisation_id: int, since: datetime) -> list[CallRecords]:
    """The files that were compared from `since` on, oldest first."""
    read_at = col(CallRecords.read_at)
    return [*every(session, CallRecords, CallRecords.organisation_id == organisation_id, read_at >= since, by=read_at)]


def span_of_calls(session: Session, team_id: int, since: datetime, until: datetime) -> Span | None:
    """When the first and last attempt for the team were opened in [since, until); None: none was."""
    found = session.execute(
        select(func.min(Attempt.opened_at), func.max(Attempt.opened_at))
        .join(Agent, col(Agent.id) == col(Attempt.agent_id))
        .where(
            worked_for(team_id, Attempt.opened_at),
            is_within(Attempt.opened_at, since, until),
            col(Attempt.found_at).is_(None),
            col(Attempt.direction) == "out",
        )
    ).one()
    first, last = found
    return None if first is None else (first, last)


def _about_attempts(organisation_id: int, *columns: Any) -> Select[Any]:
    return (
        select(*columns)
        .select_from(CallFinding)
        .join(Attempt, col(Attempt.id) == col(CallFinding.attempt_id))
        .join(Agent, col(Agent.id) == col(Attempt.agent_id))
        .where(col(CallFinding.organisation_id) == organisation_id)
    )


def _calls_in(organisation_id: int, campaigns: Collection[int] | None) -> list[ColumnElement[bool]]:
    """SQL: calls in, from contacts of the campaigns; None: from anybody."""
    theirs = select(col(Contact.id)).where(
        col(Contact.person_id) == col(PhoneCall.person_id), col(Contact.campaign_id).in_(campaigns or ())
    )
    ours = [col(PhoneCall.organisation_id) == organisation_id, col(PhoneCall.direction) == "in"]
    return ours if campaigns is None else [*ours, theirs.exists()]


def _of_teams(teams: Collection[int] | None) -> list[ColumnElement[bool]]:
    return [] if teams is None else [or_(false(), *(worked_for(one, Attempt.opened_at) for one in teams))]


def _in(moment: Any, span: Span) -> ColumnElement[bool]:
    return and_(moment >= span[0], moment <= span[1])
