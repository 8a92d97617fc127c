"""Compares the columns that keep what stands with what people said of calls, and mends those that differ.

Earlier versions wrote some columns from the last statement alone. Past roles are not on record, so a stop or hold
counts as different only if it differs under every possible role. Rows are read in parts.
"""

import logging
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from bot.services.calls import standing
from bot.services.calls.callback_changes import is_kept, known_about, undone_of
from bot.services.calls.standing import Leads, Said
from bot.services.calls.statements import closes, state_of, sync, sync_people
from bot.services.deciding.refresh import Touched, redecide_touched, tell_withdrawn
from bot.services.deps import Deps, retry_lost_turn
from policy.vocabulary import DATA_COMPLAINT, AttemptState
from storage.models import Attempt, Callback, Contact, Hold, OutcomeRecord, Person, Suppression
from storage.queries import attempts, callbacks, compliance, contacts, lists

Report = Callable[[int, int | None], None]  # rows read so far, and in all
SAMPLE = 100  # calls
_AT_ONCE = 500
_WAITING = (AttemptState.OPEN, AttemptState.UNREPORTED)
_log = logging.getLogger("nextcall.calls")


class Differs(NamedTuple):
    """Columns that keep something else than what stands."""

    kind: str  # call | stop | hold | number | contact | callback
    row_id: int  # of stops and holds, the call in which they were said
    kept: object
    stands: object
    call_id: int | None = None
    person_id: int | None = None


Both = tuple[object, object] | None  # what is kept, and what stands; None: the same
Bounds = Callable[[Attempt], tuple[Leads, Leads]]  # who may have led whom: as many as possible, as few as possible


def whoever_led(attempt: Attempt) -> tuple[Leads, Leads]:
    """Of those who spoke of a call, all led each other; or only the others its agent."""
    return lambda *_: True, lambda one, other, _at: one != other == attempt.agent_id


def count(deps: Deps, report: Report) -> Counter[str]:
    """How many of each kind differ. Changes nothing."""
    return Counter(one.kind for one in _found(deps, report))


def sample(deps: Deps) -> Counter[str]:
    """The same of the newest calls and the people called."""
    with deps.unit_of_work(is_read_only=True) as uow:
        newest = attempts.last_id(uow.session, Attempt)
        made = attempts.calls_between(uow.session, newest - SAMPLE, newest)
        found = [*of_calls(uow.session, made)]
        for organisation_id in {one.organisation_id for one in made}:
            people = {one.person_id for one in made if one.organisation_id == organisation_id} - {None}
            found += of_people(uow.session, organisation_id, [one for one in people if one], deps.clock())
    return Counter(one.kind for one in found)


def mend(deps: Deps, report: Report) -> Counter[str]:
    """Write what stands where something else is kept, and decide again whom that touches: a transaction for each call
    or person. Returns how many of each kind; the log has each row."""
    mended = Counter[str]()
    for call_id, person_id in dict.fromkeys((one.call_id, one.person_id) for one in _found(deps, report)):
        mended += _mend(deps, call_id, person_id)
    return mended


def of_calls(session: Session, made: Collection[Attempt], bounds: Bounds = whoever_led) -> Iterator[Differs]:
    """What differs of calls, and of the stops and holds that were said in them."""
    ids = [one.id or 0 for one in made]
    said, agreed, stops, holds = (
        attempts.by_call(session, table, ids) for table in (OutcomeRecord, Callback, Suppression, Hold)
    )
    for one in made:
        key, led = one.id or 0, bounds(one)
        outcome, since = standing.in_force(said[key], agreed[key])
        state = one.state if outcome is None and one.state in _WAITING else state_of(outcome)
        kept, stands = (one.outcome, one.closed_at, one.state), (outcome, since, state)
        found = {
            "call": (kept, stands) if kept != stands else None,
            "stop": _of_stops(one, said[key], stops[key], led),
            "hold": _of_holds(one, said[key], holds[key], led),
        }
        yield from (Differs(kind, key, *both, call_id=key) for kind, both in found.items() if both is not None)


def of_people(session: Session, organisation_id: int, people: Collection[int], at: datetime) -> Iterator[Differs]:
    """What differs of people's numbers, contacts and callbacks."""
    theirs = compliance.numbers_of(session, people)
    made = attempts.attempts_on(session, organisation_id, {row.number for row in theirs}, people)
    shared = attempts.shared_with(session, people)
    for row in theirs:
        closers = closes(row, made, shared[row.person_id])
        if (closed := (row.closed_because, row.closed_attempt_id)) not in closers:
            yield Differs("number", row.id or 0, closed, closers, person_id=row.person_id)
    final = {one.person_id for one in made if one.outcome is not None and one.outcome.meaning.is_final}
    for contact in contacts.contacts_sharing(session, organisation_id, (), people):
        if contact.finished_attempt_id or contact.person_id in final or shared[contact.person_id]:
            yield from _of_contact(session, contact)
    found = callbacks.callbacks_on(session, people)
    about, undone = known_about(session, organisation_id, found), undone_of(session, found)
    for callback in found:
        ends = standing.ends_of(callback, about(callback), undone, at)
        if not is_kept(callback, ends):
            kept = callback.closed_because, callback.closed_attempt_id
            yield Differs("callback", callback.id or 0, kept, ends, person_id=callback.person_id)


def _of_stops(attempt: Attempt, said: Said, stops: Sequence[Suppression], led: tuple[Leads, Leads]) -> Both:
    least, most = (standing.stopping(attempt, said, leads) for leads in led)
    kept = {one.recorded_by for one in stops if one.withdrawn_at is None}
    return None if least <= kept <= most else (kept, most)


def _of_holds(attempt: Attempt, said: Said, holds: Sequence[Hold], led: tuple[Leads, Leads]) -> Both:
    """One that a team lead lifted since its speaker began to say so is over."""
    least, most = (
        {(by, why.value): since for (by, why), since in standing.holding(said, leads).items()} for leads in led
    )
    ours = [(one, (one.placed_by or 0, one.reason)) for one in holds if one.reason != DATA_COMPLAINT]
    kept = {key for one, key in ours if one.lifted_at is None}
    lifted = [(one.lifted_at, key) for one, key in ours if one.lifted_at is not None and not one.is_taken_back]
    over = {key for at, key in lifted if at >= most.get(key, at)}
    is_about_none = attempt.contact_id is None and not holds
    return None if is_about_none or least.keys() - over <= kept <= most.keys() else (kept, most.keys() - over)


def _of_contact(session: Session, contact: Contact) -> Iterator[Differs]:
    """One that is closed with its list is no difference, nor one of an erased person."""
    first = standing.finishing(attempts.of_contact(session, contact))
    kept = contact.finished_because, contact.finished_attempt_id
    stands = ("", None) if first is None else (str(first.outcome), first.id)
    is_otherwise = contact.finished_at is not None and contact.finished_attempt_id is None
    is_said = first is not None and kept[0].startswith(lists.BY_LIST)
    if kept != stands and (is_said or not is_otherwise):
        yield Differs("contact", contact.id or 0, kept, stands, person_id=contact.person_id)


def _found(deps: Deps, report: Report) -> Iterator[Differs]:
    with deps.unit_of_work(is_read_only=True) as uow:
        last = {table: attempts.last_id(uow.session, table) for table in (Attempt, Person)}
    done, total = 0, sum(last.values())
    for table, until in last.items():
        for after in range(0, until, _AT_ONCE):
            with deps.unit_of_work(is_read_only=True) as uow:
                session, found = uow.session, list[Differs]()
                if table is Attempt:
                    found += of_calls(session, attempts.calls_between(session, after, after + _AT_ONCE))
                else:
                    for key, people in attempts.people_between(session, after, after + _AT_ONCE).items():
                        found += of_people(session, key, people, deps.clock())
            yield from found
            done += min(_AT_ONCE, until - after)
            report(done, total)


@retry_lost_turn
def _mend(deps: Deps, call_id: int | None, person_id: int | None) -> Counter[str]:
    with deps.unit_of_work() as uow:
        session = uow.session
        # Locked as recording locks: no outcome of these calls is recorded meanwhile.
        calls = attempts.locked(session, call_id, person_id)
        organisation_id = calls[0].organisation_id if calls else session.get_one(Person, person_id).organisation_id
        people = {one.person_id for one in calls if one.person_id is not None} | ({person_id} if person_id else set())
        for one in calls:
            people.update(attempts.sharers(session, one))
        numbers = {one.number for one in calls} | {row.number for row in compliance.numbers_of(session, people)}
        contacts.contacts_sharing(session, organisation_id, numbers, people, for_update=True)
        at = deps.clock()

        def differing() -> list[Differs]:
            return [*of_calls(session, calls), *of_people(session, organisation_id, people, at)]

        before = differing()
        reached = [sync(session, one, attempts.statements_of(session, [one.id or 0]), None, at) for one in calls]
        reached.append(sync_people(session, organisation_id, people, numbers, at))
        numbers.update(number for one in reached for number in one.numbers)
        people.update(person for one in reached for person in one.persons)
        touched = Touched(organisation_id, frozenset(numbers), frozenset(people))
        tell_withdrawn(session, redecide_touched(deps, session, touched, at), at)
        left = {one[:2] for one in differing()}
    mended = [one for one in before if one[:2] not in left]
    for each in mended:
        _log.info("event=mended kind=%s row=%d kept=%s", each.kind, each.row_id, each.kept)
    return Counter(each.kind for each in mended)
