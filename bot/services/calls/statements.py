"""Stops and holds, each kept as one person's statement. All of them apply; an undo ends only the actor's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.services.agents import answers_for
from bot.services.answers.people import Actor
from bot.services.calls import callback_changes
from bot.services.deciding import HOLDING
from policy.vocabulary import Outcome, SuppressionSource
from storage.models import Agent, Attempt, Callback, Contact, Hold, OutcomeRecord, Suppression
from storage.queries import attempts, callbacks, compliance, contacts

TAKEN_BACK = "the outcome was taken back"
OUTCOMES = (Outcome.DO_NOT_CALL, *HOLDING)  # each person records these for themselves


@dataclass(frozen=True, slots=True)
class Stop:
    """A request to stop: what it binds, and who recorded it. Empty principal: the whole organisation."""

    organisation_id: int
    number: str
    person_id: int | None
    principal: str
    note: str = ""
    by: int | None = None  # an agent
    told_by: str = ""  # the Slack user id, if they are not enrolled


@dataclass(frozen=True, slots=True)
class Statements:
    """Stops and holds in force."""

    stops: tuple[Suppression, ...] = ()
    holds: tuple[Hold, ...] = ()


def suppress(
    session: Session, stop: Stop, at: datetime, attempt: Attempt | None = None, sharers: Sequence[int] = ()
) -> int:
    """Stop the number and the person, each on its own, and cancel their callbacks. Returns how many were cancelled.

    `sharers`: others whom the call may have reached.
    """
    persons = [*([] if stop.person_id is None else [stop.person_id]), *sharers]
    bound: list[tuple[str, int | None]] = [(stop.number, None), *(("", one) for one in persons)]
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
                recorded_by=stop.by,
                told_by=stop.told_by,
                attempt_id=None if attempt is None else attempt.id,
            )
        )
    persons = [] if stop.person_id is None else [stop.person_id]
    standing = callbacks.open_to(session, stop.organisation_id, [stop.number], persons)
    bindings = [one for one in standing if stop.principal in ("", one.principal)]
    for callback in bindings:
        callback_changes.cancel(session, callback, at, attempt)
    return len(bindings)


def store_statement(session: Session, attempt: Attempt, by: int, at: datetime) -> None:
    """Store the stop or hold that an attempt's outcome means, as one person's statement. A repeat changes nothing."""
    outcome = attempt.outcome
    if outcome is Outcome.DO_NOT_CALL:
        said = compliance.suppressions_by(session, attempt.id or 0)
        if not any(one.recorded_by == by for one in said):
            stop = Stop(attempt.organisation_id, attempt.number, attempt.person_id, attempt.principal, by=by)
            suppress(session, stop, at, attempt, attempts.sharers(session, attempt))
    elif outcome in HOLDING and outcome is not None and (contact := attempts.contact_of(session, attempt)) is not None:
        placed = compliance.holds_by(session, attempt.id or 0)
        if not any(one.placed_by == by and one.reason == outcome for one in placed):
            for contact_id in (contact.id or 0, *_of_sharers(session, attempt)):
                _hold(session, attempt, contact_id, outcome, by, at)


def statements_ended_by(session: Session, actor: Actor, attempt: Attempt, outcome: Outcome | None) -> Statements:
    """The statements that end when the actor records another outcome, or None: an undo.

    An undo ends the actor's own. A correction also ends those of agents they lead; but a stop only if they lead the
    agent who recorded it: an agent's second thought leaves it in force.
    """
    in_force = _in_force(session, attempt)
    is_undo = outcome is None

    def is_theirs(said_by: int | None) -> bool:
        return said_by == actor.agent_id

    def is_led(said_by: int | None, at: datetime) -> bool:
        return said_by is not None and answers_for(session, actor, session.get_one(Agent, said_by), at)

    has_stopped = attempt.outcome is Outcome.DO_NOT_CALL

    def ends_stop(one: Suppression) -> bool:
        return is_theirs(one.recorded_by) if is_undo else is_led(one.recorded_by, one.since)

    def ends_hold(one: Hold) -> bool:
        return is_theirs(one.placed_by) or (not is_undo and is_led(one.placed_by, one.placed_at))

    return Statements(
        tuple(one for one in in_force.stops if has_stopped and ends_stop(one)),
        tuple(one for one in in_force.holds if ends_hold(one)),
    )


def take_back(ended: Statements, by: int, at: datetime) -> None:
    """Take back these statements; others stand."""
    for stop in ended.stops:
        stop.withdrawn_at, stop.withdrawn_because = at, TAKEN_BACK
    for hold in ended.holds:
        hold.lifted_at, hold.lifted_by, hold.lifted_because, hold.is_taken_back = at, by, TAKEN_BACK, True


def cancel_stopped(
    session: Session, standing: Sequence[Callback], at: datetime, attempt: Attempt | None = None
) -> None:
    """Cancel callbacks that a stop forbids. `attempt`: its outcome caused this; undoing it reopens them."""
    for callback in standing:
        contact = session.get_one(Contact, callback.contact_id)
        numbers = [contact.number] if contact.number else []
        found = compliance.suppressions_on(session, callback.organisation_id, numbers, [callback.person_id])
        if any(is_in_force(one, at) and one.principal in ("", callback.principal) for one in found):
            callback_changes.cancel(session, callback, at, attempt)


def is_in_force(row: Suppression, at: datetime) -> bool:
    """Whether a stop is in force at a moment after it was recorded."""
    is_withdrawn = row.withdrawn_at is not None and row.withdrawn_at <= at
    return not is_withdrawn and (row.until is None or row.until > at)


def newest_of(session: Session, actor: Actor, attempt: Attempt) -> OutcomeRecord | None:
    """The actor's newest statement that still supports the attempt's outcome; None if only others support it."""
    return next((one for one in reversed(_own(session, actor, attempt)) if one.taken_back_at is None), None)


def take_back_own(session: Session, actor: Actor, attempt: Attempt, at: datetime) -> None:
    """Take back the actor's statement where others' keep the outcome in force. The actor may record it again."""
    take_back(statements_ended_by(session, actor, attempt, None), actor.agent_id, at)
    for one in _own(session, actor, attempt):
        one.taken_back_at = one.taken_back_at or at


def has_taken_back(session: Session, actor: Actor, attempt: Attempt) -> bool:
    """Whether the actor supported the attempt's outcome and has taken that back."""
    return bool(_own(session, actor, attempt)) and newest_of(session, actor, attempt) is None


def others_who_say(session: Session, actor: Actor, attempt: Attempt) -> tuple[str, ...]:
    """The names of the others whose statements keep the attempt's stop or hold in force."""
    in_force = _in_force(session, attempt)
    if attempt.outcome is Outcome.DO_NOT_CALL:
        said_by = [one.recorded_by for one in in_force.stops]
    elif attempt.contact_id is not None:
        said_by = [one.placed_by for one in in_force.holds if one.reason == attempt.outcome]
    else:  # for a number on no list only the outcome itself holds
        said_by = [one.recorded_by for one in _run(session, attempt) if one.taken_back_at is None]
    others = dict.fromkeys(one for one in said_by if one is not None and one != actor.agent_id)
    return tuple(session.get_one(Agent, one).name for one in others)


def _in_force(session: Session, attempt: Attempt) -> Statements:
    stops = compliance.suppressions_by(session, attempt.id or 0)
    return Statements(tuple(stops), tuple(compliance.holds_by(session, attempt.id or 0)))


def _run(session: Session, attempt: Attempt) -> Sequence[OutcomeRecord]:
    """The attempt's latest statements that agree, oldest first."""
    found: list[OutcomeRecord] = []
    for one in reversed(attempts.statements_of(session, attempt.id or 0)):
        if one.outcome is not attempt.outcome:
            break
        found.insert(0, one)
    return found


def _own(session: Session, actor: Actor, attempt: Attempt) -> Sequence[OutcomeRecord]:
    return [one for one in _run(session, attempt) if one.recorded_by == actor.agent_id]


def _of_sharers(session: Session, attempt: Attempt) -> list[int]:
    """One contact of each other person whom the call may have reached: a hold on it holds all of theirs."""
    sharers = attempts.sharers(session, attempt)
    theirs = contacts.contacts_sharing(session, attempt.organisation_id, (), sharers) if sharers else ()
    return list({one.person_id: one.id or 0 for one in theirs}.values())


def _hold(session: Session, attempt: Attempt, contact_id: int, outcome: Outcome, by: int, at: datetime) -> None:
    session.add(
        Hold(
            organisation_id=attempt.organisation_id,
            contact_id=contact_id,
            reason=outcome.value,
            placed_at=at,
            placed_by=by,
            attempt_id=attempt.id,
        )
    )
