"""Where the rows of an import go: a campaign, a list of it, and what applies to that list as a whole."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlmodel import Session

from bot.services import campaigns
from bot.services.answers.lists import NOTHING_PROVED, Basis, ListProofs, Meaning, NumbersFrom
from bot.services.deciding.decisions import rules_key
from bot.services.deps import Deps
from bot.services.errors import FileRefused
from bot.services.numbers.places import UnknownPlace, country_code
from storage.models import Campaign, ContactList
from storage.queries import list_imports, lists

_MOST_NAMES = 1_000


@dataclass(slots=True)
class Target:
    """Where the rows go. The list is created with its first contact: an import that adds none leaves no list."""

    campaign: Campaign
    country: str
    list_name: str
    source: str
    at: datetime
    begun_at: datetime  # when the import was: before `at` if it begins again after its process ended
    rules: int  # the key of the rules that decide its contacts
    proofs: ListProofs
    is_basis_given: bool  # by this import; otherwise the list keeps its own
    is_source_given: bool  # where the numbers came from; likewise
    listed: ContactList | None  # from an earlier import, with the same basis and source

    def usual(self, meaning: Meaning) -> object:
        """What a contact keeps whose row says nothing: of priorities the list's own, else the campaign's."""
        if meaning is not Meaning.PRIORITY:
            return ""
        own = None if self.listed is None else self.listed.priority
        return self.campaign.priority if own is None else own

    @property
    def listed_at(self) -> datetime:
        """When its list was first imported: now if it is new."""
        return self.listed.imported_at if self.listed else self.at


def find_target(deps: Deps, campaign: str, country: str, list_name: str, source: str) -> Target:
    found = campaigns.campaign_named(deps, campaign)
    try:
        code = country_code(country)[:2] if country else found.country
    except UnknownPlace as error:
        raise FileRefused(f"{error}.") from error
    with deps.unit_of_work(is_read_only=True) as uow:
        listed = list_imports.find_list(uow.session, found.id or 0, list_name)
    at, rules = deps.clock(), rules_key(deps)
    return Target(found, code, list_name, source, at, at, rules, NOTHING_PROVED, False, False, listed)


def unused_name(deps: Deps, campaign: str, name: str) -> str:
    """The name, or "NAME (2)" and so on where the campaign has lists of those names. Raises UnknownCampaign."""
    found = campaigns.campaign_named(deps, campaign)
    with deps.unit_of_work(is_read_only=True) as uow:
        names = (name, *(f"{name} ({number})" for number in range(2, _MOST_NAMES)))
        return next((one for one in names if list_imports.find_list(uow.session, found.id or 0, one) is None), name)


def take_proofs(target: Target, given: ListProofs) -> None:
    """Take the given basis and source, or keep the list's. Other ones make another list: the record must stay as it
    was."""
    before = target.listed
    target.is_basis_given, target.is_source_given = given.basis is not None, given.numbers_from is not None
    if before and before.basis and given.basis is None:
        is_told, is_assessed = before.is_told_of_calls, before.is_interest_assessed
        given = replace(given, basis=Basis(before.basis), is_told_of_calls=is_told, is_interest_assessed=is_assessed)
    if before and before.numbers_from and given.numbers_from is None:
        given = replace(given, numbers_from=NumbersFrom(before.numbers_from))
    target.proofs = given
    if before and said_of(before) != said_of(given):
        target.listed = None


def said_of(one: ContactList | ListProofs) -> tuple[object, ...]:
    """What applies to a list as a whole: its basis and the source of its numbers."""
    return (*basis_of(one), one.numbers_from or "")


def basis_of(one: ContactList | ListProofs) -> tuple[object, ...]:
    return one.basis or "", one.is_told_of_calls, one.is_interest_assessed


def stored_list_id(session: Session, target: Target) -> int:
    if target.listed is None:
        target.listed = ContactList(
            organisation_id=target.campaign.organisation_id,
            campaign_id=target.campaign.id or 0,
            name=target.list_name,
            source=target.source,
            imported_at=target.at,
            basis=target.proofs.basis or "",
            is_told_of_calls=target.proofs.is_told_of_calls,
            is_interest_assessed=target.proofs.is_interest_assessed,
            numbers_from=target.proofs.numbers_from or "",
        )
        session.add(target.listed)
        session.flush()
    return target.listed.id or 0


def refuse_withdrawn(session: Session, target: Target) -> None:
    """Raises FileRefused if the list was withdrawn since the import began."""
    if target.listed is not None and lists.is_withdrawn_since(session, target.listed.id or 0, target.begun_at):
        raise FileRefused(
            f"{target.source}: the list {target.list_name} was withdrawn during the import. The import has stopped."
        )


def is_better(target: Target, before: ContactList) -> bool:
    """Whether the new list gives a first basis, tells people of calls, or replaces the same list with other proofs."""
    is_ours = before.name == target.list_name and said_of(before) != said_of(target.proofs)
    if not target.is_basis_given:
        return is_ours and basis_of(before) == basis_of(target.proofs)
    return not before.basis or (target.proofs.is_told_of_calls and not before.is_told_of_calls) or is_ours
