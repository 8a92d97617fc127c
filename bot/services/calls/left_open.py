"""Contacts that are open though a call finished them, and numbers that are open though a call closed them.

Earlier versions kept these columns by what was said last, not by what stands: when one of two who refused took that
back, the contact was open again. These are found and closed; nothing is opened. All is read in parts.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.services.calls import callback_changes, standing
from bot.services.calls.sync import dial_first_numbers, sync_finished
from bot.services.deciding import redecide_touched
from bot.services.deciding.refresh import Touched
from bot.services.deps import Deps
from bot.services.notices import tell_withdrawn
from bot.services.retries import retry_lost_turn
from storage.models import Attempt, Contact, PersonNumber
from storage.queries import attempts, contacts, left_open

Report = Callable[[int, int | None], None]  # rows read so far, and in all
_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class LeftOpen:
    """How many contacts and numbers are open, or were."""

    contacts: int
    numbers: int


def count(deps: Deps, report: Report) -> LeftOpen:
    """How many are open though what was said in calls closes them. Changes nothing."""
    found = list(_found(deps, report))
    in_contacts = sum(table is Contact for table, _ in found)
    return LeftOpen(in_contacts, len(found) - in_contacts)


def close(deps: Deps, report: Report) -> LeftOpen:
    """Finish and close them, each in a transaction of its own, and decide again whom that touches."""
    finished = closed = 0
    for table, row_id in _found(deps, report):
        if table is Contact:
            finished += _finish(deps, row_id)
        else:
            closed += _close(deps, row_id)
    return LeftOpen(finished, closed)


def _found(deps: Deps, report: Report) -> Iterator[tuple[type[Contact | PersonNumber], int]]:
    with deps.unit_of_work(is_read_only=True) as uow:
        last = {table: left_open.last_id(uow.session, table) for table in (Contact, PersonNumber)}
    done, total = 0, sum(last.values())
    for table, until in last.items():
        for after in range(0, until, _AT_ONCE):
            with deps.unit_of_work(is_read_only=True) as uow:
                found = _contacts(uow.session, after) if table is Contact else _numbers(uow.session, after)
            yield from ((table, one) for one in found)
            done += min(_AT_ONCE, until - after)
            report(done, total)


def _contacts(session: Session, after: int) -> list[int]:
    found = left_open.contacts_between(session, after, after + _AT_ONCE)
    return [one.id or 0 for one in found if standing.finishing(attempts.of_contact(session, one)) is not None]


def _numbers(session: Session, after: int) -> list[int]:
    found = left_open.numbers_between(session, after, after + _AT_ONCE)
    return [one.id or 0 for one in found if _closing(session, one)]


def _closing(session: Session, row: PersonNumber) -> list[Attempt]:
    shared = attempts.shared_with(session, [row.person_id])[row.person_id]
    return standing.closing(row, attempts.attempts_on(session, row.organisation_id, [row.number], ()), shared)


@retry_lost_turn
def _finish(deps: Deps, contact_id: int) -> bool:
    with deps.unit_of_work() as uow:
        session, at = uow.session, deps.clock()
        contact = session.get_one(Contact, contact_id)
        # Locked: no outcome of their calls is recorded meanwhile.
        contacts.contacts_sharing(session, contact.organisation_id, (), [contact.person_id], for_update=True)
        if contact.finished_at is not None or standing.finishing(attempts.of_contact(session, contact)) is None:
            return False
        sync_finished(session, contact, at)
        _decide(deps, session, Touched.about(contact), at)
        return True


@retry_lost_turn
def _close(deps: Deps, row_id: int) -> bool:
    with deps.unit_of_work() as uow:
        session, at = uow.session, deps.clock()
        row = session.get_one(PersonNumber, row_id)
        contacts.contacts_sharing(session, row.organisation_id, [row.number], [row.person_id], for_update=True)
        session.refresh(row)
        closers = _closing(session, row)
        if row.closed_at is not None or not closers:
            return False
        row.closed_at, row.closed_because, row.closed_attempt_id = at, str(closers[0].outcome), closers[0].id
        numbers = {row.number} | dial_first_numbers(session, row.organisation_id, [row.person_id])
        _decide(deps, session, Touched(row.organisation_id, frozenset(numbers), frozenset({row.person_id})), at)
        return True


def _decide(deps: Deps, session: Session, touched: Touched, at: datetime) -> None:
    """Call off their callbacks, decide the contacts again, and tell whose cards were withdrawn."""
    callback_changes.sync(session, touched.organisation_id, touched.numbers, touched.persons, at)
    tell_withdrawn(session, redecide_touched(deps, session, touched, at), at)
