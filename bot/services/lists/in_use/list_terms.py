"""A list after its import: pauses it, sets its last day and priority, withdraws it, and takes it up again.

A list that is withdrawn, paused or past its last day is closed: none of its contacts is handed out. A withdrawal has a
reason. All are closed in the same way, and taken up again in the same way.

Contacts are finished in small transactions, so agents go on working. To finish an interrupted withdrawal, press again.
A call under way may be finished; other cards of the list are withdrawn.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from sqlmodel import Session

from bot.services.agents import require
from bot.services.answers.calls import Withdrawn
from bot.services.answers.people import Actor
from bot.services.calls import statements
from bot.services.deciding.refresh import Touched, redecide_touched, tell_withdrawn
from bot.services.deps import Deps, retry_lost_turn
from bot.services.errors import AlreadyGone
from bot.services.hand_out import releases
from policy.calendar import local_time
from policy.templates.sentence import TEXT, phrase, template
from policy.vocabulary import LeaseEnd, LeaseStage, Role
from storage.hand_out import leases
from storage.models import Agent, Contact, ContactList, ListWithdrawal
from storage.queries import list_imports, lists, reminders

BY_LIST, WITHDRAWN = lists.BY_LIST, lists.WITHDRAWN
PAUSED, EXPIRED = phrase(lists.PAUSED), phrase(lists.EXPIRED)
_BECAUSE = template(WITHDRAWN + ": {reason}", reason=TEXT)
PRIORITIES = range(5)  # 0 first .. 4 last
LIST_WITHDRAWN = "list_withdrawn"  # why a card was withdrawn
_AT_ONCE = 500
_UNDONE_WITHIN = timedelta(days=1)  # an undo that began before its list was withdrawn has ended by then
_log = logging.getLogger("nextcall.setup")


@dataclass(frozen=True, slots=True)
class ListChanged:
    """A list, how many contacts were withdrawn or taken up again, and how many cards were withdrawn."""

    name: str
    contacts: int
    cards: int = 0


def pause(deps: Deps, actor: Actor, list_id: int) -> ListChanged:
    """Hand out none of its contacts until the list is taken up again. Callbacks stay, and wait. A repeat changes
    nothing.

    Raises RoleNeeded for all but admins, AlreadyGone.
    """
    find_list(deps, actor, list_id)
    with deps.unit_of_work() as uow:
        listed, at = uow.session.get_one(ContactList, list_id), deps.clock()
        listed.paused_at = listed.paused_at or at
        gone = releases.take_away(uow.session, actor.organisation_id, at)
    _log.info("event=list_paused by=%s list=%d", actor.slack_user_id, list_id)
    closed = close(deps, listed, PAUSED)
    return replace(closed, cards=closed.cards + gone)


def set_last_day(deps: Deps, actor: Actor, list_id: int, last_day: date | None) -> ListChanged:
    """Work the list until this day, where its team is; None: without end. Raises RoleNeeded, AlreadyGone.

    If that day is past, its contacts are closed at once. Otherwise those closed by an earlier last day are open again;
    on a paused list they wait with it.
    """
    find_list(deps, actor, list_id)
    with deps.unit_of_work() as uow:
        listed = uow.session.get_one(ContactList, list_id)
        listed.expires_on = last_day
        has_ended = is_past(listed, lists.zone_of(uow.session, list_id), deps.clock())
        is_worked = listed.paused_at is None and not has_ended
    done = reopen(deps, listed, EXPIRED) if is_worked else close_due(deps, list_id)
    _log.info("event=list_expires by=%s list=%d on=%s contacts=%d", actor.slack_user_id, list_id, last_day, done)
    return ListChanged(listed.name, done)


def set_priority(deps: Deps, actor: Actor, list_id: int, priority: int) -> None:
    """Hand out its contacts earlier or later than others: 0 first, 4 last. Raises RoleNeeded, AlreadyGone."""
    find_list(deps, actor, list_id)
    with deps.unit_of_work() as uow:
        listed = uow.session.get_one(ContactList, list_id)
        listed.priority = priority
        lists.set_priority(uow.session, listed, priority)
    _log.info("event=list_priority by=%s list=%d priority=%d", actor.slack_user_id, list_id, priority)


def close_due(deps: Deps, only: int | None = None) -> int:
    """Close what is open on lists that are paused or past their last day and on withdrawn lists. Returns how many.

    `only`: one list, to which an import has added contacts.
    """
    with deps.unit_of_work(is_read_only=True) as uow:
        found = [one for one in lists.to_be_closed(uow.session) if only in (None, one[0].id)]
        withdrawn = () if only else lists.withdrawn_since(uow.session, deps.clock() - _UNDONE_WITHIN)
    at, done = deps.clock(), 0
    for listed, said in withdrawn:
        done += close(deps, listed, said.because, said.at).contacts
    for listed, zone in found:
        if listed.paused_at is not None or is_past(listed, zone, at):
            done += close(deps, listed, PAUSED if listed.paused_at is not None else EXPIRED).contacts
    return done


def withdraw(deps: Deps, actor: Actor, list_id: int, reason: str) -> ListChanged:
    """Withdraw a list. Raises RoleNeeded for all but admins, AlreadyGone for another organisation's list."""
    return withdraw_list(deps, actor, find_list(deps, actor, list_id), reason)


def withdraw_list(deps: Deps, actor: Actor, listed: ContactList, reason: str) -> ListChanged:
    """Withdraw a list that the caller has found to be the actor's to withdraw."""
    because, key = _BECAUSE.says(reason=reason), listed.id or 0
    with deps.unit_of_work() as uow:
        # An import under way has added its rows before that moment, or finds the list withdrawn and ends.
        list_imports.let_one_import_at_a_time(uow.session, listed.campaign_id)
        said = ListWithdrawal(organisation_id=listed.organisation_id, list_id=key, at=deps.clock(), because=because)
        uow.session.add(said)
    closed = close(deps, listed, because, said.at)
    _log.info("event=list_withdrawn by=%s list=%d contacts=%d", actor.slack_user_id, listed.id, closed.contacts)
    return closed


def said(because: str) -> str:
    """Why a contact was closed with its list, of what the contact keeps; in words that other languages have too."""
    begins = f"{WITHDRAWN}: "
    return _BECAUSE.says(reason=because.removeprefix(begins)) if because.startswith(begins) else because


def close(deps: Deps, listed: ContactList, because: str, had_at: datetime | None = None) -> ListChanged:
    """Finish the open contacts of a list. A list that is withdrawn also gives up what a pause kept, and all callbacks.

    Unless it is withdrawn, this ends as soon as an admin takes it up again. `had_at`: only contacts that it had then.
    """
    is_given_up = because.startswith(WITHDRAWN)
    done, cards = 0, 0
    for closed_before in ("", PAUSED, EXPIRED) if is_given_up else ("",):
        last = 0
        while True:
            with deps.unit_of_work() as uow:
                if not is_given_up and not _is_to_be_closed(uow.session, listed.id or 0, deps.clock()):
                    break
                batch = lists.contacts_after(uow.session, listed, last, _AT_ONCE, closed_before, had_at)
                gone, called_off = _finish(uow.session, batch, because, deps.clock())
            if not batch:
                break
            cards += gone
            if called_off:
                _decide_others(deps, listed, called_off)
            last, done = batch[-1].id or 0, done + len(batch)
    return ListChanged(listed.name, done, cards)


def take_up(deps: Deps, actor: Actor, list_id: int) -> ListChanged:
    """Open a closed list again. Its contacts are decided again before any is handed out.

    Raises RoleNeeded, and AlreadyGone, which also says that it was withdrawn after the admin opened their form.

    A pause ends, and a last day that is past no longer counts.
    """
    listed = find_list(deps, actor, list_id)
    with deps.unit_of_work() as uow:
        kept = uow.session.get_one(ContactList, list_id)
        ends = is_past(kept, lists.zone_of(uow.session, list_id), deps.clock())
        kept.paused_at, kept.expires_on = None, None if ends else kept.expires_on
        for said in lists.withdrawals_of(uow.session, list_id):
            if deps.is_unseen(said.at):
                raise AlreadyGone
            said.taken_up_at = deps.clock()
    done = reopen(deps, listed, BY_LIST)
    _log.info("event=list_taken_up by=%s list=%d contacts=%d", actor.slack_user_id, list_id, done)
    return ListChanged(listed.name, done)


def reopen(deps: Deps, listed: ContactList, closed_because: str) -> int:
    """Open the contacts of a list that were closed for a reason that begins so; each is decided before hand-out.

    Reminders that were dropped with them are open again, unless the list was withdrawn.
    """
    last, done = 0, 0
    while True:
        with deps.unit_of_work() as uow:
            batch = lists.contacts_after(uow.session, listed, last, _AT_ONCE, closed_because)
            at = deps.clock()
            waited = [one.id or 0 for one in batch if not one.finished_because.startswith(WITHDRAWN)]
            reminders.reopen_closed(uow.session, waited, at)
            statements.open_with_list(batch)
            for contact in batch:
                contact.callable_until = at  # due for a decision first
        if not batch:
            return done
        last, done = batch[-1].id or 0, done + len(batch)


def is_past(listed: ContactList, zone: str, at: datetime) -> bool:
    """Whether the last day of a list is over at a moment. `zone`: its team's."""
    return listed.expires_on is not None and listed.expires_on < local_time.date_in(zone, at)


def find_list(deps: Deps, actor: Actor, list_id: int) -> ContactList:
    """A list of the actor's organisation. Raises RoleNeeded, AlreadyGone."""
    require(actor, Role.ADMIN)
    with deps.unit_of_work(is_read_only=True) as uow:
        listed = uow.session.get(ContactList, list_id)
    if listed is None or listed.organisation_id != actor.organisation_id:
        raise AlreadyGone
    return listed


def _is_to_be_closed(session: Session, list_id: int, at: datetime) -> bool:
    """Whether a list is paused or past its last day; that stays so until the transaction ends."""
    listed = session.get_one(ContactList, list_id, with_for_update={"key_share": True})  # imports need not wait
    return listed.paused_at is not None or is_past(listed, lists.zone_of(session, list_id), at)


def _finish(session: Session, batch: Sequence[Contact], because: str, at: datetime) -> tuple[int, frozenset[int]]:
    """Returns how many cards that withdraws, and the people whose callbacks it calls off."""
    called_off = statements.close_with_list(session, batch, because, at)
    reminders.close_all(session, [one.id or 0 for one in batch], at, "not_callable")
    gone = []
    for lease in lists.leases_on(session, [one.id or 0 for one in batch]):
        if lease.stage is LeaseStage.OFFERED and leases.end(session, lease, at, LeaseEnd.WITHDRAWN):
            holder = session.get_one(Agent, lease.agent_id)
            gone.append(Withdrawn(lease.agent_id, holder.slack_user_id, lease.contact_id, LIST_WITHDRAWN))
    return len(tell_withdrawn(session, gone, at)), frozenset(one.person_id for one in called_off)


@retry_lost_turn
def _decide_others(deps: Deps, listed: ContactList, persons: frozenset[int]) -> None:
    """Decide what other lists have of people whose callbacks were called off: it waited for these."""
    with deps.unit_of_work() as uow:
        touched, at = Touched(listed.organisation_id, frozenset(), persons), deps.clock()
        tell_withdrawn(uow.session, redecide_touched(deps, uow.session, touched, at), at)
