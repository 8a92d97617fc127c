"""What people set for their own working day: when they are reminded, and their hours."""

from dataclasses import dataclass
from datetime import time

from bot.services.answers.leads import Pause
from bot.services.answers.people import Actor, Reminding
from bot.services.deps import Deps
from bot.services.teams import pause_of
from storage.models import Agent


@dataclass(frozen=True, slots=True)
class Preferences:
    """Times are on the person's own clock; a shift may pass midnight, and equal ends mean the whole day."""

    reminders: Reminding
    shift_from: time
    shift_until: time
    pause: Pause | None = None  # by a lead: nothing to be set here


def read(deps: Deps, actor: Actor) -> Preferences:
    with deps.unit_of_work(is_read_only=True) as uow:
        agent = uow.session.get_one(Agent, actor.agent_id)
        pause = pause_of(uow.session, agent)
        return Preferences(Reminding(agent.reminders), agent.shift_from, agent.shift_until, pause)


def save(deps: Deps, actor: Actor, reminders: Reminding, shift_from: time, shift_until: time) -> Preferences:
    """Keep a person's own choice."""
    with deps.unit_of_work() as uow:
        agent = uow.session.get_one(Agent, actor.agent_id)
        agent.reminders, agent.shift_from, agent.shift_until = reminders.value, shift_from, shift_until
        uow.session.add(agent)
        return Preferences(reminders, shift_from, shift_until, pause_of(uow.session, agent))
