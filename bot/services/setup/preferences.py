"""What people set for their own working day: reminders and hours."""

from dataclasses import dataclass
from datetime import time

from bot.services.answers.leads import Pause
from bot.services.answers.people import Actor, Reminding
from bot.services.deps import Deps
from bot.services.teams import pause_of
from storage.models import Agent


@dataclass(frozen=True, slots=True)
class Preferences:
    """A person's choices, on their own clock. A shift may pass midnight; equal ends mean the whole day."""

    reminders: Reminding
    shift_from: time
    shift_until: time
    pause: Pause | None = None  # set by a team lead, not here


def read(deps: Deps, actor: Actor) -> Preferences:
    with deps.unit_of_work(is_read_only=True) as uow:
        agent = uow.session.get_one(Agent, actor.agent_id)
        pause = pause_of(uow.session, agent)
        return Preferences(Reminding(agent.reminders), agent.shift_from, agent.shift_until, pause)


def save(deps: Deps, actor: Actor, reminders: Reminding, shift_from: time, shift_until: time) -> Preferences:
    """Store the actor's own choice."""
    with deps.unit_of_work() as uow:
        agent = uow.session.get_one(Agent, actor.agent_id)
        agent.reminders, agent.shift_from, agent.shift_until = reminders.value, shift_from, shift_until
        uow.session.add(agent)
        return Preferences(reminders, shift_from, shift_until, pause_of(uow.session, agent))
