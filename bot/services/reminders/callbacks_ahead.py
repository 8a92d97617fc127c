"""Reminds agents of their callbacks shortly before they are due; `reminders` does again at their time.

Inside the shift, and unless they want no reminders: who has one a shift hears here of what was agreed since, late
rather than never. A callback is marked in the transaction that writes its message.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta

from sqlmodel import Session

from bot.services import notices
from bot.services.agents import is_on_shift
from bot.services.answers.callbacks import CallbackSoon
from bot.services.answers.people import Reminding
from bot.services.deps import Deps
from bot.services.local_time import latest_zone
from storage.hand_out.search import OVERDUE_AFTER
from storage.models import Callback, Contact, Message
from storage.queries import callbacks

AHEAD = timedelta(minutes=5)
MOST = 200  # callbacks a tick


def remind_ahead(deps: Deps) -> int:
    """Remind the agents of the callbacks due within `AHEAD`, each once. Returns of how many."""
    at, told = deps.clock(), 0
    with deps.unit_of_work(is_read_only=True) as uow:
        if not callbacks.due_soon(uow.session, at, at + AHEAD, 1, locks=False):
            return 0
    with deps.unit_of_work() as uow:
        at = deps.clock()
        for callback, contact, agent in callbacks.due_soon(uow.session, at, at + AHEAD, MOST):
            is_known = callback.asked_at > callback.due_at - AHEAD  # they agreed or moved it just now
            if is_known or agent.reminders == Reminding.OFF or not is_on_shift(agent, at):
                continue
            callback.ahead_told_at = at
            late = OVERDUE_AFTER if agent.reminders == Reminding.QUIET else timedelta(0)
            about, lasts = {"callback": callback.id}, callback.due_at + late - at
            told += notices.tell(uow.session, [agent], "callbacks_soon", at, about, contact_id=contact.id, lasts=lasts)
    return told


def as_they_stand(_deps: Deps, session: Session, rows: Sequence[Message]) -> Mapping[int, CallbackSoon]:
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
