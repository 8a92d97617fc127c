"""Compares the columns that keep what stands with what the statements say. Changes nothing."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from bot.services.calls import standing
from bot.services.calls.callback_changes import known_about
from bot.services.calls.standing import Said
from bot.services.calls.sync import leads_in, state_of
from policy.vocabulary import DATA_COMPLAINT, AttemptState
from storage.models import Attempt, Callback, Contact, Hold, PersonNumber, Suppression
from storage.queries import attempts, callbacks, compliance, contacts, lists, statements

_AT_ONCE = 200


class Differs(NamedTuple):
    """A row whose column keeps something else than what stands."""

    table: str
    row_id: int
    kept: object
    stands: object


def differing(session: Session, organisation_id: int, at: datetime) -> Iterator[Differs]:
    """Every row that differs: calls with their stops and holds; contacts, numbers and callbacks."""
    last = 0
    while made := statements.calls_after(session, organisation_id, last, _AT_ONCE):
        yield from _of_calls(session, made)
        last = made[-1].id or 0
        session.expunge_all()
    last = 0
    while people := statements.people_after(session, organisation_id, last, _AT_ONCE):
        yield from _of_people(session, organisation_id, people, at)
        last = people[-1]
        session.expunge_all()


def _of_calls(session: Session, made: Sequence[Attempt]) -> Iterator[Differs]:
    keys = [one.id or 0 for one in made]
    said = attempts.all_statements_of(session, keys)
    agreed, stops, holds = statements.said_in(session, keys)
    for attempt in made:
        key = attempt.id
        yield from _of_call(
            session,
            attempt,
            [one for one in said if one.attempt_id == key],
            [one for one in agreed if one.attempt_id == key],
            [one for one in stops if one.attempt_id == key],
            [one for one in holds if one.attempt_id == key],
        )


def _of_call(
    session: Session,
    attempt: Attempt,
    said: Said,
    agreed: Sequence[Callback],
    stops: Sequence[Suppression],
    holds: Sequence[Hold],
) -> Iterator[Differs]:
    key, leads = attempt.id or 0, leads_in(session, attempt)
    outcome, since = standing.in_force(said, agreed)
    waits = attempt.state in (AttemptState.OPEN, AttemptState.UNREPORTED)
    stands = outcome, since, attempt.state if outcome is None and waits else state_of(outcome)
    if (kept := (attempt.outcome, attempt.closed_at, attempt.state)) != stands:
        yield Differs("attempt", key, kept, stands)
    stopping = standing.stopping(attempt, said, leads)
    if (stopped := {one.recorded_by for one in stops if one.withdrawn_at is None}) != stopping:
        yield Differs("suppression", key, stopped, stopping)
    held = {(one.placed_by, one.reason) for one in holds if one.lifted_at is None and one.reason != DATA_COMPLAINT}
    says = {(by, why.value): since for (by, why), since in standing.holding(said, leads).items()}
    lifted = {
        (one.placed_by, one.reason)
        for one in holds
        if one.lifted_at is not None
        and not one.is_taken_back
        and one.placed_at >= says.get((one.placed_by or 0, one.reason), one.placed_at)
    }
    if attempt.contact_id is not None and not says.keys() - lifted <= held <= says.keys():
        yield Differs("hold", key, held, says.keys() - lifted)


def _of_people(session: Session, organisation_id: int, people: Sequence[int], at: datetime) -> Iterator[Differs]:
    theirs = compliance.numbers_of(session, people)
    numbers = {row.number for row in theirs}
    made = attempts.attempts_on(session, organisation_id, numbers, people)
    for row in theirs:
        yield from _of_number(row, made)
    for contact in contacts.contacts_sharing(session, organisation_id, (), people):
        yield from _of_contact(session, contact)
    found = callbacks.callbacks_on(session, people)
    keys = {one.attempt_id for one in found if one.attempt_id is not None}
    said = attempts.all_statements_of(session, keys)
    undone = set[int]()
    for key in keys:
        agreed = [one for one in found if one.attempt_id == key]
        undone |= standing.not_standing(agreed, [one for one in said if one.attempt_id == key])
    about = known_about(session, organisation_id, found)
    for callback in found:
        others = [one for one in found if one.person_id == callback.person_id]
        ends = standing.ends_of(callback, about._replace(callbacks=others), undone, at)
        stands = {(one.because, one.attempt_id) for one in ends} or {("", None)}
        if (kept := (callback.closed_because, callback.closed_attempt_id)) not in stands:
            yield Differs("callback", callback.id or 0, kept, stands)


def _of_number(row: PersonNumber, made: Sequence[Attempt]) -> Iterator[Differs]:
    stands = {(str(one.outcome), one.id) for one in standing.closing(row, made)} or {("", None)}
    kept = row.closed_because, row.closed_attempt_id
    if kept not in stands or (row.closed_at is None) is not (row.closed_because == ""):
        yield Differs("personnumber", row.id or 0, kept, stands)


def _of_contact(session: Session, contact: Contact) -> Iterator[Differs]:
    first = standing.finishing(attempts.of_contact(session, contact))
    kept = contact.finished_at, contact.finished_because, contact.finished_attempt_id
    stands = (None, "", None) if first is None else (first.closed_at, str(first.outcome), first.id)
    is_kept_so = contact.finished_at is not None and contact.finished_attempt_id is None  # with its list, or erased
    if is_kept_so and (first is None or not contact.finished_because.startswith(lists.BY_LIST)):
        return
    if kept != stands:
        yield Differs("contact", contact.id or 0, kept, stands)
