"""Deletes names and notes older than the retention term. Rows stay: rules count them and they prove a day."""

from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, String, cast, exists, func, literal, update
from sqlmodel import Session, col, select

from policy.vocabulary import Outcome
from storage.database import apply_change
from storage.log import forget_salts
from storage.models import (
    Attempt,
    CallRequest,
    Consent,
    Contact,
    ContactDetails,
    OutcomeRecord,
    Person,
    PersonalHours,
    PersonMerge,
    Relationship,
    RetentionRun,
    Suppression,
    Withdrawal,
)
from storage.queries.about import is_free, is_within

# A rule or a proof may need the person, however old the outcome: people with one of these keep their name.
BINDING = (Outcome.REFUSED, Outcome.DO_NOT_CALL, Outcome.WRONG_NUMBER, Outcome.COMPLAINT, Outcome.VULNERABLE)
_PROOFS = (Suppression, Consent, Withdrawal, Relationship, CallRequest, PersonalHours)


def people_after(session: Session, organisation_id: int, before: datetime, last_id: int, most: int) -> Sequence[int]:
    """Ids of named people with no activity since `before` and nothing pending, in order of id."""
    found = select(col(Person.id)).where(*_of_people(organisation_id, before), col(Person.id) > last_id)
    return [one or 0 for one in session.exec(found.order_by(col(Person.id)).limit(most))]


def how_many_people(session: Session, organisation_id: int, before: datetime) -> int:
    found = select(func.count()).select_from(Person)
    return session.exec(found.where(*_of_people(organisation_id, before))).one()


def forget_people(session: Session, person_ids: Sequence[int]) -> None:
    """Delete the people's names, what else lists said of them, and the keys by which an import would recognise them."""
    key = literal("forgotten:") + cast(col(Person.id), String)
    session.execute(update(Person).where(col(Person.id).in_(person_ids)).values(name="", key=key))
    session.execute(update(Contact).where(col(Contact.person_id).in_(person_ids)).values(name=""))
    session.execute(update(ContactDetails).where(col(ContactDetails.person_id).in_(person_ids)).values(cells=""))
    of_lists = update(PersonMerge).where(col(PersonMerge.person_id).in_(person_ids))
    session.execute(of_lists.values(name="", reference=""))
    merged = session.exec(select(col(PersonMerge.id)).where(col(PersonMerge.person_id).in_(person_ids)))
    forget_salts(session, {PersonMerge: [one or 0 for one in merged]})


def notes_after(session: Session, organisation_id: int, before: datetime, last_id: int, most: int) -> Sequence[int]:
    """Ids of outcomes with a note or answers, recorded before a moment, in order of id."""
    found = select(col(OutcomeRecord.id)).where(*_of_notes(organisation_id, before), col(OutcomeRecord.id) > last_id)
    return [one or 0 for one in session.exec(found.order_by(col(OutcomeRecord.id)).limit(most))]


def how_many_notes(session: Session, organisation_id: int, before: datetime) -> int:
    found = select(func.count()).select_from(OutcomeRecord)
    return session.exec(found.where(*_of_notes(organisation_id, before))).one()


def forget_notes(session: Session, outcome_ids: Sequence[int]) -> None:
    session.execute(update(OutcomeRecord).where(col(OutcomeRecord.id).in_(outcome_ids)).values(note="", answers=""))
    forget_salts(session, {OutcomeRecord: outcome_ids})


def run_of(session: Session, organisation_id: int, on: date) -> RetentionRun | None:
    return session.exec(
        select(RetentionRun).where(RetentionRun.organisation_id == organisation_id, RetentionRun.on_date == on)
    ).first()


def take(session: Session, run_id: int, at: datetime, taken_before: datetime) -> bool:
    """Take the run. True for one process only; a run whose process died is taken over."""
    is_open = col(RetentionRun.finished_at).is_(None) & is_free(RetentionRun, taken_before)
    taking = update(RetentionRun).where(col(RetentionRun.id) == run_id, is_open).values(taken_at=at)
    return apply_change(session, taking) == 1


def finished_in(session: Session, organisation_id: int, since: datetime, until: datetime) -> Sequence[RetentionRun]:
    return session.exec(
        select(RetentionRun)
        .where(
            RetentionRun.organisation_id == organisation_id,
            is_within(RetentionRun.finished_at, since, until),
        )
        .order_by(col(RetentionRun.id))
    ).all()


def _of_people(organisation_id: int, before: datetime) -> list[ColumnElement[bool]]:
    theirs = col(Contact.person_id) == col(Person.id)
    is_open = exists().where(theirs, col(Contact.finished_at).is_(None) | (col(Contact.finished_at) >= before))
    is_rung_or_bound = exists().where(
        col(Attempt.organisation_id) == organisation_id,
        col(Attempt.person_id) == col(Person.id),
        (col(Attempt.opened_at) >= before) | col(Attempt.outcome).in_(BINDING),
    )
    proofs = [
        ~exists().where(kind.organisation_id == organisation_id, col(kind.person_id) == col(Person.id))  # type: ignore[arg-type]
        for kind in _PROOFS
    ]
    named = (col(Person.organisation_id) == organisation_id, col(Person.name) != "")
    return [*named, exists().where(theirs), ~is_open, ~is_rung_or_bound, *proofs]


def _of_notes(organisation_id: int, before: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(OutcomeRecord.organisation_id) == organisation_id,
        col(OutcomeRecord.recorded_at) < before,
        (col(OutcomeRecord.note) != "") | (col(OutcomeRecord.answers) != ""),
    )
