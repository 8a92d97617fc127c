"""Organisations, teams and agents, found by their Slack ids."""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, bindparam, delete, func, or_, update
from sqlalchemy import select as select_columns
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col, exists, select

from policy.vocabulary import Role
from storage.database.rows import changed, every, first_of, is_within
from storage.log import changes
from storage.models import Agent, BreakTaken, Campaign, CampaignTeam, EarlierTeam, Lease, Membership, Organisation, Team


def organisation_of(session: Session, slack_team_id: str) -> Organisation | None:
    return first_of(session, Organisation, Organisation.slack_team_id == slack_team_id)


_table: Any = Agent.__table__  # type: ignore[attr-defined]
_BY_SLACK = (
    select_columns(_table)
    .join(Organisation, col(Organisation.id) == _table.c.organisation_id)
    .where(
        col(Organisation.slack_team_id) == bindparam("slack_team_id"),
        _table.c.slack_user_id.in_(bindparam("slack_user_ids", expanding=True)),
    )
)


def agents_by_slack(
    session: Session, slack_team_id: str, slack_user_ids: Collection[str], *, one_at_a_time: bool = False
) -> dict[str, Row[Any]]:
    """The agents among these Slack users, as rows: the session watches no object.

    `one_at_a_time`: as in `let_one_at_a_time`, for each of them.
    """
    given = {"slack_team_id": slack_team_id, "slack_user_ids": list(slack_user_ids)}
    asked = _BY_SLACK.with_for_update(key_share=True, of=_table) if one_at_a_time else _BY_SLACK
    return {agent.slack_user_id: agent for agent in session.connection().execute(asked, given)}


def adopt_workspace(session: Session, slack_team_id: str) -> None:
    """Set the workspace of the organisation that has none yet. Changes nothing when there is no such organisation."""
    has_none = col(Organisation.slack_team_id) == ""
    with changes.recorded(session, Organisation, has_none):
        session.execute(update(Organisation).where(has_none).values(slack_team_id=slack_team_id))


def agents_by_id(session: Session, agent_ids: Sequence[int]) -> dict[int, Agent]:
    if not agent_ids:
        return {}
    return {agent.id or 0: agent for agent in session.exec(select(Agent).where(col(Agent.id).in_(agent_ids)))}


def change(session: Session, agent_id: int, **values: Any) -> None:
    """Change columns of an agent that no statement tells."""
    session.execute(update(Agent).where(col(Agent.id) == agent_id).values(**values))


def let_one_at_a_time(session: Session, agent_id: int | None) -> None:
    """Let one such transaction at a time work for this agent. Rows that refer to the agent can still be written."""
    session.execute(select(Agent.id).where(col(Agent.id) == agent_id).with_for_update(key_share=True))


def breaks_since(session: Session, agent_id: int, since: datetime) -> Sequence[BreakTaken]:
    """An agent's breaks that were not over by `since`, oldest first."""
    is_later = or_(col(BreakTaken.ended_at).is_(None), col(BreakTaken.ended_at) > since)
    return every(session, BreakTaken, BreakTaken.agent_id == agent_id, is_later)


def spoken_by(session: Session, slack_user_id: str) -> str:
    """The language a person chose, else their locale in Slack; empty for a stranger."""
    found = session.exec(select(Agent.language, Agent.locale).where(Agent.slack_user_id == slack_user_id)).first()
    return next((one for one in found or () if one), "")


def teams_of(session: Session, people: Iterable[Agent | Row[Any]]) -> dict[int, tuple[int, ...]]:
    """The teams each person may work for, by the person's id: the one they work for now first."""
    now = {one.id or 0: () if one.team_id is None else (one.team_id,) for one in people}
    known = select(Membership).where(col(Membership.agent_id).in_(now)).order_by(col(Membership.team_id))
    found: dict[int, tuple[int, ...]] = dict(now)
    for row in session.exec(known):
        found[row.agent_id] = tuple(dict.fromkeys((*found[row.agent_id], row.team_id)))
    return found


def set_memberships(session: Session, agent_id: int, team_ids: Sequence[int]) -> None:
    """Set the teams a person may work for; one or none: only the present one. The caller has the person's turn."""
    session.exec(delete(Membership).where(col(Membership.agent_id) == agent_id))
    several = team_ids if len(team_ids) > 1 else ()
    session.add_all(Membership(agent_id=agent_id, team_id=team_id) for team_id in several)
    session.flush()


def change_team(session: Session, agent: Agent, team_id: int | None, at: datetime) -> None:
    """Let a person work for another team, or for none, from `at` on. What they did before stays the earlier team's."""
    if agent.team_id is not None and agent.team_id != team_id:
        session.add(
            EarlierTeam(organisation_id=agent.organisation_id, agent_id=agent.id or 0, team_id=agent.team_id, until=at)
        )
    agent.team_id = team_id
    session.add(agent)


def team_at(session: Session, agent: Agent, at: datetime) -> int | None:
    """The team that a person worked for at a moment; if for none, the next one they worked for."""
    left = (
        select(EarlierTeam.team_id)
        .where(EarlierTeam.agent_id == agent.id, col(EarlierTeam.until) > at)
        .order_by(col(EarlierTeam.until), col(EarlierTeam.id))
    )
    found = session.exec(left.limit(1)).first()
    return agent.team_id if found is None else found


def belongs_to(team_ids: Collection[int]) -> ColumnElement[bool]:
    """SQL: an agent may work for one of the teams, whichever they work for now."""
    members = select(Membership.agent_id).where(col(Membership.team_id).in_(team_ids))
    return or_(col(Agent.team_id).in_(team_ids), col(Agent.id).in_(members))


def works(campaign_id: Mapped[Any]) -> ColumnElement[bool]:
    """SQL: one of an agent's teams, not only the present one, works the campaign. Managers without a team work all."""
    of_team = col(Membership.team_id) == col(CampaignTeam.team_id)
    is_member = exists().where(col(Membership.agent_id) == col(Agent.id), of_team)
    is_theirs = or_(col(CampaignTeam.team_id) == col(Agent.team_id), is_member.correlate_except(Membership))
    is_free = and_(col(Agent.team_id).is_(None), col(Agent.role).not_in(CALLERS))
    their_team = exists().where(col(CampaignTeam.campaign_id) == campaign_id, is_theirs)
    return or_(is_free, their_team.correlate_except(CampaignTeam))


def leads_of_teams(session: Session, team_ids: Collection[int]) -> Sequence[Agent]:
    """The active team leads of several teams, each once."""
    return _active(session, belongs_to(team_ids), col(Agent.role) == Role.TEAM_LEAD)


def told_of_breaches(session: Session, organisation_id: int, team_id: int, caller_id: int) -> Sequence[Agent]:
    """Who hears that a call broke a promise: the team's leads, else the admins; the caller if nobody else can."""
    leads, above = leads_of_teams(session, [team_id]), admins(session, organisation_id)
    others = [[one for one in some if one.id != caller_id] for some in (leads, above)]
    return others[0] or others[1] or leads or above


def admins(session: Session, organisation_id: int) -> Sequence[Agent]:
    """The active admins of an organisation."""
    return _active(session, col(Agent.organisation_id) == organisation_id, col(Agent.role) == Role.ADMIN)


def callers(session: Session, team_id: int) -> Sequence[Agent]:
    """The active agents and team leads of a team, by name."""
    return _active(session, col(Agent.team_id) == team_id, col(Agent.role).in_(CALLERS), by=col(Agent.name))


def paused(session: Session, team_id: int) -> Sequence[Agent]:
    """The team's paused agents and team leads, by name."""
    return _active(session, col(Agent.team_id) == team_id, col(Agent.paused_at).is_not(None), by=col(Agent.name))


def _active(session: Session, *which: ColumnElement[bool], by: Any = None) -> Sequence[Agent]:
    return every(session, Agent, col(Agent.is_active).is_(True), *which, by=by)


def campaigns_of_teams(
    session: Session, team_ids: Collection[int], *, are_active: bool | None = True
) -> Sequence[Campaign]:
    """The active campaigns of teams, or the others, each once, highest priority first; None: all, active ones first."""
    worked = select(CampaignTeam.campaign_id).where(col(CampaignTeam.team_id).in_(team_ids))
    return _campaigns(session, col(Campaign.id).in_(worked), are_active=are_active)


def campaigns_of_organisation(
    session: Session, organisation_id: int, *, are_active: bool | None = True
) -> Sequence[Campaign]:
    """The same of every campaign."""
    return _campaigns(session, col(Campaign.organisation_id) == organisation_id, are_active=are_active)


def _campaigns(session: Session, which: ColumnElement[bool], *, are_active: bool | None) -> Sequence[Campaign]:
    only = [] if are_active is None else [col(Campaign.is_active).is_(are_active)]
    found = every(session, Campaign, which, *only, by=col(Campaign.priority))
    return sorted(found, key=lambda one: not one.is_active)


def switch_off(session: Session, agent_id: int, at: datetime) -> bool:
    """Deactivate an agent. False: they already were."""
    active = (col(Agent.id) == agent_id, col(Agent.is_active).is_(True))
    with changes.recorded(session, Agent, *active):
        return changed(session, Agent, *active, is_active=False, deactivated_at=at) == 1


def set_group_fault(session: Session, team_id: int, code: str) -> bool:
    """Set why a team cannot follow its group; empty: it can. False: no change."""
    return changed(session, Team, col(Team.id) == team_id, col(Team.group_fault) != code, group_fault=code) == 1


CALLERS = (Role.AGENT, Role.TEAM_LEAD)


def handed_out(
    session: Session, organisation_id: int, since: datetime, until: datetime
) -> Sequence[tuple[int, str, int]]:
    """Contacts offered in [since, until), counted by agent and by why they were given back; empty: they were not."""
    return session.exec(
        select(Lease.agent_id, Lease.release_reason, func.count())
        .where(Lease.organisation_id == organisation_id, is_within(Lease.offered_at, since, until))
        .group_by(col(Lease.agent_id), col(Lease.release_reason))
    ).all()
