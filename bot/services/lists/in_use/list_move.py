"""Moves a list to another campaign of the same client: its basis stays with it, and its contacts are decided anew.

A basis is given to one client: a campaign for another needs its own, with an import. An assessment of a legitimate
interest, and what people were told, are for one purpose (GDPR Art. 5(1)(b), 6(1)(f)): with another purpose they no
longer count.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.errors import AlreadyGone, AnotherClient
from bot.services.lists.in_use import list_terms
from storage.models import Campaign, Contact, ContactList, ListMove
from storage.queries import list_imports, lists

_AT_ONCE = 500
_KEPT = {"id", "campaign_id", "is_told_of_calls", "is_interest_assessed"}
_log = logging.getLogger("nextcall.setup")


@dataclass(frozen=True, slots=True)
class ListMoved:
    """What was moved. `stayed`: finished by a call, with an agent, or in that campaign already."""

    name: str
    campaign: str
    contacts: int
    stayed: int


def move(deps: Deps, actor: Actor, list_id: int, campaign_id: int) -> ListMoved:
    """Move the open contacts of a list, in small transactions. A repeat moves what was left.

    Raises RoleNeeded for all but admins, AnotherClient, AlreadyGone; also if the list there is withdrawn meanwhile.
    """
    listed = list_terms.find_list(deps, actor, list_id)
    with deps.unit_of_work() as uow:
        source = uow.session.get_one(Campaign, listed.campaign_id)
        target = uow.session.get(Campaign, campaign_id)
        if target is None or target.organisation_id != actor.organisation_id:
            raise AlreadyGone
        if target.principal != source.principal:
            raise AnotherClient(source.principal, target.principal)
        is_same_purpose = (source.purpose, source.sector) == (target.purpose, target.sector)
        there = _list_there(uow.session, listed, target, is_same_purpose=is_same_purpose)
    moved, stayed = _move_all(deps, listed, there) if target.id != source.id else (0, 0)
    _log.info("event=list_moved by=%s list=%d campaign=%d", actor.slack_user_id, list_id, campaign_id)
    return ListMoved(listed.name, target.name, moved, stayed)


def _list_there(session: Session, listed: ContactList, target: Campaign, *, is_same_purpose: bool) -> ContactList:
    """The list in the other campaign: from an earlier move, or new with what was stated of this one."""
    same = listed.model_dump(exclude=_KEPT)
    told, assessed = listed.is_told_of_calls and is_same_purpose, listed.is_interest_assessed and is_same_purpose
    there = list_imports.find_list(session, target.id or 0, listed.name)
    stated = ("basis", "numbers_from")
    if (
        there is not None
        and all(getattr(there, name) == getattr(listed, name) for name in stated)
        and (there.is_told_of_calls, there.is_interest_assessed) == (told, assessed)
    ):
        return there
    made = ContactList(**same, campaign_id=target.id or 0, is_told_of_calls=told, is_interest_assessed=assessed)
    session.add(made)
    session.flush()
    return made


def _move_all(deps: Deps, listed: ContactList, there: ContactList) -> tuple[int, int]:
    moved, stayed, begun_at = 0, 0, deps.clock()
    for closed_before in ("", list_terms.BY_LIST):
        last = 0
        while True:
            with deps.unit_of_work() as uow:
                list_imports.let_one_import_at_a_time(uow.session, there.campaign_id)  # its withdrawal waits, as we do
                if lists.is_withdrawn_since(uow.session, there.id or 0, begun_at):
                    raise AlreadyGone
                batch = lists.contacts_after(uow.session, listed, last, _AT_ONCE, closed_before)
                going = _movable(uow.session, batch, there)
                people = {one.person_id for one in going}
                list_imports.move_details(uow.session, listed.campaign_id, there.campaign_id, people)
                for contact in going:
                    _move(uow.session, contact, there, deps.clock())
            if not batch:
                break
            last, moved = batch[-1].id or 0, moved + len(going)
            stayed += len(batch) - len(going)
    return moved, stayed


def _movable(session: Session, batch: Sequence[Contact], there: ContactList) -> list[Contact]:
    """The contacts whose person is not in that campaign yet, and which no agent holds."""
    known = list_imports.people_in_campaign(session, there.campaign_id, {one.person_id for one in batch})
    held = {one.contact_id for one in lists.leases_on(session, [one.id or 0 for one in batch])}
    return [one for one in batch if one.person_id not in known and one.id not in held]


def _move(session: Session, contact: Contact, there: ContactList, at: datetime) -> None:
    session.add(
        ListMove(organisation_id=contact.organisation_id, contact_id=contact.id or 0, list_id=contact.list_id, until=at)
    )
    contact.campaign_id, contact.list_id, contact.added_at = there.campaign_id, there.id or 0, at
    if contact.finished_at is None:
        contact.callable_until = at  # due for a decision before it is handed out
