"""Sends one reader one message with all that they have not been told: each thing once.

Each thing is a row for each reader, taken before the message goes. A crash in between may repeat one message; it loses
none.
"""

import logging
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any, TypeVar

from bot.services.answers.leads import LeadAlert
from bot.services.deps import Deps
from bot.services.ports import DeliveryFailed
from storage.models import Agent
from storage.queries import alerts

TRIED_AGAIN_AFTER = timedelta(minutes=5)  # a process that took it and sent nothing for so long has died
MOST_A_MESSAGE = 10
Thing = TypeVar("Thing")
_log = logging.getLogger(__name__)


def tell(
    deps: Deps,
    kind: alerts.Told,
    due: Sequence[tuple[dict[str, Any], Thing]],
    send: Callable[[tuple[Thing, ...]], None],
    at: datetime,
) -> bool:
    """Send what of `due`, each with the values of its row, the reader has not been told. Returns whether it arrived.

    Raises DeliveryFailed if nobody can be told now.
    """
    taken: dict[int, Thing] = {}
    with deps.unit_of_work() as uow:
        for values, thing in due:
            if len(taken) == MOST_A_MESSAGE:  # the next tick tells the others
                break
            key = alerts.take_told(uow.session, kind, values, at, at - TRIED_AGAIN_AFTER)
            if key is not None:
                taken[key] = thing
    if not taken:
        return False
    failed = None
    try:
        send(tuple(taken.values()))
    except DeliveryFailed as fault:
        failed = fault
        _log.warning("event=not_told kind=%s reason=%s", kind.__name__, fault)
    with deps.unit_of_work() as uow:
        if failed is None or failed.is_recipient_gone:
            alerts.close_told(uow.session, kind, taken, deps.clock())
        else:
            alerts.return_told(uow.session, kind, taken)
    if failed is not None and failed.is_for_all:
        raise failed
    return failed is None


def tell_each(readers: Iterable[Callable[[], bool]]) -> int:
    """Tell each reader in turn, and none after it shows that nobody can be told now. Returns how many were told."""
    told = 0
    try:
        for tell_one in readers:
            told += tell_one()
    except DeliveryFailed as failed:
        _log.warning("event=told_nobody_else retry_after=%.0f reason=%s", failed.retry_after, failed)
    return told


def alert_row(lead: Agent, one: LeadAlert) -> dict[str, Any]:
    """The values of the row that says what a team lead was told."""
    return {
        "organisation_id": lead.organisation_id,
        "team_id": one.team_id,
        "kind": one.kind.value,
        "subject_id": one.subject_id,
        "agent_id": lead.id,
    }
