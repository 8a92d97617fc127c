"""What stands of what people said about calls: the newest statement that its own speaker has not taken back.

Pure: rows in, answers out. Nothing is applied, so nothing is taken back: a statement that is gone is read no more. The
columns that keep these answers are written by `sync` and `callback_changes`, and by nothing else.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from policy.vocabulary import HOLDING, STOPPING, WRONG_PERSON, Outcome
from storage.models import Attempt, Callback, Contact, OutcomeRecord, PersonNumber, Suppression
from storage.queries import lists

KEPT, CANCELLED, SUPERSEDED, UNDONE, LIFTED = "kept", "cancelled", "superseded", "undone", "lifted"
TALK_AHEAD = timedelta(minutes=30)  # a talk so shortly before is the callback: off the list, a clock may be early
_TALKS = tuple(one for one in Outcome if one.meaning.is_callback)
_KEEPS_NO_CALLBACK = (Outcome.NOT_DIALLED, *WRONG_PERSON)  # the person was not called
Leads = Callable[[int, int, datetime], bool]  # whether the first leads the second, who spoke at that moment
Said = Sequence[OutcomeRecord]  # all that was said of one call, oldest first


def since_undo(said: Said) -> Said:
    """The statements since the last undo that left nothing standing."""
    undos = [place for place, one in enumerate(said) if one.outcome is None]
    return said[undos[-1] + 1 :] if undos else said


def standing(said: Said) -> Said:
    """The statements that their speakers have not taken back. The newest is the outcome."""
    return [one for one in since_undo(said) if one.taken_back_at is None]


def agreeing(said: Said) -> Said:
    """The newest of the standing statements, with those just before that agree with it."""
    stands = standing(said)
    differing = [place for place, one in enumerate(stands) if one.outcome is not stands[-1].outcome]
    return stands[differing[-1] + 1 :] if differing else stands


def in_force(said: Said, agreed: Collection[Callback] = ()) -> tuple[Outcome | None, datetime | None]:
    """The outcome, and since when it is. `agreed`: the callbacks of the call; a new time is said anew."""
    stands = agreeing(said)
    if not stands:
        return None, None
    timed = [one for one in stands if any(_is_said_in(callback, one) for callback in agreed)]
    return stands[-1].outcome, timed[-1].recorded_at if timed else stands[0].recorded_at


def stopping(attempt: Attempt, said: Said, leads: Leads) -> set[int]:
    """Who says in the call that the person must not be called. A correction by somebody who leads them ends that.

    That a call on no list was not dialled does not: the person rang us, and may have said so.
    """
    is_on_no_list = attempt.contact_id is None and attempt.lease_id is None and attempt.found_at is None
    keeping = (*STOPPING, Outcome.NOT_DIALLED, None) if is_on_no_list else (*STOPPING, None)
    corrections = [one for one in said if one.outcome not in keeping and _stood_before(one, said) in STOPPING]
    stands = standing(said)

    def is_corrected(asked: OutcomeRecord) -> bool:
        return any(
            _is_later(one, asked)
            and (one in stands or one.recorded_by == asked.recorded_by)
            and leads(one.recorded_by, *_spoken(asked))
            for one in corrections
        )

    asked = [_asked_to_stop(said, by) for by in {one.recorded_by for one in said if one.outcome in STOPPING}]
    return {one.recorded_by for one in asked if one is not None and not is_corrected(one)}


def holding(said: Said, leads: Leads) -> dict[tuple[int, Outcome], datetime]:
    """Who says in the call that it holds the person, and why; with the moment at which they last began to say so.

    A later statement ends that if it is another, and its speaker is the same or leads theirs.
    """
    found: dict[tuple[int, Outcome], datetime] = {}
    stands = standing(said)
    for place, one in enumerate(stands):
        if one.outcome not in HOLDING:
            continue
        others = [other for other in stands[place + 1 :] if other.outcome is not one.outcome]
        if any(other.recorded_by == one.recorded_by or leads(other.recorded_by, *_spoken(one)) for other in others):
            continue
        run = agreeing(stands[: place + 1])
        if all(other.recorded_by != one.recorded_by for other in run[:-1]):
            found[one.recorded_by, one.outcome] = one.recorded_at
    return found


def finishing(made: Iterable[Attempt]) -> Attempt | None:
    """Of the calls about a contact, the one whose outcome finished it."""
    final = [one for one in made if one.outcome is not None and one.outcome.meaning.is_final]
    return max(final, key=_said_at, default=None)


def closing(row: PersonNumber, made: Iterable[Attempt]) -> list[Attempt]:
    """Of the calls to a person's number, those that found it dead, or not theirs; the first to say so first."""
    return sorted((one for one in made if one.number == row.number and _closes(one, row)), key=_said_at)


class End(NamedTuple):
    """Why a callback is over, since when, and by which call."""

    at: datetime
    because: str
    attempt_id: int | None


class About(NamedTuple):
    """What may end a person's callbacks: the others, the calls to them, their contacts by id, and stops, also ended
    ones."""

    callbacks: Sequence[Callback]
    made: Sequence[Attempt]
    contacts: dict[int, Contact]
    stops: Sequence[Suppression]


def not_standing(agreed: Sequence[Callback], said: Said) -> set[int]:
    """Of the callbacks agreed in a call, those whose agreement does not stand. A new time goes with its agreement."""
    stands = agreeing(said)
    if not stands or stands[-1].outcome is not Outcome.CALLBACK_AGREED:
        return {one.id or 0 for one in agreed}
    timed = [one for one in said if any(_is_said_in(callback, one) for callback in agreed)]
    last = next((one for one in reversed(stands) if one in timed), None)
    return {one.id or 0 for one in agreed if _agreement(one, timed) not in (None, last)}


def ends_of(callback: Callback, about: About, undone: Collection[int], at: datetime) -> list[End]:
    """All that ends a callback, the first to count first; none: it is open. `undone`: ids of those not agreed."""
    if callback.closed_because == LIFTED:
        return [_end(callback)]
    if (moved := _moved_to(callback, about.callbacks)) is not None:
        return [End(moved.asked_at, SUPERSEDED, None)]
    if callback.id in undone:
        return [End(callback.closed_at or at, UNDONE, None)]
    contact = about.contacts[callback.contact_id]
    newer = [
        End(one.asked_at, SUPERSEDED, one.attempt_id if one.is_hour_named else None)
        for one in about.callbacks
        if _is_newer(one, callback) and one.closed_because != LIFTED and one.id not in undone
    ]
    kept = [End(one.found_at or one.opened_at, KEPT, one.id) for one in about.made if is_kept_by(callback, one)]
    stopped = [
        End(max(one.since, callback.asked_at), CANCELLED, one.attempt_id)
        for one in about.stops
        if _forbids(one, callback, contact) and is_in_force(one, at)
    ]
    if stopped and any(one.id == callback.closed_attempt_id and closes_any(one) for one in about.made):
        stopped.append(_end(callback))  # the call closed the number before this one, which is stopped
    finished = [*_finish_of(callback, contact), *_finals(callback, about.made)]
    return [*newer, *sorted(kept), *finished, *stopped, *_called_off(callback, about, at)]


def is_kept_by(callback: Callback, attempt: Attempt) -> bool:
    """Whether a call to the callback's person, made since it was agreed, keeps it.

    A talk with the person also keeps one that is due soon after.
    """
    due_by = attempt.opened_at + (TALK_AHEAD if attempt.outcome in _TALKS else timedelta())
    is_due = callback.asked_at <= attempt.opened_at and callback.due_at <= due_by
    is_another = callback.attempt_id is None or callback.attempt_id != attempt.id
    is_same = callback.principal == attempt.principal and attempt.outcome not in _KEEPS_NO_CALLBACK
    return is_due and is_same and is_another and attempt.person_id == callback.person_id


def is_in_force(row: Suppression, at: datetime) -> bool:
    """Whether a stop is in force at a moment after it was recorded."""
    is_withdrawn = row.withdrawn_at is not None and row.withdrawn_at <= at
    return not is_withdrawn and (row.until is None or row.until > at)


def _asked_to_stop(said: Said, by: int) -> OutcomeRecord | None:
    """The last statement of a speaker that the person must not be called.

    Second thoughts leave it in force, and so does taking those back: gone is what was the last they said.
    """
    asked: OutcomeRecord | None = None
    last: OutcomeRecord | None = None
    for one in said:
        if one.recorded_by != by:
            continue
        is_gone = last is not None and (one.outcome is None or last.taken_back_at not in (None, one.taken_back_at))
        if is_gone and last is not None and last.outcome in STOPPING:
            asked = None
        asked, last = (one if one.outcome in STOPPING else asked), (None if one.outcome is None else one)
    is_gone = last is not None and last.taken_back_at is not None and last.outcome in STOPPING
    return None if is_gone else asked


def _stood_before(one: OutcomeRecord, said: Said) -> Outcome | None:
    """The outcome that a statement replaced, as it stood then."""
    earlier = since_undo([other for other in said if _is_later(one, other)])
    stood = [other for other in earlier if other.taken_back_at is None or other.taken_back_at > one.recorded_at]
    return stood[-1].outcome if stood else None


def _spoken(one: OutcomeRecord) -> tuple[int, datetime]:
    return one.recorded_by, one.recorded_at


def _is_later(one: OutcomeRecord, other: OutcomeRecord) -> bool:
    return (one.id or 0) > (other.id or 0)


def _said_at(one: Attempt) -> tuple[datetime, int]:
    return one.closed_at or one.opened_at, one.id or 0


def closes_any(attempt: Attempt) -> bool:
    """Whether what stands of a call closes its number, for anybody."""
    return attempt.outcome is not None and attempt.outcome.meaning.closes_number


def _closes(attempt: Attempt, row: PersonNumber) -> bool:
    """Whether the outcome closes the number for the row's person: another person's number, only if it was theirs."""
    if not closes_any(attempt):
        return False
    is_known = row.known_since is None or _said_at(attempt)[0] >= row.known_since
    return attempt.person_id == row.person_id or (attempt.outcome not in WRONG_PERSON and is_known)


def _is_said_in(callback: Callback, one: OutcomeRecord) -> bool:
    """Whether a statement agreed the callback, and not one of its new times."""
    return one.outcome is Outcome.CALLBACK_AGREED and one.recorded_at == callback.asked_at


def _agreement(callback: Callback, timed: Said) -> OutcomeRecord | None:
    """The statement that agreed a callback, or the one of which it is a new time."""
    before = [one for one in timed if one.recorded_at <= callback.asked_at]
    stood = [one for one in before if one.taken_back_at is None or one.taken_back_at > callback.asked_at]
    return stood[-1] if stood else None


def _moved_to(callback: Callback, others: Sequence[Callback]) -> Callback | None:
    """The new time that the callback was given."""
    if callback.closed_because != SUPERSEDED or callback.closed_attempt_id is not None:
        return None
    return next(
        (
            one
            for one in others
            if not one.is_hour_named and one.asked_at == callback.closed_at and one.id != callback.id
        ),
        None,
    )


def _is_newer(one: Callback, callback: Callback) -> bool:
    """Whether it was agreed later with the same person for the same principal."""
    is_later = (one.asked_at, one.id or 0) > (callback.asked_at, callback.id or 0)
    return is_later and (one.person_id, one.principal) == (callback.person_id, callback.principal)


def _finish_of(callback: Callback, contact: Contact) -> list[End]:
    """The outcome that finished the contact since; or that it was withdrawn with its list, or erased."""
    if contact.finished_at is None or contact.finished_because.startswith((lists.PAUSED, lists.EXPIRED)):
        return []  # a callback outlasts a pause
    if contact.finished_attempt_id is None:
        return [End(callback.closed_at or contact.finished_at, CANCELLED, None)]
    is_since = contact.finished_at >= callback.asked_at
    return [End(contact.finished_at, CANCELLED, contact.finished_attempt_id)] if is_since else []


def _finals(callback: Callback, made: Iterable[Attempt]) -> list[End]:
    """Every outcome about the contact that would finish it: one that came first goes on to count."""
    final = [one for one in made if one.contact_id == callback.contact_id and finishing([one])]
    return [End(at, CANCELLED, key) for at, key in map(_said_at, final) if at >= callback.asked_at]


def _called_off(callback: Callback, about: About, at: datetime) -> list[End]:
    """That it was called off already: with its list or a parting, or by a stop, even of a number that is closed since.

    Not if a stop did it that was withdrawn since.
    """
    if callback.closed_because != CANCELLED or callback.closed_at is None:
        return []
    contact, then, by = about.contacts[callback.contact_id], callback.closed_at, callback.closed_attempt_id
    if by is not None:
        is_stopped = any(one.attempt_id == by and is_in_force(one, at) for one in about.stops)
        return [_end(callback)] if is_stopped else []
    was_stopped = any(
        _forbids(one, callback, contact) and one.since <= then and is_in_force(one, then) and not is_in_force(one, at)
        for one in about.stops
        if one.withdrawn_at is not None
    )
    return [] if was_stopped else [_end(callback)]


def _forbids(stop: Suppression, callback: Callback, contact: Contact) -> bool:
    is_about = stop.person_id == callback.person_id or (bool(stop.number) and stop.number == contact.number)
    return is_about and stop.principal in ("", callback.principal)


def _end(callback: Callback) -> End:
    assert callback.closed_at is not None
    return End(callback.closed_at, callback.closed_because, callback.closed_attempt_id)
