"""Rows that are open, though something was said in a call that may finish or close them; by parts of a table."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, exists, func, or_
from sqlmodel import Session, col, select

from policy.vocabulary import Outcome
from storage.models import Attempt, Contact, PersonNumber, SharedAttempt
from storage.queries.about import every

_FINAL = [one for one in Outcome if one.meaning.is_final]
_CLOSING = [one for one in Outcome if one.meaning.closes_number]


def last_id(session: Session, table: type[Contact | PersonNumber]) -> int:
    """The id of a table's newest row; 0 if it is empty."""
    return session.exec(select(func.max(table.id))).one() or 0


def contacts_between(session: Session, after: int, until: int) -> Sequence[Contact]:
    """Of a part of the contacts, those open though a call that may be about them has a final outcome."""
    said_final = col(Attempt.outcome).in_(_FINAL)
    is_theirs = col(Attempt.person_id) == Contact.person_id
    of_person = exists().where(col(Attempt.organisation_id) == Contact.organisation_id, is_theirs, said_final)
    shared = exists().where(
        col(SharedAttempt.organisation_id) == Contact.organisation_id,
        col(SharedAttempt.person_id) == Contact.person_id,
        col(Attempt.id) == SharedAttempt.attempt_id,
        said_final,
    )
    is_open = and_(col(Contact.finished_at).is_(None), _is_between(Contact, after, until))
    return every(session, Contact, is_open, or_(of_person, shared))


def numbers_between(session: Session, after: int, until: int) -> Sequence[PersonNumber]:
    """Of a part of people's numbers, those open though a call to them found one dead or wrong."""
    called = exists().where(
        col(Attempt.organisation_id) == PersonNumber.organisation_id,
        col(Attempt.number) == PersonNumber.number,
        col(Attempt.outcome).in_(_CLOSING),
    )
    is_open = and_(col(PersonNumber.closed_at).is_(None), _is_between(PersonNumber, after, until))
    return every(session, PersonNumber, is_open, called)


def _is_between(table: type[Contact | PersonNumber], after: int, until: int) -> ColumnElement[bool]:
    return and_(col(table.id) > after, col(table.id) <= until)
