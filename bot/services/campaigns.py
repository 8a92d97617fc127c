"""Finds campaigns and principals by name, ignoring case; and the numbers that a campaign showed at a moment."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from sqlmodel import Session, col

from bot.services.deps import Deps
from bot.services.errors import FileRefused, NotEnrolled, UnknownCampaign
from storage.database.rows import every
from storage.hand_out.search import Worked
from storage.models import Campaign, EarlierTerms
from storage.queries import setup as setup_queries

C = TypeVar("C", Campaign, Worked)


class CallerNumbers:
    """The numbers that campaigns had their agents show, at any moment. Reads each campaign once."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._terms: dict[int, tuple[Campaign | None, Sequence[EarlierTerms]]] = {}

    def at(self, campaign_id: int | None, moment: datetime) -> tuple[str, ...]:
        """E.164, any of which could be shown; empty: none was named, or there is no campaign."""
        if campaign_id is None:
            return ()
        if campaign_id not in self._terms:
            row = self._session.get(Campaign, campaign_id)
            ours = EarlierTerms.campaign_id == campaign_id
            self._terms[campaign_id] = row, every(self._session, EarlierTerms, ours, by=col(EarlierTerms.until))
        now, before = self._terms[campaign_id]
        then = next((one for one in before if one.until > moment), now)
        return () if then is None else tuple(then.caller_numbers.split())


def all_campaigns(deps: Deps) -> tuple[int, list[Campaign]]:
    """The organisation's id and its campaigns, in order of set-up; (0, []) while there is no organisation."""
    with deps.unit_of_work(is_read_only=True) as uow:
        organisation = setup_queries.organisation(uow.session)
        if organisation is None:
            return 0, []
        return organisation.id or 0, setup_queries.campaigns(uow.session, organisation.id or 0)


def begins_with(known: Sequence[C], asked: str) -> C:
    """The campaign whose name is or begins with `asked`, ignoring case. Raises UnknownCampaign."""
    folded = " ".join(asked.split()).casefold()
    exact = [one for one in known if one.name.casefold() == folded]
    fitting = exact or [one for one in known if one.name.casefold().startswith(folded)]
    if len(fitting) != 1:
        raise UnknownCampaign(asked, tuple(one.name for one in known))
    return fitting[0]


def campaign_named(deps: Deps, name: str) -> Campaign:
    """The campaign with this name. Raises UnknownCampaign."""
    _, known = all_campaigns(deps)
    wanted = name.strip().casefold()
    found = next((one for one in known if one.name.casefold() == wanted), None)
    if found is None:
        raise UnknownCampaign(name, tuple(one.name for one in known))
    return found


def organisation_and_campaign(deps: Deps, name: str) -> tuple[int, Campaign | None]:
    """The organisation's id and, if a name is given, its campaign. Raises NotEnrolled, UnknownCampaign."""
    organisation_id, _ = all_campaigns(deps)
    if not organisation_id:
        raise NotEnrolled
    return organisation_id, campaign_named(deps, name) if name else None


def principal_named(deps: Deps, name: str) -> str:
    """The principal as its campaigns spell it; empty for an empty name. Raises FileRefused, which lists those known."""
    _, known = all_campaigns(deps)
    spelt = {one.principal.casefold(): one.principal for one in known}
    if name and name.strip().casefold() not in spelt:
        raise FileRefused(f'No campaign calls for "{name}"; choose one of {", ".join(sorted(spelt.values()))}.')
    return spelt[name.strip().casefold()] if name else ""


def home_country(deps: Deps) -> str:
    """The first campaign's country: how to read a number without a country code when no campaign is named."""
    _, known = all_campaigns(deps)
    return known[0].country if known else ""
