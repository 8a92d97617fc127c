"""Changes callbacks: a call keeps them, a stop cancels them, a new time supersedes them; and all of it can be
undone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from policy.vocabulary import WRONG_PERSON, Outcome
from storage.models import Attempt, Callback, Contact
from storage.queries import attempts, callbacks

KEPT, CANCELLED, SUPERSEDED, UNDONE, LIFTED = "kept", "cancelled", "superseded", "undone", "lifted"

_KEEPS_NO_CALLBACK = (Outcome.NOT_DIALLED, *WRONG_PERSON)  # the person was not called
_TALKS = tuple(one for one in Outcome if one.meaning.is_callback)
TALK_AHEAD = timedelta(minutes=30)  # a talk so shortly before is the callback: off the list, a clock may be early


@dataclass(frozen=True, slots=True)
class NewCallback:
    """An agreed callback: when (aware UTC), and which agent calls (None: anyone)."""

    due_at: datetime
    agent_id: int | None


def close_kept_callbacks(session: Session, attempt: Attempt, at: datetime) -> None:
    """Close the callbacks that this call keeps: those due by then to its person, for its principal.

    A talk with the person also keeps one that is due soon after.
    """
    if attempt.person_id is None or attempt.outcome in _KEEPS_NO_CALLBACK:
        return
    for callback in callbacks.callbacks_on(session, [attempt.person_id]):
        if callback.closed_at is None and is_kept_by(callback, attempt):
            _close(session, callback, at, KEPT, attempt)


def is_kept_by(callback: Callback, attempt: Attempt) -> bool:
    """Whether a call to the callback's person, made since it was agreed, keeps it."""
    due_by = attempt.opened_at + (TALK_AHEAD if attempt.outcome in _TALKS else timedelta())
    is_due = callback.asked_at <= attempt.opened_at and callback.due_at <= due_by
    is_another = callback.attempt_id is None or callback.attempt_id != attempt.id
    is_same = callback.principal == attempt.principal and attempt.outcome not in _KEEPS_NO_CALLBACK
    return is_due and is_same and is_another


def agree_callback(session: Session, attempt: Attempt, contact: Contact, new: NewCallback, at: datetime) -> Callback:
    """Store a callback agreed in a call. It supersedes an earlier one to the same person for the same principal."""
    for older in callbacks.callbacks_on(session, [contact.person_id]):
        if older.closed_at is None and older.principal == attempt.principal:
            _close(session, older, at, SUPERSEDED, attempt)
    callback = Callback(
        organisation_id=contact.organisation_id,
        contact_id=contact.id or 0,
        person_id=contact.person_id,
        principal=attempt.principal,
        agent_id=new.agent_id,
        asked_at=at,
        due_at=new.due_at,
        is_hour_named=True,
        attempt_id=attempt.id,
    )
    session.add(callback)
    return callback


def supersede(session: Session, callback: Callback, due_at: datetime, at: datetime) -> Callback:
    """Give a callback a new time. Undoing the call in which it was agreed ends the new one too."""
    _close(session, callback, at, SUPERSEDED, None)
    moved = Callback(
        organisation_id=callback.organisation_id,
        contact_id=callback.contact_id,
        person_id=callback.person_id,
        principal=callback.principal,
        agent_id=callback.agent_id,
        asked_at=at,
        due_at=due_at,
        is_hour_named=False,
        attempt_id=callback.attempt_id,
    )
    session.add(moved)
    return moved


def lift_undated(session: Session, contact: Contact, principal: str, at: datetime) -> bool:
    """Stop waiting for the time of a callback agreed without one. Returns whether there was one."""
    made = attempts.attempts_on(session, contact.organisation_id, (), [contact.person_id])
    ours = [one for one in made if one.outcome is Outcome.CALLBACK_AGREED and one.principal in ("", principal)]
    timed = [one.asked_at for one in callbacks.callbacks_on(session, [contact.person_id]) if one.principal == principal]
    if not any(not timed or max(timed) < one.opened_at for one in ours):
        return False
    lifted = Callback(
        organisation_id=contact.organisation_id,
        contact_id=contact.id or 0,
        person_id=contact.person_id,
        principal=principal,
        asked_at=at,
        due_at=at,
        is_hour_named=False,
    )
    _close(session, lifted, at, LIFTED, None)
    return True


def cancel(session: Session, callback: Callback, at: datetime, attempt: Attempt | None) -> None:
    """Close the callback: the call is not to be made."""
    _close(session, callback, at, CANCELLED, attempt)


def take_back(session: Session, attempt: Attempt, at: datetime) -> Sequence[Callback]:
    """End the callbacks that an attempt agreed, whatever became of them. Returns the others that it closed."""
    closed = callbacks.closed_by(session, attempt.id or 0)
    for callback in callbacks.ever_agreed_in(session, attempt.id or 0):
        if callback.closed_because != SUPERSEDED or callback.closed_attempt_id is not None:  # else it was moved
            _close(session, callback, callback.closed_at or at, UNDONE, None)
    return [one for one in closed if one.attempt_id != attempt.id]


def agreed_between(session: Session, attempt: Attempt, since: datetime, until: datetime) -> Sequence[Callback]:
    """The last callback that an attempt agreed in [since, until), and that was taken back."""
    agreed = [one for one in callbacks.ever_agreed_in(session, attempt.id or 0) if since <= one.asked_at < until]
    return [one for one in agreed if one.closed_because == UNDONE][-1:]


def reopen(session: Session, closed: Sequence[Callback]) -> None:
    for callback in closed:
        callback.closed_at, callback.closed_because, callback.closed_attempt_id = None, "", None
        forget_told(callback)
        session.add(callback)


def forget_told(callback: Callback) -> None:
    """What becomes of it from now on is news, even if it was told before."""
    callback.told_at, callback.told_of, callback.told_until, callback.unheard_by = None, "", None, ""


def _close(session: Session, callback: Callback, at: datetime, because: str, attempt: Attempt | None) -> None:
    callback.closed_at, callback.closed_because = at, because
    callback.closed_attempt_id = None if attempt is None else attempt.id
    session.add(callback)
