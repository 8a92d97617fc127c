"""Decides numbers on no list the actor sees, as if one of their campaigns were to call them."""

from datetime import datetime

from sqlmodel import Session

from bot.services.deciding import COUNT_NO_OFFERS, Decided, decide_contact
from bot.services.deps import Deps
from bot.services.numbers import whereabouts_of
from storage.models import Agent, Attempt, Campaign, Contact
from storage.queries import agents

NOBODY = 0  # no person has this id


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
    known = agents.campaigns_of_team(session, agent.team_id) if agent.team_id is not None else ()
    known = known or agents.campaigns_of_organisation(session, attempt.organisation_id)
    return decide_contact(deps, session, as_contact(known[0], attempt.number), at, COUNT_NO_OFFERS)
