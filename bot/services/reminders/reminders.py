"""Tells agents which of their contacts are callable again, and asks for missing outcomes.

Both are rows; the scheduler only ticks. Rows of many agents are taken by conditional update and committed; then the
messages go out a few at a time, marked sent before more follow. A crash may repeat at most `MOST_IN_FLIGHT` messages;
it loses none.
"""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime

from bot.services import local_time
from bot.services.agents import is_on_shift
from bot.services.answers.calls import OpenAttempt
from bot.services.answers.reminders import Chase
from bot.services.deciding import StoredDecisions
from bot.services.deps import Deps
from bot.services.numbers.parsing import mask
from bot.services.ports import DeliveryFailed
from bot.services.reminders import due
from bot.services.reminders.delivery import MOST_IN_FLIGHT, Sending
from bot.services.teams.team_status import OPEN_FOR
from storage.models import Agent
from storage.queries import outcome_requests

_log = logging.getLogger(__name__)


def send_due(deps: Deps) -> int:
    """Remind every agent on shift whose contacts are callable again. Returns how many messages were sent."""
    decisions, told = StoredDecisions(deps), 0
    with ThreadPoolExecutor(MOST_IN_FLIGHT, "nextcall-reminder") as threads:
        for agents in due.agent_parts(deps):
            sending = Sending(deps, threads, due.take_due(deps, decisions, agents), told)
            try:
                sending.send()
            except DeliveryFailed as failed:
                _told_nobody_else(failed)
                return sending.told
            told = sending.told
    return told


def chase_unreported(deps: Deps) -> int:
    """Ask every agent on shift for missing outcomes: once, then again each shift. Returns how many messages were
    sent."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        owing = outcome_requests.agents_to_chase(uow.session, at, OPEN_FOR)
    told = 0
    for agent in owing:
        try:
            told += is_on_shift(agent, at) and _chase(deps, agent, at)
        except DeliveryFailed as failed:
            _told_nobody_else(failed)  # who was not tried is due at the next tick
            break
    return told


def _told_nobody_else(failed: DeliveryFailed) -> None:
    _log.warning("event=told_nobody_else retry_after=%.0f reason=%s", failed.retry_after, failed)


def _chase(deps: Deps, agent: Agent, at: datetime) -> bool:
    """Send one message that lists every outcome the agent owes, if any is due to be asked for.

    `chased_at` is set before the message goes, and reset if that fails. After a crash in between, the agent is asked
    in the next shift.
    """
    with deps.unit_of_work() as uow:
        taken = outcome_requests.take_chase(uow.session, agent.id or 0, at, OPEN_FOR, _last_asked_before(agent, at))
        waiting = outcome_requests.waiting_among(uow.session, list(taken))
    if not taken:
        return False
    listed = (
        OpenAttempt(row.attempt_id, row.contact_name, mask(row.number), row.opened_at, row.state) for row in waiting
    )
    try:
        deps.notifier.chase(Chase(agent.slack_user_id, tuple(listed)))
    except DeliveryFailed as failed:
        _log.warning("chase_failed user=%s permanent=%s reason=%s", agent.slack_user_id, failed.is_permanent, failed)
        if not failed.is_recipient_gone:
            with deps.unit_of_work() as uow:
                outcome_requests.return_chase(uow.session, taken, at)
        if failed.is_for_all:
            raise
        return False
    return True


def _last_asked_before(agent: Agent, at: datetime) -> datetime:
    """What was asked for before this moment is asked for again: a new day, or a new shift if shifts pass midnight."""
    if agent.shift_from < agent.shift_until:
        return local_time.midnight(agent.zone, local_time.date_in(agent.zone, at))
    return local_time.last_at(agent.zone, at, agent.shift_from)
