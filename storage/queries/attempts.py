"""Attempts and the statements about them; whose outcome is asked for, and when last; calls and people by ids."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, func, or_, update
from sqlalchemy import select as sql_select
from sqlmodel import Session, col, select

from policy.vocabulary import AttemptState, Outcome
from storage.database.rows import changed, every, first_of, is_about
from storage.models import Agent, Attempt, Callback, Contact, Lease, OutcomeRecord, Person, PersonNumber, SharedAttempt
from storage.queries.contacts import contact_of
from storage.queries.reports.status import waits_for_outcome

_WAITS = col(Attempt.state).in_((AttemptState.OPEN, AttemptState.UNREPORTED))


_WRITTEN_LAST = 100  # a file of call records adds earlier calls later


def attempts_on(
    session: Session, organisation_id: int, numbers: Collection[str], person_ids: Collection[int]
) -> Sequence[Attempt]:
    """Every attempt on any of the numbers or persons, for any list or campaign, oldest first."""
    return every(session, Attempt, is_about(Attempt, organisation_id, numbers, person_ids), by=col(Attempt.opened_at))


def attempts_waiting(session: Session, agent_id: int) -> Sequence[Attempt]:
    """An agent's attempts without an outcome, oldest first."""
    return every(session, Attempt, Attempt.agent_id == agent_id, _WAITS, by=col(Attempt.opened_at))


def open_now(session: Session, agent_id: int) -> Sequence[Attempt]:
    """An agent's calls whose cards they still hold, oldest first."""
    return session.exec(
        select(Attempt)
        .join(Lease, col(Lease.id) == col(Attempt.lease_id))
        .where(Attempt.agent_id == agent_id, col(Attempt.state) == AttemptState.OPEN, col(Lease.ended_at).is_(None))
        .order_by(col(Attempt.opened_at), col(Attempt.id))
    ).all()


def of_lease(session: Session, lease_id: int, *, is_locked: bool = False) -> Attempt | None:
    """The attempt of a lease. `is_locked`: nobody speaks of it until the transaction ends."""
    return first_of(session, Attempt, Attempt.lease_id == lease_id, locks={"key_share": True} if is_locked else None)


def newest_at(session: Session) -> datetime | None:
    """When the latest of the calls written last was opened; None without any."""
    last = select(col(Attempt.opened_at)).order_by(col(Attempt.id).desc()).limit(_WRITTEN_LAST)
    return max(session.exec(last), default=None)


def statements_of(session: Session, attempt_ids: Collection[int]) -> Sequence[OutcomeRecord]:
    """Every statement about the attempts, oldest first."""
    return every(session, OutcomeRecord, col(OutcomeRecord.attempt_id).in_(attempt_ids))


def sharers(session: Session, attempt: Attempt) -> Sequence[int]:
    """The other persons for whom the attempt counts too."""
    found = select(SharedAttempt.person_id).where(SharedAttempt.attempt_id == attempt.id)
    return session.exec(found.distinct().order_by(col(SharedAttempt.person_id))).all()


def shared_with(session: Session, persons: Collection[int]) -> dict[int, set[int]]:
    """The attempts of others that count for each of the persons too."""
    found: dict[int, set[int]] = {one: set() for one in persons}
    for row in session.exec(select(SharedAttempt).where(col(SharedAttempt.person_id).in_(persons))):
        found[row.person_id].add(row.attempt_id)
    return found


def of_contact(session: Session, contact: Contact, *, is_alone: bool = False) -> Sequence[Attempt]:
    """The attempts whose outcomes are about a contact, oldest first; also those that count for its person beside
    another, unless there are none (`is_alone`)."""
    shared = select(SharedAttempt.attempt_id).where(SharedAttempt.person_id == contact.person_id)
    of_person = Attempt.organisation_id == contact.organisation_id, Attempt.person_id == contact.person_id
    theirs = select(Attempt).where(*of_person)
    beside = select(Attempt).where(col(Attempt.id).in_(shared), Attempt.campaign_id == contact.campaign_id)
    made = [one for one in session.exec(theirs) if (about := contact_of(session, one)) and about.id == contact.id]
    others = () if is_alone else session.exec(beside)
    return sorted([*made, *others], key=lambda one: (one.opened_at, one.id or 0))


def finished_in(session: Session, campaign_id: int, persons: Collection[int]) -> set[int | None]:
    """Those of the persons to whom a call for a campaign has an outcome that finishes a contact."""
    final = [one for one in Outcome if one.meaning.is_final]
    theirs = (col(Attempt.campaign_id) == campaign_id, col(Attempt.person_id).in_(persons))
    return set(session.exec(select(Attempt.person_id).where(*theirs, col(Attempt.outcome).in_(final))))


def agents_to_chase(session: Session, at: datetime, open_for: timedelta) -> list[Agent]:
    """Active agents with an attempt that waits for an outcome."""
    waiting = sql_select(col(Attempt.agent_id)).where(waits_for_outcome(at, open_for))
    found = sql_select(Agent).where(col(Agent.id).in_(waiting), col(Agent.is_active)).order_by(col(Agent.id))
    return list(session.execute(found).scalars())


def take_chase(
    session: Session, agent_id: int, at: datetime, open_for: timedelta, chased_before: datetime
) -> list[int]:
    """Mark the agent's attempts without an outcome as chased now, except those chased since `chased_before`.

    Returns the attempts that this process took.
    """
    which = and_(
        col(Attempt.agent_id) == agent_id,
        waits_for_outcome(at, open_for),
        or_(col(Attempt.chased_at).is_(None), col(Attempt.chased_at) < chased_before),
    )
    taking = update(Attempt).where(which).values(chased_at=at).returning(col(Attempt.id))
    return sorted(session.execute(taking.execution_options(synchronize_session=False)).scalars())


def take_request(session: Session, attempt_id: int, at: datetime, asked_before: datetime) -> bool:
    """Mark one attempt as chased now. False: it has an outcome, or its agent was asked since `asked_before`."""
    is_unasked = or_(col(Attempt.chased_at).is_(None), col(Attempt.chased_at) <= asked_before)
    return bool(changed(session, Attempt, col(Attempt.id) == attempt_id, _WAITS, is_unasked, chased_at=at))


def last_id(session: Session, table: type[Attempt | Person]) -> int:
    """The id of a table's newest row; 0 if it is empty."""
    return session.exec(select(func.max(table.id))).one() or 0


def calls_between(session: Session, after: int, until: int) -> Sequence[Attempt]:
    """Calls by their ids, in order: those after one up to another."""
    return every(session, Attempt, col(Attempt.id) > after, col(Attempt.id) <= until)


def people_between(session: Session, after: int, until: int) -> dict[int, list[int]]:
    """Likewise people, by organisation: those of whom a call, a callback or a column may say something."""
    person = col(Person.id)
    dialled = (col(Attempt.organisation_id) == col(PersonNumber.organisation_id)) & (
        col(Attempt.number) == col(PersonNumber.number)
    )
    theirs = select(PersonNumber.id).outerjoin(Attempt, dialled).where(PersonNumber.person_id == person)
    told = [
        _of(Attempt, Attempt.person_id),
        _of(SharedAttempt, SharedAttempt.person_id),
        theirs.where(or_(col(Attempt.id).is_not(None), col(PersonNumber.closed_at).is_not(None))),
        select(Callback.id).where(Callback.person_id == person),
        select(Contact.id).where(Contact.person_id == person, col(Contact.finished_attempt_id).is_not(None)),
    ]
    which = (person > after, person <= until, or_(*(one.exists() for one in told)))
    found = defaultdict[int, list[int]](list)
    people = select(Person.organisation_id, person).where(*which).order_by(person)
    for organisation_id, person_id in session.exec(people):
        found[organisation_id].append(person_id or 0)
    return found


def locked(session: Session, call_id: int | None, person_id: int | None) -> Sequence[Attempt]:
    """One call, or all to a person, read anew and locked: nobody speaks of them until the transaction ends."""
    which = col(Attempt.id) == call_id if person_id is None else col(Attempt.person_id) == person_id
    return every(session, Attempt, which, locks={})


def by_call(session: Session, table: Any, attempt_ids: Collection[int]) -> dict[int | None, list[Any]]:
    """The rows of a table that came of each of the calls, in order."""
    found = defaultdict[int | None, list[Any]](list)
    for row in every(session, table, col(table.attempt_id).in_(attempt_ids)) if attempt_ids else ():
        found[row.attempt_id].append(row)
    return found


def _of(table: type[Attempt | SharedAttempt], person: Any) -> Any:
    return select(table.id).where(table.organisation_id == Person.organisation_id, person == Person.id)
