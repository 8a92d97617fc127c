"""What stands of what people said about calls: the newest statement that its own speaker has not taken back.

Pure: rows in, answers out. Nothing is applied, so nothing is taken back: a statement that is gone is read no more. The
columns that keep these answers are written by `statements` and `callback_changes`, and by nothing else. A lift of a
hold and the end of a typed stop are statements themselves (`statements`).
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple, TypeVar

from bot.services.answers.own_outcomes import Answer
from bot.services.own_outcomes import told_answers
from policy.vocabulary import HOLDING, STOPPING, WRONG_PERSON, Outcome
from storage.models import Attempt, Callback, Contact, OutcomeRecord, PersonNumber, Suppression
from storage.queries import lists
from storage.record.whole_record import SaidRow

KEPT, CANCELLED, SUPERSEDED, UNDONE, LIFTED = "kept", "cancelled", "superseded", "undone", "lifted"
TALK_AHEAD = timedelta(minutes=30)  # a talk so shortly before is the callback: off the list, a clock may be early
_TALKS = tuple(one for one in Outcome if one.meaning.is_callback)
_KEEPS_NO_CALLBACK = (Outcome.NOT_DIALLED, *WRONG_PERSON)  # the person was not called
Leads = Callable[[int, int, datetime], bool]  # whether the first leads the second, who spoke at that moment
Statement = OutcomeRecord | SaidRow
AnyStatement = TypeVar("AnyStatement", bound=Statement)
Said = Sequence[Statement]  # all that was said of one call, oldest first


def since_undo(said: Sequence[AnyStatement]) -> Sequence[AnyStatement]:
    """The statements since the last undo that left nothing standing."""
    undos = [place for place, one in enumerate(said) if one.outcome is None]
    return said[undos[-1] + 1 :] if undos else said


def standing(said: Sequence[AnyStatement]) -> Sequence[AnyStatement]:
    """The statements that their speakers have not taken back. The newest is the outcome."""
    return [one for one in since_undo(said) if one.taken_back_at is None]


def agreeing(said: Said) -> Said:
    """The newest of the standing statements, with those just before that agree with it."""
    stands = standing(said)
    differing = [place for place, one in enumerate(stands) if one.outcome is not stands[-1].outcome]
    return stands[differing[-1] + 1 :] if differing else stands


def reaches_further(*outcomes: Outcome | None) -> bool:
    """Whether one of the outcomes does more than say what came of a call and finish its contact: it stops or holds the
    person, closes the number, or agrees a callback."""
    meant = {one for one in outcomes if one is not None}
    is_closed = any(one.meaning.closes_number for one in meant)
    return is_closed or not meant.isdisjoint((*STOPPING, *HOLDING, Outcome.CALLBACK_AGREED))


def in_force(said: Said, agreed: Collection[Callback] = ()) -> tuple[Outcome | None, datetime | None]:
    """The outcome, and since when it is. `agreed`: the callbacks of the call; a new time is said anew."""
    stands = agreeing(said)
    if not stands:
        return None, None
    return stands[-1].outcome, (_agreements(said, agreed) or stands[:1])[-1].recorded_at


def stopping(
    attempt: Attempt, said: Said, leads: Leads, lasting: Collection[int | None] = (), new: Said = ()
) -> set[int]:
    """Who says in the call that the person must not be called. A correction by somebody who leads them ends that.

    That a call on no list was not dialled does not: the person rang us, and may have said so. `leads` knows only who
    leads whom now: the stops of those `lasting` outlived all that was said before `new`, so only that may end them.
    """
    keeping = (*STOPPING, Outcome.NOT_DIALLED, None) if is_on_no_list(attempt) else (*STOPPING, None)
    corrections = [one for one in said if one.outcome not in keeping and _stood_before(one, said) in STOPPING]
    asked = {one.recorded_by: one for one in said if one.outcome in STOPPING}  # the last of each speaker

    def is_over(stop: Statement) -> bool:
        may_end = new if stop.recorded_by in lasting else said
        later = [one for one in corrections if one in may_end and _is_later(one, stop)]
        stand = [one for one in later if one in standing(said) or one.recorded_by == stop.recorded_by]
        return _is_gone(stop, said) or any(leads(one.recorded_by, *_spoken(stop)) for one in stand)

    return {by for by, stop in asked.items() if not is_over(stop)}


def holding(
    said: Said, leads: Leads, lasting: Collection[tuple[int | None, str]] = (), new: Said = ()
) -> dict[tuple[int, Outcome], datetime]:
    """Who says in the call that it holds the person, and why; with the moment at which they last began to say so.

    A later statement ends that if it is another, and its speaker is the same or leads theirs. Who leads counts as in
    `stopping`: for the holds `lasting`, only of who said `new`.
    """
    found: dict[tuple[int, Outcome], datetime] = {}
    stands = standing(said)
    for place, one in enumerate(stands):
        if one.outcome not in HOLDING:
            continue
        others = [other for other in stands[place + 1 :] if other.outcome is not one.outcome]
        leading = [other for other in others if (one.recorded_by, one.outcome) not in lasting or other in new]
        if any(other.recorded_by == one.recorded_by for other in others):
            continue
        if any(leads(other.recorded_by, *_spoken(one)) for other in leading):
            continue
        run = agreeing(stands[: place + 1])
        if all(other.recorded_by != one.recorded_by for other in run[:-1]):
            found[one.recorded_by, one.outcome] = one.recorded_at
    return found


def is_on_no_list(attempt: Attempt) -> bool:
    """Whether an agent reported a call to a number on no list."""
    return attempt.contact_id is None and attempt.lease_id is None and attempt.found_at is None


def finishing(made: Iterable[Attempt]) -> Attempt | None:
    """Of the calls about a contact, the one whose outcome finished it."""
    final = [one for one in made if one.outcome is not None and one.outcome.meaning.is_final]
    return max(final, key=_said_at, default=None)


def closing(row: PersonNumber, made: Iterable[Attempt], shared: Collection[int] = ()) -> list[Attempt]:
    """Of the calls to a person's number, those that found it dead, or not theirs; the first to say so first.

    `shared`: ids of others' calls that may have reached the person.
    """
    return sorted((one for one in made if one.number == row.number and _closes(one, row, shared)), key=_said_at)


class End(NamedTuple):
    """Why a callback is over, since when, and by which call."""

    at: datetime
    because: str
    attempt_id: int | None


class About(NamedTuple):
    """What may end a callback: its contact; others to its person, calls to them, and stops, also withdrawn ones."""

    contact: Contact
    others: Sequence[Callback]
    made: Sequence[Attempt]
    stops: Sequence[Suppression]


def not_standing(agreed: Sequence[Callback], said: Said) -> set[int]:
    """Of the callbacks agreed in a call, those whose agreement does not stand. A new time goes with its agreement."""
    stands = [one.recorded_at for one in _agreements(said, agreed)][-1:]
    return {one.id or 0 for one in agreed if _agreed_at(one, agreed) not in stands}


def ends_of(callback: Callback, about: About, undone: Collection[int], at: datetime) -> list[End]:
    """All that ends a callback, the first to count first; none: it is open. `undone`: ids of those not agreed."""
    kept_so = End(callback.closed_at or at, callback.closed_because, callback.closed_attempt_id)
    if kept_so[1:] in ((LIFTED, None), (SUPERSEDED, None)):  # by a lead, or moved to another time
        return [kept_so]
    if callback.id in undone:
        return [kept_so._replace(because=UNDONE, attempt_id=None)]
    newer = [
        End(one.asked_at, SUPERSEDED, one.attempt_id)
        for one in about.others
        if _is_newer(one, callback) and one.closed_because != LIFTED and one.id not in undone
    ]
    kept = [End(one.found_at or one.opened_at, KEPT, one.id) for one in about.made if is_kept_by(callback, one)]
    stopped = [
        End(max(one.since, callback.asked_at), CANCELLED, one.attempt_id)
        for one in about.stops
        if _forbids(one, callback, about.contact) and is_in_force(one, at)
    ]
    ends = [*newer, *sorted(kept), *_finish_of(callback, about.contact), *stopped]
    return [kept_so] if not ends and _stays_off(callback, about, at) else ends


def is_kept_by(callback: Callback, attempt: Attempt) -> bool:
    """Whether a call to the callback's person since it was agreed keeps it; a talk also keeps one due soon after."""
    due_by = attempt.opened_at + (TALK_AHEAD if attempt.outcome in _TALKS else timedelta())
    is_due = callback.asked_at <= attempt.opened_at and callback.due_at <= due_by
    is_another = callback.attempt_id is None or callback.attempt_id != attempt.id
    is_same = callback.principal == attempt.principal and attempt.outcome not in _KEEPS_NO_CALLBACK
    return is_due and is_same and is_another and attempt.person_id == callback.person_id


def is_in_force(row: Suppression, at: datetime) -> bool:
    """Whether a stop is in force at a moment after it was recorded."""
    is_withdrawn = row.withdrawn_at is not None and row.withdrawn_at <= at
    return not is_withdrawn and (row.until is None or row.until > at)


def _is_gone(stop: Statement, said: Said) -> bool:
    """Whether its speaker took it back as the last they said. Second thoughts leave it, and so does undoing those."""
    after = [one for one in said if one.recorded_by == stop.recorded_by and _is_later(one, stop)]
    is_last = not after or after[0].outcome is None or after[0].taken_back_at != stop.taken_back_at
    return is_last and stop not in standing(said)


def _stood_before(one: Statement, said: Said) -> Outcome | None:
    earlier = since_undo([other for other in said if _is_later(one, other)])
    stood = [other for other in earlier if other.taken_back_at is None or other.taken_back_at > one.recorded_at]
    return stood[-1].outcome if stood else None


def _spoken(one: Statement) -> tuple[int, datetime]:
    return one.recorded_by, one.recorded_at


def _is_later(one: Statement, other: Statement) -> bool:
    return (one.id or 0) > (other.id or 0)


def _said_at(one: Attempt) -> tuple[datetime, int]:
    return one.closed_at or one.opened_at, one.id or 0


def closes_any(attempt: Attempt) -> bool:
    """Whether what stands of a call closes its number, for anybody."""
    return attempt.outcome is not None and attempt.outcome.meaning.closes_number


def _closes(attempt: Attempt, row: PersonNumber, shared: Collection[int]) -> bool:
    """Whether the outcome closes the number for the row's person: another person's number, only if it was theirs."""
    if not closes_any(attempt):
        return False
    is_known = row.known_since is None or _said_at(attempt)[0] >= row.known_since
    is_theirs = attempt.person_id == row.person_id or attempt.id in shared
    return is_theirs or (attempt.outcome not in WRONG_PERSON and is_known)


def _agreements(said: Said, agreed: Collection[Callback]) -> Said:
    """The standing statements that agreed a callback, and say what stands."""
    moments = {one.asked_at for one in agreed}
    stands = agreeing(said)
    return [one for one in stands if one.outcome is Outcome.CALLBACK_AGREED and one.recorded_at in moments]


def _agreed_at(callback: Callback, agreed: Sequence[Callback]) -> datetime:
    """When a callback was agreed; of a new time, when the first was."""
    moved = [one for one in agreed if not callback.is_hour_named and one.closed_at == callback.asked_at]
    return _agreed_at(moved[0], agreed) if moved else callback.asked_at


def _is_newer(one: Callback, callback: Callback) -> bool:
    is_later = (one.asked_at, one.id or 0) > (callback.asked_at, callback.id or 0)
    return is_later and (one.person_id, one.principal) == (callback.person_id, callback.principal)


def _finish_of(callback: Callback, contact: Contact) -> list[End]:
    """What finished the contact since the callback was agreed: an outcome or its list; an erasure at any time."""
    because, by = contact.finished_because, contact.finished_attempt_id
    if contact.finished_at is None or because.startswith((lists.PAUSED, lists.EXPIRED)):
        return []  # a callback outlasts a pause
    is_erased = by is None and not because.startswith(lists.BY_LIST)
    return [End(contact.finished_at, CANCELLED, by)] if is_erased or contact.finished_at >= callback.asked_at else []


def _stays_off(callback: Callback, about: About, at: datetime) -> bool:
    """Whether it was called off with its list or by a parting; or by a stop that still is in force, though the number
    is closed since."""
    if callback.closed_because != CANCELLED or callback.closed_at is None:
        return False
    then, by = callback.closed_at, callback.closed_attempt_id
    if by is not None:
        return any(one.attempt_id == by and is_in_force(one, at) for one in about.stops)
    return not any(
        _forbids(one, callback, about.contact) and one.since <= then and is_in_force(one, then)
        for one in about.stops
        if one.withdrawn_at is not None
    )


def _forbids(stop: Suppression, callback: Callback, contact: Contact) -> bool:
    is_about = stop.person_id == callback.person_id or (bool(stop.number) and stop.number == contact.number)
    return is_about and stop.principal in ("", callback.principal)


class SaidOwn(NamedTuple):
    """The newest name and answers. Both empty: no own outcome stands."""

    name: str = ""
    answers: tuple[Answer, ...] = ()


def own_said(attempt: Attempt, said: Said) -> SaidOwn:
    if attempt.own_outcome_id is None:
        return SaidOwn()
    naming = [one for one in standing(said) if one.own_outcome_id == attempt.own_outcome_id]
    told = [one.answers for one in naming if one.answers]
    return SaidOwn(naming[-1].own_name if naming else "", told_answers(told[-1]) if told else ())


def own_in_force(attempt: Attempt, stands: Said) -> int | None:
    """The own outcome of the newest standing statement for the attempt's outcome."""
    agreeing = [one for one in stands if one.outcome is attempt.outcome]
    return agreeing[-1].own_outcome_id if agreeing else None
