"""What an outcome does beside closing its attempt, and how all of it is taken back. Nothing is deleted."""

from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from bot.services import promises
from bot.services.facts import HOLDING
from policy.vocabulary import OUTCOMES, Outcome, SuppressionSource
from storage.models import Attempt, Contact, Hold, Suppression
from storage.queries import callbacks, compliance, contacts


@dataclass(slots=True)
class Reach:
    """Every number and person whose contacts must be decided again."""

    numbers: set[str] = field(default_factory=set)
    persons: set[int] = field(default_factory=set)

    @classmethod
    def of(cls, attempt: Attempt) -> "Reach":
        return cls({attempt.number}, set() if attempt.person_id is None else {attempt.person_id})


def apply(session: Session, attempt: Attempt, by: int, at: datetime, promise: promises.Promise | None) -> Reach:
    """Do what the attempt's outcome does. `by`: the agent who says so."""
    outcome, reach = attempt.outcome, Reach.of(attempt)
    contact = None if attempt.contact_id is None else session.get_one(Contact, attempt.contact_id)
    promises.keep_promises(session, attempt, at)
    if outcome is None:
        return reach
    if OUTCOMES[outcome].is_final and contact is not None:
        _finish(session, attempt, contact, outcome, at)
    if OUTCOMES[outcome].closes_number:
        _close_number(session, attempt, outcome, reach, at)
    if outcome is Outcome.DO_NOT_CALL and not compliance.suppressions_by(session, attempt.id or 0):
        suppress(
            session,
            Stop(attempt.organisation_id, attempt.number, attempt.person_id, attempt.principal),
            by,
            at,
            attempt,
        )
    if outcome in HOLDING and contact is not None:
        _hold(session, contact, outcome, by, at, attempt)
    if promise is not None and contact is not None:
        promises.agree(session, attempt, contact, promise, at)
    return reach


def take_back(session: Session, attempt: Attempt, by: int, at: datetime, *, lifts_stop: bool) -> Reach:
    """Take back everything the attempt's outcome did; a request to stop only where `lifts_stop`."""
    attempt_id, reach = attempt.id or 0, Reach.of(attempt)
    promises.take_back(session, attempt, at)
    if lifts_stop:
        for suppression in compliance.suppressions_by(session, attempt_id):
            suppression.withdrawn_at, suppression.withdrawn_because = at, "the outcome was taken back"
    for hold in compliance.holds_by(session, attempt_id):
        hold.lifted_at, hold.lifted_by, hold.lifted_because = at, by, "the outcome was taken back"
    _open_numbers(session, attempt, reach)
    contact = None if attempt.contact_id is None else session.get_one(Contact, attempt.contact_id)
    if contact is not None and contact.finished_attempt_id == attempt_id:
        contact.finished_at, contact.finished_because, contact.finished_attempt_id = None, "", None
    session.flush()
    return reach


@dataclass(frozen=True, slots=True)
class Stop:
    """A request to stop: what it binds. Empty principal: the whole organisation."""

    organisation_id: int
    number: str
    person_id: int | None
    principal: str
    note: str = ""


def suppress(session: Session, stop: Stop, by: int | None, at: datetime, attempt: Attempt | None) -> int:
    """Stop the number and the person, each on its own, and cancel what was promised. Answers how many promises that were."""
    bound: list[tuple[str, int | None]] = [(stop.number, None)]
    if stop.person_id is not None:
        bound.append(("", stop.person_id))
    for number, person_id in bound:
        session.add(
            Suppression(
                organisation_id=stop.organisation_id,
                number=number,
                person_id=person_id,
                principal=stop.principal,
                source=SuppressionSource.REQUEST,
                note=stop.note,
                since=at,
                recorded_by=by,
                attempt_id=None if attempt is None else attempt.id,
            )
        )
    persons = [] if stop.person_id is None else [stop.person_id]
    promised = callbacks.open_to(session, stop.organisation_id, [stop.number], persons)
    bindings = [one for one in promised if stop.principal in ("", one.principal)]
    for callback in bindings:
        promises.cancel(session, callback, at, attempt)
    return len(bindings)


def _finish(session: Session, attempt: Attempt, contact: Contact, outcome: Outcome, at: datetime) -> None:
    contact.finished_at, contact.finished_because, contact.finished_attempt_id = at, outcome.value, attempt.id
    for callback in callbacks.open_on_contacts(session, [contact.id or 0]):
        promises.cancel(session, callback, at, attempt)


def _close_number(session: Session, attempt: Attempt, outcome: Outcome, reach: Reach, at: datetime) -> None:
    """A dead number is dead for everybody; a wrong one leaves the person it was thought to belong to."""
    for row in compliance.persons_at(session, attempt.organisation_id, attempt.number):
        is_meant = outcome is Outcome.NOT_IN_SERVICE or row.person_id == attempt.person_id
        if is_meant and row.closed_at is None:
            row.closed_at, row.closed_because, row.closed_attempt_id = at, outcome.value, attempt.id
            reach.persons.add(row.person_id)
    _ring_next(session, attempt.organisation_id, reach)


def _open_numbers(session: Session, attempt: Attempt, reach: Reach) -> None:
    for row in compliance.closed_by(session, attempt.id or 0):
        row.closed_at, row.closed_because, row.closed_attempt_id = None, "", None
        reach.persons.add(row.person_id)
    _ring_next(session, attempt.organisation_id, reach)


def _ring_next(session: Session, organisation_id: int, reach: Reach) -> None:
    """Every contact of the persons rings the first of their numbers that is open, or none."""
    session.flush()
    first: dict[int, str] = {}
    for row in compliance.numbers_of(session, reach.persons):
        if row.closed_at is None:
            first.setdefault(row.person_id, row.number)
    for contact in contacts.sharing(session, organisation_id, (), reach.persons):
        contact.number = first.get(contact.person_id)
    reach.numbers.update(first.values())


def _hold(session: Session, contact: Contact, outcome: Outcome, by: int, at: datetime, attempt: Attempt) -> None:
    session.add(
        Hold(
            organisation_id=contact.organisation_id,
            contact_id=contact.id or 0,
            reason=outcome.value,
            placed_at=at,
            placed_by=by,
            attempt_id=attempt.id,
        )
    )
