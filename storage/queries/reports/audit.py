"""The raw rows an audit reads: what was done and said, as written. No caches, nothing that the hand-out derives."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, and_, inspect, or_, select
from sqlmodel import Session, SQLModel, col

from policy.vocabulary import STOPPING, LeaseStage, Verdict
from storage.database.bulk import is_one_of
from storage.database.rows import is_within
from storage.models.calls import Attempt, Lease, OutcomeRecord
from storage.models.compliance import DecisionRecord, Suppression
from storage.models.outbox import RedecideRun
from storage.models.people import Agent, Team, ever_worked_for, team_then
from storage.models.proofs import Screening
from storage.models.work import Campaign, CampaignTeam

Row = TypeVar("Row", bound=SQLModel)
_AT_ONCE = 10_000  # values in one question


def where_in(
    session: Session, table: type[Row], column: Any, values: Iterable[Any], *also: ColumnElement[bool], only: Any = ()
) -> list[Row]:
    """Every row of a table in which the column has one of the values, and of which `also` is true.

    Plain values with its names, `only` of some columns: an audit changes no row, so the session need not watch them.
    """
    wanted, found = sorted({value for value in values if value is not None}), list[Any]()
    for start in range(0, len(wanted), _AT_ONCE):
        one_of = is_one_of(session, column, wanted[start : start + _AT_ONCE])
        found += session.execute(select(*(only or inspect(table).columns)).where(one_of, *also)).all()
    return found


def grouped(
    session: Session, table: type[Row], column: Any, values: Iterable[Any], *also: ColumnElement[bool], only: Any = ()
) -> dict[Any, list[Row]]:
    """The same by the column's value; of any other value, none."""
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in where_in(session, table, column, values, *also, only=only):
        found[getattr(row, column.key)].append(row)
    return found


def _rows(session: Session, table: type[Row], which: ColumnElement[bool], *order: Any) -> list[Row]:
    found: Any = session.execute(select(*inspect(table).columns).where(which).order_by(*order)).all()
    return list(found)


def _about(
    session: Session,
    table: Any,
    organisation_id: int,
    numbers: Collection[str],
    persons: Collection[int],
    *also: ColumnElement[bool],
) -> list[Any]:
    which = and_(col(table.organisation_id) == organisation_id, *also)
    found = {row.id: row for row in where_in(session, table, col(table.number), numbers, which)}
    found |= {row.id: row for row in where_in(session, table, col(table.person_id), persons, which)}
    return list(found.values())


def agents_of(session: Session, team_id: int) -> dict[int, Agent]:
    """Every agent who works for a team or ever did, including those who have left, by id."""
    found = select(Agent).where(ever_worked_for(team_id))
    return {agent.id: agent for agent in session.execute(found).scalars() if agent.id is not None}


def teams_calling(session: Session, organisation_id: int, since: datetime) -> list[Team]:
    """The teams for which an attempt was opened, or about whose attempt something was recorded, from `since` on."""
    made = select(team_then(Attempt.opened_at)).join(Attempt, col(Attempt.agent_id) == col(Agent.id))
    opened = made.where(col(Agent.organisation_id) == organisation_id, col(Attempt.opened_at) >= since)
    is_said = col(OutcomeRecord.organisation_id) == organisation_id, col(OutcomeRecord.recorded_at) >= since
    said = made.join(OutcomeRecord, col(OutcomeRecord.attempt_id) == col(Attempt.id)).where(*is_said)
    either = or_(col(Team.id).in_(opened), col(Team.id).in_(said))
    return list(session.execute(select(Team).where(either).order_by(col(Team.id))).scalars())


def campaigns_by_team(session: Session, organisation_id: int) -> dict[int | None, list[int]]:
    """The campaigns that each team works, active or not, in one order; by None those of any team."""
    asked = (
        select(col(CampaignTeam.team_id), col(Campaign.id))
        .join(Campaign, col(Campaign.id) == col(CampaignTeam.campaign_id))
        .where(col(Campaign.organisation_id) == organisation_id)
        .order_by(col(Campaign.id))
    )
    found: dict[int | None, dict[int, None]] = {None: {}}
    for team_id, campaign_id in session.execute(asked):
        found.setdefault(team_id, {})[campaign_id] = None
        found[None][campaign_id] = None
    return {team_id: list(campaigns) for team_id, campaigns in found.items()}


def attempts_of(session: Session, agent_ids: Collection[int], since: datetime, until: datetime) -> list[Attempt]:
    """Attempts that the agents opened in [since, until), oldest first."""
    theirs = and_(col(Attempt.agent_id).in_(agent_ids), col(Attempt.direction) == "out")
    which = and_(theirs, is_within(Attempt.opened_at, since, until))
    return _rows(session, Attempt, which, col(Attempt.opened_at), col(Attempt.id))


def attempts_on(
    session: Session, organisation_id: int, numbers: Collection[str], persons: Collection[int], until: datetime
) -> list[Attempt]:
    """Every attempt before a moment on any of the numbers or persons, on any list and off the list."""
    found = _about(session, Attempt, organisation_id, numbers, persons, col(Attempt.opened_at) < until)
    return sorted(found, key=lambda row: (row.opened_at, row.id or 0))


def statements_on(session: Session, attempt_ids: Collection[int]) -> list[OutcomeRecord]:
    """Every statement about the attempts, in the order written."""
    found = where_in(session, OutcomeRecord, col(OutcomeRecord.attempt_id), attempt_ids)
    return sorted(found, key=lambda row: row.id or 0)


def opt_outs_said(
    session: Session, organisation_id: int, agent_ids: Collection[int], since: datetime, until: datetime
) -> list[OutcomeRecord]:
    """Opt-outs about the agents' attempts, recorded in [since, until) whenever the call was."""
    found = (
        select(OutcomeRecord)
        .join(Attempt, col(Attempt.id) == col(OutcomeRecord.attempt_id))
        .where(
            col(OutcomeRecord.organisation_id) == organisation_id,
            is_within(OutcomeRecord.recorded_at, since, until),
            col(OutcomeRecord.outcome).in_(STOPPING),
            col(Attempt.agent_id).in_(agent_ids),
        )
        .order_by(col(OutcomeRecord.id))
    )
    return list(session.execute(found).scalars())


def suppressions_on(
    session: Session, organisation_id: int, numbers: Collection[str], persons: Collection[int]
) -> list[Suppression]:
    """Every suppression of the numbers and persons, including withdrawn ones."""
    return _about(session, Suppression, organisation_id, numbers, persons)


def screenings_of(session: Session, organisation_id: int, numbers: Collection[str]) -> list[Screening]:
    """Every screening of the numbers, oldest first."""
    ours = col(Screening.organisation_id) == organisation_id
    found = where_in(session, Screening, col(Screening.number), numbers, ours)
    return sorted(found, key=lambda row: (row.obtained_at, row.id or 0))


def leases_between(session: Session, organisation_id: int, since: datetime, until: datetime) -> list[Lease]:
    """Leases of the whole organisation offered in [since, until), oldest first."""
    which = and_(col(Lease.organisation_id) == organisation_id, is_within(Lease.offered_at, since, until))
    return _rows(session, Lease, which, col(Lease.offered_at), col(Lease.id))


def calling_without_attempt(
    session: Session, agent_ids: Collection[int], since: datetime, until: datetime
) -> list[Lease]:
    """The agents' leases whose number was shown (stage calling) without an attempt."""
    found = (
        select(Lease)
        .outerjoin(Attempt, col(Attempt.lease_id) == col(Lease.id))
        .where(
            col(Lease.agent_id).in_(agent_ids),
            is_within(Lease.offered_at, since, until),
            col(Lease.stage) == LeaseStage.CALLING,
            col(Attempt.id).is_(None),
        )
        .order_by(col(Lease.id))
    )
    return list(session.execute(found).scalars())


def house_choices(session: Session) -> list[tuple[datetime, str]]:
    """The choices of house packs that contacts were decided by, each with when that began; latest first."""
    latest = col(RedecideRun.started_at).desc(), col(RedecideRun.id).desc()
    found = select(col(RedecideRun.started_at), col(RedecideRun.house_pack)).order_by(*latest)
    return [(since, choice) for since, choice in session.execute(found)]


def call_decisions(session: Session, lease_ids: Iterable[int]) -> dict[Any, list[DecisionRecord]]:
    """The stored decisions that allowed Call, by lease: moment and rulebook of each."""
    allowed = col(DecisionRecord.asked_for) == "call", col(DecisionRecord.verdict) == Verdict.CALLABLE
    columns = col(DecisionRecord.lease_id), col(DecisionRecord.at), col(DecisionRecord.rulebook)
    return grouped(session, DecisionRecord, DecisionRecord.lease_id, lease_ids, *allowed, only=columns)
