"""The organisation as stored: what a setup is compared with."""

from sqlmodel import Session

from bot.services.setup import outcome_plan
from policy.vocabulary import Role
from storage.queries import agents
from storage.queries import setup as setup_queries


class Standing:
    """The organisation as stored, by name."""

    def __init__(self, session: Session) -> None:
        self.organisation = setup_queries.organisation(session)
        key = self.organisation.id if self.organisation and self.organisation.id else 0
        self.teams = {team.name: team for team in setup_queries.teams(session, key)}
        self.agents = {agent.slack_user_id: agent for agent in setup_queries.agents(session, key)}
        # the admins of the first set-up have been that since the beginning
        self.has_admin = any(one.is_active and one.role is Role.ADMIN for one in self.agents.values())
        self.campaigns = {campaign.name: campaign for campaign in setup_queries.campaigns(session, key)}
        self.own = dict(outcome_plan.by_key(setup_queries.own_outcomes(session, key)))
        names = {team.id: team.name for team in self.teams.values()}
        links = setup_queries.teams_of_campaigns(session, [campaign.id or 0 for campaign in self.campaigns.values()])
        theirs = agents.teams_of(session, self.agents.values())
        self.teams_of_agent = {
            user: tuple(sorted(names[team_id] for team_id in theirs[agent.id or 0]))
            for user, agent in self.agents.items()
        }
        self.teams_of_campaign = {
            name: tuple(sorted(names[team_id] for team_id in links.get(campaign.id or 0, [])))
            for name, campaign in self.campaigns.items()
        }
