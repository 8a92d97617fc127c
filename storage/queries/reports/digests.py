"""The data of a team's digest, and the rows that say which digests were posted.

And what expires soon: screenings by age, and the places in which a team's contacts may be.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final, NamedTuple, TypeVarTuple

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import aliased
from sqlmodel import Session, col

from policy.vocabulary import AttemptState, Outcome, SuppressionSource, Verdict
from storage.database.bulk import is_one_of
from storage.database.engine import insert_unless_taken
from storage.database.rows import changed, count_of, every, first_of, is_within
from storage.log import changes
from storage.models.calls import Attempt, Callback, Lease, OutcomeRecord
from storage.models.compliance import DecisionRecord, MistakenStop, Override, Suppression
from storage.models.outbox import DigestRun
from storage.models.people import Agent, Team, ever_worked_for, made_for, worked_for
from storage.models.proofs import CallRequest, Consent, Relationship, Screening
from storage.models.work import Campaign, Contact, PersonNumber

DAY: Final = "day"  # the edition for a single day
_LONGEST_LEASE = timedelta(days=1)


class DayAttempt(NamedTuple):
    """One attempt of a team's agent, with the fields that the digest and its evidence show."""

    attempt_id: int
    agent_name: str
    campaign: str  # empty: a call off the list
    contact_id: int | None
    number: str
    is_on_list: bool
    opened_at: datetime
    state: AttemptState
    outcome: Outcome | None


def run_of(session: Session, team_id: int, on: date, edition: str = DAY) -> DigestRun | None:
    """The row of one team's digest for one day, or for the week or month that ends with it; posted or not."""
    ours = DigestRun.team_id == team_id, DigestRun.edition == edition, DigestRun.on_date == on
    return first_of(session, DigestRun, *ours)


def daily_runs(session: Session, team_ids: Collection[int], first: date, last: date = date.max) -> Sequence[DigestRun]:
    """The rows of the teams' daily digests from `first` to `last`, both included, posted or not; oldest day first."""
    days = col(DigestRun.edition) == DAY, col(DigestRun.on_date).between(first, last)
    return every(session, DigestRun, col(DigestRun.team_id).in_(team_ids), *days, by=col(DigestRun.on_date))


def last_run_before(session: Session, team_id: int, on: date) -> DigestRun | None:
    """The newest daily digest before `on` that was begun."""
    ours = DigestRun.team_id == team_id, DigestRun.edition == DAY, DigestRun.on_date < on
    return first_of(session, DigestRun, *ours, by=col(DigestRun.on_date).desc())


def newest_audits(session: Session, organisation_id: int, since: date) -> list[tuple[date, list[dict[str, Any]]]]:
    """The day and the audited promises of each team's newest daily digest of `since` or later."""
    checks = col(DigestRun.content)["audit"]
    ours = col(DigestRun.organisation_id) == organisation_id, col(DigestRun.edition) == DAY
    found = select(col(DigestRun.team_id), col(DigestRun.on_date), checks).where(*ours, col(DigestRun.on_date) >= since)
    by_day = session.execute(found.order_by(col(DigestRun.on_date)))
    by_team = {team_id: (on, said) for team_id, on, said in by_day if said}
    return [*by_team.values()]


def ensure_run(session: Session, team: Team, on: date, edition: str = DAY) -> DigestRun:
    """Find or create the row of one team's digest for one day, week or month."""
    ours = {"organisation_id": team.organisation_id, "team_id": team.id}
    insert_unless_taken(session, DigestRun, {**ours, "on_date": on, "edition": edition})
    found = run_of(session, team.id or 0, on, edition)
    if found is None:
        raise LookupError(f"the {edition}'s digest of team {team.id} of {on} vanished")
    return found


def change_run(session: Session, run_id: int, **values: Any) -> None:
    """Update the row of a digest."""
    is_it = col(DigestRun.id) == run_id
    with changes.recorded(session, DigestRun, is_it):
        changed(session, DigestRun, is_it, **values)


def attempts(session: Session, team_id: int, since: datetime, until: datetime) -> list[DayAttempt]:
    """Attempts that were opened for the team in [since, until), oldest first."""
    about = func.coalesce(col(Campaign.name), ""), col(Attempt.contact_id), col(Attempt.number)
    call = col(Attempt.lease_id).is_not(None), col(Attempt.opened_at), col(Attempt.state), col(Attempt.outcome)
    found = (
        select(col(Attempt.id), col(Agent.name), *about, *call)
        .select_from(Attempt)
        .join(Agent, col(Agent.id) == col(Attempt.agent_id))
        .outerjoin(Campaign, col(Campaign.id) == col(Attempt.campaign_id))
        .where(made_for(team_id, since, until))
        .order_by(col(Attempt.opened_at), col(Attempt.id))
    )
    return [DayAttempt(*row) for row in session.execute(found)]


def said_since(session: Session, attempt_ids: Collection[int], moment: datetime) -> int:
    """How many outcomes of the attempts were recorded, corrected or taken back from a moment on."""
    is_since = or_(col(OutcomeRecord.recorded_at) >= moment, col(OutcomeRecord.taken_back_at) >= moment)
    return count_of(session, OutcomeRecord, is_one_of(session, OutcomeRecord.attempt_id, sorted(attempt_ids)), is_since)


def found_since(session: Session, attempt_ids: Collection[int], moment: datetime) -> int:
    """How many of the attempts the phone system's records brought from a moment on."""
    theirs = is_one_of(session, Attempt.id, sorted(attempt_ids))
    return count_of(session, Attempt, theirs, col(Attempt.found_at) >= moment)


Refusal = tuple[list[dict[str, Any]], list[str] | None]  # the findings of a decision, and their sentences


def refused_findings(session: Session, team: Team, since: datetime, until: datetime) -> list[Refusal]:
    """The findings, with their sentences, of every decision in [since, until) that refused the team's agents."""
    found = (
        select(col(DecisionRecord.findings), col(DecisionRecord.sentences))
        .join(Agent, col(Agent.id) == col(DecisionRecord.agent_id))
        .where(
            col(DecisionRecord.organisation_id) == team.organisation_id,
            is_within(DecisionRecord.at, since, until),
            col(DecisionRecord.verdict) != Verdict.CALLABLE,
            worked_for(team.id, DecisionRecord.at),
        )
        .order_by(col(DecisionRecord.id))
    )
    return [(findings, sentences) for findings, sentences in session.execute(found)]


def requests_to_stop(session: Session, team: Team, since: datetime, until: datetime) -> list[Suppression]:
    """Suppressions of [since, until) because of a request to stop, oldest first; also those withdrawn since.

    One that was said in a call belongs to the team the call was made for, whoever recorded it; else to its agent's.
    """
    speaker = aliased(Agent)
    opened_or_said = func.coalesce(col(Attempt.opened_at), col(Suppression.since))
    found = (
        select(Suppression)
        .join(speaker, col(speaker.id) == col(Suppression.recorded_by))
        .outerjoin(Attempt, col(Attempt.id) == col(Suppression.attempt_id))
        .join(Agent, col(Agent.id) == func.coalesce(col(Attempt.agent_id), col(speaker.id)))
        .where(
            col(speaker.organisation_id) == team.organisation_id,
            worked_for(team.id, opened_or_said),
            col(Suppression.source) == SuppressionSource.REQUEST,
            is_within(Suppression.since, since, until),
        )
        .order_by(col(Suppression.since), col(Suppression.id))
    )
    return list(session.execute(found).scalars())


def cards_of(
    session: Session, organisation_id: int, numbers: Collection[str], persons: Collection[int], since: datetime
) -> list[tuple[Lease, str]]:
    """Leases on the numbers or persons that had not ended before `since`, with their principal.

    A lease ends with its day's calling hours, so one that began a day earlier is over.
    """
    found = (
        select(Lease, col(Campaign.principal))
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .join(Campaign, col(Campaign.id) == col(Contact.campaign_id))
        .where(
            col(Lease.organisation_id) == organisation_id,
            col(Lease.offered_at) >= since - _LONGEST_LEASE,
            or_(col(Lease.ended_at).is_(None), col(Lease.ended_at) >= since),
            or_(col(Lease.number).in_(numbers), col(Lease.person_id).in_(persons)),
        )
        .order_by(col(Lease.id))
    )
    return [(lease, principal) for lease, principal in session.execute(found)]


def overrides(
    session: Session, campaigns: Collection[int], since: datetime, until: datetime
) -> list[tuple[Override, str]]:
    """Overrides approved in [since, until) on contacts of the campaigns, oldest first, with the approver's name."""
    found = (
        select(Override, col(Agent.name))
        .join(Contact, col(Contact.id) == col(Override.contact_id))
        .join(Agent, col(Agent.id) == col(Override.approved_by))
        .where(col(Contact.campaign_id).in_(campaigns), is_within(Override.approved_at, since, until))
        .order_by(col(Override.approved_at), col(Override.id))
    )
    return [(override, name) for override, name in session.execute(found)]


def stops_withdrawn(session: Session, organisation_id: int, since: datetime, until: datetime) -> Sequence[MistakenStop]:
    """The stops that were withdrawn as mistakes in [since, until), oldest first."""
    ours = MistakenStop.organisation_id == organisation_id, col(MistakenStop.is_withdrawn).is_(True)
    decided_at: Any = MistakenStop.decided_at
    return every(session, MistakenStop, *ours, is_within(decided_at, since, until), by=decided_at)


def first_activity(session: Session, team: Team, since: datetime) -> datetime | None:
    """When a team's agent, from `since` on, first opened an attempt, got a decision, or recorded a suppression."""
    of_team = select(col(Agent.id)).where(ever_worked_for(team.id))
    members: Collection[int | None] = session.execute(of_team).scalars().all()
    did = ((Attempt.opened_at, Attempt.agent_id), (Suppression.since, Suppression.recorded_by))
    done = [select(func.min(col(at))).where(col(by).in_(members), col(at) >= since) for at, by in did]
    decided = select(func.min(col(DecisionRecord.at))).where(
        and_(col(DecisionRecord.organisation_id) == team.organisation_id, col(DecisionRecord.at) >= since),
        col(DecisionRecord.agent_id).in_(members),
    )
    moments = [session.execute(one).scalar_one() for one in (*done, decided)]
    return min((moment for moment in moments if moment is not None), default=None)


_Columns = TypeVarTuple("_Columns")
_MAY_BE_CALLED = (Verdict.CALLABLE, Verdict.LOCKED)
_EXEMPTING: tuple[Any, ...] = (Consent, Relationship, CallRequest, Callback)  # besides what an override says


class Ageing(NamedTuple):
    """A contact whose newest screening against one register was obtained at a moment, and how many it answers for.

    One of several answers for all whether a rule requires the screening: they share the screening's moment, the
    campaign, list, places, zones and kind of number, and no fact on record about any of them could exempt it.
    """

    obtained_at: datetime
    contact_id: int
    campaign_id: int
    zones: str
    contacts: int = 1


@dataclass(frozen=True, slots=True)
class Sought:
    """Screenings against `register`, obtained in [since, until), of contacts of the campaigns.

    `is_per_campaign`: only a screening made for the contact's own campaign counts.
    """

    register: str
    campaigns: Collection[int]
    since: datetime
    until: datetime
    is_per_campaign: bool


def screened_against(session: Session, organisation_id: int) -> set[str]:
    """The registers that any number of the organisation was ever screened against."""
    found = select(col(Screening.register_name)).where(col(Screening.organisation_id) == organisation_id).distinct()
    return set(session.execute(found).scalars())


def ageing_alike(session: Session, sought: Sought) -> list[Ageing]:
    """Contacts callable now or later whose newest screening was clear, by what decides whether a rule requires it."""
    kind = and_(
        col(PersonNumber.organisation_id) == col(Contact.organisation_id),
        col(PersonNumber.person_id) == col(Contact.person_id),
        col(PersonNumber.number) == col(Contact.number),
    )
    obtained_at, campaign_id, zones = col(Screening.obtained_at), col(Contact.campaign_id), col(Contact.zones)
    first, contacts = func.min(Contact.id), func.count(func.distinct(col(Contact.id)))
    alike = col(Contact.list_id), col(Contact.places), col(PersonNumber.kind), col(PersonNumber.line)
    found = (
        _ageing(select(obtained_at, first, campaign_id, zones, contacts), sought)
        .outerjoin(PersonNumber, kind)
        .where(~_may_be_exempt())
        .group_by(obtained_at, zones, campaign_id, *alike)
        .order_by(obtained_at, first)
    )
    return [Ageing(*row) for row in session.execute(found)]


def ageing_alone(session: Session, sought: Sought) -> list[Ageing]:
    """The contacts that `ageing_alike` leaves out, each for itself, in order of id: each has a fact on record that may
    exempt it, such as a consent."""
    columns = (col(Screening.obtained_at), col(Contact.id), col(Contact.campaign_id), col(Contact.zones))
    found = _ageing(select(*columns).distinct(), sought).where(_may_be_exempt()).order_by(col(Contact.id))
    return [Ageing(*row) for row in session.execute(found)]


def _ageing(found: Select[*_Columns], sought: Sought) -> Select[*_Columns]:
    newer = aliased(Screening)
    is_own = [col(newer.campaign_id) == col(Contact.campaign_id)] if sought.is_per_campaign else []
    counts = [col(Screening.campaign_id) == col(Contact.campaign_id)] if sought.is_per_campaign else []
    ours = col(Contact.organisation_id) == col(Screening.organisation_id)
    is_newer = and_(
        col(newer.organisation_id) == col(Screening.organisation_id),
        col(newer.number) == col(Screening.number),
        col(newer.register_name) == sought.register,
        col(newer.obtained_at) > col(Screening.obtained_at),
        *is_own,
    )
    return (
        found.select_from(Screening)
        .join(Contact, and_(col(Contact.number) == col(Screening.number), ours))
        .where(
            col(Screening.register_name) == sought.register,
            is_within(Screening.obtained_at, sought.since, sought.until),
            col(Screening.is_listed).is_(False),
            col(Contact.campaign_id).in_(sought.campaigns),
            col(Contact.finished_at).is_(None),
            col(Contact.verdict).in_(_MAY_BE_CALLED),
            *counts,
            ~exists(select(col(newer.id)).where(is_newer)),
        )
    )


def _may_be_exempt() -> ColumnElement[bool]:
    """SQL: whether a fact about the contact or its person is on record that may stand in for a screening."""
    ours = col(Contact.organisation_id)
    of_person = (
        select(table.id).where(table.organisation_id == ours, table.person_id == col(Contact.person_id))
        for table in _EXEMPTING
    )
    approved = select(col(Override.id)).where(col(Override.contact_id) == col(Contact.id))
    return or_(*map(exists, (*of_person, approved)))


def places_of(session: Session, campaign_id: int) -> list[tuple[str, ...]]:
    """The distinct sets of places of a campaign's contacts."""
    found = select(col(Contact.places)).where(col(Contact.campaign_id) == campaign_id).distinct()
    return [tuple(places.split()) for places in session.execute(found).scalars()]
