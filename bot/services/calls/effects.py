"""Applies what an outcome does besides closing its attempt, and takes it back. Nothing is deleted."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from bot.services.calls import callback_changes, statements
from policy.vocabulary import OUTCOMES, Outcome
from storage.models import Attempt, Contact, PersonNumber, ReopenedNumber
from storage.queries import attempts, callbacks, compliance, contacts


@dataclass(slots=True)
class Reach:
    """Numbers and persons whose contacts must be decided again."""

    numbers: set[str] = field(default_factory=set)
    persons: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, session: Session, attempt: Attempt) -> "Reach":
        persons = set() if attempt.person_id is None else {attempt.person_id, *attempts.sharers(session, attempt)}
        return cls({attempt.number}, persons)


def apply(
    session: Session, attempt: Attempt, by: int, at: datetime, callback: callback_changes.NewCallback | None
) -> Reach:
    """Apply the outcome of an attempt. `by`: the agent who recorded it."""
    outcome, reach = attempt.outcome, Reach.of(session, attempt)
    contact = None if attempt.contact_id is None else session.get_one(Contact, attempt.contact_id)
    callback_changes.close_kept_callbacks(session, attempt, at)
    if outcome is None:
        return reach
    if OUTCOMES[outcome].is_final and contact is not None:
        _finish(session, attempt, contact, outcome, at)
    if OUTCOMES[outcome].closes_number:
        _close_number(session, attempt, outcome, reach, at)
    statements.store_statement(session, attempt, by, at)
    if callback is not None and contact is not None:
        agreed = callback_changes.agree_callback(session, attempt, contact, callback, at)
        statements.cancel_stopped(session, [agreed], at, attempt)  # a correction may have reopened a stopped number
    return reach


def take_back(session: Session, attempt: Attempt, by: int, at: datetime, ended: statements.Statements) -> Reach:
    """Take back everything the attempt's outcome did; of stops and holds, only those in `ended`."""
    attempt_id, reach = attempt.id or 0, Reach.of(session, attempt)
    reopened = callback_changes.take_back(session, attempt, at)
    statements.take_back(ended, by, at)
    _open_numbers(session, attempt, reach, at)
    statements.cancel_stopped(session, reopened, at)
    contact = attempts.contact_of(session, attempt)
    finished = [] if contact is None else [contact]
    if sharers := attempts.sharers(session, attempt):
        finished += contacts.contacts_sharing(session, attempt.organisation_id, (), sharers)
    for contact in finished:
        if contact.finished_attempt_id == attempt_id:
            contact.finished_at, contact.finished_because, contact.finished_attempt_id = None, "", None
    session.flush()
    return reach


def _finish(session: Session, attempt: Attempt, contact: Contact, outcome: Outcome, at: datetime) -> None:
    contact.finished_at, contact.finished_because, contact.finished_attempt_id = at, outcome.value, attempt.id
    for callback in callbacks.open_on_contacts(session, [contact.id or 0]):
        callback_changes.cancel(session, callback, at, attempt)


def _close_number(session: Session, attempt: Attempt, outcome: Outcome, reach: Reach, at: datetime) -> None:
    """A number not in service closes for every person; a wrong number, only for the person it was called for."""
    for row in compliance.persons_at(session, attempt.organisation_id, attempt.number):
        if _closes(attempt, row) and row.closed_at is None:
            row.closed_at, row.closed_because, row.closed_attempt_id = at, outcome.value, attempt.id
            reach.persons.add(row.person_id)
    _ring_next(session, attempt, reach, at)


def _closes(attempt: Attempt, row: PersonNumber) -> bool:
    """Whether the attempt's outcome closes the number for the row's person."""
    is_theirs = attempt.person_id == row.person_id
    return attempt.outcome is Outcome.NOT_IN_SERVICE or (attempt.outcome is Outcome.WRONG_NUMBER and is_theirs)


def _open_numbers(session: Session, attempt: Attempt, reach: Reach, at: datetime) -> None:
    """Reopen the numbers this attempt closed, except where a later call closed them too."""
    for row in compliance.closed_by(session, attempt.id or 0):
        since = row.closed_at or at
        _note_reopened(session, attempt, row, since, at)
        row.closed_at, row.closed_because, row.closed_attempt_id = None, "", None
        for other in attempts.attempts_on(session, attempt.organisation_id, [row.number], ()):
            said_at = other.closed_at
            if other.id != attempt.id and said_at is not None and said_at >= since and _closes(other, row):
                row.closed_at, row.closed_because, row.closed_attempt_id = at, str(other.outcome), other.id
                break
        reach.persons.add(row.person_id)
    _ring_next(session, attempt, reach, at)


def _note_reopened(session: Session, attempt: Attempt, row: PersonNumber, since: datetime, at: datetime) -> None:
    session.add(
        ReopenedNumber(
            organisation_id=row.organisation_id,
            person_id=row.person_id,
            number=row.number,
            closed_at=since,
            closed_because=row.closed_because,
            attempt_id=attempt.id or 0,
            reopened_at=at,
        )
    )


def _ring_next(session: Session, attempt: Attempt, reach: Reach, at: datetime) -> None:
    """Give the persons' contacts their first open number, or none, and cancel callbacks if that number is stopped."""
    session.flush()
    first: dict[int, str] = {}
    for row in compliance.numbers_of(session, reach.persons):
        if row.closed_at is None:
            first.setdefault(row.person_id, row.number)
    moved = []
    for contact in contacts.contacts_sharing(session, attempt.organisation_id, (), reach.persons):
        if contact.number != first.get(contact.person_id):
            contact.number = first.get(contact.person_id)
            moved.append(contact.id or 0)
    if moved:
        statements.cancel_stopped(session, callbacks.open_on_contacts(session, moved), at, attempt)
    reach.numbers.update(first.values())
