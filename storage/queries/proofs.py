"""What is on record about persons and numbers that allows or forbids a call."""

from collections.abc import Collection, Sequence
from typing import TypeVar

from sqlalchemy import ColumnElement, exists, func, or_
from sqlmodel import Session, col, select

from storage.models import (
    CallRequest,
    Consent,
    Contact,
    ContactList,
    PersonalHours,
    PersonNumber,
    Relationship,
    Screening,
    Withdrawal,
)

OfPerson = TypeVar("OfPerson", Consent, Withdrawal, Relationship, CallRequest, PersonalHours)


def screenings_of(session: Session, organisation_id: int, numbers: Collection[str]) -> Sequence[Screening]:
    """Every screening of the numbers, oldest first."""
    return session.exec(
        select(Screening)
        .where(Screening.organisation_id == organisation_id, col(Screening.number).in_(numbers))
        .order_by(col(Screening.obtained_at), col(Screening.id))
    ).all()


def of_persons(
    session: Session, kind: type[OfPerson], organisation_id: int, person_ids: Collection[int]
) -> Sequence[OfPerson]:
    """Every row of one kind about the persons, in the order written."""
    return session.exec(
        select(kind)
        .where(kind.organisation_id == organisation_id, col(kind.person_id).in_(person_ids))
        .order_by(col(kind.id))
    ).all()


def lists(session: Session, list_ids: Collection[int]) -> Sequence[ContactList]:
    """The lists, with their legal basis."""
    return session.exec(select(ContactList).where(col(ContactList.id).in_(list_ids))).all()


def count_numbers(session: Session, organisation_id: int, campaign_id: int | None, prefixes: Collection[str]) -> int:
    """How many distinct stored numbers begin with one of the prefixes."""
    found = select(func.count(func.distinct(col(PersonNumber.number))))
    return session.exec(found.where(*_are_meant(organisation_id, campaign_id, prefixes))).one()


def numbers_after(
    session: Session, organisation_id: int, campaign_id: int | None, prefixes: Collection[str], last: str, most: int
) -> list[str]:
    """The next of those numbers in order, for a walk through all of them, in one campaign or in the organisation."""
    found = select(PersonNumber.number).where(
        *_are_meant(organisation_id, campaign_id, prefixes), col(PersonNumber.number) > last
    )
    return list(session.exec(found.distinct().order_by(col(PersonNumber.number)).limit(most)))


def _are_meant(
    organisation_id: int, campaign_id: int | None, prefixes: Collection[str]
) -> tuple[ColumnElement[bool], ...]:
    begins = or_(*(col(PersonNumber.number).startswith(prefix, autoescape=True) for prefix in prefixes))
    # + 0: use the index by number, although statistics say that the organisation owns nearly every row.
    meant = (col(PersonNumber.organisation_id) + 0 == organisation_id, begins)
    if campaign_id is None:
        return meant
    is_in = col(Contact.person_id) == col(PersonNumber.person_id)
    return (*meant, exists().where(is_in, col(Contact.campaign_id) == campaign_id))
