"""Sends reminders to several agents at once, and marks what became of each.

Messages that end together are marked together, in the transaction that checks which of the next are still to be sent. A
message goes out only once an earlier one is marked, so that a crash repeats few.
"""

import logging
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from datetime import timedelta
from itertools import islice

from sqlmodel import Session

from bot.services.answers.reminders import ReminderBatch
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from bot.services.reminders.due import TAKEN_FOR, Due, Message
from storage.queries import reminders

MOST_IN_FLIGHT = 8  # messages, each to another agent
TOGETHER_FOR_S = 0.005  # how long a finished message waits for others, to be marked with them
SENT_WITHIN = timedelta(seconds=30)  # of its making, so that what it says of the law is no older
# Pauses before a retry. Once Slack works again, a message waits a minute at most, with the next tick.
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=5), timedelta(seconds=40)

_log = logging.getLogger(__name__)


class Sending:
    """Sends the messages taken; those it did not try are free again, whatever happens.

    It starts with one message in flight and adds one for each that arrives, so that few fail when Slack is down.
    """

    def __init__(self, deps: Deps, threads: Executor, due: Due, told: int = 0) -> None:
        """`told`: how many messages arrived before these."""
        self._deps, self._threads, self._at = deps, threads, due.taken_at
        self._untried = deque(due.messages)
        self._in_flight: dict[Future[None], ReminderBatch] = {}
        self._ended: list[tuple[ReminderBatch, DeliveryFailed | None]] = []  # ended, but not marked yet
        self._broke: BaseException | None = None  # what stops the rest from going out
        self.told = told

    def send(self) -> None:
        """Send them all, then mark each. Raises DeliveryFailed if no message can go out."""
        try:
            while self._broke is None:
                ready = self._ready()
                if not ready and not self._in_flight:
                    break
                self._mark_and_let_fly(ready)
                self._hear()
        finally:
            while self._in_flight:
                self._hear()
            self._let_go()
        if self._broke is not None:
            raise self._broke

    def _ready(self) -> list[Message]:
        """The next messages, as far as there is room; none once they are too old."""
        if self._deps.clock() - self._at >= SENT_WITHIN:
            return []
        room = min(MOST_IN_FLIGHT, 1 + self.told) - len(self._in_flight)
        return list(islice(self._untried, room))

    def _mark_and_let_fly(self, ready: list[Message]) -> None:
        if not ready and not self._ended:
            return
        with self._deps.unit_of_work() as uow:
            self._mark(uow.session)
            asked = [id_ for message in ready for id_ in message.reminder_ids]
            ours = reminders.still_ours(uow.session, asked, self._at)
        self._ended = []
        for _ in ready:
            batch = self._untried.popleft().of(ours)
            if batch.lines:
                self._in_flight[self._threads.submit(self._deps.notifier.remind, batch)] = batch

    def _hear(self) -> None:
        """Wait until one message ends, then a moment longer for others."""
        done = wait(self._in_flight, TOGETHER_FOR_S).done
        for one in done or wait(self._in_flight, return_when=FIRST_COMPLETED).done:
            self._note(self._in_flight.pop(one), one.exception())

    def _note(self, batch: ReminderBatch, failed: BaseException | None) -> None:
        if failed is not None and not isinstance(failed, DeliveryFailed):
            self._broke = self._broke or failed
            return
        self._ended.append((batch, failed))
        if failed is None:
            self.told += 1
            return
        _log.warning("reminder_failed user=%s permanent=%s reason=%s", batch.slack_user_id, failed.is_permanent, failed)
        if failed.is_for_all:
            self._broke = self._broke or failed

    def _mark(self, session: Session) -> None:
        """Close what was sent or can never arrive. Put the rest back: until Slack's own time, or for a growing
        pause."""
        sent = [id_ for batch, failed in self._ended if failed is None for id_ in batch.reminder_ids]
        reminders.close_reminders(session, sent, self._at, "sent")
        for batch, failed in self._ended:
            if failed and failed.is_recipient_gone:
                reminders.close_reminders(session, batch.reminder_ids, self._at, "undeliverable")
            elif failed:
                free_at = self._deps.clock() + self._pause(session, batch, failed)
                reminders.put_back(session, batch.reminder_ids, self._at, free_at - TAKEN_FOR)

    def _pause(self, session: Session, batch: ReminderBatch, failed: DeliveryFailed) -> timedelta:
        if failed.retry_after:
            return timedelta(seconds=failed.retry_after)
        times = reminders.count_failure(session, batch.reminder_ids, self._at)
        return min(FIRST_PAUSE * 2 ** min(times - 1, 8), LONGEST_PAUSE) if times else FIRST_PAUSE

    def _let_go(self) -> None:
        untried = [id_ for message in self._untried for id_ in message.reminder_ids]
        if self._ended or untried:
            with self._deps.unit_of_work() as uow:
                self._mark(uow.session)
                reminders.put_back(uow.session, untried, self._at, self._at - TAKEN_FOR)
