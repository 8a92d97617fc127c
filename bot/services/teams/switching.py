"""A person of several teams chooses the one they work for now. What they were offered goes back; callbacks stay
theirs."""

from dataclasses import dataclass

from sqlmodel import Session

from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.errors import AlreadyGone
from bot.services.hand_out import releases
from bot.services.retries import retry_lost_turn
from policy.vocabulary import LeaseStage
from storage.models import Agent, Team
from storage.queries import agents, states


@dataclass(frozen=True, slots=True)
class Switched:
    """`team`: the one they asked for. `calling`: whose call is open, so that nothing changed. `returned`: contacts."""

    team_id: int | None
    team: str
    is_repeat: bool = False
    calling: str = ""
    returned: int = 0


def teams_of(deps: Deps, actor: Actor) -> tuple[tuple[int, str], ...]:
    """The teams the actor may work for, by id and name, the present one first. Fewer than two: nothing to choose."""
    with deps.unit_of_work(is_read_only=True) as uow:
        return tuple((one.id or 0, one.name) for one in _teams(uow.session, actor.agent_id))


@retry_lost_turn
def work_for(deps: Deps, actor: Actor, team_id: int) -> Switched:
    """Let the actor work for another of their teams. Raises AlreadyGone if they are not in it (any more).

    Refused while a call of theirs is open: its outcome counts for the team it was made for. Contacts that were only
    offered go back to the team whose list they are on, so that its other agents can call them. Callbacks were promised
    by this person and stay theirs: they are reminded, and another of the team may make one that is overdue. Their calls
    stay in the digest and the audit of the team they were made for.
    """
    with deps.unit_of_work() as uow:
        session, at = uow.session, deps.clock()
        agents.let_one_at_a_time(session, actor.agent_id)
        agent = session.get_one(Agent, actor.agent_id)
        session.refresh(agent)
        team = next((one for one in _teams(session, actor.agent_id) if one.id == team_id), None)
        if team is None:
            raise AlreadyGone
        if agent.team_id == team_id:
            return Switched(team_id, team.name, is_repeat=True)
        held = states.held_by(session, actor.agent_id)
        calling = [contact.name for lease, contact in held if lease.stage is LeaseStage.CALLING]
        if calling:
            return Switched(agent.team_id, team.name, calling=calling[0])
        returned = releases.return_offers(session, actor.agent_id, at)
        agents.change_team(session, agent, team_id, at)
        return Switched(team_id, team.name, returned=returned)


def _teams(session: Session, agent_id: int) -> list[Team]:
    agent = session.get_one(Agent, agent_id)
    return [session.get_one(Team, team_id) for team_id in agents.teams_of(session, [agent])[agent_id]]
