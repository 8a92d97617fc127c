"""What a team's digest is counted from, and the rows that say which digests were posted."""

from collections.abc import Collection
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import and_, func, or_, select, update
from sqlmodel import Session, col

from policy.vocabulary import AttemptState, Outcome, SuppressionSource, Verdict
from storage.engine import insert_unless_taken
from storage.models import Agent, Attempt, Campaign, DecisionRecord, DigestRun, Suppression, Team


class DayAttempt(NamedTuple):
    """One attempt of a team's agent, with what the digest and its evidence say of it."""

    attempt_id: int
    agent_id: int
    agent_name: str
    campaign: str  # empty: a call off the list
    contact_id: int | None
    number: str
    is_on_list: bool
    opened_at: datetime
    state: AttemptState
    outcome: Outcome | None


def every_team(session: Session) -> list[Team]:
    """Every team of every organisation."""
    return list(session.execute(select(Team).order_by(col(Team.id))).scalars())


def run_of(session: Session, team_id: int, on: date) -> DigestRun | None:
    """The row of one team's digest of one day, posted or not."""
    found = select(DigestRun).where(col(DigestRun.team_id) == team_id, col(DigestRun.on_date) == on)
    return session.execute(found).scalar_one_or_none()


def posted_days(session: Session, team_id: int, since: date) -> set[date]:
    """The days, of `since` and later, whose digest was posted."""
    found = select(col(DigestRun.on_date)).where(
        col(DigestRun.team_id) == team_id, col(DigestRun.on_date) >= since, col(DigestRun.posted_at).is_not(None)
    )
    return set(session.execute(found).scalars())


def begun_days(session: Session, team_id: int, since: date) -> set[date]:
    """The days, of `since` and later, whose digest was begun, posted or not."""
    found = select(col(DigestRun.on_date)).where(col(DigestRun.team_id) == team_id, col(DigestRun.on_date) >= since)
    return set(session.execute(found).scalars())


def last_run_before(session: Session, team_id: int, on: date) -> DigestRun | None:
    """The newest digest of a day before `on` that was begun."""
    found = (
        select(DigestRun)
        .where(col(DigestRun.team_id) == team_id, col(DigestRun.on_date) < on)
        .order_by(col(DigestRun.on_date).desc())
        .limit(1)
    )
    return session.execute(found).scalar_one_or_none()


def ensure_run(session: Session, team: Team, on: date) -> DigestRun:
    """The row of one team's digest of one day, made if there is none."""
    values: dict[str, Any] = {
        "organisation_id": team.organisation_id,
        "team_id": team.id,
        "on_date": on,
        "message_ts": "",
        "content": {},
    }
    insert_unless_taken(session, DigestRun, values)
    found = run_of(session, team.id or 0, on)
    if found is None:
        raise LookupError(f"the digest of team {team.id} of {on} vanished")
    return found


def take_run(session: Session, run: DigestRun, at: datetime, taken_before: datetime) -> bool:
    """Take a digest to post it. False: it is posted, or another process is posting it."""
    taking = (
        update(DigestRun)
        .where(
            col(DigestRun.id) == run.id,
            col(DigestRun.posted_at).is_(None),
            or_(col(DigestRun.taken_at).is_(None), col(DigestRun.taken_at) <= taken_before),
        )
        .values(taken_at=at)
        .returning(col(DigestRun.id))
        .execution_options(synchronize_session=False)
    )
    return session.execute(taking).scalar_one_or_none() is not None


def change_run(session: Session, run_id: int, **values: Any) -> None:
    """Write what became of a digest."""
    changing = update(DigestRun).where(col(DigestRun.id) == run_id).values(**values)
    session.execute(changing.execution_options(synchronize_session=False))


def attempts(session: Session, team_id: int, since: datetime, until: datetime) -> list[DayAttempt]:
    """Calls out by the team's agents opened in [since, until), oldest first."""
    found = (
        select(
            col(Attempt.id),
            col(Agent.id),
            col(Agent.name),
            func.coalesce(col(Campaign.name), ""),
            col(Attempt.contact_id),
            col(Attempt.number),
            col(Attempt.lease_id).is_not(None),
            col(Attempt.opened_at),
            col(Attempt.state),
            col(Attempt.outcome),
        )
        .select_from(Attempt)
        .join(Agent, col(Agent.id) == col(Attempt.agent_id))
        .outerjoin(Campaign, col(Campaign.id) == col(Attempt.campaign_id))
        .where(
            col(Agent.team_id) == team_id,
            col(Attempt.direction) == "out",
            col(Attempt.opened_at) >= since,
            col(Attempt.opened_at) < until,
        )
        .order_by(col(Attempt.opened_at), col(Attempt.id))
    )
    return [DayAttempt(*row) for row in session.execute(found)]


def refused_findings(session: Session, team: Team, since: datetime, until: datetime) -> list[list[dict[str, Any]]]:
    """The findings of every decision in [since, until) that refused something one of the team's agents asked for."""
    found = (
        select(col(DecisionRecord.findings))
        .join(Agent, col(Agent.id) == col(DecisionRecord.agent_id))
        .where(
            col(DecisionRecord.organisation_id) == team.organisation_id,
            col(DecisionRecord.at) >= since,
            col(DecisionRecord.at) < until,
            col(DecisionRecord.verdict) != Verdict.CALLABLE,
            col(Agent.team_id) == team.id,
        )
        .order_by(col(DecisionRecord.id))
    )
    return list(session.execute(found).scalars())


def opt_outs(session: Session, team_id: int, since: datetime, until: datetime) -> int:
    """Requests to stop that the team's agents recorded in [since, until). One request stops a number and a person: once."""
    found = (
        select(col(Suppression.attempt_id), col(Suppression.recorded_by), col(Suppression.since))
        .join(Agent, col(Agent.id) == col(Suppression.recorded_by))
        .where(
            col(Agent.team_id) == team_id,
            col(Suppression.source) == SuppressionSource.REQUEST,
            col(Suppression.since) >= since,
            col(Suppression.since) < until,
        )
    )
    rows = session.execute(found).all()
    return len({(attempt_id,) if attempt_id is not None else (by, then) for attempt_id, by, then in rows})


def first_activity(session: Session, team: Team, since: datetime) -> datetime | None:
    """When one of the team's agents, from `since` on, first opened an attempt or was answered by a decision."""
    members: Collection[int | None] = list(
        session.execute(select(col(Agent.id)).where(col(Agent.team_id) == team.id)).scalars()
    )
    opened = select(func.min(col(Attempt.opened_at))).where(
        col(Attempt.agent_id).in_(members), col(Attempt.opened_at) >= since
    )
    decided = select(func.min(col(DecisionRecord.at))).where(
        and_(col(DecisionRecord.organisation_id) == team.organisation_id, col(DecisionRecord.at) >= since),
        col(DecisionRecord.agent_id).in_(members),
    )
    moments = (session.execute(opened).scalar_one(), session.execute(decided).scalar_one())
    return min((moment for moment in moments if moment is not None), default=None)
