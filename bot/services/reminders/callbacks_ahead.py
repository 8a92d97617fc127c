"""Reminds agents of their callbacks shortly before they are due; `reminders` does again at their time.

Inside the shift, and unless they want no reminders: who has one a shift hears here of what was agreed since, late
rather than never. A callback is taken by its row before the message goes, and marked after it; a crash in between may
repeat one message.
"""

import logging
from collections import defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

from bot.services.agents import is_on_shift
from bot.services.answers.callbacks import CallbackSoon
from bot.services.answers.people import Reminding
from bot.services.deps import Deps
from bot.services.local_time import latest_zone
from bot.services.ports import DeliveryFailed
from storage.models import Callback
from storage.queries import callbacks
from storage.queries.callbacks import DueSoon

AHEAD = timedelta(minutes=5)
TAKEN_FOR = timedelta(minutes=1)  # a process that took it and sent nothing for so long has died
MOST = 200  # callbacks a tick
MOST_A_MESSAGE = 10

_log = logging.getLogger(__name__)


def remind_ahead(deps: Deps) -> int:
    """Remind the agents of the callbacks due within `AHEAD`, each once. Returns how many messages were sent."""
    at, told, is_over = deps.clock(), 0, False
    with deps.unit_of_work(is_read_only=True) as uow:
        is_quiet = not callbacks.due_soon(uow.session, at, at + AHEAD, at - TAKEN_FOR, 1, locks=False)
    if is_quiet:
        return 0
    for several in _take(deps):
        agent, ids = several[0].agent, [one.callback.id or 0 for one in several]
        if is_over:
            _put_back(deps, ids)
            continue
        try:
            deps.notifier.callbacks_soon(agent.slack_user_id, agent.zone, tuple(map(_soon, several)))
        except DeliveryFailed as fault:
            _log.warning("callback_ahead_failed user=%s reason=%s", agent.slack_user_id, fault)
            is_over = fault.is_for_all
            if not fault.is_recipient_gone:
                _put_back(deps, ids)
                continue
        else:
            told += 1
        _mark(deps, ids)
    return told


def _take(deps: Deps) -> list[list[DueSoon]]:
    """Take what is due soon: what each message to an agent is about."""
    by_agent: dict[int, list[DueSoon]] = defaultdict(list)
    with deps.unit_of_work() as uow:
        at = deps.clock()
        for one in callbacks.due_soon(uow.session, at, at + AHEAD, at - TAKEN_FOR, MOST):
            if _is_wanted(one, at):
                one.callback.ahead_taken_at = at
                by_agent[one.agent.id or 0].append(one)
    return [
        several[start : start + MOST_A_MESSAGE]
        for several in by_agent.values()
        for start in range(0, len(several), MOST_A_MESSAGE)
    ]


def _is_wanted(one: DueSoon, at: datetime) -> bool:
    """Whether the agent is to hear of it now. What was agreed or moved in the last minutes, they know."""
    is_known = one.callback.asked_at > one.callback.due_at - AHEAD
    return not is_known and one.agent.reminders != Reminding.OFF and is_on_shift(one.agent, at)


def _soon(one: DueSoon) -> CallbackSoon:
    callback, contact, _ = one
    zone = latest_zone(contact.zones.split(), callback.due_at)
    return CallbackSoon(contact.name, callback.due_at, zone, is_anyones=callback.agent_id is None)


def _mark(deps: Deps, callback_ids: Collection[int]) -> None:
    with deps.unit_of_work() as uow:
        for id_ in callback_ids:
            uow.session.get_one(Callback, id_).ahead_told_at = deps.clock()


def _put_back(deps: Deps, callback_ids: Collection[int]) -> None:
    """Let the next tick try again."""
    with deps.unit_of_work() as uow:
        for id_ in callback_ids:
            uow.session.get_one(Callback, id_).ahead_taken_at = None
