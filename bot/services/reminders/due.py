"""What is due to many agents at once: taken and decided in one transaction, and made into one message for each of them.

Contacts that are alike share a decision. Nobody waits and nobody is kept waiting for long: what an event is at work on is
left for the next tick, and a few hundred contacts are locked at a time.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence, Set
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session

from bot.services import local_time
from bot.services.answers.people import Reminding
from bot.services.answers.reminders import ReminderBatch, ReminderLine
from bot.services.deciding import OPEN_ENDED, Cached, StoredDecisions, if_different
from bot.services.deps import Deps
from bot.services.places_now import latest_zone
from policy.vocabulary import Verdict
from storage.models import Agent
from storage.queries import DueAgent, Standing, Taken, reminders
from storage.record import StoredContact, stored

TAKEN_FOR = timedelta(minutes=1)  # a process that took a row and sent nothing for so long has died
MOST_AT_ONCE = 200  # contacts in one message; the rest follow with the next tick
CONTACTS_A_PART = 500  # what is locked keeps whoever wants it waiting
AGENTS_A_PART = 50  # the last message is as old as all before it take to send


class Callable(NamedTuple):
    """A contact that is callable now, and the reminders of it."""

    contact: StoredContact
    decided: Cached
    stands: Standing
    reminder_ids: list[int]


Kept = dict[int, Callable]  # by contact


@dataclass(frozen=True, slots=True)
class Message:
    """A message to one agent: a line for each contact, with the reminders that it answers to."""

    agent: Agent
    lines: Sequence[tuple[ReminderLine, Sequence[int]]]

    @property
    def reminder_ids(self) -> list[int]:
        return [id_ for _, ids in self.lines for id_ in ids]

    def of(self, ours: Set[int]) -> ReminderBatch:
        """As it goes out: without what was cancelled meanwhile, or taken by another process."""
        kept = [(line, ids) for line, ids in self.lines if not ours.isdisjoint(ids)]
        ids = tuple(id_ for _, some in kept for id_ in some if id_ in ours)
        return ReminderBatch(ids, self.agent.slack_user_id, self.agent.zone, tuple(line for line, _ in kept))


@dataclass(frozen=True, slots=True)
class Due:
    """Messages that are to go out now, made at the moment at which their reminders were taken."""

    taken_at: datetime
    messages: Sequence[Message] = ()


def parts(deps: Deps) -> Iterator[list[Agent]]:
    """Agents to whom something is due and who are to hear of it now, as many as are taken together."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        due = reminders.agents_to_remind(uow.session, at, at - TAKEN_FOR)
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


def take(deps: Deps, decisions: StoredDecisions, agents: Sequence[Agent]) -> Due:
    """Take what is due to agents of one organisation, decide each contact again, and keep what is callable this moment."""
    with deps.unit_of_work() as uow:
        at = deps.clock()
        due_by = {agent.id or 0: _due_by(agent, at) for agent in agents}
        taken = reminders.take_reminders(uow.session, due_by, at, at - TAKEN_FOR, MOST_AT_ONCE)
        unwanted = {agent.id or 0: because for agent in agents if (because := _why_unwanted(agent))}
        for because in {*unwanted.values()}:
            ids = [row.id for row in taken if unwanted.get(row.agent_id) == because]
            reminders.close_reminders(uow.session, ids, at, because)
        wanted = [row for row in taken if row.agent_id not in unwanted]
        kept = _sort_out(decisions, uow.session, wanted, at) if wanted else {}
    return Due(at, [Message(agent, _lines(kept[agent.id or 0], at)) for agent in agents if agent.id in kept])


def _sort_out(decisions: StoredDecisions, session: Session, taken: Sequence[Taken], at: datetime) -> dict[int, Kept]:
    """Decide; close and move what is not to be sent. Answers by agent what is, in the order in which it fell due."""
    contacts = stored.locked(session, {row.contact_id for row in taken})
    decided = _decide(decisions, session, contacts, at)
    standing = reminders.standing_of(session, {row.contact_id for row in taken})
    kept: dict[int, Kept] = defaultdict(dict)
    closed: dict[str, list[int]] = defaultdict(list)
    moved: dict[int, tuple[int, datetime]] = {}
    left: list[int] = []
    for row in taken:
        stands = standing[row.contact_id]
        if row.contact_id not in decided:
            (closed["finished"] if stands.is_finished else left).append(row.id)
            continue
        contact, cached = decided[row.contact_id]
        if not (because := _why_not(cached, is_held=stands.is_held)):
            kept[row.agent_id].setdefault(row.contact_id, Callable(contact, cached, stands, [])).reminder_ids.append(
                row.id
            )
        elif because == Verdict.LOCKED and cached.callable_from is not None:
            moved.setdefault(row.contact_id, (row.agent_id, cached.callable_from))
        else:
            closed[because].append(row.id)
    for because, ids in closed.items():
        reminders.close_reminders(session, ids, at, because)
    reminders.schedule_all(session, contacts[0].organisation_id if contacts else 0, moved, at)
    reminders.put_back(session, left, at, at - TAKEN_FOR)
    return kept


def _decide(
    decisions: StoredDecisions, session: Session, contacts: Sequence[StoredContact], at: datetime
) -> dict[int, tuple[StoredContact, Cached]]:
    """By contact. What is different from what they have cached is written, but for a window that opened by itself."""
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
        stored.write(session, changed, at, decisions.rules)
    return {contact.id: (contact, one) for contact, one in decided}


def _has_opened(contact: StoredContact, decided: Cached, at: datetime) -> bool:
    """Whether what is cached of a contact that was locked says already that it is callable now, and until when."""
    return (
        (contact.verdict, decided.verdict) == (Verdict.LOCKED, Verdict.CALLABLE)
        and contact.callable_from is not None
        and contact.callable_from <= at
        and contact.callable_until == decided.callable_until
    )


def _why_not(decided: Cached, *, is_held: bool) -> str:
    """Why a contact is not to be reminded of, in one word; empty when it is."""
    if decided.verdict is Verdict.SUPPRESSED:
        return decided.verdict.value
    if is_held:
        return "taken"
    return "" if decided.verdict is Verdict.CALLABLE else decided.verdict.value


def _lines(kept: Kept, at: datetime) -> list[tuple[ReminderLine, Sequence[int]]]:
    zones = {one.contact.zones: latest_zone(one.contact.zones.split(), at) for one in kept.values()}
    return [
        (
            ReminderLine(
                contact_id=contact.id,
                name=stands.name,
                campaign=stands.campaign,
                last_outcome=stands.last_outcome,
                zone=zones[contact.zones],
                lawful_until=decided.callable_until or at + OPEN_ENDED,
                callback_due_at=stands.promised_at,
            ),
            ids,
        )
        for contact, decided, stands, ids in kept.values()
    ]


def _is_time(due: DueAgent, at: datetime) -> bool:
    """Whether reminders of an agent are to be sent now, or closed because none is wanted. A pause lets them wait."""
    agent = due.agent
    if _why_unwanted(agent):
        return True
    is_on_shift = local_time.is_within(agent.zone, at, agent.shift_from, agent.shift_until)
    return agent.paused_at is None and is_on_shift and due.first <= _due_by(agent, at)


def _due_by(agent: Agent, at: datetime) -> datetime:
    """Up to when reminders must have fallen due to be sent now: who wants one message a shift gets it as that begins."""
    return local_time.last_at(agent.zone, at, agent.shift_from) if agent.reminders == Reminding.QUIET else at


def _why_unwanted(agent: Agent) -> str:
    """Why an agent is to hear of nothing, in one word; empty otherwise."""
    if not agent.is_active:
        return "deactivated"
    return Reminding.OFF.value if agent.reminders == Reminding.OFF else ""
