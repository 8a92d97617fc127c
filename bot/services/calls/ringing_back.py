"""Calls in from people on record: who is ringing back. A call is shown to the client that rang the person last before
it."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Final

from sqlmodel import Session

from bot.services.answers.calls import PastCall
from bot.services.answers.reconciliation import CallIn
from storage import phone
from storage.models import Attempt
from storage.queries import agents, attempts

MOST: Final = 5
_ANSWERED: Final = "answered"


def calls_in(
    session: Session,
    organisation_id: int,
    numbers: Collection[str],
    persons: Collection[int],
    principals: Collection[str],
) -> tuple[CallIn, ...]:
    """The newest calls in from a number or its persons, newest first.

    One that came after a call for another client was probably about that: it is left out.
    """
    found = phone.calls_in_from(session, organisation_id, numbers, persons, MOST)
    if not found:
        return ()
    made = attempts.attempts_on(session, organisation_id, list(numbers), list(persons))
    ours = [one for one in found if _client_before(made, one.started_at) in (None, *principals)]
    names = agents.agents_by_id(session, sorted({one.agent_id for one in ours if one.agent_id is not None}))
    return tuple(
        CallIn(
            one.started_at,
            names[one.agent_id].name if one.agent_id is not None else "",
            one.result == _ANSWERED,
        )
        for one in ours
    )


def _client_before(made: Sequence[Attempt], at: datetime) -> str | None:
    """The client of the last attempt before a moment; None: there was none."""
    before = [one for one in made if one.opened_at <= at]
    return max(before, key=lambda one: (one.opened_at, one.id or 0)).principal if before else None


def last_call(
    session: Session, organisation_id: int, numbers: Collection[str], persons: Collection[int], principal: str
) -> PastCall | None:
    """The last call of a client to a number or its persons, without its note; None: there was none."""
    made = attempts.attempts_on(session, organisation_id, list(numbers), list(persons))
    last = next((one for one in reversed(made) if one.principal == principal), None)
    if last is None:
        return None
    names = agents.agents_by_id(session, [last.agent_id])
    return PastCall(last.opened_at, names[last.agent_id].name, last.outcome, "", None)
