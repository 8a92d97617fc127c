"""The stored organisation, with which a setup file is compared."""

from collections.abc import Collection, Sequence

from sqlalchemy import delete, func
from sqlmodel import Session, col, select

from policy.vocabulary import Verdict
from storage.database.rows import every, first_of
from storage.models import Agent, Campaign, CampaignTeam, Contact, Organisation, OwnOutcome, Team


def organisation(session: Session) -> Organisation | None:
    """The organisation that uses this installation. None before the first setup."""
    return first_of(session, Organisation)


def let_one_at_a_time(session: Session, organisation_id: int) -> None:
    """Let one such transaction at a time work for the organisation. Rows that refer to it can still be written."""
    asked = select(Organisation.id).where(col(Organisation.id) == organisation_id)
    session.execute(asked.with_for_update(key_share=True))


def teams(session: Session, organisation_id: int) -> list[Team]:
    return [*every(session, Team, Team.organisation_id == organisation_id)]


def agents(session: Session, organisation_id: int) -> list[Agent]:
    return [*every(session, Agent, Agent.organisation_id == organisation_id)]


def campaigns(session: Session, organisation_id: int) -> list[Campaign]:
    return [*every(session, Campaign, Campaign.organisation_id == organisation_id)]


def own_outcomes(session: Session, organisation_id: int) -> list[OwnOutcome]:
    """The outcomes that the organisation named, oldest first, retired ones too."""
    return [*every(session, OwnOutcome, OwnOutcome.organisation_id == organisation_id)]


def teams_of_campaigns(session: Session, campaign_ids: Sequence[int]) -> dict[int, list[int]]:
    """The ids of each campaign's teams, by campaign id."""
    found: dict[int, list[int]] = {}
    for link in session.exec(select(CampaignTeam).where(col(CampaignTeam.campaign_id).in_(campaign_ids))):
        found.setdefault(link.campaign_id, []).append(link.team_id)
    return found


def campaigns_by_team(session: Session, team_ids: Collection[int]) -> dict[int, list[int]]:
    """The ids of each team's active campaigns, by team id; only teams with any."""
    found: dict[int, list[int]] = {}
    links = (
        select(CampaignTeam)
        .join(Campaign, col(Campaign.id) == col(CampaignTeam.campaign_id))
        .where(col(CampaignTeam.team_id).in_(team_ids), col(Campaign.is_active).is_(True))
    )
    for link in session.exec(links):
        found.setdefault(link.team_id, []).append(link.campaign_id)
    return found


def set_teams_of_campaign(session: Session, campaign_id: int, team_ids: Sequence[int]) -> None:
    """Set the teams that work the campaign."""
    session.exec(delete(CampaignTeam).where(col(CampaignTeam.campaign_id) == campaign_id))
    session.add_all(CampaignTeam(campaign_id=campaign_id, team_id=team_id) for team_id in team_ids)
    session.flush()


def held_kinds(session: Session, campaign_id: int, most: int) -> list[tuple[str, int, int]]:
    """What holds unfinished contacts of the campaign, most frequent first: by rule, how many, and one of them."""
    contacts, sample = func.count(), func.min(Contact.id)
    found = (
        select(col(Contact.rule), contacts, sample)
        .where(
            Contact.campaign_id == campaign_id,
            Contact.verdict == Verdict.HELD,
            Contact.finished_because == "",
            col(Contact.finished_at).is_(None),
        )
        .group_by(col(Contact.rule), col(Contact.because))
        .order_by(contacts.desc(), sample)
        .limit(most)
    )
    return [(rule, count, first or 0) for rule, count, first in session.exec(found)]
