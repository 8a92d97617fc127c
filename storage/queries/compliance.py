"""Suppressions, holds, overrides and stored decisions."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, and_
from sqlmodel import Session, col, select

from policy.vocabulary import Verdict
from storage.database.rows import every, first_of, is_about
from storage.models.compliance import DecisionRecord, Hold, MistakenStop, Override, Suppression
from storage.models.people import Agent
from storage.models.work import Campaign, Contact, PersonNumber


def suppressions_on(
    session: Session, organisation_id: int, numbers: Collection[str], person_ids: Collection[int]
) -> Sequence[Suppression]:
    """Every suppression of the numbers and persons, including withdrawn ones."""
    return every(session, Suppression, is_about(Suppression, organisation_id, numbers, person_ids))


def suppressions_by(session: Session, attempt_id: int) -> Sequence[Suppression]:
    """The suppressions in force that came from statements about one attempt, made by anyone."""
    return every(session, Suppression, Suppression.attempt_id == attempt_id, col(Suppression.withdrawn_at).is_(None))


def suppressions_said_with(session: Session, organisation_id: int, suppression_id: int) -> Sequence[Suppression]:
    """A suppression recorded outside any call, and those that the same person recorded at the same moment."""
    one = session.get(Suppression, suppression_id)
    if one is None or one.organisation_id != organisation_id or one.attempt_id is not None:
        return ()
    by = col(Suppression.recorded_by).is_not_distinct_from(one.recorded_by), Suppression.told_by == one.told_by
    then = Suppression.since == one.since, Suppression.source == one.source, col(Suppression.attempt_id).is_(None)
    return every(session, Suppression, Suppression.organisation_id == organisation_id, *by, *then)


def holds_on(session: Session, contact_ids: Collection[int]) -> Sequence[Hold]:
    """Every hold on the contacts, including lifted ones."""
    return every(session, Hold, col(Hold.contact_id).in_(contact_ids))


def holds_of_persons(session: Session, organisation_id: int, person_ids: Collection[int]) -> Sequence[tuple[Hold, int]]:
    """Every hold on any contact of the persons, including lifted ones, with the person's id."""
    return session.exec(
        select(Hold, Contact.person_id)
        .join(Contact, col(Contact.id) == col(Hold.contact_id))
        .where(Contact.organisation_id == organisation_id, col(Contact.person_id).in_(person_ids))
        .order_by(col(Hold.id))
        .execution_options(populate_existing=True)
    ).all()


def holds_said_in(session: Session, attempt_id: int) -> Sequence[Hold]:
    """Every hold that an outcome of one attempt placed, oldest first, including lifted ones."""
    return every(session, Hold, Hold.attempt_id == attempt_id)


def overrides_on(session: Session, contact_ids: Collection[int]) -> Sequence[tuple[Override, str]]:
    """Every override on the contacts, in order of approval, with the approver's name."""
    return session.exec(
        select(Override, Agent.name)
        .join(Agent, col(Agent.id) == col(Override.approved_by))
        .where(col(Override.contact_id).in_(contact_ids))
        .order_by(col(Override.id))
    ).all()


def decision_of_lease(session: Session, lease_id: int) -> DecisionRecord | None:
    """The newest decision stored for a lease."""
    return first_of(session, DecisionRecord, DecisionRecord.lease_id == lease_id, by=col(DecisionRecord.id).desc())


def decision_with_names(
    session: Session, organisation_id: int, decision_id: int
) -> tuple[DecisionRecord, str, str] | None:
    """A stored decision, with the names of its agent and campaign, if it has them."""
    which = and_(col(DecisionRecord.organisation_id) == organisation_id, col(DecisionRecord.id) == decision_id)
    return next(iter(_decisions(session, which, 1)), None)


def decisions_about(
    session: Session, organisation_id: int, number: str, most: int
) -> Sequence[tuple[DecisionRecord, str, str]]:
    """The newest stored decisions about contacts of the persons at a number, newest first, with the same names."""
    persons = select(PersonNumber.person_id).where(
        PersonNumber.organisation_id == organisation_id, PersonNumber.number == number
    )
    about = select(Contact.id).where(Contact.organisation_id == organisation_id, col(Contact.person_id).in_(persons))
    return _decisions(session, col(DecisionRecord.contact_id).in_(about), most)


def calls_allowed_since(session: Session, since: datetime, last_id: int, most: int) -> Sequence[DecisionRecord]:
    """Stored decisions that allowed Call, from a moment on, in order of id after `last_id`."""
    later = col(DecisionRecord.id) > last_id, DecisionRecord.at >= since
    allowed = DecisionRecord.asked_for == "call", DecisionRecord.verdict == Verdict.CALLABLE
    return every(session, DecisionRecord, *later, *allowed, most=most)


def _decisions(session: Session, which: ColumnElement[bool], most: int) -> Sequence[tuple[DecisionRecord, str, str]]:
    return session.exec(
        select(DecisionRecord, Agent.name, Campaign.name)
        .outerjoin(Agent, col(Agent.id) == col(DecisionRecord.agent_id))
        .outerjoin(Campaign, col(Campaign.id) == col(DecisionRecord.campaign_id))
        .where(which)
        .order_by(col(DecisionRecord.at).desc(), col(DecisionRecord.id).desc())
        .limit(most)
    ).all()


def numbers_of(session: Session, person_ids: Collection[int]) -> Sequence[PersonNumber]:
    """Every number of the persons, including closed ones, in the order they are called."""
    return every(session, PersonNumber, col(PersonNumber.person_id).in_(person_ids), by=col(PersonNumber.rank))


def persons_at(session: Session, organisation_id: int, number: str) -> Sequence[PersonNumber]:
    """The persons at a number, closed or not."""
    return every(session, PersonNumber, PersonNumber.organisation_id == organisation_id, PersonNumber.number == number)


def open_claim(session: Session, suppression_id: int, asked_by: str) -> MistakenStop | None:
    """A person's claim that a stop is a mistake, if nobody has decided it."""
    theirs = MistakenStop.suppression_id == suppression_id, MistakenStop.asked_by == asked_by
    return first_of(session, MistakenStop, *theirs, col(MistakenStop.decided_at).is_(None))


def open_holds(session: Session, organisation_id: int, most: int) -> Sequence[tuple[Hold, int]]:
    """Holds not yet lifted, oldest first, with the person's id."""
    return session.exec(
        select(Hold, Contact.person_id)
        .join(Contact, col(Contact.id) == col(Hold.contact_id))
        .where(col(Hold.lifted_at).is_(None), Hold.organisation_id == organisation_id)
        .order_by(col(Hold.placed_at), col(Hold.id))
        .limit(most)
    ).all()


def contacts_held(
    session: Session, campaigns: Collection[int], which: ColumnElement[bool], most: int | None = None
) -> Sequence[Contact]:
    """The held contacts of the campaigns that meet a condition."""
    is_held = Contact.verdict == Verdict.HELD, col(Contact.finished_at).is_(None)
    return every(session, Contact, col(Contact.campaign_id).in_(campaigns), *is_held, which, most=most)
