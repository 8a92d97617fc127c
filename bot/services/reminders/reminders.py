"""Tells agents which of their contacts are callable again, and asks for missing outcomes, also when a lead asks.

What is due are rows, and so is each message, written in the transaction that ends what caused it.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session, col

from bot.services import agents, local_time, notices
from bot.services.agents import is_on_shift
from bot.services.answers.calls import OpenAttempt
from bot.services.answers.leads import OutcomeAsked, WasAsked
from bot.services.answers.people import Actor
from bot.services.deciding import StoredDecisions
from bot.services.deps import Deps
from bot.services.errors import RoleNeeded
from bot.services.numbers.parsing import mask
from bot.services.reminders import due
from bot.services.teams.team_status import OPEN_FOR
from policy.vocabulary import AttemptState, Role
from storage.models import Agent, Attempt, Contact, Message
from storage.queries import attempts
from storage.queries.reports import status


def send_due(deps: Deps) -> int:
    """Let every agent on shift hear which contacts are callable again. Returns how many agents hear something."""
    decisions = StoredDecisions(deps)
    return sum(due.tell_due(deps, decisions, agents) for agents in due.agent_parts(deps))


def chase_unreported(deps: Deps) -> int:
    """Ask every agent on shift for missing outcomes: once, then again each shift. Returns how many are asked."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        owing = attempts.agents_to_chase(uow.session, at, OPEN_FOR)
    asked = 0
    for agent in (one for one in owing if is_on_shift(one, at)):
        with deps.unit_of_work() as uow:
            taken = attempts.take_chase(uow.session, agent.id or 0, at, OPEN_FOR, _last_asked_before(agent, at))
            for attempt_id in taken:  # together they are one message
                notices.tell(uow.session, [agent], "outcomes_owed", at, {}, attempt_id=attempt_id, lasts=ASKED_FOR)
        asked += bool(taken)
    return asked


def as_they_are_owed(_deps: Deps, session: Session, rows: Sequence[Message]) -> Mapping[int, OpenAttempt]:
    """By the id of its message, each attempt that still waits for its outcome; each once."""
    first = {row.attempt_id: row.id or 0 for row in reversed(rows)}
    waiting = status.attempts_with_names(session, col(Attempt.id).in_(first))
    owed = [row for row in waiting if row.state in (AttemptState.OPEN, AttemptState.UNREPORTED)]
    return {first[row.attempt_id]: row._replace(number=mask(row.number), agent_name="") for row in owed}


def _last_asked_before(agent: Agent, at: datetime) -> datetime:
    """What was asked for before this moment is asked for again: a new day, or a new shift if shifts pass midnight."""
    if agent.shift_from < agent.shift_until:
        return local_time.midnight(agent.zone, local_time.date_in(agent.zone, at))
    return local_time.last_at(agent.zone, at, agent.shift_from)


ASKED_FOR = timedelta(days=1)  # then they are asked again
AGAIN_AFTER = timedelta(minutes=5)  # a second press, or a second lead, does not ask the agent twice


def ask_for_outcome(deps: Deps, actor: Actor, attempt_id: int) -> OutcomeAsked:
    """Let the call's agent be asked for its outcome now, not hourly. Raises RoleNeeded."""
    at = deps.clock()
    with deps.unit_of_work() as uow:
        attempt = uow.session.get(Attempt, attempt_id)
        agent = None if attempt is None else uow.session.get(Agent, attempt.agent_id)
        if attempt is None or agent is None or attempt.organisation_id != actor.organisation_id:
            raise RoleNeeded(Role.MANAGER)
        if not agents.answers_for(uow.session, actor, agent, attempt.opened_at):
            raise RoleNeeded(Role.MANAGER)
        contact = uow.session.get(Contact, attempt.contact_id) if attempt.contact_id is not None else None
        name = contact.name if contact else ""
        if attempt.state not in (AttemptState.OPEN, AttemptState.UNREPORTED):
            return OutcomeAsked(agent.name, name, WasAsked.NOT_NEEDED)
        if not attempts.take_request(uow.session, attempt_id, at, at - AGAIN_AFTER):
            return OutcomeAsked(agent.name, name, WasAsked.ALREADY)
        notices.tell(uow.session, [agent], "outcome_asked", at, {}, attempt_id=attempt_id, lasts=ASKED_FOR)
        return OutcomeAsked(agent.name, name, WasAsked.NOW)
