"""Who works here: organisations, teams and people by the names Slack gives them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col, select

from policy.vocabulary import Role
from storage.models import Agent, Campaign, CampaignTeam, Organisation


def organisation_of(session: Session, slack_team_id: str) -> Organisation | None:
    return session.exec(select(Organisation).where(Organisation.slack_team_id == slack_team_id)).first()


def adopt_workspace(session: Session, slack_team_id: str) -> None:
    """Name the workspace of the organisation that has none yet. Changes nothing when there is no such organisation."""
    session.execute(
        update(Organisation).where(col(Organisation.slack_team_id) == "").values(slack_team_id=slack_team_id)
    )


def agent_by_slack(session: Session, organisation_id: int, slack_user_id: str) -> Agent | None:
    return session.exec(
        select(Agent).where(Agent.organisation_id == organisation_id, Agent.slack_user_id == slack_user_id)
    ).first()


def agents_by_id(session: Session, agent_ids: Sequence[int]) -> dict[int, Agent]:
    if not agent_ids:
        return {}
    return {agent.id or 0: agent for agent in session.exec(select(Agent).where(col(Agent.id).in_(agent_ids)))}


def set_language(session: Session, agent_id: int, language: str) -> None:
    session.execute(update(Agent).where(col(Agent.id) == agent_id).values(language=language))


def set_locale(session: Session, agent_id: int, locale: str, at: datetime) -> None:
    session.execute(update(Agent).where(col(Agent.id) == agent_id).values(locale=locale, locale_read_at=at))


def spoken_by(session: Session, slack_user_id: str) -> str:
    """The language a person chose, else their locale in Slack; empty for one unknown."""
    found = session.exec(select(Agent.language, Agent.locale).where(Agent.slack_user_id == slack_user_id)).first()
    return next((one for one in found or () if one), "")


def team_leads(session: Session, team_id: int) -> Sequence[Agent]:
    """The active team leads of a team."""
    return session.exec(
        select(Agent)
        .where(Agent.team_id == team_id, Agent.role == Role.TEAM_LEAD, col(Agent.is_active).is_(True))
        .order_by(col(Agent.id))
    ).all()


def campaigns_of_team(session: Session, team_id: int) -> Sequence[Campaign]:
    """The active campaigns a team works, first priority first."""
    return session.exec(
        select(Campaign)
        .join(CampaignTeam, col(CampaignTeam.campaign_id) == col(Campaign.id))
        .where(CampaignTeam.team_id == team_id, col(Campaign.is_active).is_(True))
        .order_by(col(Campaign.priority), col(Campaign.id))
    ).all()


def campaigns_of_organisation(session: Session, organisation_id: int) -> Sequence[Campaign]:
    """Every active campaign, first priority first."""
    return session.exec(
        select(Campaign)
        .where(Campaign.organisation_id == organisation_id, col(Campaign.is_active).is_(True))
        .order_by(col(Campaign.priority), col(Campaign.id))
    ).all()
