"""An agent takes a break: no new contacts and no reminders until they are back. What they were offered goes back."""

from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services.agents import refuse_paused
from bot.services.answers.leads import BreakChanged
from bot.services.answers.people import Actor, BreakReason
from bot.services.deps import Deps
from bot.services.retries import retry_lost_turn
from policy.vocabulary import LeaseEnd, LeaseStage, ReleaseReason
from storage.hand_out import leases
from storage.models import Agent, BreakTaken
from storage.queries import agents, states


@retry_lost_turn
def begin(deps: Deps, actor: Actor, reason: BreakReason) -> BreakChanged:
    """Begin the actor's own break. A call under way stays theirs to finish. A repeat changes nothing."""
    with deps.unit_of_work() as uow:
        session, at = uow.session, deps.clock()
        agents.let_one_at_a_time(session, actor.agent_id)
        agent = session.get_one(Agent, actor.agent_id)
        if agent.paused_at is not None:
            return BreakChanged(is_repeat=True)
        agent.paused_at, agent.paused_by, agent.paused_because = at, actor.agent_id, reason.value
        session.add(agent)
        session.add(
            BreakTaken(organisation_id=actor.organisation_id, agent_id=actor.agent_id, reason=reason.value, began_at=at)
        )
        offered = [one for one, _ in states.held_by(session, actor.agent_id) if one.stage is LeaseStage.OFFERED]
        back = [leases.end(session, one, at, LeaseEnd.RELEASED, ReleaseReason.BREAK.value) for one in offered]
        return BreakChanged(is_repeat=False, returned=sum(back))


@retry_lost_turn
def finish(deps: Deps, actor: Actor) -> BreakChanged:
    """End the actor's own break. Raises Paused if a team lead has paused them. A repeat changes nothing."""
    with deps.unit_of_work() as uow:
        session = uow.session
        agent = session.get_one(Agent, actor.agent_id)
        if agent.paused_at is None:
            return BreakChanged(is_repeat=True)
        if agent.paused_by != actor.agent_id:
            refuse_paused(session, actor)
        agent.paused_at, agent.paused_by, agent.paused_because = None, None, ""
        session.add(agent)
        close(session, actor.agent_id, deps.clock())
        return BreakChanged(is_repeat=False)


def close(session: Session, agent_id: int, at: datetime) -> None:
    """End the agent's break in the count of breaks, whoever ended the pause."""
    for one in agents.breaks_since(session, agent_id, at):
        if one.ended_at is None:
            one.ended_at = at
            session.add(one)


def taken(session: Session, agent_id: int, since: datetime, at: datetime) -> timedelta:
    """How long the agent's breaks were from `since` until now."""
    found = agents.breaks_since(session, agent_id, since)
    return sum(((one.ended_at or at) - max(one.began_at, since) for one in found), timedelta())
