"""What people are to be told, written in the transaction that causes it: it reaches them even if the process ends."""

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot.services.answers.leads import AlertKind
from storage.models import Agent, Message
from storage.queries import messages

PUT_RIGHT_WITHIN = timedelta(seconds=20)  # whoever reports a call against the rules may press that it was none
FRESH_FOR = timedelta(minutes=15)  # then a notice is out of date


def tell(  # noqa: PLR0913 - one argument a column
    session: Session,
    readers: Iterable[Agent],
    kind: str,
    at: datetime,
    params: Mapping[str, Any],
    *,
    contact_id: int | None = None,
    attempt_id: int | None = None,
    lasts: timedelta | None = FRESH_FOR,
    once: str = "",
    not_before: datetime | None = None,
) -> int:
    """Let a message wait for each reader, for as long as it `lasts` (None: always). Returns for how many.

    `params` holds ids, words of closed lists and figures. `bot.services.messages` puts names to them when it is sent.
    `once`: names what it tells; each reader is told of it once, until that is forgotten.
    """
    told = [
        Message(
            organisation_id=reader.organisation_id,
            once=f"{kind} {once} {reader.id}" if once else "",
            agent_id=reader.id or 0,
            kind=kind,
            contact_id=contact_id,
            attempt_id=attempt_id,
            params=dict(params),
            written_at=at,
            not_before=not_before,
            until=None if lasts is None else at + lasts,
        )
        for reader in readers
    ]
    return messages.put(session, told)


def tell_breach(
    session: Session,
    readers: Iterable[Agent],
    kind: AlertKind,
    team_id: int,
    subject_id: int,
    at: datetime,
    not_before: datetime | None = None,
) -> int:
    """Let it wait for each reader until they are on duty, unless they have it already. Returns for how many.

    `subject_id`: the attempt, or the row of the calls that a file showed.
    """
    params = {"alert": kind.value, "team": team_id, "subject": subject_id}
    call, once = None if kind is AlertKind.FOUND else subject_id, f"{kind.value} {team_id} {subject_id}"
    return tell(
        session, readers, "promise_broken", at, params, attempt_id=call, lasts=None, once=once, not_before=not_before
    )
