"""Withdraws a stop that was typed by mistake or came with a wrong file: one admin says why, a second person agrees.

That person has been an admin for seven days. An only admin does both on the machine. A stop that a person said in a
call is never withdrawn.
"""

import logging
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services.agents import admin_for, name_of, refuse_new_admin, require
from bot.services.answers.house_rules import COMMAND_LINE
from bot.services.answers.people import Actor
from bot.services.answers.registers import StopJudged, StopQuestioned, StopShown
from bot.services.blanking import blank_about
from bot.services.calls import callback_changes, off_list, statements
from bot.services.calls.standing import is_in_force
from bot.services.deciding import refresh
from bot.services.deciding.refresh import tell_withdrawn
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import AlreadyGone, AskInSlack, NoSecondAdmin, OwnProposal, ReasonNeeded
from bot.services.numbers.parsing import is_erased, mask
from policy.vocabulary import Role, SuppressionSource
from storage.models import MistakenStop, Suppression
from storage.queries import agents, compliance, contacts, setup

ADMIN_FOR = timedelta(days=7)
MISTAKE = "withdrawn as a mistake"
_SAID = (SuppressionSource.REQUEST, SuppressionSource.HOUSE)
_log = logging.getLogger("nextcall.setup")


def withdrawable(deps: Deps, actor: Actor, number: str) -> int | None:
    """The newest stop of a number that an admin may withdraw, by its id. Raises RoleNeeded, BadNumber."""
    require(actor, Role.ADMIN)
    with deps.unit_of_work(is_read_only=True) as uow:
        parsed = off_list.number_said(uow.session, actor, number)
        found = _mistakable(uow.session, actor.organisation_id, parsed, deps.clock())
    newest = max(found, key=lambda one: (bool(one.number), one.id or 0), default=None)
    return None if newest is None else newest.id


def admins(deps: Deps, actor: Actor) -> tuple[str, ...]:
    """The Slack user ids of the organisation's admins, who hear of a stop by somebody who is not set up."""
    with deps.unit_of_work(is_read_only=True) as uow:
        return tuple(one.slack_user_id for one in agents.admins(uow.session, actor.organisation_id))


def shown(deps: Deps, actor: Actor, stop_id: int) -> StopShown:
    """A stop, for the form that asks for the reason. Raises RoleNeeded, AlreadyGone."""
    require(actor, Role.ADMIN)
    with deps.unit_of_work(is_read_only=True) as uow:
        return _shown(uow.session, _stop(uow.session, actor, stop_id, deps.clock()))


@retry_lost_turn
def question(deps: Deps, actor: Actor, stop_id: int, reason: str) -> StopQuestioned:
    """Say that a stop is a mistake; other admins are to be asked. A repeat asks them again.

    Raises RoleNeeded, ReasonNeeded, AlreadyGone, NoSecondAdmin.
    """
    require(actor, Role.ADMIN)
    if not reason.strip():
        raise ReasonNeeded
    with deps.unit_of_work() as uow:
        session = uow.session
        setup.let_one_at_a_time(session, actor.organisation_id)
        at = deps.clock()
        stop = _stop(session, actor, stop_id, at)
        asked = _who_may_agree(session, actor, at)
        said, _ = blank_about(reason.strip(), stop.number)
        claim = compliance.open_claim(session, stop_id, actor.slack_user_id)
        claim = claim or _claim(actor.organisation_id, stop, said, actor.slack_user_id, at)
        claim.reason = said
        session.add(claim)
        session.flush()
        _log.info("event=stop_questioned by=%s stop=%d", actor.slack_user_id, stop_id)
        return StopQuestioned(claim.id or 0, _shown(session, stop), said, actor.name, asked)


@retry_lost_turn
def agree(deps: Deps, actor: Actor, claim_id: int) -> StopJudged:
    """Withdraw the stop, as the second person. A repeat changes nothing.

    Raises RoleNeeded, AlreadyGone, OwnProposal, NewAdmin.
    """
    return _settle(deps, actor, claim_id, is_withdrawn=True)


@retry_lost_turn
def disagree(deps: Deps, actor: Actor, claim_id: int) -> StopJudged:
    """Leave the stop as it is; whoever said that it is a mistake may take that back so. A repeat changes nothing.

    Raises RoleNeeded, AlreadyGone.
    """
    return _settle(deps, actor, claim_id, is_withdrawn=False)


def _settle(deps: Deps, actor: Actor, claim_id: int, *, is_withdrawn: bool) -> StopJudged:
    require(actor, Role.ADMIN)
    with deps.unit_of_work() as uow:
        session, reopened = uow.session, 0
        setup.let_one_at_a_time(session, actor.organisation_id)
        at = deps.clock()
        claim = session.get(MistakenStop, claim_id, with_for_update=True)
        if claim is None or claim.organisation_id != actor.organisation_id:
            raise AlreadyGone
        stop = session.get_one(Suppression, claim.suppression_id)
        if claim.decided_at is not None or not is_in_force(stop, at):
            return _judged(session, claim, stop, at, is_repeat=True)
        if is_withdrawn:
            if claim.asked_by == actor.slack_user_id:
                raise OwnProposal
            refuse_new_admin(session, actor, at, ADMIN_FOR)
            reopened, at = _withdraw(deps, session, stop)
        claim.decided_by, claim.decided_at, claim.is_withdrawn = actor.slack_user_id, at, is_withdrawn
        done = _judged(session, claim, stop, at, callbacks_reopened=reopened)
    if is_withdrawn:
        _log.info("event=stop_withdrawn by=%s asked_by=%s stop=%d", actor.slack_user_id, claim.asked_by, stop.id)
    return done


@retry_lost_turn
def withdraw_alone(deps: Deps, operator: Actor, number: str, reason: str) -> tuple[StopJudged, ...]:
    """Withdraw what was typed or came with a file about a number, on the machine of an only admin.

    Raises BadNumber, ReasonNeeded, AskInSlack, AlreadyGone.
    """
    if not reason.strip():
        raise ReasonNeeded
    done = list[StopJudged]()
    with deps.unit_of_work() as uow:
        session = uow.session
        setup.let_one_at_a_time(session, operator.organisation_id)
        at = deps.clock()
        if len(agents.admins(session, operator.organisation_id)) > 1:
            raise AskInSlack
        parsed = off_list.number_said(session, operator, number)
        said, _ = blank_about(reason.strip(), parsed)
        for stop in _mistakable(session, operator.organisation_id, parsed, at):
            if is_in_force(stop, at):  # not ended with another of them
                reopened, at = _withdraw(deps, session, stop)
                claim = _claim(operator.organisation_id, stop, said, COMMAND_LINE, at)
                claim.decided_by, claim.decided_at, claim.is_withdrawn = COMMAND_LINE, at, True
                session.add(claim)
                done.append(_judged(session, claim, stop, at, callbacks_reopened=reopened))
        if not done:
            raise AlreadyGone
    return tuple(done)


def _mistakable(session: Session, organisation_id: int, number: str, at: datetime) -> list[Suppression]:
    """The stops in force on a number, then those on its people, if nothing says that they came with another number."""
    if is_erased(number):
        return []
    people = {one.person_id for one in compliance.persons_at(session, organisation_id, number)}
    theirs = [one.number for one in compliance.numbers_of(session, people)]
    every = compliance.suppressions_on(session, organisation_id, {number, *theirs}, people)
    found = [one for one in every if _may_be_a_mistake(one) and is_in_force(one, at)]
    found.sort(key=lambda one: (not one.number, one.id or 0))
    elsewhere = {_statement(one) for one in found if one.number and one.number != number}
    here = {_statement(one) for one in found if one.number == number}
    return [
        one
        for one in found
        if one.number == number or (not one.number and (_statement(one) in here or _statement(one) not in elsewhere))
    ]


def _may_be_a_mistake(stop: Suppression) -> bool:
    """Whether it was typed or came with a file, and not said in a call, by a court or with an erasure."""
    return stop.attempt_id is None and stop.source in _SAID and not is_erased(stop.number)


def _statement(one: Suppression) -> tuple[object, ...]:
    """What rows of one statement have in common."""
    return one.since, one.recorded_by, one.told_by, one.source, one.principal, one.note


def _stop(session: Session, actor: Actor, stop_id: int, at: datetime) -> Suppression:
    """A stop that may be withdrawn. Raises AlreadyGone."""
    stop = session.get(Suppression, stop_id)
    is_ours = stop is not None and stop.organisation_id == actor.organisation_id
    if stop is None or not is_ours or not _may_be_a_mistake(stop) or not is_in_force(stop, at):
        raise AlreadyGone
    return stop


def _withdraw(deps: Deps, session: Session, stop: Suppression) -> tuple[int, datetime]:
    """End the stop's statement about its number and people. Returns how many callbacks reopened, and when."""
    number, key = stop.number, stop.organisation_id
    people = {stop.person_id} if stop.person_id is not None else set()
    people |= {one.person_id for one in compliance.persons_at(session, key, number)} if number else set()
    numbers, persons = frozenset({number} - {""}), frozenset(one for one in people if one is not None)
    touched = refresh.Touched(key, numbers, persons)
    contacts.contacts_sharing(session, *touched, for_update=True)
    at = deps.clock()
    said = [
        one
        for one in compliance.suppressions_on(session, *touched)
        if _statement(one) == _statement(stop) and _may_be_a_mistake(one) and is_in_force(one, at)
    ]
    statements.withdraw(said, MISTAKE, at)
    reopened = callback_changes.sync(session, *touched, at).reopened
    tell_withdrawn(session, refresh.redecide_touched(deps, session, touched, at), at)
    return len(reopened), at


def _who_may_agree(session: Session, actor: Actor, at: datetime) -> tuple[str, ...]:
    """The other admins who have been admins for long enough. Raises NoSecondAdmin: when the first of them may agree."""
    others = [one for one in agents.admins(session, actor.organisation_id) if one.slack_user_id != actor.slack_user_id]
    asked = tuple(one.slack_user_id for one in others if admin_for(one, ADMIN_FOR) <= at)
    if not asked:
        first = min(others, key=lambda one: admin_for(one, ADMIN_FOR), default=None)
        raise NoSecondAdmin("" if first is None else first.name, None if first is None else admin_for(first, ADMIN_FOR))
    return asked


def _claim(organisation_id: int, stop: Suppression, reason: str, by: str, at: datetime) -> MistakenStop:
    return MistakenStop(
        organisation_id=organisation_id, suppression_id=stop.id or 0, reason=reason, asked_by=by, asked_at=at
    )


def _shown(session: Session, stop: Suppression) -> StopShown:
    by, number = name_of(session, stop.recorded_by), mask(stop.number)
    return StopShown(stop.id or 0, number, stop.since, by, stop.told_by, stop.note)


def _judged(
    session: Session,
    claim: MistakenStop,
    stop: Suppression,
    at: datetime,
    *,
    is_repeat: bool = False,
    callbacks_reopened: int = 0,
) -> StopJudged:
    numbers, persons = {stop.number} - {""}, {one for one in [stop.person_id] if one is not None}
    found = compliance.suppressions_on(session, stop.organisation_id, numbers, persons)
    names = {one.slack_user_id: one.name for one in setup.agents(session, claim.organisation_id)}
    return StopJudged(
        _shown(session, stop),
        claim.reason,
        by=names.get(claim.asked_by, claim.asked_by),
        by_slack=claim.asked_by,
        decided_by=names.get(claim.decided_by, claim.decided_by),
        is_withdrawn=claim.is_withdrawn,
        is_repeat=is_repeat,
        is_still_stopped=any(is_in_force(one, at) for one in found),
        callbacks_reopened=callbacks_reopened,
    )
