"""Where an agent sees the number they call, so that it can be hidden once that call is over, whoever ended it.

A row for each number on a message, kept until it is hidden or the message can no longer be drawn anew. Slack lets that be
done by the response_url of what was pressed, which is a secret of thirty minutes: it is kept here and nowhere else, because
any process may hear of the end and any may be killed before; it is never logged, and forgotten with its thirty minutes.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from bot.services.agents import as_actor
from bot.services.answers.calls import CardGone
from bot.services.answers.people import Actor
from bot.services.deps import Deps
from bot.services.hand_out.releases import gone
from storage.models import ShownNumber
from storage.queries import shown_numbers as rows

# By then the answer to what ended the call has drawn its own message anew, with more to say than we have.
ENDED_FOR: Final = timedelta(seconds=3)
TAKEN_FOR: Final = timedelta(minutes=1)  # a process that took a row and hid nothing for so long has died
TRIED_AGAIN_AFTER_S: Final = 5.0
_MOST_AT_ONCE: Final = 20


@dataclass(frozen=True, slots=True)
class Place:
    """A message, by its channel and ts; by which URL it is drawn anew, and until when that goes."""

    message: str
    response_url: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Ended:
    """A number that is to be hidden now, by whoever took it."""

    row_id: int
    taken_at: datetime
    actor: Actor
    place: Place
    card: CardGone


def note(deps: Deps, actor: Actor, place: Place, lease_ids: Collection[int]) -> None:
    """Before these numbers are shown there."""
    if not lease_ids:
        return
    with deps.unit_of_work() as uow:
        shown = ShownNumber(
            organisation_id=actor.organisation_id,
            agent_id=actor.agent_id,
            lease_id=0,
            message=place.message,
            response_url=place.response_url,
            expires_at=place.until,
        )
        rows.note(uow.session, shown, lease_ids)


def drawn(deps: Deps, actor: Actor, message: str, lease_ids: Collection[int]) -> None:
    """A message was drawn anew: no other number than these stands on it any more."""
    with deps.unit_of_work(is_read_only=True) as uow:
        is_kept = rows.is_kept(uow.session, actor.agent_id, message)
    if is_kept:
        with deps.unit_of_work() as uow:
            rows.forget_all_but(uow.session, actor.agent_id, message, lease_ids)


def take_ended(deps: Deps) -> list[Ended]:
    """Numbers to be hidden by this process. What nobody can hide any more is forgotten."""
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
                row_id=one.shown.id or 0,
                taken_at=at,
                actor=as_actor(one.agent),
                place=Place(one.shown.message, one.shown.response_url, one.shown.expires_at),
                card=gone(uow.session, one.lease, one.contact),
            )
            for one in found
            if rows.take(uow.session, one.shown.id or 0, at, free)
        ]


def is_wanted(deps: Deps, ended: Ended) -> bool:
    """Whether it still has to be hidden: the agent may have drawn the message anew by a press meanwhile."""
    with deps.unit_of_work(is_read_only=True) as uow:
        return rows.is_taken(uow.session, ended.row_id, ended.taken_at)


def hidden(deps: Deps, ended: Ended) -> None:
    """Or never to be: forget it."""
    with deps.unit_of_work() as uow:
        rows.forget(uow.session, ended.row_id, ended.taken_at)


def not_hidden(deps: Deps, ended: Ended, wait_s: float) -> None:
    """Let it be tried again, in so many seconds."""
    free_at = deps.clock() + timedelta(seconds=wait_s or TRIED_AGAIN_AFTER_S)
    with deps.unit_of_work() as uow:
        rows.put_back(uow.session, ended.row_id, ended.taken_at, free_at - TAKEN_FOR)
