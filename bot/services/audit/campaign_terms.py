"""What campaigns said of themselves when a call was opened; for a number on no list, those of its agent's team."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlmodel import Session

from storage.models import Agent, Attempt, Campaign, EarlierTeam, EarlierTerms
from storage.queries.reports import audit as rows

Terms = Campaign | EarlierTerms
# A call may have been decided before the change of its campaign was committed, though it is dated after it.
COMMITTED_WITHIN = timedelta(seconds=5)


class _Ended(Protocol):
    """A row of what stood until a moment."""

    id: int | None
    until: datetime


Earlier = TypeVar("Earlier", bound=_Ended)
Now = TypeVar("Now")


def stood_at(at: datetime, earlier: Iterable[Earlier], now: Now) -> Earlier | Now:
    """What stood at a moment: of what stood earlier, the first to end after it; if all had ended, what stands now."""
    return min((one for one in earlier if one.until > at), key=lambda one: (one.until, one.id or 0), default=now)


@dataclass
class CampaignTerms:
    """The campaigns of some attempts, with what they said earlier. `worked`: by attempt without one, its team's."""

    campaigns: dict[int, Campaign] = field(default_factory=dict)
    earlier: dict[int, list[EarlierTerms]] = field(default_factory=lambda: defaultdict(list))  # by campaign
    worked: dict[int, list[int]] = field(default_factory=dict)
    # the organisation's choices of house packs, by when they came, latest first
    house_choices: list[tuple[datetime, str]] = field(default_factory=list)

    def of(self, attempt: Attempt) -> list[Terms | None]:
        """What its campaign said of itself when it was opened; two if that had just changed; None: it had none.

        Without a campaign: the same of each that its agent's team works.
        """
        own = [attempt.campaign_id] if attempt.campaign_id in self.campaigns else self.worked.get(attempt.id or 0, [])
        return [one for key in own for one in self._then(key or 0, attempt.opened_at)] or [None]

    def _then(self, campaign_id: int, at: datetime) -> list[Terms]:
        changes = self.earlier[campaign_id]
        just_over = [one for one in changes if timedelta(0) <= at - one.until < COMMITTED_WITHIN]
        return [*just_over, stood_at(at, changes, self.campaigns[campaign_id])]

    def campaign_of(self, terms: Terms) -> Campaign:
        """The campaign whose terms these are or were."""
        key: int | None = getattr(terms, "campaign_id", terms.id)
        return self.campaigns[key or 0]

    def principal_of(self, attempt: Attempt, terms: Terms | None) -> str:
        """For whom the call was made: of a call to a number on no list, if it is not known, the campaign's client."""
        return attempt.principal or ("" if terms is None else self.campaign_of(terms).principal)

    def house_choice_at(self, at: datetime, default: str) -> str:
        """The organisation's choice at a moment, as contacts were decided by it; `default`: none is recorded."""
        return next((choice for since, choice in self.house_choices if since <= at), default)


def read(session: Session, organisation_id: int, attempts: Collection[Attempt]) -> CampaignTerms:
    found = CampaignTerms(house_choices=rows.house_choices(session))
    unlisted = [one for one in attempts if one.campaign_id is None]
    found.worked = _worked(session, organisation_id, unlisted) if unlisted else {}
    asked = {one.campaign_id for one in attempts} | {key for of in found.worked.values() for key in of}
    campaigns = rows.where_in(session, Campaign, Campaign.id, asked)
    found.campaigns = {campaign.id: campaign for campaign in campaigns if campaign.id is not None}
    found.earlier = rows.grouped(session, EarlierTerms, EarlierTerms.campaign_id, found.campaigns)
    return found


def _worked(session: Session, organisation_id: int, attempts: Iterable[Attempt]) -> dict[int, list[int]]:
    """By attempt, the campaigns that its agent's team works, active or not; without a team, all."""
    asked = list(attempts)
    agents = {one.id or 0: one for one in rows.where_in(session, Agent, Agent.id, {one.agent_id for one in asked})}
    earlier = rows.grouped(session, EarlierTeam, EarlierTeam.agent_id, agents)
    by_team = rows.campaigns_by_team(session, organisation_id)
    teams = {one.id or 0: worked_for(agents, earlier, one.agent_id, one.opened_at) for one in asked}
    return {attempt_id: by_team.get(team_id, []) for attempt_id, team_id in teams.items()}


def worked_for(
    agents: Mapping[int, Agent], earlier: Mapping[int, list[EarlierTeam]], agent_id: int, at: datetime
) -> int | None:
    """The team that an agent worked for at a moment; None also for an agent of other teams only."""
    if agent_id not in agents:
        return None
    return stood_at(at, earlier.get(agent_id, ()), agents[agent_id]).team_id
