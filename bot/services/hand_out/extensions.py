"""Extends the lease of an offered contact: once, after a new decision, and never beyond the lawful time."""

from dataclasses import replace

from sqlmodel import Session

from bot.services.answers.calls import CallRefused, CardGone
from bot.services.answers.leads import Kept
from bot.services.answers.people import Actor
from bot.services.deciding import Offers, decide_contact
from bot.services.deps import Deps
from bot.services.hand_out import hand
from bot.services.hand_out.claiming import keep_refusal
from bot.services.hand_out.lapses import lapse_if_due
from bot.services.hand_out.lease_terms import KEPT_FOR, LEASED_FOR, may_be_kept
from bot.services.hand_out.releases import goes_without_right, held_by, why_gone
from bot.services.retries import retry_lost_turn
from policy.vocabulary import LeaseEnd, LeaseStage
from storage.hand_out import leases


@retry_lost_turn
def keep(deps: Deps, actor: Actor, lease_id: int) -> Kept | CallRefused | CardGone:
    """Extend the agent's own offered contact by ten minutes, once. Raises NotYours, AlreadyGone."""

    def change(session: Session) -> Kept | CallRefused | CardGone:
        at = deps.clock()
        lease, contact = held_by(session, actor, lease_id)
        lapse_if_due(session, lease, at)
        if lease.ended_at is not None or lease.stage is LeaseStage.CALLING:
            return why_gone(session, lease, contact)
        if goes_without_right(session, lease, at):
            return why_gone(session, lease, contact)
        decided = decide_contact(deps, session, contact, at, Offers(except_agent=actor.agent_id))
        if not decided.is_callable or lease.number != contact.number:
            leases.end(session, lease, at, LeaseEnd.REFUSED)
            keep_refusal(deps, session, decided, actor.agent_id, lease.id)
            return CallRefused(contact.name, decided.refusal)
        until = min(lease.offered_at + LEASED_FOR + KEPT_FOR, decided.lawful_until)
        longer = may_be_kept(lease) and until > lease.leased_until
        if longer:
            longer = leases.lengthen(session, lease, until, decided.lawful_until)
        return Kept(contact.name, min(lease.leased_until, decided.lawful_until), longer)

    answer, held = hand.changed(deps, actor, change)
    return replace(answer, hand=held)
