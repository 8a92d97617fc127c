"""Who may call whom, as set up now: the agent works for a team of the campaign, which is on, and the list is not
paused."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, and_, exists, or_
from sqlmodel import Session, col, select

from policy.vocabulary import LeaseStage
from storage.models import Agent, Campaign, CampaignTeam, Contact, ContactList, Lease


def _may_call() -> ColumnElement[bool]:
    """SQL: the agent may call the contact of the campaign and list in the same row."""
    is_theirs = exists().where(
        col(CampaignTeam.campaign_id) == col(Campaign.id), col(CampaignTeam.team_id) == col(Agent.team_id)
    )
    is_on = and_(col(Campaign.is_active).is_(True), col(ContactList.paused_at).is_(None))
    return and_(col(Agent.is_active).is_(True), is_on, is_theirs.correlate_except(CampaignTeam))


def may_call(session: Session, agent_id: int, contact_id: int) -> bool:
    """Whether an agent may call a contact, by what is committed now; the rules of law are another question."""
    found = (
        select(Contact.id)
        .join(Campaign, col(Campaign.id) == col(Contact.campaign_id))
        .join(ContactList, col(ContactList.id) == col(Contact.list_id))
        .join(Agent, col(Agent.id) == agent_id)
        .where(Contact.id == contact_id, _may_call())
    )
    return session.exec(found).first() is not None


def without_right(
    session: Session, organisation_id: int, also_of: Collection[int] = ()
) -> Sequence[tuple[Lease, Contact, Agent]]:
    """Offered leases whose agent may not call the contact any more, and all those of the campaigns `also_of`."""
    return session.exec(
        select(Lease, Contact, Agent)
        .join(Contact, col(Contact.id) == col(Lease.contact_id))
        .join(Agent, col(Agent.id) == col(Lease.agent_id))
        .join(Campaign, col(Campaign.id) == col(Contact.campaign_id))
        .join(ContactList, col(ContactList.id) == col(Contact.list_id))
        .where(
            col(Lease.organisation_id) == organisation_id,
            col(Lease.ended_at).is_(None),
            col(Lease.stage) == LeaseStage.OFFERED,
            or_(~_may_call(), col(Campaign.id).in_(also_of)),
        )
        .order_by(col(Lease.id))
    ).all()
