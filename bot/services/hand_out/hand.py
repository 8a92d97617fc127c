"""What an agent holds: read in the transaction that changes it, or alone.

Of several requests of one agent at once, none may have seen what the others did. So each hand has a ticket: it is drawn
only if no other request of this process came between its reading and its drawing, and read anew otherwise.
"""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Final, TypeVar

from sqlmodel import Session

from bot.services.answers.calls import CallRefused, HandOut, Reading
from bot.services.answers.people import Actor
from bot.services.deciding import COUNT_NO_OFFERS, decide_batch
from bot.services.deps import Deps
from bot.services.hand_out import claiming
from bot.services.hand_out.cards import Holding, cards, findings_of
from bot.services.hand_out.lapses import lapse_in_passing
from policy.vocabulary import LeaseEnd, LeaseStage
from storage.hand_out import leases
from storage.models import Lease
from storage.queries import states
from storage.record.whole_record import on_record

FRESH_FOR: Final = timedelta(seconds=1)  # other processes and the clock change a hand, too
_log = logging.getLogger(__name__)
T = TypeVar("T")


class _Tickets:
    """The last ticket of each agent in this process."""

    def __init__(self) -> None:
        self._next = count(1)
        self._last: dict[int, int] = {}

    def take(self, agent_id: int) -> int:
        ticket = self._last[agent_id] = next(self._next)
        return ticket

    def committed(self, agent_id: int, ticket: int) -> None:
        """Others who came meanwhile have not seen what was just committed: theirs is no longer the last."""
        if not self.is_last(agent_id, ticket):
            self.take(agent_id)

    def is_last(self, agent_id: int, ticket: int) -> bool:
        return self._last.get(agent_id) == ticket


class _Unread(Exception):
    """The hand could not be read."""


def changed(deps: Deps, actor: Actor, change: Callable[[Session], T]) -> tuple[T, HandOut | None]:
    """Change what the actor holds, and read it in the same transaction. `change` sends nothing.

    If the hand cannot be read, the change is made again alone, and the hand is None: what an agent says of a call is
    not lost because a card of theirs cannot be drawn. None also for an actor who is not at work.
    """
    ticket = deps.kept.of(_Tickets).take(actor.agent_id)
    try:
        with deps.unit_of_work() as uow:
            answer = change(uow.session)
            hand = _after(deps, uow.session, actor, ticket) if actor.is_active else None
    except _Unread:
        with deps.unit_of_work() as uow:
            answer, hand = change(uow.session), None
    deps.kept.of(_Tickets).committed(actor.agent_id, ticket)
    return answer, hand


def held_cards(deps: Deps, actor: Actor, hand: HandOut | None = None) -> HandOut:
    """What the agent holds, decided again: `hand`, if it was read just now and nothing came after it, else read anew.

    An agent who is paused or left a team may still have a call to finish.
    """
    if hand is not None and _is_fresh(deps, actor, hand.reading):
        return hand
    ticket = deps.kept.of(_Tickets).take(actor.agent_id)
    with deps.unit_of_work() as uow:
        now = _read(deps, uow.session, actor, ticket)
    return now if hand is None else replace(now, dropped=(*hand.dropped, *now.dropped))


def _is_fresh(deps: Deps, actor: Actor, reading: Reading | None) -> bool:
    """Whether a hand may be drawn as it was read. One that was handed out, which has no reading, always may."""
    if reading is None:
        return True
    return deps.kept.of(_Tickets).is_last(actor.agent_id, reading.ticket) and deps.clock() - reading.at < FRESH_FOR


def outdate(deps: Deps, actor: Actor) -> None:
    """The agent has just been given contacts: what was read of their hand before is not drawn."""
    deps.kept.of(_Tickets).take(actor.agent_id)


def decide_held(deps: Deps, session: Session, actor: Actor, at: datetime) -> tuple[list[Holding], list[CallRefused]]:
    """Decide again what the agent holds, and end what is no longer lawful. Returns what is held, and what was
    dropped."""
    kept, dropped = list[Holding](), list[CallRefused]()
    all_held = states.held_by(session, actor.agent_id)
    if any(lease.leased_until <= at for lease, _ in all_held):
        lapse_in_passing(session, at)
    held = [(lease, contact) for lease, contact in all_held if _lasts(lease, at)]
    if not held:
        return kept, dropped
    record = on_record(session, [contact for _, contact in held])
    again = decide_batch(deps, [contact for _, contact in held], record, at, COUNT_NO_OFFERS)
    for (lease, contact), now in zip(held, again, strict=True):
        decided = now if lease.stage is LeaseStage.OFFERED else None
        if decided is not None and decided.is_callable and lease.number == contact.number:
            if decided.lawful_until < lease.lawful_until:
                leases.shorten(session, lease, decided.lawful_until)
            kept.append(claiming.holding_of(deps, lease, decided))
            continue
        if decided is not None:
            claiming.keep_refusal(deps, session, decided, actor.agent_id, lease.id)
            session.flush()  # the contact before its lease, as events do, so that neither waits for the other
            if leases.end(session, lease, at, LeaseEnd.REFUSED) or lease.ended_at is not None:
                dropped.append(CallRefused(contact.name, decided.refusal))
                continue
            # Call was pressed meanwhile, and that very call is what forbids another
        kept.append(claiming.holding_called(deps, lease, now, findings_of(session, lease)))
    return kept, dropped


def _lasts(lease: Lease, at: datetime) -> bool:
    """Whether an offer still stands, or a call goes on. Another process may be just ending one: nobody waits for it."""
    return lease.ended_at is None and (lease.stage is LeaseStage.CALLING or lease.leased_until > at)


def _after(deps: Deps, session: Session, actor: Actor, ticket: int) -> HandOut:
    """The hand after a change. Raises _Unread, whatever the fault."""
    try:
        return _read(deps, session, actor, ticket)
    except Exception as fault:
        _log.warning("event=hand_not_read fault=%s", type(fault).__name__)
        raise _Unread from fault


def _read(deps: Deps, session: Session, actor: Actor, ticket: int) -> HandOut:
    at = deps.clock()
    session.flush()  # what is on record is read past the session
    held, dropped = decide_held(deps, session, actor, at)
    session.flush()
    return HandOut(0, cards(session, held, at, actor), None, tuple(dropped), reading=Reading(ticket, at))
