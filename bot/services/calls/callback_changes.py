"""Callbacks: agreed, moved and called off; and open as long as nothing that stands ends them."""

from collections import defaultdict
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from sqlmodel import Session

from bot.services.calls.standing import (
    CANCELLED,
    KEPT,
    LIFTED,
    SUPERSEDED,
    About,
    End,
    closes_any,
    ends_of,
    not_standing,
)
from policy.vocabulary import Outcome
from storage.models import Attempt, Callback, Contact, OutcomeRecord
from storage.queries import attempts, callbacks, compliance, contacts


@dataclass(frozen=True, slots=True)
class NewCallback:
    """An agreed callback: when (aware UTC), and which agent calls (None: anyone)."""

    due_at: datetime
    agent_id: int | None


class Changed(NamedTuple):
    """Callbacks that are over now, and those that are open again."""

    ended: Sequence[Callback]
    reopened: Sequence[Callback]


def sync(
    session: Session,
    organisation_id: int,
    numbers: Collection[str],
    persons: Collection[int],
    at: datetime,
    call: Attempt | None = None,
) -> Changed:
    """Close the callbacks to any of these that something ends, and reopen those that nothing ends any more.

    `call`: something was said of it; also the callbacks are looked at that it agreed or closed. An end that proves to
    be another call's is dated as that call, which may be days ago.
    """
    session.flush()
    found = callbacks.to_anyone(session, organisation_id, numbers, persons, None if call is None else call.id)
    if not found:
        return Changed((), ())
    about, undone = known_about(session, organisation_id, found), undone_of(session, found)
    ended, reopened = [], []
    for callback in found:
        ends = ends_of(callback, about(callback), undone, at)
        if callback.closed_at is None and ends:
            # An end from now on. A call that closed a number called it off, if the next number is stopped.
            end = ends[0]
            is_moved = call is not None and closes_any(call) and end.because == CANCELLED
            _close(callback, End(at, end.because, call.id if call is not None and is_moved else end.attempt_id))
            ended.append(callback)
        elif callback.closed_at is not None and not ends:
            _close(callback, None)
            forget_told(callback)
            reopened.append(callback)
        elif not is_kept(callback, ends):
            _close(callback, ends[0])
    session.flush()
    return Changed(ended, reopened)


def known_about(session: Session, organisation_id: int, found: Sequence[Callback]) -> Callable[[Callback], About]:
    """What may end each of the callbacks. `found`: all to their persons."""
    persons = {one.person_id for one in found}
    of = contacts.by_ids(session, {one.contact_id for one in found})
    numbers = {one.number for one in of.values() if one.number}
    others, made, stops = (defaultdict[object, list[Any]](list) for _ in range(3))
    for callback in found:
        others[callback.person_id].append(callback)
    for attempt in attempts.attempts_on(session, organisation_id, (), persons):
        made[attempt.person_id].append(attempt)
    for stop in compliance.suppressions_on(session, organisation_id, numbers, persons):
        stops[stop.number or stop.person_id].append(stop)
    called_off_by = {one.closed_attempt_id for one in found if one.closed_because == CANCELLED} - {None}
    said = {key: compliance.suppressions_by(session, key or 0) for key in called_off_by}

    def about(one: Callback) -> About:
        contact, person = of[one.contact_id], one.person_id
        binding = [*stops[person], *stops[contact.number], *said.get(one.closed_attempt_id, ())]
        return About(contact, others[person], made[person], binding)

    return about


def undone_of(session: Session, found: Sequence[Callback]) -> set[int]:
    """Those whose agreement does not stand, also if they were moved since. `found`: all agreed in these calls."""
    by_call = defaultdict[int, list[Callback]](list)
    for one in found:
        if one.attempt_id is not None:
            by_call[one.attempt_id].append(one)
    said = attempts.by_call(session, OutcomeRecord, by_call)
    return {one for key, agreed in by_call.items() for one in not_standing(agreed, said[key])}


def agree_callback(session: Session, attempt: Attempt, contact: Contact, new: NewCallback, at: datetime) -> None:
    """Store a callback agreed in a call."""
    agreed = _to(contact, attempt.principal, asked_at=at, due_at=new.due_at, is_hour_named=True)
    agreed.agent_id, agreed.attempt_id = new.agent_id, attempt.id
    session.add(agreed)


def _to(contact: Contact, principal: str, **said: Any) -> Callback:
    return Callback(
        organisation_id=contact.organisation_id,
        contact_id=contact.id or 0,
        person_id=contact.person_id,
        principal=principal,
        **said,
    )


def supersede(session: Session, callback: Callback, due_at: datetime, at: datetime) -> Callback:
    """Give a callback a new time. Returns the new one: undoing the call in which it was agreed ends it too."""
    _close(callback, End(at, SUPERSEDED, None))
    same = callback.model_dump(
        include={"organisation_id", "contact_id", "person_id", "principal", "agent_id", "attempt_id"}
    )
    moved = Callback(**same, asked_at=at, due_at=due_at, is_hour_named=False)
    session.add(moved)
    return moved


def undated(session: Session, contact: Contact, principal: str) -> list[Attempt]:
    """The calls that agreed a callback without a time, for which the contact waits."""
    made = attempts.attempts_on(session, contact.organisation_id, (), [contact.person_id])
    ours = [one for one in made if one.outcome is Outcome.CALLBACK_AGREED and one.principal in ("", principal)]
    timed = [one.asked_at for one in callbacks.callbacks_on(session, [contact.person_id]) if one.principal == principal]
    return [one for one in ours if not timed or max(timed) < one.opened_at]


def lift_undated(session: Session, contact: Contact, principal: str, at: datetime) -> None:
    """Stop waiting for the time of callbacks agreed without one."""
    lifted = _to(contact, principal, asked_at=at, due_at=at, is_hour_named=False)
    _close(lifted, End(at, LIFTED, None))
    session.add(lifted)


def cancel(callback: Callback, at: datetime) -> None:
    """Call the callback off, whatever was said in calls."""
    _close(callback, End(at, CANCELLED, None))


def forget_told(callback: Callback) -> None:
    """What becomes of it from now on is news, even if it was told before."""
    callback.told_at, callback.told_of, callback.told_until = None, "", None


def is_kept(callback: Callback, ends: Sequence[End]) -> bool:
    """Whether what is kept of a callback is so: of several that end it, the first goes on to count."""
    kept = callback.closed_because, callback.closed_attempt_id
    causes = [(one.because, one.attempt_id if one.because == KEPT else callback.closed_attempt_id) for one in ends]
    return kept in (causes or [("", None)])


def _close(callback: Callback, end: End | None) -> None:
    callback.closed_at, callback.closed_because, callback.closed_attempt_id = end or (None, "", None)
