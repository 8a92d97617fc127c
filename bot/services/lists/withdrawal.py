"""Withdraws a list, with a reason, so that none of its contacts is handed out; and takes it up again.

Contacts are finished in small transactions, so agents go on working. To finish an interrupted withdrawal, press again.
A call under way may be finished; other cards of the list are withdrawn.
"""

import logging
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.services.agents import require
from bot.services.answers.calls import Withdrawn
from bot.services.answers.people import Actor
from bot.services.calls import callback_changes
from bot.services.deps import Deps
from bot.services.errors import AlreadyGone
from bot.services.notices import tell_withdrawn
from policy.vocabulary import LeaseEnd, LeaseStage, Role
from storage.hand_out import leases
from storage.models import Agent, Contact, ContactList
from storage.queries import callbacks, lists, reminders

WITHDRAWN = "list withdrawn"  # the start of `finished_because`; the reason follows
LIST_WITHDRAWN = "list_withdrawn"  # why a card was withdrawn
_AT_ONCE = 500
_log = logging.getLogger("nextcall.setup")


@dataclass(frozen=True, slots=True)
class ListChanged:
    """A list, how many contacts were withdrawn or taken up again, and how many cards were withdrawn."""

    name: str
    contacts: int
    cards: int = 0


def withdraw(deps: Deps, actor: Actor, list_id: int, reason: str) -> ListChanged:
    """Withdraw a list. Raises RoleNeeded for all but admins, AlreadyGone for another organisation's list."""
    listed = found(deps, actor, list_id)
    last, done, gone = 0, 0, []
    because = f"{WITHDRAWN}: {reason}"
    while True:
        with deps.unit_of_work() as uow:
            at = deps.clock()
            batch = lists.contacts_after(uow.session, listed, last, _AT_ONCE)
            gone += _finish(uow.session, list(batch), because, at)
        if not batch:
            break
        last, done = batch[-1].id or 0, done + len(batch)
    tell_withdrawn(deps, gone)
    _log.info("event=list_withdrawn by=%s list=%d contacts=%d", actor.slack_user_id, list_id, done)
    return ListChanged(listed.name, done, len(gone))


def take_up(deps: Deps, actor: Actor, list_id: int) -> ListChanged:
    """Take a withdrawn list up again: its contacts are decided anew before hand-out. Raises RoleNeeded, AlreadyGone."""
    listed = found(deps, actor, list_id)
    last, done = 0, 0
    while True:
        with deps.unit_of_work() as uow:
            at = deps.clock()
            batch = lists.contacts_after(uow.session, listed, last, _AT_ONCE, WITHDRAWN)
            for contact in batch:
                contact.finished_at, contact.finished_because = None, ""
                contact.callable_until = at  # due for a decision first
        if not batch:
            break
        last, done = batch[-1].id or 0, done + len(batch)
    _log.info("event=list_taken_up by=%s list=%d contacts=%d", actor.slack_user_id, list_id, done)
    return ListChanged(listed.name, done)


def found(deps: Deps, actor: Actor, list_id: int) -> ContactList:
    """A list of the actor's organisation. Raises RoleNeeded, AlreadyGone."""
    require(actor, Role.ADMIN)
    with deps.unit_of_work(is_read_only=True) as uow:
        listed = uow.session.get(ContactList, list_id)
    if listed is None or listed.organisation_id != actor.organisation_id:
        raise AlreadyGone
    return listed


def _finish(session: Session, batch: list[Contact], because: str, at: datetime) -> list[Withdrawn]:
    by_id = {contact.id or 0: contact for contact in batch}
    for contact in batch:
        contact.finished_at, contact.finished_because, contact.finished_attempt_id = at, because, None
        reminders.close_all(session, contact.id or 0, at, "not_callable")
    for callback in callbacks.open_on_contacts(session, list(by_id)):
        callback_changes.cancel(session, callback, at, None)
    gone = []
    for lease in lists.leases_on(session, list(by_id)):
        if lease.stage is LeaseStage.OFFERED and leases.end(session, lease, at, LeaseEnd.WITHDRAWN):
            holder = session.get_one(Agent, lease.agent_id)
            gone.append(Withdrawn(holder.slack_user_id, by_id[lease.contact_id].name, LIST_WITHDRAWN))
    return gone
