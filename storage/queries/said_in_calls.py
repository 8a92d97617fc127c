"""Calls and people in parts, by id, and what was said in these calls: for comparing columns with it."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import func, or_
from sqlmodel import Session, col, select

from storage.database.rows import every
from storage.models import Attempt, Callback, Contact, Person, PersonNumber, SharedAttempt


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
    for organisation_id, person_id in session.exec(
        select(Person.organisation_id, person).where(*which).order_by(person)
    ):
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
