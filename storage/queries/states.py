"""How one contact stands, in one of six states, and which contact opens next; by cached verdicts and leases in force."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session, col, select

from policy.vocabulary import ContactState, Verdict
from storage.models import Contact
from storage.queries.candidates import PRIORITIES
from storage.queries.contacts import is_held_now


def state_of(session: Session, contact: Contact, at: datetime) -> ContactState:
    """The state of one contact, by the same precedence as the counts."""
    if contact.verdict is Verdict.SUPPRESSED:
        return ContactState.SUPPRESSED
    if contact.finished_at is not None:
        return ContactState.FINISHED
    if session.exec(select(Contact.id).where(Contact.id == contact.id, is_held_now())).first() is not None:
        return ContactState.LEASED
    if contact.verdict is Verdict.HELD:
        return ContactState.HELD
    start, end = contact.callable_from, contact.callable_until
    is_open = start is not None and start <= at and (end is None or end > at)
    return ContactState.CALLABLE if is_open else ContactState.LOCKED


def next_to_open(session: Session, campaign_ids: Sequence[int], at: datetime) -> Contact | None:
    """The unfinished contact whose window opens first after `at`."""
    found: list[Contact] = []
    for campaign_id in campaign_ids:
        for priority in PRIORITIES:
            found += session.exec(
                select(Contact)
                .where(
                    Contact.campaign_id == campaign_id,
                    Contact.priority == priority,
                    col(Contact.finished_at).is_(None),
                    col(Contact.callable_from) > at,
                )
                .order_by(col(Contact.callable_from), col(Contact.id))
                .limit(1)
            )
    return min(found, key=lambda contact: (contact.callable_from, contact.id), default=None)
