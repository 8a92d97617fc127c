"""A team lead asks an agent for the outcome of one call, at once: it does not wait for the hourly reminder."""

import logging
from datetime import timedelta

from bot.services import agents
from bot.services.answers.calls import OpenAttempt
from bot.services.answers.leads import OutcomeAsked, WasAsked
from bot.services.answers.people import Actor
from bot.services.answers.reminders import Chase
from bot.services.deps import Deps
from bot.services.errors import RoleNeeded
from bot.services.numbers.parsing import mask
from bot.services.ports import DeliveryFailed
from policy.vocabulary import AttemptState, Role
from storage.models import Agent, Attempt, Contact
from storage.queries import outcome_requests

AGAIN_AFTER = timedelta(minutes=5)  # a second press, or a second lead, does not ask the agent twice
_log = logging.getLogger(__name__)


def ask_for_outcome(deps: Deps, actor: Actor, attempt_id: int) -> OutcomeAsked:
    """Send the call's agent the message that asks for its outcome. Raises RoleNeeded."""
    at = deps.clock()
    with deps.unit_of_work() as uow:
        attempt = uow.session.get(Attempt, attempt_id)
        agent = None if attempt is None else uow.session.get(Agent, attempt.agent_id)
        if attempt is None or agent is None or attempt.organisation_id != actor.organisation_id:
            raise RoleNeeded(Role.MANAGER)
        if not agents.answers_for(uow.session, actor, agent, attempt.opened_at):
            raise RoleNeeded(Role.MANAGER)
        contact = uow.session.get(Contact, attempt.contact_id) if attempt.contact_id is not None else None
        name, user = contact.name if contact else "", agent.slack_user_id
        if attempt.state not in (AttemptState.OPEN, AttemptState.UNREPORTED):
            return OutcomeAsked(agent.name, name, WasAsked.NOT_NEEDED)
        listed = OpenAttempt(attempt_id, name, mask(attempt.number), attempt.opened_at, attempt.state)
        before = attempt.chased_at
        if not outcome_requests.take_request(uow.session, attempt_id, at, at - AGAIN_AFTER):
            return OutcomeAsked(agent.name, name, WasAsked.ALREADY)
        agent_name = agent.name
    try:
        deps.notifier.chase(Chase(user, (listed,)))
    except DeliveryFailed as failed:
        _log.warning("event=request_failed user=%s reason=%s", user, failed)
        with deps.unit_of_work() as uow:
            outcome_requests.return_chase(uow.session, {attempt_id: before}, at)
        return OutcomeAsked(agent_name, name, WasAsked.NOT_REACHED)
    return OutcomeAsked(agent_name, name, WasAsked.NOW)
