"""What a team lead may act on: contacts of the campaigns their team works, and the people of their team."""

from dataclasses import dataclass

from sqlmodel import Session

from bot.services.agents import leads, require
from bot.services.answers.people import Actor
from bot.services.errors import AlreadyGone, CannotTake, RoleNeeded
from policy.vocabulary import Role
from storage.models import Agent, Contact
from storage.queries import agents


@dataclass(frozen=True, slots=True)
class Member:
    """An agent who may be given work."""

    agent_id: int
    name: str


def led_contact(session: Session, actor: Actor, contact_id: int, *, is_only_read: bool = False) -> Contact:
    """A contact of a campaign the actor's team works; any contact for a manager. Raises RoleNeeded, AlreadyGone."""
    require(actor, Role.TEAM_LEAD)
    contact = session.get(Contact, contact_id, with_for_update=not is_only_read)
    if contact is None or contact.organisation_id != actor.organisation_id:
        raise AlreadyGone
    if not may_lead(session, actor, contact):
        raise RoleNeeded(Role.MANAGER.value)
    return contact


def may_lead(session: Session, actor: Actor, contact: Contact) -> bool:
    if actor.role is not Role.TEAM_LEAD:
        return actor.role in (Role.MANAGER, Role.ADMIN)
    return contact.campaign_id in {campaign.id for campaign in agents.campaigns_of_teams(session, actor.teams)}


def led_agent(session: Session, actor: Actor, agent_id: int) -> Agent:
    """An active agent of the actor's team; any agent for a manager. Raises RoleNeeded, AlreadyGone."""
    require(actor, Role.TEAM_LEAD)
    agent = session.get(Agent, agent_id, with_for_update={"key_share": True})  # rows that refer to them need not wait
    if agent is None or agent.organisation_id != actor.organisation_id or not agent.is_active:
        raise AlreadyGone
    if not leads(actor, agent.team_id):
        raise RoleNeeded(Role.MANAGER.value)
    return agent


def who_takes(session: Session, actor: Actor, agent_id: int, campaign_id: int) -> Agent:
    """The agent to give a contact of a campaign to. Raises RoleNeeded, AlreadyGone, and CannotTake with the reason."""
    agent = led_agent(session, actor, agent_id)
    worked = () if agent.team_id is None else agents.campaigns_of_team(session, agent.team_id)
    if campaign_id not in {campaign.id for campaign in worked}:
        raise CannotTake(agent.name, "campaign")
    if agent.paused_at is not None:
        raise CannotTake(agent.name, "paused")
    return agent


def possible_takers(session: Session, team_id: int | None, but_for: int | None = None) -> tuple[Member, ...]:
    """The agents of a team who may be given work now, by name."""
    found = () if team_id is None else agents.callers(session, team_id)
    at_work = [one for one in found if one.paused_at is None and one.id != but_for]
    return tuple(Member(one.id or 0, one.name) for one in at_work)
