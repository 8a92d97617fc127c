"""A team lead pauses an agent, who gets no new contacts and no reminders but may finish what they hold."""

from sqlmodel import Session

from bot.services.agents import name_of, require
from bot.services.answers.leads import Pause, PauseChanged
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.permissions import Member, led_agent
from bot.services.retries import retry_lost_turn
from bot.services.teams import breaks
from bot.services.teams.team_status import team_of
from policy.vocabulary import Role
from storage.models import Agent
from storage.queries import agents


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
        agent.paused_at, agent.paused_by, agent.paused_because = None, None, ""
        uow.session.add(agent)
        breaks.close(uow.session, agent.id or 0, deps.clock())
        return PauseChanged(agent.name, False, is_repeat)


def who_may_be_paused(deps: Deps, actor: Actor, team_id: int) -> tuple[Member, ...]:
    """The agents of a team who are not paused, by name. Raises UnknownTeam, RoleNeeded."""
    require(actor, Role.TEAM_LEAD)
    with deps.unit_of_work(is_read_only=True) as uow:
        team = team_of(uow.session, actor, team_id)
        found = agents.callers(uow.session, team.id or 0)
        return tuple(Member(one.id or 0, one.name) for one in found if one.paused_at is None)


def pause_of(session: Session, agent: Agent) -> Pause | None:
    """The pause an agent is in, if any."""
    if agent.paused_at is None:
        return None
    is_own = agent.paused_by == agent.id
    return Pause(name_of(session, agent.paused_by), agent.paused_at, agent.paused_because, is_own)
