"""Tell agents which contacts of theirs are callable again, and ask for outcomes that nobody gave.

Both are rows: the scheduler only ticks. Rows are taken by conditional update, the taking is committed, then the message
goes out, then the rows are marked sent. A crash in between may repeat a message; it never loses one.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.services import local_day
from bot.services.decisions import Decided
from bot.services.deps import Deps
from bot.services.numbers import mask
from bot.services.places_now import latest_zone
from bot.services.ports import DeliveryFailed
from bot.services.preferences import Reminding
from bot.services.redecide import refresh
from bot.services.results import Chase, OpenAttempt, ReminderBatch, ReminderLine
from bot.services.team_status import OPEN_FOR
from policy.vocabulary import Verdict
from storage.models import Agent, Contact, Reminder
from storage.queries import contacts, reminders, scheduling

TAKEN_FOR = timedelta(minutes=5)  # a process that took a row and sent nothing for so long has died
MOST_AT_ONCE = 200  # contacts in one message; the rest follow with the next tick

_log = logging.getLogger(__name__)


def send_due(deps: Deps) -> int:
    """Remind every agent on shift whose contacts are callable again. Answers how many messages were sent."""
    at = deps.clock()
    with deps.unit_of_work(is_read_only=True) as uow:
        due = reminders.agents_to_remind(uow.session, at, at - TAKEN_FOR)
    return _each([agent for agent, first in due if _is_time(agent, first, at)], lambda agent: _remind(deps, agent, at))


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
            _log.warning("event=told_nobody_else retry_after=%.0f reason=%s", failed.retry_after, failed)
            break
    return told


def _is_time(agent: Agent, first_due_at: datetime, at: datetime) -> bool:
    """Whether reminders of an agent are to be sent now, or closed because none is wanted. A pause lets them wait."""
    if not agent.is_active or agent.reminders == Reminding.OFF:
        return True
    return agent.paused_at is None and _is_on_shift(agent, at) and first_due_at <= _due_by(agent, at)


def _due_by(agent: Agent, at: datetime) -> datetime:
    """Up to when reminders must have fallen due to be sent now: who wants one message a shift gets it as that begins."""
    return local_day.last_at(agent.zone, at, agent.shift_from) if agent.reminders == Reminding.QUIET else at


def _is_on_shift(agent: Agent, at: datetime) -> bool:
    return local_day.is_within(agent.zone, at, agent.shift_from, agent.shift_until)


def _remind(deps: Deps, agent: Agent, at: datetime) -> bool:
    """Whether a message went out. DeliveryFailed where none would go out to anybody."""
    with deps.unit_of_work() as uow:
        batch = _prepare(deps, uow.session, agent, at)
    if batch is None:
        return False
    try:
        deps.notifier.remind(batch)
    except DeliveryFailed as failed:
        _give_up(deps, batch, at, failed)
        if failed.is_for_all:
            raise
        return False
    with deps.unit_of_work() as uow:
        reminders.close_reminders(uow.session, batch.reminder_ids, at, "sent")
    return True


def _give_up(deps: Deps, batch: ReminderBatch, at: datetime, failed: DeliveryFailed) -> None:
    """What will never reach this agent is closed; what Slack wants later is due then; all else, when the taking is old."""
    _log.warning("reminder_failed user=%s permanent=%s reason=%s", batch.slack_user_id, failed.is_permanent, failed)
    with deps.unit_of_work() as uow:
        if failed.is_recipient_gone:
            reminders.close_reminders(uow.session, batch.reminder_ids, at, "undeliverable")
        elif failed.retry_after:
            free_at = at + timedelta(seconds=failed.retry_after)
            reminders.put_back(uow.session, batch.reminder_ids, free_at - TAKEN_FOR)


def _prepare(deps: Deps, session: Session, agent: Agent, at: datetime) -> ReminderBatch | None:
    """Take what is due to one agent, decide each contact again, and keep those that are callable this very moment."""
    taken = reminders.take_reminders(session, agent.id or 0, _due_by(agent, at), at, at - TAKEN_FOR, MOST_AT_ONCE)
    if not agent.is_active or agent.reminders == Reminding.OFF:
        because = Reminding.OFF.value if agent.is_active else "deactivated"
        reminders.close_reminders(session, [row.id or 0 for row in taken], at, because)
        return None
    found = reminders.contacts_named(session, taken)
    held = reminders.held_among(session, [contact.id or 0 for contact in found])
    callable_now = []
    for decided in refresh(deps, session, found, at):
        because = _why_not(decided, held)
        if not because:
            callable_now.append(decided)
        elif decided.decision.callable_from is not None and because == Verdict.LOCKED:
            scheduling.schedule(session, decided.contact, agent.id or 0, decided.decision.callable_from, at)
        else:
            reminders.close_reminders(session, _ids_of(taken, decided.contact), at, because)
    session.flush()
    if not callable_now:
        return None
    kept = tuple(id_ for decided in callable_now for id_ in _ids_of(taken, decided.contact))
    return ReminderBatch(kept, agent.slack_user_id, agent.zone, _lines(session, callable_now))


def _why_not(decided: Decided, held: set[int]) -> str:
    """Why a contact is not to be reminded of, in one word; empty when it is."""
    contact, verdict = decided.contact, decided.decision.verdict
    if verdict is Verdict.SUPPRESSED:
        return "suppressed"
    if contact.finished_at is not None:
        return "finished"
    if contact.id in held:
        return "taken"
    return "" if verdict is Verdict.CALLABLE else verdict.value


def _ids_of(taken: Sequence[Reminder], contact: Contact) -> list[int]:
    return [row.id or 0 for row in taken if row.contact_id == contact.id]


def _lines(session: Session, callable_now: Sequence[Decided]) -> tuple[ReminderLine, ...]:
    ids = [decided.contact.id or 0 for decided in callable_now]
    last, due = reminders.last_attempts(session, ids), reminders.promised(session, ids)
    names = contacts.campaigns(session, {decided.contact.campaign_id for decided in callable_now})
    return tuple(
        ReminderLine(
            contact_id=contact.id or 0,
            name=contact.name,
            campaign=names[contact.campaign_id].name,
            last_outcome=last[contact.id or 0].outcome if contact.id in last else None,
            zone=latest_zone(contact.zones.split(), decided.decision.at),
            lawful_until=decided.lawful_until,
            callback_due_at=due.get(contact.id or 0),
        )
        for decided in callable_now
        for contact in (decided.contact,)
    )


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
