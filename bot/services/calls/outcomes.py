"""Records outcomes, by button or typed; corrects and undoes them. A fact is never refused."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services import own_outcomes
from bot.services.answers.calls import OpenAttempt, OutcomeRecorded, Undone
from bot.services.answers.own_outcomes import Answer, OwnOutcomeView
from bot.services.answers.people import Actor
from bot.services.calls import off_list, recording, statements
from bot.services.calls.recording import Said, name_of
from bot.services.calls.standing import Statement, agreeing, is_on_no_list, own_said, since_undo, standing
from bot.services.deciding import refresh
from bot.services.deciding.refresh import redecide_touched, tell_withdrawn
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import (
    AlreadyGone,
    AmbiguousAttempt,
    CorrectionUnconfirmed,
    Deactivated,
    NothingOnLease,
    OutcomeChanged,
    SaidByAnother,
    TooSoonForNoAnswer,
    UndoTooLate,
)
from bot.services.hand_out import hand
from bot.services.hand_out.hand import Press
from bot.services.numbers.parsing import mask
from bot.services.own_outcomes import parse_said
from policy.vocabulary import STOPPING, AttemptState, Outcome, Verdict
from storage.models import Agent, Attempt, Lease
from storage.queries import agents, attempts, contacts

THEY_RANG = "They rang us."  # the note of a call that was none
RING_FOR = timedelta(seconds=15)  # Ofcom's minimum before an unanswered call may be given up


@retry_lost_turn
def record(  # noqa: PLR0913 - one argument a field of the form
    deps: Deps,
    actor: Actor,
    attempt_id: int,
    chosen: Outcome | int,
    note: str = "",
    answers: Sequence[Answer] = (),
    *,
    is_confirmed: bool = False,
    corrects: bool = True,
) -> OutcomeRecorded:
    """Record an attempt's outcome: first, late, or as a correction. A repeat changes nothing.

    `chosen`: one of the closed list, or an own one's id, also of a retired one, with the answers to its questions.
    Raises TooSoonForNoAnswer if the number can hardly have rung, unless `is_confirmed`. Without `corrects`, raises
    CorrectionUnconfirmed if another outcome stands, or another own one; an opt-out never asks. Raises NotYours,
    AlreadyGone.
    """

    def change(press: Press) -> OutcomeRecorded:
        attempt, at = recording.take(press, attempt_id), deps.clock()
        meant: Outcome | OwnOutcomeView | None
        if isinstance(chosen, Outcome):
            meant = chosen
        elif (meant := own_outcomes.find(press.session, actor.organisation_id, chosen)) is None:
            raise AlreadyGone
        said = Said(meant, note, answers=tuple(answers), drops_name=corrects)
        if not corrects and recording.is_another(said, attempt) and said.outcome not in STOPPING:
            raise CorrectionUnconfirmed(attempt_id)
        is_first = attempt.outcome is None and attempt.lease_id is not None
        is_short = said.outcome is Outcome.NO_ANSWER and at - attempt.opened_at < RING_FOR
        if is_short and is_first and not is_confirmed:
            raise TooSoonForNoAnswer(attempt_id)
        return recording.write(deps, press, attempt, said, at)

    return hand.changed(deps, actor, change)


@retry_lost_turn
def say_about_data(deps: Deps, actor: Actor, attempt_id: int) -> OutcomeRecorded:
    """Record that a complaint is about the person's data. A repeat changes nothing. Raises NotYours, AlreadyGone."""

    def change(press: Press) -> OutcomeRecorded:
        attempt = recording.take(press, attempt_id)
        session, contact = press.session, contacts.contact_of(press.session, attempt)
        if attempt.outcome is not Outcome.COMPLAINT or contact is None:
            raise AlreadyGone
        at = deps.clock()
        is_new = statements.place(session, actor, contact, attempt_id, at)
        if is_new:
            redecide_touched(deps, session, refresh.Touched.about(contact), at)
        done = recording.write(deps, press, attempt, Said(Outcome.COMPLAINT), at)
        return replace(done, is_repeat=done.is_repeat and not is_new)

    return hand.changed(deps, actor, change)


@retry_lost_turn
def record_spoken(
    deps: Deps, actor: Actor, number: str = "", outcome_text: str = "", note: str = ""
) -> OutcomeRecorded:
    """/outcome: for the one open attempt, or for a number; without an attempt it is a call off the list, and counts.

    If the rules forbade that call, it is recorded anyway: the answer says so, and the team leads are told. Raises
    UnknownOutcome, BadNumber, NothingOnLease, AmbiguousAttempt; for a call off the list also NoTeam, Deactivated.
    """

    def change(press: Press) -> OutcomeRecorded:
        session = press.session
        found = parse_said(outcome_text, own_outcomes.all_of(session, actor.organisation_id))
        said = Said(found, note, is_typed=True)
        outcome = said.outcome or Outcome.NO_ANSWER
        against = off_list.Against()
        parsed = _locked_number(press, number) if number else ""
        attempt = _waiting_on(session, actor, parsed) if parsed else _locked_open(press)
        at = deps.clock()
        if attempt is None:
            if not actor.is_active:
                raise Deactivated(actor.slack_user_id)
            against = off_list.rules_against(deps, session, actor, parsed, outcome, at)
            attempt = off_list.open_attempt(session, actor, parsed, at)
        recorded = recording.write(deps, press, attempt, said, at, against.broken)
        return replace(recorded, unproven=against.unproven)

    return hand.changed(deps, actor, change)


@retry_lost_turn
def they_rang(deps: Deps, actor: Actor, attempt_id: int) -> OutcomeRecorded:
    """Take back that a call to a number on no list was made: the person rang us. It counts against no limit.

    A person who asked to stop stays stopped. A repeat changes nothing. Raises NotYours; AlreadyGone for a call
    from a list, and for one that the phone system's records brought.
    """

    def change(press: Press) -> OutcomeRecorded:
        attempt = recording.take(press, attempt_id)
        if not is_on_no_list(attempt):
            raise AlreadyGone
        said = Said(Outcome.NOT_DIALLED, THEY_RANG)
        return recording.write(deps, press, attempt, said, deps.clock())

    return hand.changed(deps, actor, change)


def own_in_use(deps: Deps, actor: Actor) -> tuple[OwnOutcomeView, ...]:
    """The organisation's own outcomes, without retired ones."""
    with deps.unit_of_work(is_read_only=True) as uow:
        return tuple(one for one in own_outcomes.all_of(uow.session, actor.organisation_id) if not one.is_retired)


def own_asked(deps: Deps, actor: Actor, attempt_id: int, own_id: int) -> tuple[str, OwnOutcomeView]:
    """Whom an attempt was to, and an own outcome whose form is opened for it. Raises NotYours, AlreadyGone."""
    with deps.unit_of_work(is_read_only=True) as uow:
        attempt = recording.find(uow.session, actor, attempt_id)
        own = own_outcomes.find(uow.session, actor.organisation_id, own_id)
        if own is None:
            raise AlreadyGone
        return name_of(uow.session, attempt) or mask(attempt.number), own


@retry_lost_turn
def undo(
    deps: Deps, actor: Actor, attempt_id: int, shown: Outcome | None = None, until: datetime | None = None
) -> Undone:
    """Take back what the actor recorded, within ten minutes. The newest statement that nobody took back stands.

    If there is none, the lease is restored if no other agent holds the contact. `shown`: what the card shows that the
    actor recorded; `until`: until when it offers this. Raises OutcomeChanged if that was not their last, UndoTooLate,
    SaidByAnother, NotYours, AlreadyGone. A repeat changes nothing.
    """

    def change(press: Press) -> Undone:
        session = press.session
        attempt, at = recording.take(press, attempt_id), deps.clock()
        said = recording.said_of(press, attempt, attempt.outcome)
        last = _theirs(session, actor, attempt, said)
        if shown is not None and last.recorded_by == actor.agent_id and last.outcome is not shown:
            raise OutcomeChanged
        if attempt.outcome is None or last.taken_back_at is not None:
            return _undone(session, actor, attempt, last, said)
        first = next(one for one in standing(said) if one.recorded_by == actor.agent_id)
        if until is not None and first.recorded_at + recording.UNDO_FOR > until:
            raise OutcomeChanged  # what the card shows was taken back and recorded again since
        if at - last.recorded_at > recording.UNDO_FOR:
            raise UndoTooLate
        own_name, since = own_said(attempt, said).name or last.own_name, since_undo(said)[0].recorded_at
        touched = recording.take_back(press, attempt, at, said)
        again = recording.decide_again(deps, press, attempt, touched, at, since=since)
        tell_withdrawn(session, again.withdrawn, at, actor.slack_user_id)
        return _undone(session, actor, attempt, last, said, own_name)

    return hand.changed(deps, actor, change)


def open_attempts(deps: Deps, actor: Actor) -> tuple[OpenAttempt, ...]:
    """The agent's attempts that wait for an outcome, oldest first."""
    with deps.unit_of_work(is_read_only=True) as uow:
        waiting = attempts.attempts_waiting(uow.session, actor.agent_id)
        return tuple(as_open(uow.session, one) for one in waiting)


def as_open(session: Session, attempt: Attempt) -> OpenAttempt:
    """An attempt as its agent sees it while it waits for an outcome."""
    name = name_of(session, attempt)
    return OpenAttempt(attempt.id or 0, name, mask(attempt.number), attempt.opened_at, attempt.state)


def standing_outcome(deps: Deps, actor: Actor, attempt_id: int) -> tuple[str, Outcome | None, str]:
    """The name an attempt was to (or the masked number), its outcome, and the name of an own one; empty: none.

    Raises NotYours, AlreadyGone.
    """
    with deps.unit_of_work(is_read_only=True) as uow:
        attempt = recording.find(uow.session, actor, attempt_id)
        own = own_said(attempt, attempts.statements_of(uow.session, [attempt_id])).name
        return name_of(uow.session, attempt) or mask(attempt.number), attempt.outcome, own


def is_waiting_on(deps: Deps, actor: Actor, number: str) -> bool:
    """Whether an attempt of the actor's on the number waits for its outcome. Raises BadNumber."""
    with deps.unit_of_work(is_read_only=True) as uow:
        return _waiting_on(uow.session, actor, off_list.number_said(uow.session, actor, number)) is not None


def _only_open(session: Session, actor: Actor) -> Attempt:
    """The one attempt that waits; an open one comes before unreported ones. Raises NothingOnLease, AmbiguousAttempt."""
    waiting = attempts.attempts_waiting(session, actor.agent_id)
    if not waiting:
        raise NothingOnLease
    chosen = [one for one in waiting if one.state is AttemptState.OPEN] or list(waiting)
    if len(chosen) > 1:
        raise AmbiguousAttempt(tuple(name_of(session, one) or mask(one.number) for one in chosen))
    return chosen[0]


def _locked_open(press: Press) -> Attempt:
    """The same, locked. Another may have spoken of it while this waited: it must still be the one that is meant."""
    while True:
        attempt = recording.take(press, _only_open(press.session, press.actor).id or 0)
        if _only_open(press.session, press.actor) is attempt:
            return attempt


def _locked_number(press: Press, number: str) -> str:
    """The number as it stands on record, with the contacts of all its persons locked. Raises BadNumber.

    During the wait it may have been erased, or become another person's too: then these are locked as well.
    """
    session, actor, locked = press.session, press.actor, None
    while True:
        parsed = off_list.number_said(session, actor, number)
        persons = off_list.persons_at(session, actor, parsed)
        touched = refresh.Touched(actor.organisation_id, frozenset({parsed}), persons)
        if touched == locked:
            return parsed
        press.lock(touched)
        locked = touched


def _waiting_on(session: Session, actor: Actor, number: str) -> Attempt | None:
    return next(
        (one for one in reversed(attempts.attempts_waiting(session, actor.agent_id)) if one.number == number), None
    )


def _theirs(session: Session, actor: Actor, attempt: Attempt, said: Sequence[Statement]) -> Statement:
    """The actor's newest statement; of a call that is open again, anybody's. Raises AlreadyGone, SaidByAnother."""
    outcomes = [one for one in said if one.outcome is not None]
    if not outcomes:
        raise AlreadyGone
    own = [one for one in outcomes if one.recorded_by == actor.agent_id]
    if attempt.outcome is None:
        return (own or outcomes)[-1]
    stands = since_undo(said)
    own = [one for one in stands if one.recorded_by == actor.agent_id]
    if not own:
        said_by = session.get_one(Agent, standing(said)[-1].recorded_by)
        raise SaidByAnother(said_by.name, attempt.outcome)
    return own[-1]


def _undone(
    session: Session, actor: Actor, attempt: Attempt, last: Statement, said: Sequence[Statement], own_name: str = ""
) -> Undone:
    """The actor took `last` back: what others recorded stands. `said`: all that was said of the call."""
    stands, is_free = agreeing(said), attempt.outcome is None
    by = agents.agents_by_id(session, [one.recorded_by for one in stands])
    contact = contacts.contact_of(session, attempt)
    lease = None if attempt.lease_id is None else session.get(Lease, attempt.lease_id)
    return Undone(
        attempt.id or 0,
        name_of(session, attempt),
        last.outcome or Outcome.NO_ANSWER,
        has_card=is_free and lease is not None and lease.ended_at is None and lease.agent_id == actor.agent_id,
        is_stopped=is_free and contact is not None and contact.verdict is Verdict.SUPPRESSED,
        stands_by=tuple(dict.fromkeys(by[one.recorded_by].name for one in stands)),
        own_name=own_name if is_free else last.own_name,
        stands=attempt.outcome,
        stands_as=own_said(attempt, said).name,
    )
