"""Deletes names and notes older than the retention term. Rows stay: rules count them and they prove a day."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import ColumnElement, String, cast, exists, literal, or_, update
from sqlmodel import Session, col, select

from policy.vocabulary import HOLDING, STOPPING, WRONG_PERSON, Outcome
from storage.database.rows import count_of, every, is_within
from storage.log.changes import forget_salts
from storage.log.statements import STATED
from storage.models import Attempt, Contact, OutcomeRecord, Person, RetentionRun, Suppression, columns_that, every_table

# A rule or a proof may need the person, however old the outcome: people with one of these keep their name.
BINDING = (*(one for one in Outcome if one.meaning.is_refusal), *STOPPING, *HOLDING, *WRONG_PERSON)
_NOTES = columns_that(OutcomeRecord, "forgotten", True)
_TABLES: tuple[Any, ...] = every_table()
_OF_PEOPLE = [one for one in _TABLES if columns_that(one, "forgotten", True) and one is not OutcomeRecord]
_OF_PERSON = [one for one in _TABLES if hasattr(one, "person_id")]
_PROOFS = [Suppression, *(one for one in _OF_PERSON if getattr(one.__about__, "is_proof", False))]


What = Literal["people", "notes"]


def ids_after(
    session: Session, what: What, organisation_id: int, before: datetime, last_id: int, most: int
) -> Sequence[int]:
    """In order of id: named people with no activity since `before` and nothing pending; or outcomes with a note or
    answers, recorded before it."""
    table, which = _meant(what, organisation_id, before)
    found = select(table.id).where(*which, table.id > last_id).order_by(table.id).limit(most)
    return session.exec(found).all()


def how_many(session: Session, what: What, organisation_id: int, before: datetime) -> int:
    table, which = _meant(what, organisation_id, before)
    return count_of(session, table, *which)


def forget(session: Session, what: What, ids: Sequence[int]) -> None:
    """Delete the notes; or the people's names, what else lists said of them, and the keys that imports know them by."""
    if what == "notes":
        of_notes = update(OutcomeRecord).where(col(OutcomeRecord.id).in_(ids))
        session.execute(of_notes.values(dict.fromkeys(_NOTES, "")))
        forget_salts(session, {OutcomeRecord: ids})
        return
    for table in _OF_PEOPLE:
        theirs = col(table.id if table is Person else table.person_id).in_(ids)
        emptied: dict[str, Any] = dict.fromkeys(columns_that(table, "forgotten", True), "")
        if table is Person:
            emptied["key"] = literal("forgotten:") + cast(col(Person.id), String)
        session.execute(update(table).where(theirs).values(emptied))
        if any(one.table is table and one.is_forgotten for one in STATED):
            forget_salts(session, {table: session.exec(select(table.id).where(theirs)).all()})


def finished_in(session: Session, organisation_id: int, since: datetime, until: datetime) -> Sequence[RetentionRun]:
    ours = RetentionRun.organisation_id == organisation_id
    return every(session, RetentionRun, ours, is_within(RetentionRun.finished_at, since, until))


def _meant(what: What, organisation_id: int, before: datetime) -> tuple[Any, Sequence[ColumnElement[bool]]]:
    if what == "notes":
        has_note = or_(*(getattr(OutcomeRecord, name) != "" for name in _NOTES))
        ours = col(OutcomeRecord.organisation_id) == organisation_id
        return OutcomeRecord, [ours, col(OutcomeRecord.recorded_at) < before, has_note]
    theirs = col(Contact.person_id) == col(Person.id)
    is_open = exists().where(theirs, col(Contact.finished_at).is_(None) | (col(Contact.finished_at) >= before))
    is_rung_or_bound = exists().where(
        col(Attempt.organisation_id) == organisation_id,
        col(Attempt.person_id) == col(Person.id),
        (col(Attempt.opened_at) >= before) | col(Attempt.outcome).in_(BINDING),
    )
    proven = [(one.organisation_id == organisation_id, col(one.person_id) == col(Person.id)) for one in _PROOFS]
    proofs = [~exists().where(*which) for which in proven]
    named = (col(Person.organisation_id) == organisation_id, col(Person.name) != "")
    return Person, [*named, exists().where(theirs), ~is_open, ~is_rung_or_bound, *proofs]
