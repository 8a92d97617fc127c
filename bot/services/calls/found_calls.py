"""Calls that only the phone system recorded: attempts from now on, that count like any other."""

from datetime import datetime

from sqlmodel import Session

from bot.services.agents import as_actor
from bot.services.answers.people import NOBODY, Actor
from bot.services.calls import off_list
from bot.services.calls.callback_changes import close_kept_callbacks
from bot.services.deciding import mark_used
from policy.vocabulary import AttemptState, Role
from storage.database.engine import insert_unless_taken
from storage.models import Agent, Attempt
from storage.queries import setup

_UNKNOWN = "phone-system"  # begins the id of the agent that stands for an unknown one


def open_found(
    session: Session, organisation_id: int, agent: Agent | None, number: str, opened_at: datetime, at: datetime
) -> Attempt:
    """Open the attempt of a call found at `at`. It waits for its outcome; nobody is asked for it, but it can be told.

    `agent` None: nobody knows who called. The attempt then belongs to an agent named for the phone system, in the team
    that works the contact's campaign.
    """
    actor = _anybody(organisation_id) if agent is None else as_actor(agent)
    known = off_list.campaigns_of(session, actor)
    contact = off_list.contact_at(session, actor, number, known, opened_at) if known else None
    campaign = None if contact is None else next(one for one in known if one.id == contact.campaign_id)
    if agent is None:
        agent_id = _stand_in(session, organisation_id, None if campaign is None else campaign.id)
    else:
        agent_id = agent.id or 0
    attempt = Attempt(
        organisation_id=organisation_id,
        contact_id=None if contact is None else contact.id,
        person_id=off_list.person_at(session, actor, number) if contact is None else contact.person_id,
        number=number,
        campaign_id=None if campaign is None else campaign.id,
        principal=campaign.principal if campaign is not None else off_list.principal_of(session, actor),
        subject="" if campaign is None else campaign.subject,
        agent_id=agent_id,
        opened_at=opened_at,
        state=AttemptState.UNREPORTED,
        chased_at=at,
        found_at=at,
    )
    session.add(attempt)
    session.flush()
    close_kept_callbacks(session, attempt, at)
    if attempt.person_id is not None:
        mark_used(session, {attempt.person_id}, organisation_id, attempt.principal, opened_at)
    return attempt


def is_stand_in(agent: Agent) -> bool:
    """Whether this is no person but stands for an unknown one."""
    return agent.slack_user_id.startswith(_UNKNOWN)


def _anybody(organisation_id: int) -> Actor:
    return Actor(NOBODY, organisation_id, "", "", Role.ADMIN, None, "UTC")


def _stand_in(session: Session, organisation_id: int, campaign_id: int | None) -> int:
    """The agent that stands for an unknown one of the team that works a campaign. Never active."""
    teams = setup.teams(session, organisation_id)
    worked = [] if campaign_id is None else setup.teams_of_campaigns(session, [campaign_id]).get(campaign_id, [])
    team = next((one for one in teams if not worked or one.id in worked), None)
    first = None if team is None else team.id
    user = f"{_UNKNOWN}-{first or 0}"
    known = {one.slack_user_id: one.id for one in setup.agents(session, organisation_id)}
    if user in known:
        return known[user] or 0
    values = Agent(
        organisation_id=organisation_id,
        slack_user_id=user,
        name="Phone system",
        role=Role.AGENT,
        team_id=first,
        zone="UTC" if team is None else team.zone,
        is_active=False,
    ).model_dump(exclude={"id"})
    found = insert_unless_taken(session, Agent, values)
    if found is None:
        raise RuntimeError(f"{user} was added by another transaction")  # the caller lets one at a time work
    return found
