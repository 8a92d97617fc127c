"""The one sender of what waits to be told: in order for each reader, at Slack's pace, with retries.

A message is a row, written with its cause. It is taken before it is sent and closed after it: a crash in between
repeats that one message and loses none. What its row names is read when it is sent.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from datetime import timedelta
from time import monotonic, sleep
from typing import Any, Final

from sqlmodel import Session

from bot.services.answers.callbacks import CallbackGiven
from bot.services.calls import recording
from bot.services.calls.callback_times import refusal_at_time, trouble_of
from bot.services.deps import Deps, OpensUnitOfWork
from bot.services.house_rules.proposals import views_of
from bot.services.local_time import latest_zone
from bot.services.ports import DeliveryFailed
from storage.models import Agent, Attempt, Callback, Contact, HouseRuleProposal, Message, Team
from storage.queries import messages
from storage.queries.messages import Taken

TAKEN_FOR = timedelta(minutes=1)  # a process that took it and sent nothing for so long has died
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=30)
A_SECOND = timedelta(seconds=1)  # so long a conversation rests between two messages
_AGAIN_S = 0.1
Values = Mapping[str, Any]  # what a screen is given, by name
_log = logging.getLogger(__name__)


def send_due(deps: Deps) -> int:
    """Send what is due. Returns how many messages were sent."""
    if not is_any_due(deps):
        return 0
    sent, at_rest = 0, set[int]()
    while (taken := _take(deps, at_rest)) is not None:
        failed = _send(deps, taken)
        sent += failed is None
        if failed is not None:
            at_rest.add(taken.reader.id or 0)
        if failed is not None and failed.is_for_all:
            break
    return sent


def send_all(deps: Deps, within: float) -> None:
    """Send for up to so many seconds, for a process that ends. Others send what is left."""
    until = monotonic() + within
    while is_any_due(deps) and monotonic() < until:
        if not send_due(deps):
            sleep(_AGAIN_S)


def is_any_due(deps: Deps) -> bool:
    with deps.unit_of_work(is_read_only=True) as uow:
        at = deps.clock()
        return messages.is_any_due(uow.session, at, at - TAKEN_FOR)


def waits_for(opens: OpensUnitOfWork, slack_user_id: str) -> bool:
    """Whether a message to this person is still to be sent."""
    with opens(is_read_only=True) as uow:
        return messages.waits_for(uow.session, slack_user_id)


def _take(deps: Deps, at_rest: set[int]) -> Taken | None:
    with deps.unit_of_work() as uow:
        at = deps.clock()
        return messages.take_next(uow.session, at, at - TAKEN_FOR, at_rest)


def _send(deps: Deps, taken: Taken) -> DeliveryFailed | None:
    """Try to send a message, and close it or put it back. Returns why its reader can be told nothing more now."""
    row, reader = taken
    try:
        if row.until is not None and row.until <= deps.clock():
            _close(deps, taken, "out_of_date", "out_of_date")
            return None
        values = _values(deps, row)
        if values is None:
            _close(deps, taken, "over")
            return None
        deps.notifier.tell(reader.slack_user_id, reader.zone, row.kind, values)
    except DeliveryFailed as failed:
        return _failed(deps, taken, failed)
    except Exception as fault:  # it must not keep others back, and may be mended before it is out of date
        incident = secrets.token_hex(4)
        _log.error("event=message_broke incident=%s kind=%s", incident, row.kind, exc_info=fault)
        return _failed(deps, taken, DeliveryFailed(f"incident {incident}", is_permanent=False))
    _close(deps, taken, "sent")
    return None


def _failed(deps: Deps, taken: Taken, failed: DeliveryFailed) -> DeliveryFailed | None:
    row = taken.message
    if failed.is_recipient_gone:
        _close(deps, taken, "undeliverable", str(failed), is_permanent=True)
        return None
    wait = timedelta(seconds=failed.retry_after) or min(FIRST_PAUSE * 2 ** min(row.tries, 8), LONGEST_PAUSE)
    at = deps.clock()
    if row.until is not None and at + wait > row.until:
        _close(deps, taken, "out_of_date", str(failed))
        return failed
    is_pace = timedelta(0) < timedelta(seconds=failed.retry_after) <= A_SECOND
    with deps.unit_of_work() as uow:
        messages.put_back(uow.session, row, row.not_before if is_pace else at + wait, row.tries + (not is_pace))
    return failed


def _close(deps: Deps, taken: Taken, because: str, reason: str = "", *, is_permanent: bool = False) -> None:
    if reason:
        user = taken.reader.slack_user_id
        _log.warning("event=notice_failed user=%s permanent=%s reason=%s", user, is_permanent, reason)
    with deps.unit_of_work() as uow:
        messages.close(uow.session, taken.message.id or 0, deps.clock(), because)


def _values(deps: Deps, row: Message) -> Values | None:
    """What its screen is given, as it stands now. None: there is nothing to tell any more."""
    with deps.unit_of_work(is_read_only=True) as uow:
        return READ.get(row.kind, _plain)(deps, uow.session, row)


def _plain(_deps: Deps, session: Session, row: Message) -> Values:
    """What the row says, with names in place of ids, and the name of whom it is about."""
    values = {key: _named(session, key, value) for key, value in row.params.items()}
    if row.contact_id is not None:
        values["name"] = session.get_one(Contact, row.contact_id).name
    elif row.attempt_id is not None:
        values["name"] = recording.name_of(session, session.get_one(Attempt, row.attempt_id))
    return values


def _named(session: Session, key: str, value: Any) -> Any:
    row: Any = session.get_one(_NAMED[key], value) if key in _NAMED else None
    return value if row is None else row.name


def _callback_given(deps: Deps, session: Session, row: Message) -> Values | None:
    callback = session.get_one(Callback, row.params["callback"])
    if callback.closed_at is not None:
        return None
    contact, reader = session.get_one(Contact, callback.contact_id), session.get_one(Agent, row.agent_id)
    at, by = deps.clock(), session.get_one(Agent, row.params["by"]).name
    refusal = refusal_at_time(deps, session, callback, contact, at)
    trouble = None if refusal is None else trouble_of(callback, contact, reader, at, refusal)
    zone = latest_zone(contact.zones.split(), callback.due_at)
    is_moved = row.params["is_moved"]
    return {"given": CallbackGiven(contact.name, by, callback.due_at, zone, is_moved=is_moved, trouble=trouble)}


def _house_rules_decided(deps: Deps, session: Session, row: Message) -> Values:
    found = [session.get_one(HouseRuleProposal, row.params["proposal"])]
    return {"one": views_of(deps, session, row.organisation_id, found)[0]}


_NAMED: Final[Mapping[str, type[Agent] | type[Team]]] = {"agent": Agent, "by": Agent, "team": Team}
# How what a row names is read, by kind; any other kind as the row says it.
READ: Final[Mapping[str, Callable[[Deps, Session, Message], Values | None]]] = {
    "callback_given": _callback_given,
    "house_rules_decided": _house_rules_decided,
}
