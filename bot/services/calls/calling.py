"""Handles Call: decides again, and only then opens the attempt and shows the number.

An agent has one call open at a time, or as many as the organisation allows.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services.answers.calls import CallOpened, CallRefused, CardGone, OpenAttempt, OutcomeFirst
from bot.services.answers.people import Actor
from bot.services.calls import callback_changes
from bot.services.calls.recording import as_open
from bot.services.deciding import (
    Acted,
    Decided,
    Offers,
    cache_verdict,
    decide_contact,
    mark_used,
    record_decision,
    refresh,
)
from bot.services.deps import Deps
from bot.services.errors import AlreadyGone
from bot.services.hand_out import hand
from bot.services.hand_out.lapses import lapse_if_due
from bot.services.hand_out.releases import goes_without_right, held_by, why_gone
from bot.services.notices import tell_withdrawn
from bot.services.retries import retry_lost_turn
from policy.house import figure
from policy.vocabulary import LeaseEnd, LeaseStage
from storage.errors import LeaseLost
from storage.hand_out import leases
from storage.models import Attempt, Contact, Lease, Organisation
from storage.queries import agents, attempts

CALLING_FOR = timedelta(minutes=60)
_Answer = CallOpened | CallRefused | CardGone | OutcomeFirst


@retry_lost_turn
def call(deps: Deps, actor: Actor, lease_id: int) -> _Answer:
    """Decide again and, if still lawful, open the attempt. A repeat returns the same one. Raises NotYours, AlreadyGone.

    Two presses of one agent take turns: the second sees the call that the first opened.
    """
    answer, held = hand.changed(deps, actor, lambda session: _call(deps, session, actor, lease_id))
    return replace(answer, hand=held)


def _call(deps: Deps, session: Session, actor: Actor, lease_id: int) -> _Answer:
    agents.let_one_at_a_time(session, actor.agent_id)  # before any contact, as a hand-out does
    at = deps.clock()
    lease, contact = held_by(session, actor, lease_id)
    lapse_if_due(session, lease, at)
    if lease.ended_at is not None:
        return why_gone(session, lease, contact)
    if lease.stage is LeaseStage.CALLING:
        return _opened_before(session, lease)
    if goes_without_right(session, lease, at):
        return why_gone(session, lease, contact)
    if (first := _still_open(deps, session, actor, at)) is not None:
        return OutcomeFirst(contact.name, first)
    decided = decide_contact(deps, session, contact, at, Offers(except_agent=actor.agent_id))
    record_decision(session, decided, Acted("call", actor.agent_id, lease.id))
    if not decided.is_callable or lease.number != contact.number:
        return _refuse(deps, session, lease, decided)
    attempt = _open(session, lease, decided, at)
    touched = refresh.Touched(actor.organisation_id, frozenset({lease.number}), frozenset({lease.person_id}))
    tell_withdrawn(session, refresh.redecide_touched(deps, session, touched, at), at)
    return CallOpened(attempt.id or 0, is_repeat=False)


def _opened_before(session: Session, lease: Lease) -> CallOpened:
    attempt = attempts.of_lease(session, lease.id or 0)
    if attempt is None:
        raise AlreadyGone
    return CallOpened(attempt.id or 0, is_repeat=True)


def _still_open(deps: Deps, session: Session, actor: Actor, at: datetime) -> OpenAttempt | None:
    """The oldest of the agent's open calls, if they have as many as the organisation and its own rules allow."""
    waiting = attempts.open_now(session, actor.agent_id)
    if not waiting:
        return None
    # own rules are laid over every house pack alike: any of them will do
    own = figure(deps.rulebook(), deps.house_pack_in(""), "open_calls", at)
    if len(waiting) < min([session.get_one(Organisation, actor.organisation_id).open_calls, *own]):
        return None
    return as_open(session, waiting[0])


def _refuse(deps: Deps, session: Session, lease: Lease, decided: Decided[Contact]) -> CallRefused:
    leases.end(session, lease, decided.decision.at, LeaseEnd.REFUSED)
    cache_verdict(deps, decided)
    return CallRefused(decided.contact.name, decided.refusal)


def _open(session: Session, lease: Lease, decided: Decided[Contact], at: datetime) -> Attempt:
    """Open the attempt. The lease moves to calling first, so that only one request opens it."""
    if not leases.start_calling(session, lease, at + CALLING_FOR, decided.lawful_until):
        raise LeaseLost(lease.id or 0)
    contact, call_for = decided.contact, decided.facts.facts.call
    attempt = Attempt(
        organisation_id=contact.organisation_id,
        contact_id=contact.id,
        person_id=contact.person_id,
        number=lease.number,
        number_kind=decided.facts.facts.contact.number_kind,
        campaign_id=contact.campaign_id,
        principal=call_for.principal,
        subject=call_for.subject,
        agent_id=lease.agent_id,
        lease_id=lease.id,
        opened_at=at,
    )
    session.add(attempt)
    contact.owner_id = lease.agent_id
    session.flush()
    callback_changes.sync(session, attempt.organisation_id, (), {lease.person_id}, at)
    mark_used(session, {lease.person_id}, lease.organisation_id, attempt.principal, at)
    return attempt
