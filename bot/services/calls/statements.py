"""Stops, holds and outcomes, each kept as one person's statement. All apply; an undo ends only the actor's own."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session

from bot.services.agents import answers_for, as_actor
from bot.services.answers.own_outcomes import Answer
from bot.services.answers.people import Actor
from bot.services.calls import callback_changes
from bot.services.own_outcomes import told_answers
from policy.vocabulary import HOLDING, STOPPING, Outcome, SuppressionSource
from storage.models import Agent, Attempt, Callback, Contact, Hold, OutcomeRecord, Suppression
from storage.queries import attempts, callbacks, compliance, contacts


class SaidOwn(NamedTuple):
    """The newest name and answers. Both empty: no own outcome stands."""

    name: str = ""
    answers: tuple[Answer, ...] = ()


def since_undo(said: Sequence[OutcomeRecord]) -> Sequence[OutcomeRecord]:
    """The attempt's statements since the last undo."""
    undos = [place for place, one in enumerate(said) if one.outcome is None]
    return said[undos[-1] + 1 :] if undos else said


def own_said(attempt: Attempt, said: Sequence[OutcomeRecord]) -> SaidOwn:
    """`said`: the attempt's statements, oldest first."""
    if attempt.own_outcome_id is None:
        return SaidOwn()
    stands = [one for one in since_undo(said) if one.taken_back_at is None]
    naming = [one for one in stands if one.own_outcome_id == attempt.own_outcome_id]
    told = [one.answers for one in naming if one.answers]
    return SaidOwn(naming[-1].own_name if naming else "", told_answers(told[-1]) if told else ())


def own_in_force(attempt: Attempt, said: Sequence[OutcomeRecord]) -> int | None:
    """The own outcome of the newest statement for the attempt's outcome that is not taken back."""
    standing = [one for one in said if one.outcome is attempt.outcome and one.taken_back_at is None]
    return standing[-1].own_outcome_id if standing else None


TAKEN_BACK = "the outcome was taken back"


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
    if attempt.outcome is not None:
        _store(session, attempt, attempt.outcome, by, at)


def _store(session: Session, attempt: Attempt, outcome: Outcome, by: int, at: datetime) -> None:
    if outcome in STOPPING:
        said = compliance.suppressions_by(session, attempt.id or 0)
        if not any(one.recorded_by == by for one in said):
            stop = Stop(attempt.organisation_id, attempt.number, attempt.person_id, attempt.principal, by=by)
            suppress(session, stop, at, attempt, attempts.sharers(session, attempt))
    elif outcome in HOLDING and (contact := attempts.contact_of(session, attempt)) is not None:
        placed = compliance.holds_by(session, attempt.id or 0)
        if not any(one.placed_by == by and one.reason == outcome for one in placed):
            for contact_id in (contact.id or 0, *_of_sharers(session, attempt)):
                session.add(hold(attempt.organisation_id, contact_id, outcome.value, at, by, attempt.id))


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
        return said_by is not None and _answers_for(session, actor, said_by, at)

    own = standing_of(session, attempt, actor.agent_id) if is_undo else ()
    has_stopped = (own[-1].outcome if own else attempt.outcome) in STOPPING

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


def standing(session: Session, attempt: Attempt) -> Sequence[OutcomeRecord]:
    """The attempt's statements that their speakers have not taken back, oldest first. The newest is the outcome."""
    said = since_undo(attempts.statements_of(session, attempt.id or 0))
    return [one for one in said if one.taken_back_at is None]


def standing_of(session: Session, attempt: Attempt, agent_id: int) -> Sequence[OutcomeRecord]:
    return [one for one in standing(session, attempt) if one.recorded_by == agent_id]


def agreeing(session: Session, attempt: Attempt) -> Sequence[OutcomeRecord]:
    """The newest of the standing statements, with those just before that agree with it; oldest first."""
    found: list[OutcomeRecord] = []
    for one in reversed(standing(session, attempt)):
        if found and one.outcome is not found[0].outcome:
            break
        found.insert(0, one)
    return found


def agrees(session: Session, actor: Actor, attempt: Attempt) -> bool:
    """Whether the actor is one of those who say what stands."""
    return any(one.recorded_by == actor.agent_id for one in agreeing(session, attempt))


def take_back_said(session: Session, attempt: Attempt, by: int, at: datetime) -> None:
    """Take back all that one person said of the attempt. They may say it again."""
    for one in standing_of(session, attempt, by):
        one.taken_back_at = at
    session.flush()


def stand_again(session: Session, attempt: Attempt, at: datetime) -> None:
    """Store the stops and holds anew that a correction had ended, if that was taken back and their speakers stand by
    them.

    Not those that ended otherwise: a team lead lifted the hold.
    """
    said = standing(session, attempt)
    for place, one in enumerate(said):
        if one.outcome not in (*STOPPING, *HOLDING) or any(_ends(session, later, one) for later in said[place + 1 :]):
            continue
        if one.outcome in STOPPING:
            stops = [
                stop
                for stop in compliance.stops_said_in(session, one.attempt_id)
                if stop.recorded_by == one.recorded_by
            ]
            was_corrected = bool(stops) and stops[-1].withdrawn_because == TAKEN_BACK
        else:
            holds = [
                hold
                for hold in compliance.holds_said_in(session, one.attempt_id)
                if (hold.placed_by, hold.reason) == (one.recorded_by, one.outcome)
            ]
            was_corrected = bool(holds) and holds[-1].is_taken_back
        if was_corrected:
            _store(session, attempt, one.outcome, one.recorded_by, at)


def _ends(session: Session, later: OutcomeRecord, said: OutcomeRecord) -> bool:
    """Whether a later statement ends the stop or hold of an earlier one, as `statements_ended_by` says of a
    correction."""
    if later.outcome is said.outcome:
        return False
    if later.recorded_by == said.recorded_by and said.outcome in HOLDING:
        return True
    speaker = as_actor(session.get_one(Agent, later.recorded_by))
    return _answers_for(session, speaker, said.recorded_by, said.recorded_at)


def _answers_for(session: Session, actor: Actor, agent_id: int, at: datetime) -> bool:
    return answers_for(session, actor, session.get_one(Agent, agent_id), at)


def _in_force(session: Session, attempt: Attempt) -> Statements:
    stops = compliance.suppressions_by(session, attempt.id or 0)
    return Statements(tuple(stops), tuple(compliance.holds_by(session, attempt.id or 0)))


def _of_sharers(session: Session, attempt: Attempt) -> list[int]:
    """One contact of each other person whom the call may have reached: a hold on it holds all of theirs."""
    sharers = attempts.sharers(session, attempt)
    theirs = contacts.contacts_sharing(session, attempt.organisation_id, (), sharers) if sharers else ()
    return list({one.person_id: one.id or 0 for one in theirs}.values())


def hold(
    organisation_id: int, contact_id: int, reason: str, at: datetime, by: int, attempt_id: int | None = None
) -> Hold:
    """A hold on a contact, not stored yet. `attempt_id`: the call whose outcome means it."""
    return Hold(
        organisation_id=organisation_id,
        contact_id=contact_id,
        reason=reason,
        placed_at=at,
        placed_by=by,
        attempt_id=attempt_id,
    )
