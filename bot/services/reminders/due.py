"""Takes and decides what is due to many agents in one transaction, makes one message for each agent, and sends them.

Contacts that are alike share a decision. To keep waits short, what another event has locked is left for the next tick,
and only a few hundred contacts are locked at a time. Messages that end together are marked together, in the transaction
that checks which of the next are still to be sent. A message goes out only once an earlier one is marked, so that a
crash repeats few.
"""

import logging
from collections import defaultdict, deque
from collections.abc import Iterator, Mapping, Sequence, Set
from concurrent.futures import FIRST_COMPLETED, Executor, Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from sqlmodel import Session

from bot.services import local_time
from bot.services.agents import is_on_shift
from bot.services.answers.callbacks import ReminderBatch, ReminderLine
from bot.services.answers.people import Reminding
from bot.services.deciding import OPEN_ENDED, Cached, StoredDecisions, if_different
from bot.services.deps import Deps
from bot.services.local_time import latest_zone
from bot.services.ports import DeliveryFailed
from policy.vocabulary import Verdict
from storage.models import Agent
from storage.queries import reminders
from storage.queries.reminders import DueAgent, Standing, Taken, Wanted
from storage.record import stored
from storage.record.stored import StoredContact

TAKEN_FOR = timedelta(minutes=1)  # a process that took a row and sent nothing for so long has died
# A reminder that waits for its campaign: not so often that many of them keep others back.
LOOKED_AT_EVERY = timedelta(minutes=10)
MOST_AT_ONCE = 200  # contacts in one message; the rest follow with the next tick
CONTACTS_A_PART = 500  # a locked contact keeps others waiting
AGENTS_A_PART = 50  # the last message of a part ages while the others are sent


class Shift(NamedTuple):
    """When an agent's shift began, and when it ends."""

    began: datetime
    ends: datetime


Lines = dict[int, tuple[ReminderLine, list[int]]]  # by contact, each with the reminders it answers


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one agent: a line for each contact, with the reminders it answers."""

    agent: Agent
    lines: Sequence[tuple[ReminderLine, Sequence[int]]]

    @property
    def reminder_ids(self) -> list[int]:
        return [id_ for _, ids in self.lines for id_ in ids]

    def of(self, ours: Set[int]) -> ReminderBatch:
        """The message as it goes out: without reminders cancelled meanwhile or taken by another process."""
        kept = [(line, ids) for line, ids in self.lines if not ours.isdisjoint(ids)]
        ids = tuple(id_ for _, some in kept for id_ in some if id_ in ours)
        return ReminderBatch(ids, self.agent.slack_user_id, self.agent.zone, tuple(line for line, _ in kept))


@dataclass(frozen=True, slots=True)
class Due:
    """Messages to send now, made when their reminders were taken."""

    taken_at: datetime
    messages: Sequence[Message] = ()


def agent_parts(deps: Deps) -> Iterator[list[Agent]]:
    """Agents to remind now, in parts small enough to take together."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        ended_ahead = reminders.ended_ahead(uow.session, at)
        due = reminders.agents_to_remind(uow.session, at, at - TAKEN_FOR)
    if ended_ahead:
        with deps.unit_of_work() as uow:
            reminders.open_again(uow.session, ended_ahead)
    part: list[Agent] = []
    contacts = 0
    for one in due:
        if not _is_time(one, at):
            continue
        is_full = contacts >= CONTACTS_A_PART or len(part) >= AGENTS_A_PART
        if part and (is_full or part[0].organisation_id != one.agent.organisation_id):
            yield part
            part, contacts = [], 0
        part.append(one.agent)
        contacts += min(one.how_many, MOST_AT_ONCE)
    if part:
        yield part


def take_due(deps: Deps, decisions: StoredDecisions, agents: Sequence[Agent]) -> Due:
    """Take what is due to agents of one organisation, decide each contact again, and keep what is callable now."""
    with deps.unit_of_work() as uow:
        at = deps.clock()
        shifts = {agent.id or 0: _shift(agent, at) for agent in agents if agent.reminders == Reminding.QUIET}
        asked = {agent.id or 0: Wanted(at) for agent in agents}
        # of an agent who is told once of all that falls due in a shift, and stood as it began
        asked |= {key: Wanted(one.ends, scheduled_before=one.began) for key, one in shifts.items()}
        taken = reminders.take_reminders(uow.session, asked, at, at - TAKEN_FOR, MOST_AT_ONCE)
        unwanted = {agent.id or 0: because for agent in agents if (because := _why_unwanted(agent))}
        for because in {*unwanted.values()}:
            ids = [row.id for row in taken if unwanted.get(row.agent_id) == because]
            reminders.close_reminders(uow.session, ids, at, because)
        wanted = [row for row in taken if row.agent_id not in unwanted]
        kept = _sort_out(decisions, uow.session, wanted, at, shifts) if wanted else {}
    return Due(at, [Message(agent, list(kept[agent.id or 0].values())) for agent in agents if agent.id in kept])


def _sort_out(
    decisions: StoredDecisions, session: Session, taken: Sequence[Taken], at: datetime, shifts: Mapping[int, Shift]
) -> dict[int, Lines]:
    """Decide each contact; close, move or put back what is not to be sent. Returns the rest by agent, in order due.

    `shifts`: of those who are told once of all that opens in it.
    """
    contacts = stored.lock_contacts(session, {row.contact_id for row in taken})
    decided = _decide(decisions, session, contacts, at)
    standing = reminders.standing_of(session, {row.contact_id for row in taken})
    kept: dict[int, Lines] = defaultdict(dict)
    closed: dict[str, list[int]] = defaultdict(list)
    moved: dict[int, tuple[int, datetime]] = {}
    left: list[int] = []
    waiting = reminders.waiting_for_campaign(session, [row.id for row in taken])
    for row in taken:
        stands = standing[row.contact_id]
        if row.id in waiting and not stands.is_finished:
            continue
        if row.contact_id not in decided:
            (closed["finished"] if stands.is_finished else left).append(row.id)
            continue
        contact, cached = decided[row.contact_id]
        # Why not to remind, in one word. Who has the contact only matters once it is open.
        is_open = cached.verdict is Verdict.CALLABLE
        because = ("taken" if stands.is_held else "") if is_open else cached.verdict.value
        shift, opens = shifts.get(row.agent_id), cached.callable_from if because == Verdict.LOCKED else None
        if not because or (shift is not None and opens is not None and opens < shift.ends):
            line = _line(contact, cached, stands, at)
            kept[row.agent_id].setdefault(row.contact_id, (line, []))[1].append(row.id)
        elif opens is not None:
            moved.setdefault(row.contact_id, (row.agent_id, opens))
        else:
            closed[because].append(row.id)
    for because, ids in closed.items():
        reminders.close_reminders(session, ids, at, because)
    reminders.schedule_all(session, contacts[0].organisation_id if contacts else 0, moved, at)
    reminders.put_back(session, left, at, at - TAKEN_FOR)
    reminders.put_back(session, waiting, at, at - TAKEN_FOR + LOOKED_AT_EVERY)
    return kept


def _decide(
    decisions: StoredDecisions, session: Session, contacts: Sequence[StoredContact], at: datetime
) -> dict[int, tuple[StoredContact, Cached]]:
    """Decide, and write what differs from the cached verdict, except for a window that opened as the cache foretold."""
    if not contacts:
        return {}
    answers = decisions.decide(session, contacts, at)
    decided = list(zip(contacts, answers, strict=True))
    changed = [
        (contact.id, fresh)
        for contact, one in decided
        if not _has_opened(contact, one, at) and (fresh := if_different(contact, one, at))
    ]
    if changed:
        stored.write_verdicts(session, changed, at, decisions.rules)
    return {contact.id: (contact, one) for contact, one in decided}


def _has_opened(contact: StoredContact, decided: Cached, at: datetime) -> bool:
    """Whether the cache of a locked contact already says that it is callable now, and until when."""
    return (
        (contact.verdict, decided.verdict) == (Verdict.LOCKED, Verdict.CALLABLE)
        and contact.callable_from is not None
        and contact.callable_from <= at
        and contact.callable_until == decided.callable_until
    )


def _line(contact: StoredContact, decided: Cached, stands: Standing, at: datetime) -> ReminderLine:
    return ReminderLine(
        contact_id=contact.id,
        name=stands.name,
        campaign=stands.campaign,
        last_outcome=stands.last_outcome,
        zone=latest_zone(contact.zones.split(), at),
        opens_at=decided.callable_from if decided.verdict is Verdict.LOCKED else None,
        lawful_until=decided.callable_until or at + OPEN_ENDED,
        callback_due_at=stands.callback_due_at,
    )


def _is_time(due: DueAgent, at: datetime) -> bool:
    """Whether to send or close an agent's reminders now. During a pause they wait; if the agent wants none, they
    close."""
    agent = due.agent
    if _why_unwanted(agent):
        return True
    if agent.paused_at is not None or not is_on_shift(agent, at):
        return False
    return agent.reminders != Reminding.QUIET or due.first_scheduled < _shift(agent, at).began


def _shift(agent: Agent, at: datetime) -> Shift:
    began = local_time.last_at(agent.zone, at, agent.shift_from)
    return Shift(began, local_time.next_at(agent.zone, began + timedelta(seconds=1), agent.shift_until))


def _why_unwanted(agent: Agent) -> str:
    """Why an agent gets no reminders, in one word; empty otherwise."""
    if not agent.is_active:
        return "deactivated"
    return Reminding.OFF.value if agent.reminders == Reminding.OFF else ""


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
