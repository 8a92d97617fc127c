"""Handles Call: decides again, and only then opens the attempt and shows the number.

An agent has one call open at a time, or as many as the organisation allows.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services.answers.calls import CallOpened, CallRefused, CardGone, OpenAttempt, OutcomeFirst
from bot.services.answers.people import Actor
from bot.services.calls import callback_changes
from bot.services.calls.outcomes import as_open
from bot.services.deciding import refresh
from bot.services.deciding.decisions import Decided, cache_verdict, decide_batch, record_decision
from bot.services.deciding.facts import Offers, mark_used
from bot.services.deciding.refresh import tell_withdrawn
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import AlreadyGone
from bot.services.hand_out import hand
from bot.services.hand_out.hand import Press, lapse_if_due
from bot.services.hand_out.releases import goes_without_right, held_by, why_gone
from policy.house.limits import figure
from policy.vocabulary import LeaseEnd, LeaseStage
from storage.errors import LeaseLost
from storage.hand_out import leases
from storage.models import Attempt, Contact, Lease, Organisation
from storage.queries import attempts
from storage.record.whole_record import OnRecord

CALLING_FOR = timedelta(minutes=60)
_Answer = CallOpened | CallRefused | CardGone | OutcomeFirst


@retry_lost_turn
def call(deps: Deps, actor: Actor, lease_id: int) -> _Answer:
    """Decide again and, if still lawful, open the attempt. A repeat returns the same one. Raises NotYours, AlreadyGone.

    Two presses of one agent take turns: the second sees the call that the first opened.
    """
    return hand.changed(deps, actor, lambda press: _call(deps, press, lease_id))


def _call(deps: Deps, press: Press, lease_id: int) -> _Answer:
    session, actor = press.session, press.actor
    lease, contact = _locked(press, lease_id)
    sharing = press.lock(refresh.Touched.about(lease))
    at = deps.clock()
    lapse_if_due(session, lease, at)
    if lease.ended_at is not None:
        return why_gone(session, lease, contact)
    if lease.stage is LeaseStage.CALLING:
        attempt = attempts.of_lease(session, lease.id or 0)
        if attempt is None:
            raise AlreadyGone
        return CallOpened(attempt.id or 0, is_repeat=True)
    if goes_without_right(session, lease, at):
        return why_gone(session, lease, contact)
    if (first := _still_open(deps, press, at)) is not None:
        return OutcomeFirst(contact.name, first)
    record = press.read([contact, *sharing])
    [decided] = decide_batch(deps, [contact], record, at, Offers(except_agent=actor.agent_id))
    record_decision(session, decided, "call", actor.agent_id, lease.id)
    if not decided.is_callable or lease.number != contact.number:
        leases.end(session, lease, decided.decision.at, LeaseEnd.REFUSED, locked=decided.contact)
        cache_verdict(deps, decided)
        return CallRefused(decided.contact.name, decided.refusal)
    attempt = _open(session, lease, decided, at)
    press.allowed[lease.id or 0] = decided.decision.findings
    record = _with_call(press, record, attempt, [contact, *sharing], at)
    # Raises LeaseLost where another transaction ended the lease: only one request opens a call.
    if not leases.start_calling(session, lease, at + CALLING_FOR, decided.lawful_until, decided.contact):
        raise LeaseLost(lease.id or 0)
    decided.contact.owner_id = lease.agent_id
    found = refresh.redecide(deps, session, sharing, record, at, None)
    # while it is in force no other lease is on its person or number
    tell_withdrawn(session, refresh.withdraw_from(session, [(lease, contact, actor)], found, at), at)
    return CallOpened(attempt.id or 0, is_repeat=False)


def _locked(press: Press, lease_id: int) -> tuple[Lease, Contact]:
    """The lease and its contact, locked with all who share its number or person. Raises NotYours, AlreadyGone.

    The lease is locked when the call moves it. If another request ended it before that, the press is made again.
    """
    actor, pressed = press.actor, press.session.get(Lease, lease_id)
    if pressed is not None and (pressed.organisation_id, pressed.agent_id) == (actor.organisation_id, actor.agent_id):
        sharing = press.lock(refresh.Touched.about(pressed))  # this may wait: what the agent holds is read after it
        for lease, contact in press.held:
            if lease.id == lease_id and contact in sharing:
                return lease, contact
    return held_by(press.session, actor, lease_id)


def _still_open(deps: Deps, press: Press, at: datetime) -> OpenAttempt | None:
    """The oldest of the agent's open calls, if they have as many as the organisation and its own rules allow."""
    session, actor = press.session, press.actor
    if all(lease.stage is not LeaseStage.CALLING for lease, _ in press.held):
        return None
    waiting = attempts.open_now(session, actor.agent_id)
    # own rules are laid over every house pack alike: any of them will do
    own = figure(deps.rulebook(), deps.house_pack_in(""), "open_calls", at)
    if len(waiting) < min([session.get_one(Organisation, actor.organisation_id).open_calls, *own]):
        return None
    return as_open(session, waiting[0])


def _open(session: Session, lease: Lease, decided: Decided[Contact], at: datetime) -> Attempt:
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
    session.flush()
    return attempt


def _with_call(press: Press, record: OnRecord, attempt: Attempt, about: Sequence[Contact], at: datetime) -> OnRecord:
    """The record with the call. It is read again where the call may keep a callback or use a consent."""
    persons = {attempt.person_id or 0}
    if record.callbacks:
        callback_changes.sync(press.session, attempt.organisation_id, (), persons, at)
    if record.consents:
        mark_used(press.session, persons, attempt.organisation_id, attempt.principal, at)
    if record.callbacks or record.consents:
        return press.read(about)
    press.record = record.with_call(attempt)
    return press.record
