"""Remembers where an agent sees a number, so that it is hidden once the call is over, however it ends.

One row for each number on a message, kept until it is hidden or the message can no longer be redrawn. Slack redraws by
the response_url of what was pressed, a secret valid for 30 minutes. It is stored because any process may learn of the
end and any may be killed first; it is stored only here, never logged, and deleted when it expires.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.services.agents import as_actor
from bot.services.answers.calls import CardGone
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.hand_out.releases import why_gone
from storage.models import ShownNumber
from storage.queries import shown_numbers as rows

# By then the answer that ended the call has redrawn its own message, which says more than we can.
ENDED_FOR: Final = timedelta(seconds=3)
TAKEN_FOR: Final = timedelta(minutes=1)  # a process that took a row and hid nothing for so long has died
TRIED_AGAIN_AFTER_S: Final = 5.0
_MOST_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A message (channel and ts), the URL that redraws it, and until when that URL works."""

    message: str
    response_url: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """A number to hide now, by the process that took it."""

    row_id: int
    taken_at: datetime
    actor: Actor
    place: Place
    card: CardGone


def note_shown(deps: Deps, actor: Actor, place: Place, lease_ids: Collection[int]) -> Callable[[], None]:
    """Record that a message is about to show the numbers of these leases.

    Call what it returns once the message is redrawn, and shows no others: it forgets those that it showed before.
    """
    with deps.unit_of_work(is_read_only=not lease_ids) as uow:
        if lease_ids:
            shown = ShownNumber(
                organisation_id=actor.organisation_id,
                agent_id=actor.agent_id,
                lease_id=0,
                message=place.message,
                response_url=place.response_url,
                expires_at=place.until,
            )
            rows.note(uow.session, shown, lease_ids)
        had_others = rows.has_others(uow.session, actor.agent_id, place.message, lease_ids)

    def redrawn() -> None:
        if had_others:
            with deps.unit_of_work() as uow:
                rows.forget_all_but(uow.session, actor.agent_id, place.message, lease_ids)

    return redrawn


def take_ended(deps: Deps) -> list[Ended]:
    """Take numbers for this process to hide, and delete those no process can hide any more."""
    with deps.unit_of_work(is_read_only=True) as uow:
        if not rows.is_any(uow.session):
            return []
    with deps.unit_of_work() as uow:
        at = deps.clock()
        rows.forget_expired(uow.session, at)
        free = at - TAKEN_FOR
        found = rows.ended(uow.session, at, at - ENDED_FOR, free, _MOST_AT_ONCE)
        return [
            Ended(
                row_id=shown.id or 0,
                taken_at=at,
                actor=as_actor(agent),
                place=Place(shown.message, shown.response_url, shown.expires_at),
                card=why_gone(uow.session, lease, contact),
            )
            for shown, lease, contact, agent in found
            if rows.take(uow.session, shown.id or 0, at, free)
        ]


def is_wanted(deps: Deps, ended: Ended) -> bool:
    """Whether the number is still to be hidden: the agent may have redrawn the message by a press meanwhile."""
    with deps.unit_of_work(is_read_only=True) as uow:
        return rows.is_taken(uow.session, ended.row_id, ended.taken_at)


def forget_hidden(deps: Deps, ended: Ended) -> None:
    """Delete the row: the number is hidden, or never can be."""
    with deps.unit_of_work() as uow:
        rows.forget(uow.session, ended.row_id, ended.taken_at)


def not_hidden(deps: Deps, ended: Ended, wait_s: float) -> None:
    """Put the row back, to be tried again in `wait_s` seconds (0: the default)."""
    free_at = deps.clock() + timedelta(seconds=wait_s or TRIED_AGAIN_AFTER_S)
    with deps.unit_of_work() as uow:
        rows.put_back(uow.session, ended.row_id, ended.taken_at, free_at - TAKEN_FOR)
