"""What people set for their own working day: reminders, hours, how they dial, and where they work."""

from dataclasses import dataclass, replace
from datetime import time

from sqlmodel import Session

from bot.services.answers.leads import Pause
from bot.services.answers.people import Actor, Desk, Reminding
from bot.services.deps import Deps
from bot.services.numbers.parsing import is_dialable
from bot.services.teams.team_status import pauses_of
from storage.database.rows import changed
from storage.models import Agent
from storage.queries import agents


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's choices, on their own clock. A shift may pass midnight; equal ends mean the whole day."""

    reminders: Reminding
    shift_from: time
    shift_until: time
    pause: Pause | None = None  # set by a team lead, not here
    dial_with: str = ""  # a link that dials {number}; empty: tel:


def read(deps: Deps, actor: Actor) -> Preferences:
    with deps.unit_of_work(is_read_only=True) as uow:
        return _of(uow.session, uow.session.get_one(Agent, actor.agent_id))


def save(
    deps: Deps, actor: Actor, reminders: Reminding, shift_from: time, shift_until: time, *, dial_with: str | None = None
) -> Preferences:
    """Store the actor's own choice; None: as it is. Raises ValueError if `dial_with` makes no link."""
    if dial_with and not is_dialable(dial_with):
        raise ValueError(dial_with)
    with deps.unit_of_work() as uow:
        agent = uow.session.get_one(Agent, actor.agent_id)
        agent.reminders, agent.shift_from, agent.shift_until = reminders.value, shift_from, shift_until
        agent.dial_with = agent.dial_with if dial_with is None else dial_with
        uow.session.add(agent)
        return _of(uow.session, agent)


def work_at(deps: Deps, actor: Actor, desk: Desk) -> Actor:
    """Store where the actor works. Returns the updated actor."""
    with deps.unit_of_work() as uow:
        agents.change(uow.session, actor.agent_id, desk=desk)
    return replace(actor, desk=desk)


def desk_message(deps: Deps, actor: Actor) -> str:
    """The direct message that is the actor's desk now, by channel and ts; empty if there is none."""
    with deps.unit_of_work(is_read_only=True) as uow:
        return uow.session.get_one(Agent, actor.agent_id, populate_existing=True).desk_message


def note_desk_message(deps: Deps, actor: Actor, before: str, message: str) -> bool:
    """Remember the actor's desk message instead of `before`; empty: none. False if another process was first."""
    with deps.unit_of_work() as uow:
        still = Agent.id == actor.agent_id, Agent.desk_message == before
        return changed(uow.session, Agent, *still, desk_message=message) == 1


def _of(session: Session, agent: Agent) -> Preferences:
    pause = next(iter(pauses_of(session, [agent])), None)
    return Preferences(Reminding(agent.reminders), agent.shift_from, agent.shift_until, pause, agent.dial_with)
