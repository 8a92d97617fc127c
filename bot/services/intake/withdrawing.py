"""Withdraws a list that a person imported from a file of theirs: a team lead need not wait for an admin."""

from collections.abc import Sequence

from sqlmodel import Session

from bot.services.answers.intake import Stage
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.errors import AlreadyGone
from bot.services.intake import shared
from bot.services.intake.facts import read_facts
from bot.services.lists.in_use import withdrawal
from bot.services.lists.in_use.withdrawal import ListChanged
from storage.database.rows import every
from storage.models import ContactList, ListFile
from storage.queries import lists


def is_own_list(file: ListFile) -> bool:
    """Whether the import of a file made a list of its own, instead of joining another."""
    facts = read_facts(file.answers)
    return file.stage == Stage.IMPORTED and bool(facts.own) and not facts.list_name and file.campaign_id is not None


def to_withdraw(deps: Deps, actor: Actor, file_id: int) -> tuple[str, int]:
    """The list's name, and how many of its contacts would be withdrawn. Raises RoleNeeded, AlreadyGone."""
    with deps.unit_of_work(is_read_only=True) as uow:
        found = _own_lists(uow.session, actor, file_id)
        return found[0].name, lists.unfinished_on(uow.session, [one.id or 0 for one in found])


def withdraw(deps: Deps, actor: Actor, file_id: int, reason: str) -> ListChanged:
    """Withdraw what the file brought. An admin can restore it. Raises RoleNeeded, AlreadyGone."""
    with deps.unit_of_work(is_read_only=True) as uow:
        found = _own_lists(uow.session, actor, file_id)
    done = [withdrawal.withdraw_list(deps, actor, one, reason) for one in found]
    return ListChanged(found[0].name, sum(one.contacts for one in done), sum(one.cards for one in done))


def _own_lists(session: Session, actor: Actor, file_id: int) -> Sequence[ContactList]:
    """The lists that the file became: several where it was imported again with another basis."""
    file = shared.own_file(session, actor, file_id)
    if not is_own_list(file) or not shared.may_import(session, actor, file.campaign_id):
        raise AlreadyGone
    named = ContactList.campaign_id == file.campaign_id, ContactList.name == read_facts(file.answers).own
    found = every(session, ContactList, *named, ContactList.imported_at >= file.shared_at)
    if not found:
        raise AlreadyGone
    return found
