"""Pauses a list, sets the last day it is worked and its priority; closes what is open on lists that are not worked."""

import logging
from dataclasses import replace
from datetime import date, timedelta

from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.hand_out import releases
from bot.services.lists.in_use import withdrawal
from bot.services.lists.in_use.withdrawal import EXPIRED, PAUSED, ListChanged
from storage.models import ContactList
from storage.queries import lists

PRIORITIES = range(5)  # 0 first .. 4 last
_UNDONE_WITHIN = timedelta(days=1)  # an undo that began before its list was withdrawn has ended by then
_log = logging.getLogger("nextcall.setup")


def pause(deps: Deps, actor: Actor, list_id: int) -> ListChanged:
    """Hand out none of its contacts until the list is taken up again. Callbacks stay, and wait. A repeat changes
    nothing.

    Raises RoleNeeded for all but admins, AlreadyGone.
    """
    withdrawal.find_list(deps, actor, list_id)
    with deps.unit_of_work() as uow:
        listed, at = uow.session.get_one(ContactList, list_id), deps.clock()
        listed.paused_at = listed.paused_at or at
        gone = releases.take_away(uow.session, actor.organisation_id, at)
    _log.info("event=list_paused by=%s list=%d", actor.slack_user_id, list_id)
    closed = withdrawal.close(deps, listed, PAUSED)
    return replace(closed, cards=closed.cards + gone)


def set_last_day(deps: Deps, actor: Actor, list_id: int, last_day: date | None) -> ListChanged:
    """Work the list until this day, where its team is; None: without end. Raises RoleNeeded, AlreadyGone.

    Unless that day is past, contacts closed by an earlier last day are open again; on a paused list they wait with it.
    """
    withdrawal.find_list(deps, actor, list_id)
    with deps.unit_of_work() as uow:
        listed = uow.session.get_one(ContactList, list_id)
        listed.expires_on = last_day
        is_past = withdrawal.is_past(listed, lists.zone_of(uow.session, list_id), deps.clock())
        is_worked = listed.paused_at is None and not is_past
    opened = withdrawal.reopen(deps, listed, EXPIRED) if is_worked else 0
    _log.info("event=list_expires by=%s list=%d on=%s contacts=%d", actor.slack_user_id, list_id, last_day, opened)
    return ListChanged(listed.name, opened)


def set_priority(deps: Deps, actor: Actor, list_id: int, priority: int) -> None:
    """Hand out its contacts earlier or later than others: 0 first, 4 last. Raises RoleNeeded, AlreadyGone."""
    withdrawal.find_list(deps, actor, list_id)
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
        done += withdrawal.close(deps, listed, said.because, said.at).contacts
    for listed, zone in found:
        if listed.paused_at is not None or withdrawal.is_past(listed, zone, at):
            done += withdrawal.close(deps, listed, PAUSED if listed.paused_at is not None else EXPIRED).contacts
    return done
