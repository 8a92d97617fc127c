"""Says what ends a callback: another call or a stop that stands. Where that is taken back, the next one does, or
none."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from bot.services.calls import callback_changes
from bot.services.calls.callback_changes import CANCELLED, KEPT, LIFTED, SUPERSEDED, UNDONE
from bot.services.calls.statements import is_in_force
from storage.models import Callback, Contact, Suppression
from storage.queries import attempts, callbacks, compliance, lists


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
