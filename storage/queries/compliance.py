"""Stops, holds, overrides and stored decisions."""

from collections.abc import Collection, Sequence

from sqlmodel import Session, col, select

from storage.models import Agent, Contact, DecisionRecord, Hold, Override, PersonNumber, Suppression
from storage.queries.about import about


def suppressions_on(
    session: Session, organisation_id: int, numbers: Collection[str], person_ids: Collection[int]
) -> Sequence[Suppression]:
    """Every suppression of the numbers and persons, withdrawn ones too."""
    return session.exec(select(Suppression).where(about(Suppression, organisation_id, numbers, person_ids))).all()


def suppressions_by(session: Session, attempt_id: int) -> Sequence[Suppression]:
    """The suppressions in force that were said of one attempt, whoever said so."""
    return session.exec(
        select(Suppression).where(Suppression.attempt_id == attempt_id, col(Suppression.withdrawn_at).is_(None))
    ).all()


def holds_on(session: Session, contact_ids: Collection[int]) -> Sequence[Hold]:
    """Every hold on the contacts, lifted ones too."""
    return session.exec(select(Hold).where(col(Hold.contact_id).in_(contact_ids)).order_by(col(Hold.id))).all()


def holds_of_persons(session: Session, organisation_id: int, person_ids: Collection[int]) -> Sequence[tuple[Hold, int]]:
    """Every hold on any contact of the persons, lifted ones too, with the person."""
    return session.exec(
        select(Hold, Contact.person_id)
        .join(Contact, col(Contact.id) == col(Hold.contact_id))
        .where(Contact.organisation_id == organisation_id, col(Contact.person_id).in_(person_ids))
        .order_by(col(Hold.id))
    ).all()


def holds_by(session: Session, attempt_id: int) -> Sequence[Hold]:
    """The holds in force that were placed by an outcome of one attempt, whoever said so."""
    return session.exec(select(Hold).where(Hold.attempt_id == attempt_id, col(Hold.lifted_at).is_(None))).all()


def overrides_on(session: Session, contact_ids: Collection[int]) -> Sequence[tuple[Override, str]]:
    """Every override on the contacts, in the order approved, with the name of who approved it."""
    return session.exec(
        select(Override, Agent.name)
        .join(Agent, col(Agent.id) == col(Override.approved_by))
        .where(col(Override.contact_id).in_(contact_ids))
        .order_by(col(Override.id))
    ).all()


def decision_of_lease(session: Session, lease_id: int) -> DecisionRecord | None:
    """The newest decision stored for a lease."""
    return session.exec(
        select(DecisionRecord).where(DecisionRecord.lease_id == lease_id).order_by(col(DecisionRecord.id).desc())
    ).first()


def numbers_of(session: Session, person_ids: Collection[int]) -> Sequence[PersonNumber]:
    """Every number of the persons, closed ones too, in the order they are rung."""
    return session.exec(
        select(PersonNumber)
        .where(col(PersonNumber.person_id).in_(person_ids))
        .order_by(col(PersonNumber.rank), col(PersonNumber.id))
    ).all()


def persons_at(session: Session, organisation_id: int, number: str) -> Sequence[PersonNumber]:
    """Who may be reached at a number, closed or not."""
    return session.exec(
        select(PersonNumber)
        .where(PersonNumber.organisation_id == organisation_id, PersonNumber.number == number)
        .order_by(col(PersonNumber.id))
    ).all()


def closed_by(session: Session, attempt_id: int) -> Sequence[PersonNumber]:
    """The numbers that one attempt's outcome closed."""
    return session.exec(select(PersonNumber).where(PersonNumber.closed_attempt_id == attempt_id)).all()
