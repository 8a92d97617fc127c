"""Tell agents which contacts of theirs are callable again, and ask for outcomes that nobody gave.

Both are rows: the scheduler only ticks. Rows are taken by conditional update, those of many agents at once; the taking is
committed; then the messages go out one by one, and each is marked sent before the next. A crash in between may repeat the
one that was on its way; it never loses one.
"""

import logging
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from bot.services import due_reminders, local_day
from bot.services.deps import Deps
from bot.services.due_reminders import TAKEN_FOR, Due
from bot.services.numbers import mask
from bot.services.ports import DeliveryFailed
from bot.services.results import Chase, OpenAttempt, ReminderBatch
from bot.services.stored_decisions import StoredDecisions
from bot.services.team_status import OPEN_FOR
from storage.models import Agent
from storage.queries import reminders

SENT_WITHIN = timedelta(minutes=1)  # of its making: what a message says of the law is no older

_log = logging.getLogger(__name__)


def send_due(deps: Deps) -> int:
    """Remind every agent on shift whose contacts are callable again. Answers how many messages were sent."""
    decisions = StoredDecisions(deps)
    told = 0
    for agents in due_reminders.parts(deps):
        sending = _Sending(deps, due_reminders.take(deps, decisions, agents))
        try:
            sending.send()
        except DeliveryFailed as failed:
            _told_nobody_else(failed)
            return told + sending.told
        told += sending.told
    return told


def chase_unreported(deps: Deps) -> int:
    """Ask every agent on shift for the outcomes they owe: once, and again each morning. Answers how many messages."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        owing = reminders.agents_to_chase(uow.session, at, OPEN_FOR)
    return _each([agent for agent in owing if _is_on_shift(agent, at)], lambda agent: _chase(deps, agent, at))


def _each(agents: Iterable[Agent], tell: Callable[[Agent], bool]) -> int:
    """Tell one after another, until nobody could be told. Whoever was not tried is due at the next tick."""
    told = 0
    for agent in agents:
        try:
            told += tell(agent)
        except DeliveryFailed as failed:
            _told_nobody_else(failed)
            break
    return told


def _told_nobody_else(failed: DeliveryFailed) -> None:
    _log.warning("event=told_nobody_else retry_after=%.0f reason=%s", failed.retry_after, failed)


def _is_on_shift(agent: Agent, at: datetime) -> bool:
    return local_day.is_within(agent.zone, at, agent.shift_from, agent.shift_until)


class _Sending:
    """Messages that are sent one after the other.

    What was sent is marked before the next one goes: whoever is killed repeats no more than that one. In the same breath it
    shows which of the next are still to be sent. Whatever was not tried is free again, whatever happens.
    """

    def __init__(self, deps: Deps, due: Due) -> None:
        self._deps, self._at = deps, due.taken_at
        self._untried = deque(due.messages)
        self._sent: Sequence[int] = ()  # not marked yet
        self.told = 0

    def send(self) -> None:
        """DeliveryFailed where no message would go out to anybody."""
        try:
            while self._untried and self._deps.clock() - self._at < SENT_WITHIN:
                batch = self._next()
                if batch.lines:
                    self._tell(batch)
        finally:
            self._let_go()

    def _next(self) -> ReminderBatch:
        with self._deps.unit_of_work() as uow:
            reminders.close_reminders(uow.session, self._sent, self._at, "sent")
            ours = reminders.still_ours(uow.session, self._untried[0].reminder_ids, self._at)
        self._sent = ()
        return self._untried.popleft().of(ours)

    def _tell(self, batch: ReminderBatch) -> None:
        try:
            self._deps.notifier.remind(batch)
        except DeliveryFailed as failed:
            self._give_up(batch, failed)
            if failed.is_for_all:
                raise
        else:
            self._sent = batch.reminder_ids
            self.told += 1

    def _give_up(self, batch: ReminderBatch, failed: DeliveryFailed) -> None:
        """What can never arrive is closed; what Slack wants later is due then; all else, when the taking is old."""
        _log.warning("reminder_failed user=%s permanent=%s reason=%s", batch.slack_user_id, failed.is_permanent, failed)
        with self._deps.unit_of_work() as uow:
            if failed.is_recipient_gone:
                reminders.close_reminders(uow.session, batch.reminder_ids, self._at, "undeliverable")
            elif failed.retry_after:
                free_at = self._at + timedelta(seconds=failed.retry_after)
                reminders.put_back(uow.session, batch.reminder_ids, self._at, free_at - TAKEN_FOR)

    def _let_go(self) -> None:
        untried = [id_ for message in self._untried for id_ in message.reminder_ids]
        if self._sent or untried:
            with self._deps.unit_of_work() as uow:
                reminders.close_reminders(uow.session, self._sent, self._at, "sent")
                reminders.put_back(uow.session, untried, self._at, self._at - TAKEN_FOR)


def _chase(deps: Deps, agent: Agent, at: datetime) -> bool:
    """One message that lists every outcome the agent owes, if any is to be asked for again.

    There is no mark beside `chased_at`, so it is set before the message goes and given back when that fails; what a crash
    in between swallows is asked for the next morning.
    """
    morning = local_day.midnight(agent.zone, local_day.date_in(agent.zone, at))
    with deps.unit_of_work() as uow:
        taken = reminders.take_chase(uow.session, agent.id or 0, at, OPEN_FOR, morning)
        waiting = reminders.waiting_among(uow.session, list(taken))
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
                reminders.return_chase(uow.session, taken, at)
        if failed.is_for_all:
            raise
        return False
    return True
