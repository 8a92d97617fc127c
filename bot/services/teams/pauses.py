"""Pauses, in which an agent gets no new contacts and no reminders but may finish what they hold.

A team lead pauses an agent; an agent takes a break, and what they were offered goes back.
"""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services.agents import Member, led_agent, possible_takers, refuse_paused, require
from bot.services.answers.leads import PauseChanged
from bot.services.answers.people import Actor, BreakReason
from bot.services.deps import Deps, retry_lost_turn
from bot.services.teams.team_status import team_of
from policy.vocabulary import LeaseEnd, LeaseStage, ReleaseReason, Role
from storage.hand_out import leases
from storage.models import Agent, BreakTaken
from storage.queries import agents


@retry_lost_turn
def begin_break(deps: Deps, actor: Actor, reason: BreakReason) -> PauseChanged:
    """Begin the actor's own break. A call under way stays theirs to finish. A repeat changes nothing."""
    with deps.unit_of_work() as uow:
        session = uow.session
        agents.let_one_at_a_time(session, actor.agent_id)
        at = deps.clock()
        agent = session.get_one(Agent, actor.agent_id)
        if agent.paused_at is not None:
            return PauseChanged(agent.name, True, is_repeat=True)
        agent.paused_at, agent.paused_by, agent.paused_because = at, actor.agent_id, reason.value
        session.add(agent)
        session.add(
            BreakTaken(organisation_id=actor.organisation_id, agent_id=actor.agent_id, reason=reason.value, began_at=at)
        )
        offered = [one for one, _ in leases.held_by(session, actor.agent_id) if one.stage is LeaseStage.OFFERED]
        back = [leases.end(session, one, at, LeaseEnd.RELEASED, ReleaseReason.BREAK.value) for one in offered]
        return PauseChanged(agent.name, True, is_repeat=False, returned=sum(back))


@retry_lost_turn
def end_break(deps: Deps, actor: Actor) -> PauseChanged:
    """End the actor's own break. Raises Paused if a team lead has paused them. A repeat changes nothing."""
    with deps.unit_of_work() as uow:
        session = uow.session
        agent = session.get_one(Agent, actor.agent_id)
        if agent.paused_at is None:
            return PauseChanged(agent.name, False, is_repeat=True)
        if agent.paused_by != actor.agent_id:
            refuse_paused(session, actor)
        _work_again(session, agent, deps.clock())
        return PauseChanged(agent.name, False, is_repeat=False)


def _work_again(session: Session, agent: Agent, at: datetime) -> None:
    agent.paused_at, agent.paused_by, agent.paused_because = None, None, ""
    session.add(agent)
    close_break(session, agent.id or 0, at)


def close_break(session: Session, agent_id: int, at: datetime) -> None:
    """End the agent's break in the count of breaks, whoever ended the pause."""
    for one in agents.breaks_since(session, agent_id, at):
        if one.ended_at is None:
            one.ended_at = at
            session.add(one)


def breaks_taken(session: Session, agent_id: int, since: datetime, at: datetime) -> timedelta:
    """How long the agent's breaks were from `since` until now."""
    found = agents.breaks_since(session, agent_id, since)
    return sum(((one.ended_at or at) - max(one.began_at, since) for one in found), timedelta())


@retry_lost_turn
def pause(deps: Deps, actor: Actor, agent_id: int, reason: str = "") -> PauseChanged:
    """Pause an agent from now on. Raises RoleNeeded, AlreadyGone. On a repeat the first pause stands."""
    with deps.unit_of_work() as uow:
        agent = led_agent(uow.session, actor, agent_id)
        is_repeat = agent.paused_at is not None
        if not is_repeat:
            agent.paused_at, agent.paused_by, agent.paused_because = deps.clock(), actor.agent_id, reason.strip()
            uow.session.add(agent)
        return PauseChanged(agent.name, True, is_repeat)


@retry_lost_turn
def end(deps: Deps, actor: Actor, agent_id: int) -> PauseChanged:
    """End the pause. Raises RoleNeeded, AlreadyGone. A repeat changes nothing."""
    with deps.unit_of_work() as uow:
        agent = led_agent(uow.session, actor, agent_id)
        is_repeat = agent.paused_at is None
        _work_again(uow.session, agent, deps.clock())
        return PauseChanged(agent.name, False, is_repeat)


def who_may_be_paused(deps: Deps, actor: Actor, team_id: int) -> tuple[Member, ...]:
    """The agents of a team who are not paused, by name. Raises UnknownTeam, RoleNeeded."""
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        return possible_takers(uow.session, team_of(uow.session, actor, team_id).id)
