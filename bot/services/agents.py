"""Identifies actors from Slack, and says what a role may do: a team lead with the contacts of the campaigns their team
works, and with the people of their team.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from functools import partial
from typing import Any, Final

from sqlalchemy import Row
from sqlmodel import Session

from bot.services import errors
from bot.services.answers.people import NOBODY, Actor, Reminding
from bot.services.batching import Batcher, Batchers
from bot.services.deps import Begun, Deps, OpensUnitOfWork
from policy.calendar import local_time
from policy.vocabulary import Role
from storage.models import Agent, Contact
from storage.queries import agents, setup

MOST_TOGETHER = 32
_batchers = partial(Batchers[str, str, Row[Any]], MOST_TOGETHER)
LOCALE_KEEPS_FOR = timedelta(days=1)
_COLUMNS: Final = [one.name for one in fields(Actor) if one.name not in ("agent_id", "also_leads")]  # of an agent
_RANK = {Role.AGENT: 0, Role.TEAM_LEAD: 1, Role.MANAGER: 2, Role.ADMIN: 3}


class Admits(Enum):
    """Who may use a service."""

    AT_WORK = 1
    SWITCHED_OFF = 2  # and deactivated agents, who may finish what they hold
    ANYBODY = 3  # and any other member of the workspace, who may record an opt-out


def identify(deps: Deps, slack_team_id: str, slack_user_id: str, admits: Admits = Admits.AT_WORK) -> Actor:
    """Find the actor behind a Slack user. Raises NotEnrolled for a stranger, OtherWorkspace for one of another
    workspace, Deactivated for a deactivated agent.

    `admits` widens who passes. An organisation set up before Slack was connected adopts the first workspace that asks.
    """
    agent = _agent(deps, slack_team_id, slack_user_id)
    is_ours = agent is not None or _is_adopted(deps, slack_team_id)
    if agent is None and is_ours:
        [agent] = _agents(deps, slack_team_id, [slack_user_id])
    if agent is None:
        if is_ours and admits is not Admits.ANYBODY:
            raise errors.NotEnrolled(slack_user_id)
        # a member of the workspace who is not enrolled
        with deps.unit_of_work(is_read_only=True) as uow:
            organisation = agents.organisation_of(uow.session, slack_team_id)
            is_elsewhere = organisation is None and setup.organisation(uow.session) is not None
        if is_elsewhere:
            raise errors.OtherWorkspace(slack_user_id)
        if organisation is None:
            raise errors.NotEnrolled(slack_user_id)
        key = organisation.id or 0
        return Actor(NOBODY, key, slack_user_id, slack_user_id, Role.AGENT, None, "UTC", is_active=False)
    if not agent.is_active and admits is Admits.AT_WORK:
        raise errors.Deactivated(slack_user_id)
    if agent.role is not Role.TEAM_LEAD:
        return as_actor(agent)
    with deps.unit_of_work(is_read_only=True) as uow:
        return _as_lead(uow.session, agent)


@contextmanager
def admitted(
    deps: Deps, slack_team_id: str, slack_user_id: str, admits: Admits = Admits.AT_WORK
) -> Iterator[tuple[Deps, Actor]]:
    """The actor, as `identify` finds them: what they do first goes on in the transaction that admits them.

    Until it ends, no other press of theirs is admitted.

    Not that of a stranger, nor of an actor whose language is to be looked up in Slack first.
    """
    deps = replace(deps, by=slack_user_id)
    with Begun(deps) as begun:
        found = agents.agents_by_slack(begun.session, slack_team_id, [slack_user_id], one_at_a_time=True)
        agent = found.get(slack_user_id)
        if agent is not None and speaks(agent):
            if not agent.is_active and admits is Admits.AT_WORK:
                raise errors.Deactivated(slack_user_id)
            is_lead = agent.role is Role.TEAM_LEAD
            yield begun.deps, _as_lead(begun.session, agent) if is_lead else as_actor(agent)
            return
    yield deps, identify(deps, slack_team_id, slack_user_id, admits)


def desk_of(deps: Deps, slack_team_id: str) -> Batcher[str, Row[Any]]:
    """The batcher that looks up the agents of a workspace."""
    return deps.kept.of(_batchers).of(slack_team_id)


def require(actor: Actor, *roles: Role) -> None:
    """Require one of the roles or a higher one. Raises RoleNeeded."""
    least = min(roles, key=_RANK.__getitem__)
    if not reaches(actor.role, least):
        raise errors.RoleNeeded(least.value)


def reaches(role: Role, least: Role) -> bool:
    return _RANK[role] >= _RANK[least]


def admin_for(agent: Agent, term: timedelta) -> datetime:
    """From when a person has been an admin for so long; the distant past for one from before this was kept."""
    return datetime.min.replace(tzinfo=UTC) if agent.admin_since is None else agent.admin_since + term


def refuse_new_admin(session: Session, actor: Actor, at: datetime, term: timedelta) -> None:
    """Raise RoleNeeded, or NewAdmin for one who has not been an admin for so long, as stored now."""
    agent = session.get_one(Agent, actor.agent_id, populate_existing=True)
    if agent.role is not Role.ADMIN or not agent.is_active:
        raise errors.RoleNeeded(Role.ADMIN.value)
    if admin_for(agent, term) > at:
        raise errors.NewAdmin(admin_for(agent, term))


def answers_for(session: Session, actor: Actor, agent: Agent, at: datetime) -> bool:
    """Whether `actor` may correct what `agent` did at a moment: a lead of the team it was done for, or a manager."""
    return leads(actor, agents.team_at(session, agent, at))


def leads(actor: Actor, team_id: int | None) -> bool:
    """Whether `actor` leads a team: its team lead, or any manager or admin."""
    if not actor.is_active:
        return False
    if _RANK[actor.role] >= _RANK[Role.MANAGER]:
        return True
    return actor.role is Role.TEAM_LEAD and team_id in actor.teams


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
        raise errors.AlreadyGone
    if not may_lead(session, actor, contact):
        raise errors.RoleNeeded(Role.MANAGER.value)
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
        raise errors.AlreadyGone
    if not leads(actor, agent.team_id):
        raise errors.RoleNeeded(Role.MANAGER.value)
    return agent


def who_takes(session: Session, actor: Actor, agent_id: int, campaign_id: int) -> Agent:
    """The agent to give a contact of a campaign to. Raises RoleNeeded, AlreadyGone, and CannotTake with the reason."""
    agent = led_agent(session, actor, agent_id)
    worked = () if agent.team_id is None else agents.campaigns_of_teams(session, [agent.team_id])
    if campaign_id not in {campaign.id for campaign in worked}:
        raise errors.CannotTake(agent.name, "campaign")
    if agent.paused_at is not None:
        raise errors.CannotTake(agent.name, "paused")
    return agent


def possible_takers(session: Session, team_id: int | None, but_for: int | None = None) -> tuple[Member, ...]:
    """The agents of a team who may be given work now, by name."""
    found = () if team_id is None else agents.callers(session, team_id)
    at_work = [one for one in found if one.paused_at is None and one.id != but_for]
    return tuple(Member(one.id or 0, one.name) for one in at_work)


def is_on_shift(agent: Agent, at: datetime) -> bool:
    return local_time.is_within(agent.zone, at, agent.shift_from, agent.shift_until)


def reminded_at(agent: Agent, due_at: datetime) -> datetime | None:
    """The earliest moment at which an agent is surely reminded of what is due: at once in their shift, or in the next.

    None if that cannot be promised: they want no reminders, or one message a shift. During a pause, reminders wait.
    """
    if agent.reminders != Reminding.SHIFT:
        return None
    return due_at if is_on_shift(agent, due_at) else local_time.next_at(agent.zone, due_at, agent.shift_from)


def is_on_duty(agent: Agent, at: datetime) -> bool:
    """Whether the agent is on shift and not paused."""
    return agent.paused_at is None and is_on_shift(agent, at)


def refuse_paused(session: Session, actor: Actor) -> None:
    """Raise Paused if a team lead has paused the agent."""
    if actor.paused_at is not None:
        is_own = actor.paused_by == actor.agent_id
        raise errors.Paused(name_of(session, actor.paused_by), actor.paused_at, actor.paused_because, is_own)


def name_of(session: Session, agent_id: int | None) -> str:
    """The name of an agent; empty for no agent."""
    found = agents.agents_by_id(session, [agent_id]) if agent_id is not None else {}
    return next((one.name for one in found.values()), "")


def as_actor(agent: Agent | Row[Any]) -> Actor:
    return Actor(agent_id=agent.id or 0, **{name: getattr(agent, name) for name in _COLUMNS})


def set_language(deps: Deps, actor: Actor, language: str) -> Actor:
    """Set the actor's own language, such as `de`; empty follows Slack again. Returns the updated actor."""
    with deps.unit_of_work() as uow:
        agents.change(uow.session, actor.agent_id, language=language)
    return replace(actor, language=language)


def is_locale_due(actor: Actor, now: datetime) -> bool:
    """Whether to ask Slack for the actor's locale: once a day, unless they chose a language."""
    read_at = actor.locale_read_at
    return not actor.language and (read_at is None or now - read_at >= LOCALE_KEEPS_FOR)


def note_locale(deps: Deps, actor: Actor, locale: str) -> Actor:
    """Store the locale that Slack reported, such as `de-DE`. Returns the updated actor."""
    at = deps.clock()
    with deps.unit_of_work() as uow:
        agents.change(uow.session, actor.agent_id, locale=locale, locale_read_at=at)
    return replace(actor, locale=locale, locale_read_at=at)


def speaks(person: Actor | Agent | Row[Any]) -> str:
    """Their language or locale; empty: not known yet."""
    return person.language or person.locale


def spoken_by(unit_of_work: OpensUnitOfWork, slack_user_id: str) -> str:
    """A Slack user's language or locale; empty if unknown."""
    with unit_of_work(is_read_only=True) as uow:
        return agents.spoken_by(uow.session, slack_user_id)


def _as_lead(session: Session, agent: Row[Any]) -> Actor:
    theirs = agents.teams_of(session, [agent])[agent.id]
    return replace(as_actor(agent), also_leads=tuple(one for one in theirs if one != agent.team_id))


def _agent(deps: Deps, slack_team_id: str, slack_user_id: str) -> Row[Any] | None:
    """The agent as stored now. Requests of one workspace that arrive together are looked up together."""
    found = desk_of(deps, slack_team_id).ask(slack_user_id, partial(_agents, deps, slack_team_id))
    if found is None:  # a stranger, or the batch failed: look again, alone
        [found] = _agents(deps, slack_team_id, [slack_user_id])
    return found


def _agents(deps: Deps, slack_team_id: str, slack_user_ids: Sequence[str]) -> list[Row[Any] | None]:
    with deps.unit_of_work(is_read_only=True) as uow:
        found = agents.agents_by_slack(uow.session, slack_team_id, slack_user_ids)
    return [found.get(one) for one in slack_user_ids]


def _is_adopted(deps: Deps, slack_team_id: str) -> bool:
    """Whether an organisation has this workspace by now. One that waits for its workspace takes the first that asks."""
    with deps.unit_of_work(is_read_only=True) as uow:
        if agents.organisation_of(uow.session, slack_team_id) is not None:
            return True  # perhaps since the person was looked for: of the first two requests one adopts for both
        is_waiting = agents.organisation_of(uow.session, "") is not None
    if not (is_waiting and slack_team_id):
        return False
    with deps.unit_of_work() as uow:
        agents.adopt_workspace(uow.session, slack_team_id)
    return True
