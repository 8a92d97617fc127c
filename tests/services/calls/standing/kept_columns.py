"""Compares the columns that keep what stands with what the statements say. Changes nothing."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session, col, select

from bot.services.calls import standing
from bot.services.calls.callback_changes import is_kept, known_about
from bot.services.calls.standing import Said
from bot.services.calls.sync import leads_in, state_of
from policy.vocabulary import DATA_COMPLAINT, AttemptState
from storage.models import Attempt, Callback, Hold, OutcomeRecord, Person, Suppression
from storage.queries import attempts, callbacks, compliance, contacts, lists


class Differs(NamedTuple):
    """A row whose column keeps something else than what stands."""

    table: str
    row_id: int
    kept: object
    stands: object


def differing(session: Session, organisation_id: int, at: datetime) -> list[Differs]:
    """Every row that differs: calls with their stops and holds; numbers, contacts and callbacks."""
    people = [one.id or 0 for one in session.exec(select(Person).order_by(col(Person.id)))]
    made = session.exec(select(Attempt).order_by(col(Attempt.id))).all()
    return [*_of_calls(session, made), *_of_people(session, organisation_id, people, at)]


def _of_calls(session: Session, made: Sequence[Attempt]) -> Iterator[Differs]:
    said, agreed, stops, holds = (
        _by_call(session.exec(select(model).order_by(col(model.id))))
        for model in (OutcomeRecord, Callback, Suppression, Hold)
    )
    for attempt in made:
        key = attempt.id
        yield from _of_call(session, attempt, said[key], agreed[key], stops[key], holds[key])


def _by_call(rows: Iterable[Any]) -> dict[int | None, list[Any]]:
    found = defaultdict[int | None, list[Any]](list)
    for row in rows:
        found[row.attempt_id].append(row)
    return found


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
    waits = outcome is None and attempt.state is AttemptState.OPEN
    stands = outcome, since, attempt.state if waits else state_of(outcome)
    if (kept := (attempt.outcome, attempt.closed_at, attempt.state)) != stands:
        yield Differs("attempt", key, kept, stands)
    stopping = standing.stopping(attempt, said, leads)
    if (stopped := {one.recorded_by for one in stops if one.withdrawn_at is None}) != stopping:
        yield Differs("suppression", key, stopped, stopping)
    says = {(by, why.value): since for (by, why), since in standing.holding(said, leads).items()}
    ours = [(one, (one.placed_by or 0, one.reason)) for one in holds if one.reason != DATA_COMPLAINT]
    held = {said for one, said in ours if one.lifted_at is None}
    lifted = {said for one, said in ours if not one.is_taken_back and one.placed_at >= says.get(said, one.placed_at)}
    if attempt.contact_id is not None and not says.keys() - lifted <= held <= says.keys():
        yield Differs("hold", key, held, says.keys() - lifted)


def _of_people(session: Session, organisation_id: int, people: Sequence[int], at: datetime) -> Iterator[Differs]:
    theirs = compliance.numbers_of(session, people)
    made = attempts.attempts_on(session, organisation_id, {row.number for row in theirs}, people)
    shared = attempts.shared_with(session, people)
    for row in theirs:
        found = standing.closing(row, made, shared[row.person_id])
        closers = [(str(one.outcome), one.id) for one in found] or [("", None)]
        if (closed := (row.closed_because, row.closed_attempt_id)) not in closers:
            yield Differs("personnumber", row.id or 0, closed, closers)
    for contact in contacts.contacts_sharing(session, organisation_id, (), people):
        first = standing.finishing(attempts.of_contact(session, contact))
        finished = contact.finished_because, contact.finished_attempt_id
        stands = ("", None) if first is None else (str(first.outcome), first.id)
        is_otherwise = contact.finished_at is not None and contact.finished_attempt_id is None  # by list, or erased
        if finished != stands and not (is_otherwise and (first is None or not finished[0].startswith(lists.BY_LIST))):
            yield Differs("contact", contact.id or 0, finished, stands)
    yield from _of_callbacks(session, organisation_id, callbacks.callbacks_on(session, people), at)


def _of_callbacks(session: Session, organisation_id: int, found: Sequence[Callback], at: datetime) -> Iterator[Differs]:
    by_call = _by_call(one for one in found if one.attempt_id is not None)
    said = _by_call(attempts.all_statements_of(session, [key or 0 for key in by_call]))
    undone = {one for key, agreed in by_call.items() for one in standing.not_standing(agreed, said[key])}
    about = known_about(session, organisation_id, found)
    for callback in found:
        ends = standing.ends_of(callback, about(callback), undone, at)
        if not is_kept(callback, ends):
            yield Differs("callback", callback.id or 0, (callback.closed_because, callback.closed_attempt_id), ends)
