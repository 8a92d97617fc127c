"""Decides numbers on no list the actor sees, as if one of their campaigns were to call them."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot.services.deciding import COUNT_NO_OFFERS, Decided, decide_contact
from bot.services.deps import Deps
from bot.services.numbers.parsing import whereabouts_of
from storage.models import Agent, Attempt, Campaign, Contact
from storage.queries import agents

NOBODY = 0  # no person has this id


def campaigns_for(session: Session, organisation_id: int, team_id: int | None) -> Sequence[Campaign]:
    """The campaigns by which to read and judge numbers on no list: the team's, else the organisation's."""
    theirs = campaigns_of_team(session, team_id) if team_id is not None else ()
    return theirs or campaigns_of_organisation(session, organisation_id)


def every_campaign_for(session: Session, organisation_id: int, team_id: int | None) -> list[Campaign]:
    """The team's campaigns, active or not; every campaign for nobody's team."""
    if team_id is None:
        return [
            one
            for are_active in (True, False)
            for one in agents.campaigns_of_organisation(session, organisation_id, are_active=are_active)
        ]
    return [
        one for are_active in (True, False) for one in agents.campaigns_of_team(session, team_id, are_active=are_active)
    ]


def campaigns_of_team(session: Session, team_id: int) -> Sequence[Campaign]:
    """The team's active campaigns; while none is, those that are not: what people say is recorded all the same."""
    return agents.campaigns_of_team(session, team_id) or agents.campaigns_of_team(session, team_id, are_active=False)


def campaigns_of_organisation(session: Session, organisation_id: int) -> Sequence[Campaign]:
    """The same of every team."""
    active = agents.campaigns_of_organisation(session, organisation_id)
    return active or agents.campaigns_of_organisation(session, organisation_id, are_active=False)


def as_contact(campaign: Campaign, number: str, person_id: int | None = None) -> Contact:
    """A contact on no list, in the places the number alone points to. Never stored."""
    where = whereabouts_of(number)
    return Contact(
        organisation_id=campaign.organisation_id,
        campaign_id=campaign.id or 0,
        list_id=0,
        person_id=NOBODY if person_id is None else person_id,
        number=number,
        name="",
        places=" ".join(where.places),
        zones=" ".join(where.zones),
        known_by=where.known_by,
    )


def decide_number(deps: Deps, session: Session, attempt: Attempt, at: datetime) -> Decided[Contact]:
    """The verdict on the number of an attempt without a contact, for the first campaign of the agent's team."""
    agent = session.get_one(Agent, attempt.agent_id)
    known = campaigns_for(session, attempt.organisation_id, agent.team_id)
    return decide_contact(deps, session, as_contact(known[0], attempt.number), at, COUNT_NO_OFFERS)
