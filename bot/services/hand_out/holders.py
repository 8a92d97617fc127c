"""Which agent holds a contact, and until when."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlmodel import Session

from bot.services.answers.calls import HeldNow
from bot.services.answers.people import Actor
from storage.hand_out.search import OVERDUE_AFTER
from storage.models import Agent, Contact, Lease
from storage.queries import callbacks, states


def held_now(session: Session, actor: Actor, batch: Sequence[Contact], at: datetime) -> list[HeldNow | None]:
    """For each contact the agent who holds it, its person or its number at `at`, if any."""
    numbers = {contact.number for contact in batch if contact.number}
    live = states.live_on(session, actor.organisation_id, numbers, {contact.person_id for contact in batch})
    standing = [(lease, agent) for lease, _, agent in live if lease.leased_until > at]
    return [_of(contact, standing, actor) for contact in batch]


def promised_now(session: Session, actor: Actor, contact_ids: Sequence[int], at: datetime) -> dict[int, HeldNow]:
    """The contacts that another agent's callback keeps from the actor at `at`: whose it is, and until when."""
    return {
        one.contact_id: HeldNow(one.agent_name, one.due_at + OVERDUE_AFTER, "promised")
        for one in callbacks.keepers(session, contact_ids, actor.agent_id, at)
    }


def _of(contact: Contact, standing: Iterable[tuple[Lease, Agent]], actor: Actor) -> HeldNow | None:
    for lease, agent in standing:
        if contact.person_id == lease.person_id or contact.number == lease.number:
            return HeldNow(agent.name, lease.leased_until, lease.stage.value, agent.id == actor.agent_id)
    return None
