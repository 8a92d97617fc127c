"""Attempts of a span, with what reports group them by."""

from collections.abc import Collection, Iterator
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select
from sqlmodel import Session, col

from policy.vocabulary import AttemptState, Outcome
from storage.models import Agent, Attempt, Campaign, Contact, ContactList

_AT_ONCE = 5_000


class Which(NamedTuple):
    """Which attempts: those of one organisation, and of a team's agents, of campaigns or of lists if any are given."""

    organisation_id: int
    team_id: int | None = None
    campaigns: Collection[int] = ()
    lists: Collection[int] = ()


class CountedAttempt(NamedTuple):
    """One attempt. `campaign_id` and `list_id` are None for a call off the list; the list is the contact's of today."""

    opened_at: datetime
    outcome: Outcome | None
    agent_id: int
    campaign_id: int | None
    list_id: int | None
    zones: str  # of the person called, separated by spaces; empty: not known


class Names(NamedTuple):
    """The names of what attempts are grouped by, each by id."""

    agents: dict[int, str]
    campaigns: dict[int, str]
    lists: dict[int, str]


def between(session: Session, which: Which, since: datetime, until: datetime) -> Iterator[CountedAttempt]:
    """Attempts opened in [since, until), those that were not dialled left out, in no order. Read a part at a time."""
    found = (
        select(
            col(Attempt.opened_at),
            col(Attempt.outcome),
            col(Attempt.agent_id),
            col(Attempt.campaign_id),
            col(Contact.list_id),
            func.coalesce(col(Contact.zones), ""),
        )
        .select_from(Attempt)
        .join(Agent, col(Agent.id) == col(Attempt.agent_id))
        .outerjoin(Contact, col(Contact.id) == col(Attempt.contact_id))
        .where(
            col(Agent.organisation_id) == which.organisation_id,
            col(Attempt.opened_at) >= since,
            col(Attempt.opened_at) < until,
            col(Attempt.direction) == "out",
            col(Attempt.state) != AttemptState.NOT_DIALLED,
        )
    )
    if which.team_id is not None:
        found = found.where(col(Agent.team_id) == which.team_id)
    if which.campaigns:
        found = found.where(col(Attempt.campaign_id).in_(which.campaigns))
    if which.lists:
        found = found.where(col(Contact.list_id).in_(which.lists))
    for row in session.execute(found.execution_options(yield_per=_AT_ONCE)):
        yield CountedAttempt(*row)


def names_of(session: Session, organisation_id: int) -> Names:
    """The names of the organisation's agents, campaigns and lists."""
    agents = select(col(Agent.id), col(Agent.name)).where(col(Agent.organisation_id) == organisation_id)
    campaigns = select(col(Campaign.id), col(Campaign.name)).where(col(Campaign.organisation_id) == organisation_id)
    lists = select(col(ContactList.id), col(ContactList.name)).where(
        col(ContactList.organisation_id) == organisation_id
    )
    return Names(*({row[0]: row[1] for row in session.execute(one)} for one in (agents, campaigns, lists)))
