"""Tells agents which of their contacts are callable again, and asks for missing outcomes, also when a lead asks.

What is due are rows, and so is each message, written in the transaction that ends what caused it. What is due to many
agents is taken and decided in one transaction; contacts that are alike share a decision. To keep waits short, what
another event has locked is left for the next tick, and only a few hundred contacts are locked at a time. If a message
is over by the time Slack could have it, its reminder is due again, and decided anew.

Of a callback they are also reminded shortly before it is due, inside the shift and unless they want no reminders: who
has one a shift hears here of what was agreed since, late rather than never.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlmodel import Session, col

from bot.services import agents, notices
from bot.services.agents import is_on_shift
from bot.services.answers.callbacks import CallbackSoon, ReminderLine
from bot.services.answers.calls import OpenAttempt
from bot.services.answers.leads import WasAsked
from bot.services.answers.people import Actor, Reminding
from bot.services.deciding.decisions import OPEN_ENDED, Cached
from bot.services.deciding.walk import StoredDecisions, if_different
from bot.services.deps import Deps
from bot.services.errors import RoleNeeded
from bot.services.numbers.parsing import mask
from bot.services.teams.team_status import OPEN_FOR
from policy.calendar import local_time
from policy.calendar.local_time import latest_zone
from policy.vocabulary import AttemptState, Role, Verdict
from storage.hand_out.search import OVERDUE_AFTER
from storage.models import Agent, Attempt, Callback, Contact, Message
from storage.queries import attempts, callbacks, messages, reminders
from storage.queries.reminders import Taken, Wanted
from storage.queries.reports import status
from storage.record import stored
from storage.record.stored import StoredContact

# A reminder that waits for its campaign: not so often that many of them keep others back.
LOOKED_AT_EVERY = timedelta(minutes=10)
MOST_AT_ONCE = 200  # contacts in one message; the rest follow with the next tick
CONTACTS_A_PART = 500  # a locked contact keeps others waiting
AGENTS_A_PART = 50


class Shift(NamedTuple):
    """When an agent's shift began, and when it ends."""

    began: datetime
    ends: datetime


Lines = dict[int, list[int]]  # contacts that are callable, each with the reminders that this answers


def agent_parts(deps: Deps) -> Iterator[list[Agent]]:
    """Agents to remind now, in parts small enough to take together."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        ended_ahead = reminders.ended_ahead(uow.session, at)
        due = reminders.agents_to_remind(uow.session, at)
    if ended_ahead:
        with deps.unit_of_work() as uow:
            reminders.open_again(uow.session, ended_ahead)
    part: list[Agent] = []
    contacts = 0
    for agent, first_scheduled, how_many in due:
        if not _is_time(agent, first_scheduled, at):
            continue
        is_full = contacts >= CONTACTS_A_PART or len(part) >= AGENTS_A_PART
        if part and (is_full or part[0].organisation_id != agent.organisation_id):
            yield part
            part, contacts = [], 0
        part.append(agent)
        contacts += min(how_many, MOST_AT_ONCE)
    if part:
        yield part


def tell_due(deps: Deps, decisions: StoredDecisions, agents: Sequence[Agent]) -> int:
    """Decide what is due to agents of one organisation, and let them be told what is callable. Returns how many are."""
    with deps.unit_of_work() as uow:
        at = deps.clock()
        shifts = {agent.id or 0: _shift(agent, at) for agent in agents if agent.reminders == Reminding.QUIET}
        asked = {agent.id or 0: Wanted(at) for agent in agents}
        # of an agent who is told once of all that falls due in a shift, and stood as it began
        asked |= {key: Wanted(one.ends, scheduled_before=one.began) for key, one in shifts.items()}
        taken = reminders.take_reminders(uow.session, asked, at, MOST_AT_ONCE)
        unwanted = {agent.id or 0: because for agent in agents if (because := _why_unwanted(agent))}
        for because in {*unwanted.values()}:
            ids = [row.id for row in taken if unwanted.get(row.agent_id) == because]
            reminders.close_reminders(uow.session, ids, at, because)
        wanted = [row for row in taken if row.agent_id not in unwanted]
        kept = _sort_out(decisions, uow.session, wanted, at, shifts) if wanted else {}
        told = [
            {"agent_id": agent_id, "contact_id": contact_id, "params": {"reminders": ids}}
            for agent_id, lines in kept.items()
            for contact_id, ids in lines.items()
        ]
        messages.put_all(uow.session, agents[0].organisation_id, "callable_again", told, at)
        ended = [one for lines in kept.values() for ids in lines.values() for one in ids]
        reminders.close_reminders(uow.session, ended, at, "sent")
    return len(kept)


def as_they_stand(deps: Deps, session: Session, rows: Sequence[Message]) -> Mapping[int, ReminderLine]:
    """By the id of its message, each contact that its agent may still call now or, told once a shift, in this shift."""
    at, agent = deps.clock(), session.get_one(Agent, rows[0].agent_id)
    if _why_unwanted(agent):
        return {}
    shift = _shift(agent, at) if agent.reminders == Reminding.QUIET else None
    contacts = stored.contacts_by_id(session, {row.contact_id or 0 for row in rows})
    standing = reminders.standing_of(session, {one.id for one in contacts})
    answers = StoredDecisions(deps).decide(session, contacts, at) if contacts else []
    decided = {one.id: (one, cached) for one, cached in zip(contacts, answers, strict=True)}
    over = reminders.no_longer_theirs(session, [one for row in rows for one in row.params["reminders"]])
    told = {}
    for row in rows:
        if row.contact_id not in decided or not over.isdisjoint(row.params["reminders"]):
            continue
        contact, cached = decided[row.contact_id]
        stands = standing[contact.id]
        if not _why_not(cached, is_held=stands.is_held) or _opens_within(shift, cached):
            told[row.id or 0] = ReminderLine(
                contact_id=contact.id,
                name=stands.name,
                campaign=stands.campaign,
                last_outcome=stands.last_outcome,
                zone=latest_zone(contact.zones.split(), at),
                opens_at=cached.callable_from if cached.verdict is Verdict.LOCKED else None,
                lawful_until=cached.callable_until or at + OPEN_ENDED,
                callback_due_at=stands.callback_due_at,
            )
    return told


def come_back(session: Session, rows: Sequence[Message]) -> None:
    """What messages were to tell that are over: their reminders are due again, unless newer ones replace them."""
    reminders.open_untold(session, [one for row in rows for one in row.params["reminders"]])


def _sort_out(
    decisions: StoredDecisions, session: Session, taken: Sequence[Taken], at: datetime, shifts: Mapping[int, Shift]
) -> dict[int, Lines]:
    """Decide each contact; close, move or put off what is not to be sent. Returns the rest by agent, in order due.

    `shifts`: of those who are told once of all that opens in it.
    """
    contacts = stored.lock_contacts(session, {row.contact_id for row in taken})
    decided = _decide(decisions, session, contacts, at)
    standing = reminders.standing_of(session, {row.contact_id for row in taken})
    kept: dict[int, Lines] = defaultdict(dict)
    closed: dict[str, list[int]] = defaultdict(list)
    moved: dict[int, tuple[int, datetime]] = {}
    waiting = reminders.waiting_for_campaign(session, [row.id for row in taken])
    for row in taken:
        stands = standing[row.contact_id]
        if row.id in waiting and not stands.is_finished:
            continue
        if stands.is_finished:
            closed["finished"].append(row.id)
        if row.contact_id not in decided:  # finished, or locked by another event: it is due with the next tick too
            continue
        cached = decided[row.contact_id][1]
        because = _why_not(cached, is_held=stands.is_held)
        if not because or _opens_within(shifts.get(row.agent_id), cached):
            kept[row.agent_id].setdefault(row.contact_id, []).append(row.id)
        elif because == Verdict.LOCKED and cached.callable_from is not None:
            moved.setdefault(row.contact_id, (row.agent_id, cached.callable_from))
        else:
            closed[because].append(row.id)
    for because, ids in closed.items():
        reminders.close_reminders(session, ids, at, because)
    reminders.schedule_all(session, contacts[0].organisation_id if contacts else 0, moved, at)
    reminders.put_off(session, waiting, at + LOOKED_AT_EVERY)
    return kept


def _decide(
    decisions: StoredDecisions, session: Session, contacts: Sequence[StoredContact], at: datetime
) -> dict[int, tuple[StoredContact, Cached]]:
    """Decide, and write what differs from the cached verdict, except for a window that opened as the cache foretold."""
    if not contacts:
        return {}
    answers = decisions.decide(session, contacts, at)
    decided = list(zip(contacts, answers, strict=True))
    # Whether the cache of a locked contact already says that it is callable now, and until when.
    changed = [
        (contact.id, fresh)
        for contact, one in decided
        if not (
            (contact.verdict, one.verdict) == (Verdict.LOCKED, Verdict.CALLABLE)
            and contact.callable_from is not None
            and contact.callable_from <= at
            and contact.callable_until == one.callable_until
        )
        and (fresh := if_different(contact, one, at))
    ]
    if changed:
        stored.write_verdicts(session, changed, at, decisions.rules)
    return {contact.id: (contact, one) for contact, one in decided}


def _why_not(decided: Cached, *, is_held: bool) -> str:
    """Why not to remind of a contact, in one word; empty: no reason. Who has it only matters once it is open."""
    if decided.verdict is Verdict.CALLABLE:
        return "taken" if is_held else ""
    return decided.verdict.value


def _opens_within(shift: Shift | None, decided: Cached) -> bool:
    if shift is None or decided.verdict is not Verdict.LOCKED or decided.callable_from is None:
        return False
    return decided.callable_from < shift.ends


def _is_time(agent: Agent, first_scheduled: datetime, at: datetime) -> bool:
    """Whether to send or close an agent's reminders now. In a pause they wait; of one who wants none they close."""
    if _why_unwanted(agent):
        return True
    if agent.paused_at is not None or not is_on_shift(agent, at):
        return False
    return agent.reminders != Reminding.QUIET or first_scheduled < _shift(agent, at).began


def _shift(agent: Agent, at: datetime) -> Shift:
    began = local_time.last_at(agent.zone, at, agent.shift_from)
    return Shift(began, local_time.next_at(agent.zone, began + timedelta(seconds=1), agent.shift_until))


def _why_unwanted(agent: Agent) -> str:
    """Why an agent gets no reminders, in one word; empty otherwise."""
    if not agent.is_active:
        return "deactivated"
    return Reminding.OFF.value if agent.reminders == Reminding.OFF else ""


def send_due(deps: Deps) -> int:
    """Let every agent on shift hear which contacts are callable again. Returns how many agents hear something."""
    decisions = StoredDecisions(deps)
    return sum(tell_due(deps, decisions, agents) for agents in agent_parts(deps))


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


def ask_for_outcome(deps: Deps, actor: Actor, attempt_id: int) -> tuple[str, WasAsked]:
    """Let the call's agent be asked for its outcome now, not hourly; also returns their name. Raises RoleNeeded."""
    at = deps.clock()
    with deps.unit_of_work() as uow:
        attempt = uow.session.get(Attempt, attempt_id)
        agent = None if attempt is None else uow.session.get(Agent, attempt.agent_id)
        if attempt is None or agent is None or attempt.organisation_id != actor.organisation_id:
            raise RoleNeeded(Role.MANAGER)
        if not agents.answers_for(uow.session, actor, agent, attempt.opened_at):
            raise RoleNeeded(Role.MANAGER)
        if attempt.state not in (AttemptState.OPEN, AttemptState.UNREPORTED):
            return agent.name, WasAsked.NOT_NEEDED
        if not attempts.take_request(uow.session, attempt_id, at, at - AGAIN_AFTER):
            return agent.name, WasAsked.ALREADY
        notices.tell(uow.session, [agent], "outcome_asked", at, {}, attempt_id=attempt_id, lasts=ASKED_FOR)
        return agent.name, WasAsked.NOW


AHEAD = timedelta(minutes=5)
MOST_AHEAD = 200  # callbacks a tick


def remind_ahead(deps: Deps) -> int:
    """Remind the agents of the callbacks due within `AHEAD`, each once. Returns of how many."""
    at, told = deps.clock(), 0
    with deps.unit_of_work(is_read_only=True) as uow:
        if not callbacks.due_soon(uow.session, at, at + AHEAD, 1, locks=False):
            return 0
    with deps.unit_of_work() as uow:
        at = deps.clock()
        for callback, contact, agent in callbacks.due_soon(uow.session, at, at + AHEAD, MOST_AHEAD):
            is_known = callback.asked_at > callback.due_at - AHEAD  # they agreed or moved it just now
            if is_known or agent.reminders == Reminding.OFF or not is_on_shift(agent, at):
                continue
            callback.ahead_told_at = at
            late = OVERDUE_AFTER if agent.reminders == Reminding.QUIET else timedelta(0)
            about, lasts = {"callback": callback.id}, callback.due_at + late - at
            told += notices.tell(uow.session, [agent], "callbacks_soon", at, about, contact_id=contact.id, lasts=lasts)
    return told


def soon_as_they_stand(_deps: Deps, session: Session, rows: Sequence[Message]) -> Mapping[int, CallbackSoon]:
    """By the id of its message, each callback that is still to be made."""
    told: dict[int, CallbackSoon] = {}
    for row in rows:
        callback = session.get_one(Callback, row.params["callback"])
        contact = session.get_one(Contact, callback.contact_id)
        if callback.closed_at is None and contact.finished_at is None:
            zone = latest_zone(contact.zones.split(), callback.due_at)
            is_anyones = callback.agent_id is None
            told[row.id or 0] = CallbackSoon(contact.name, callback.due_at, zone, is_anyones=is_anyones)
    return told
