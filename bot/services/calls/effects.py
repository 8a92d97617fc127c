"""Applies what an outcome does besides closing its attempt, and takes it back. Nothing is deleted.

Another call or a stop that stands ends a callback. Where that is taken back, the next one does, or none.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from bot.services.calls import callback_changes, statements
from bot.services.calls.callback_changes import CANCELLED, KEPT, LIFTED, SUPERSEDED, UNDONE
from bot.services.calls.statements import is_in_force
from bot.services.deciding import refresh
from bot.services.local_time import date_in
from policy.vocabulary import WRONG_PERSON, Outcome
from storage.models import Attempt, Callback, Contact, ContactList, PersonNumber, ReopenedNumber, Suppression
from storage.queries import attempts, callbacks, compliance, contacts, lists, reminders


class _End(NamedTuple):
    at: datetime
    because: str
    attempt_id: int | None


def settle(session: Session, ended: Collection[Callback], at: datetime, without: int = 0) -> Sequence[Callback]:
    """Reopen callbacks whose end was taken back; those that something else ends, end by that. Returns the reopened.

    `without`: an attempt that is being corrected; what it does to callbacks follows.
    """
    session.flush()
    reopened = []
    for callback in sorted(ended, key=lambda one: one.id or 0):
        end = _end_of(session, callback, at, without)
        if end is None:
            callback_changes.reopen(session, [callback])
            reopened.append(callback)
        else:
            callback.closed_at, callback.closed_because, callback.closed_attempt_id = end
            session.add(callback)
        session.flush()
    return reopened


def end_stopped(session: Session, callback: Callback, at: datetime) -> None:
    """End an open callback that a stop forbids, for as long as the stop stands."""
    end = _stop_on(session, callback, at)
    if end is not None:
        callback.closed_at, callback.closed_because, callback.closed_attempt_id = end


def reopen_unstopped(session: Session, gone: Sequence[Suppression], at: datetime) -> Sequence[Callback]:
    """Reopen the callbacks that these stops ended and nothing else ends. Returns them."""
    if not gone:
        return ()
    organisation_id, since = gone[0].organisation_id, min(one.since for one in gone)
    numbers = {one.number for one in gone if one.number}
    persons = {one.person_id for one in gone if one.person_id is not None}
    principals = {one.principal for one in gone}
    found = callbacks.cancelled_since(session, organisation_id, numbers, persons, since)
    return settle(session, [one for one in found if principals & {"", one.principal}], at)


def _end_of(session: Session, callback: Callback, at: datetime, without: int) -> _End | None:
    return (
        _newer_than(session, callback)
        or _call_that_kept(session, callback, without)
        or _finish_of(session, callback, without)
        or _stop_on(session, callback, at)
    )


def _newer_than(session: Session, callback: Callback) -> _End | None:
    """A later agreement with the person for the same principal."""
    for one in callbacks.callbacks_on(session, [callback.person_id]):
        is_later = (one.asked_at, one.id or 0) > (callback.asked_at, callback.id or 0)
        if is_later and one.principal == callback.principal and one.closed_because not in (UNDONE, LIFTED):
            return _End(one.asked_at, SUPERSEDED, one.attempt_id)
    return None


def _call_that_kept(session: Session, callback: Callback, without: int) -> _End | None:
    """The first that Nextcall knew of: before a call was found, only the phone system did."""
    made = attempts.attempts_on(session, callback.organisation_id, (), [callback.person_id])
    kept = [
        _End(one.found_at or one.opened_at, KEPT, one.id)
        for one in made
        if one.id != without and callback_changes.is_kept_by(callback, one)
    ]
    return min(kept, key=lambda one: one.at, default=None)


def _finish_of(session: Session, callback: Callback, without: int) -> _End | None:
    """The outcome that finished the contact; or that it was withdrawn with its list, or erased."""
    contact = session.get_one(Contact, callback.contact_id)
    if contact.finished_at is None or contact.finished_attempt_id == without:
        return None
    if contact.finished_attempt_id is not None:
        is_since = contact.finished_at >= callback.asked_at
        return _End(contact.finished_at, CANCELLED, contact.finished_attempt_id) if is_since else None
    waits = contact.finished_because.startswith((lists.PAUSED, lists.EXPIRED))  # a callback outlasts these
    return None if waits else _End(callback.closed_at or contact.finished_at, CANCELLED, None)


def _stop_on(session: Session, callback: Callback, at: datetime) -> _End | None:
    contact = session.get_one(Contact, callback.contact_id)
    numbers = [contact.number] if contact.number else []
    for one in compliance.suppressions_on(session, callback.organisation_id, numbers, [callback.person_id]):
        if is_in_force(one, at) and one.principal in ("", callback.principal):
            return _End(max(one.since, callback.asked_at), CANCELLED, one.attempt_id)
    return None


@dataclass(slots=True)
class Reach:
    """Numbers and persons whose contacts must be decided again."""

    organisation_id: int
    numbers: set[str] = field(default_factory=set)
    persons: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, session: Session, attempt: Attempt) -> "Reach":
        persons = set() if attempt.person_id is None else {attempt.person_id, *attempts.sharers(session, attempt)}
        return cls(attempt.organisation_id, {attempt.number}, persons)

    @property
    def touched(self) -> refresh.Touched:
        return refresh.Touched(self.organisation_id, frozenset(self.numbers), frozenset(self.persons))


def apply(
    session: Session,
    attempt: Attempt,
    by: int | None,
    at: datetime,
    callback: callback_changes.NewCallback | None,
    reach: Reach,
) -> None:
    """Apply the outcome of an attempt. `by`: the agent who recorded it; None: it was recorded before, and stands
    again. `reach` grows by whom it concerns."""
    outcome = attempt.outcome
    contact = None if attempt.contact_id is None else session.get_one(Contact, attempt.contact_id)
    callback_changes.close_kept_callbacks(session, attempt, at)
    if outcome is None:
        return
    if outcome.meaning.is_final and contact is not None:
        _finish(session, attempt, contact, outcome, at)
    if outcome.meaning.closes_number:
        _close_number(session, attempt, outcome, reach, at)
    if by is not None:
        statements.store_statement(session, attempt, by, at)
    if callback is not None and contact is not None:
        agreed = callback_changes.agree_callback(session, attempt, contact, callback, at)
        end_stopped(session, agreed, at)  # a correction may have reopened a stopped number


def take_back(session: Session, attempt: Attempt, by: int, at: datetime, ended: statements.Statements) -> Reach:
    """Take back everything the attempt's outcome did; of stops and holds, only those in `ended`.

    Where another statement says the same, it stands: of finished contacts, closed numbers and callbacks alike.
    """
    attempt_id, reach = attempt.id or 0, Reach.of(session, attempt)
    sharers = [one for one in reach.persons if one != attempt.person_id]
    closed = callback_changes.take_back(session, attempt, at)
    statements.take_back(ended, by, at)
    _open_numbers(session, attempt, reach, at)
    contact = attempts.contact_of(session, attempt)
    finished = [] if contact is None else [contact]
    if sharers:
        finished += contacts.contacts_sharing(session, attempt.organisation_id, (), sharers)
    opened = []
    for contact in finished:
        if contact.finished_attempt_id == attempt_id:
            finish_otherwise(session, contact, attempt, at)
            opened += [contact.id or 0] if contact.finished_at is None else []
    session.flush()
    reminders.reopen_closed(session, opened, at)  # those that the outcome had dropped
    settle(session, closed, at, attempt_id)
    reopen_unstopped(session, ended.stops, at)
    return reach


def end_statements(session: Session, attempt: Attempt, by: int, at: datetime, ended: statements.Statements) -> Reach:
    """End a person's stops and holds; the attempt's outcome stays as it is."""
    statements.take_back(ended, by, at)
    reopen_unstopped(session, ended.stops, at)
    return Reach.of(session, attempt)


def _finish(session: Session, attempt: Attempt, contact: Contact, outcome: Outcome, at: datetime) -> None:
    if not _is_newest(session, attempt, contact):
        return
    contact.finished_at, contact.finished_because = attempt.closed_at or at, outcome.value
    contact.finished_attempt_id = attempt.id
    for callback in callbacks.open_on_contacts(session, [contact.id or 0]):
        callback_changes.cancel(session, callback, at, attempt)


def _is_newest(session: Session, attempt: Attempt, contact: Contact) -> bool:
    """Whether no later outcome finished the contact, and no erasure."""
    if contact.finished_at is None or contact.finished_because.startswith(lists.BY_LIST):
        return True
    if contact.finished_attempt_id is None:
        return False
    other = session.get_one(Attempt, contact.finished_attempt_id)
    return other.id == attempt.id or (other.closed_at or contact.finished_at) <= (attempt.closed_at or other.opened_at)


def finish_otherwise(session: Session, contact: Contact, without: Attempt, at: datetime) -> None:
    """Finish the contact by the newest other outcome that does so, or with its list; else it is open again."""
    final = [
        one
        for one in attempts.of_contact(session, contact)
        if one.id != without.id and one.outcome is not None and one.outcome.meaning.is_final
    ]
    newest = max(final, key=lambda one: (one.closed_at or one.opened_at, one.id or 0), default=None)
    if newest is not None:
        contact.finished_at, contact.finished_because = newest.closed_at, str(newest.outcome)
        contact.finished_attempt_id = newest.id
        return
    contact.finished_because, contact.finished_at = _closed_with_list(session, contact, at)
    contact.finished_attempt_id = None


def _closed_with_list(session: Session, contact: Contact, at: datetime) -> tuple[str, datetime | None]:
    """Why and since when the contact's list is closed; empty and None if it is worked."""
    because, since = lists.withdrawn_with(session, contact)
    if because:
        return because, since
    listed = session.get_one(ContactList, contact.list_id)
    if listed.paused_at is not None:
        return lists.PAUSED, at
    is_past = listed.expires_on is not None and listed.expires_on < date_in(lists.zone_of(session, contact.list_id), at)
    return (lists.EXPIRED, at) if is_past else ("", None)


def _close_number(session: Session, attempt: Attempt, outcome: Outcome, reach: Reach, at: datetime) -> None:
    """Close the number for every person, or, if it is another person's, only for whom it was called."""
    for row in compliance.persons_at(session, attempt.organisation_id, attempt.number):
        if _closes(attempt, row) and row.closed_at is None:
            row.closed_at, row.closed_because, row.closed_attempt_id = at, outcome.value, attempt.id
            reach.persons.add(row.person_id)
    _ring_next(session, attempt, reach, at)


def _closes(attempt: Attempt, row: PersonNumber) -> bool:
    """Whether the attempt's outcome closes the number for the row's person."""
    is_closing = attempt.outcome is not None and attempt.outcome.meaning.closes_number
    return is_closing and (attempt.outcome not in WRONG_PERSON or attempt.person_id == row.person_id)


def _open_numbers(session: Session, attempt: Attempt, reach: Reach, at: datetime) -> None:
    """Reopen the numbers this attempt closed, except where a later call closed them too."""
    for row in compliance.closed_by(session, attempt.id or 0):
        since = row.closed_at or at
        _note_reopened(session, attempt, row, since, at)
        row.closed_at, row.closed_because, row.closed_attempt_id = None, "", None
        known_since = row.known_since or since
        for other in attempts.attempts_on(session, attempt.organisation_id, [row.number], ()):
            said_at = other.closed_at
            if other.id != attempt.id and said_at is not None and said_at >= known_since and _closes(other, row):
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
