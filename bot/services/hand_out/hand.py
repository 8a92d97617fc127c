"""What an agent holds: claimed, then read in the transaction that changes it or alone; and which agent holds a contact.

Of several requests of one agent at once, none may have seen what the others did. So each hand has a ticket: it is drawn
only if no other request of this process came between its reading and its drawing, and read anew otherwise.

A lease that ran out ends: an offered contact returns; an open attempt becomes unreported and still counts.
"""

import logging
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, Final, TypeVar

from sqlmodel import Session

from bot.services.answers.calls import CallRefused, HandOut, HeldNow, WithHand
from bot.services.answers.people import Actor
from bot.services.deciding.decisions import (
    Decided,
    as_record,
    attempts_left,
    cache_verdict,
    callback_spans,
    decide_batch,
    record_decision,
)
from bot.services.deciding.facts import COUNT_NO_OFFERS
from bot.services.deciding.refresh import Touched, leave_unreported
from bot.services.deps import Deps, retry_lost_turn
from bot.services.hand_out.cards import LEASED_FOR, Holding, cards, findings_of
from policy import Finding
from policy.vocabulary import LeaseEnd, LeaseStage
from storage.database.unit_of_work import UnitOfWork
from storage.hand_out import leases
from storage.hand_out.ready import Asking, NextUp
from storage.hand_out.search import OVERDUE_AFTER, Candidate
from storage.models import Contact, Lease
from storage.queries import agents, callbacks
from storage.queries.contacts import by_ids, contacts_sharing
from storage.record.whole_record import OnRecord, on_record

_MOST_AT_ONCE = 500
_MOST_IN_PASSING = 50  # the share of the sweep that one request takes on


@retry_lost_turn
def lapse_due(deps: Deps) -> int:
    """End leases that ran out. Returns how many."""
    with deps.unit_of_work() as uow:
        at = deps.clock()
        leases.mend(uow.session)
        return lapse_in_passing(uow.session, at, _MOST_AT_ONCE)


def lapse_in_passing(session: Session, at: datetime, most: int = _MOST_IN_PASSING) -> int:
    """End some lapsed leases in an open transaction, without waiting for a tick. Returns how many."""
    return sum(_lapse(session, lease, at) for lease in leases.lapsed(session, at, most))


def lapse_if_due(session: Session, lease: Lease, at: datetime) -> None:
    """End one lease if its time is up."""
    if lease.ended_at is None and lease.leased_until <= at:
        _lapse(session, lease, at)


def _lapse(session: Session, lease: Lease, at: datetime) -> bool:
    is_over = leases.lapse(session, lease, at)
    if is_over:
        leave_unreported(session, lease)
    return is_over


_Shares = list[tuple[int, Decided[Candidate]]]  # each with its agent; for a refusal, the agent who would have got it


def claim_candidates(
    deps: Deps, session: Session, asking: Asking, found: NextUp
) -> tuple[Mapping[int, list[Holding]], set[int]]:
    """Claim as many candidates as are wanted, for the first to ask first, and store the verdict on those refused.

    Returns what agents got, by agent, and the contacts not to be looked at again.

    Candidates are plain rows. The contact itself is read only for a refusal, to write its cached verdict.
    """
    decided = []
    if found.record is not None:  # no other agent holds the person or number of a candidate: no offers count
        decided = decide_batch(deps, found.candidates, found.record, asking.at, COUNT_NO_OFFERS)
    # Those to claim and those refused; callable ones beyond what is wanted are dropped.
    places = iter([agent_id for agent_id in found.ready for _ in range(asking.wanted[agent_id])])
    shared, refused, turn = _Shares(), _Shares(), next(places, None)
    for one in decided:
        if not one.is_callable:
            refused.append((found.ready[-1] if turn is None else turn, one))
        elif turn is not None:
            shared.append((turn, one))
            turn = next(places, None)
    claimed = leases.claim_all(session, [wish_for(agent_id, one) for agent_id, one in shared])
    contacts = by_ids(session, [one.contact.id for _, one in refused]) if refused else {}
    for agent_id, one in refused:
        kept = Decided(contacts[one.contact.id], one.facts, one.decision, one.house_pack, one.record)
        keep_refusal(deps, session, kept, agent_id)
    held: dict[int, list[Holding]] = {agent_id: [] for agent_id in asking.wanted}
    for agent_id, one in shared:
        if (lease := claimed.get(one.contact.id)) is not None:
            held[agent_id].append(holding_of(deps, lease, one))
    return held, {one.contact.id for _, one in (*shared, *refused)}


def wish_for(agent_id: int, decided: Decided[Any], callback_id: int | None = None) -> leases.Wish:
    """The claim of a callable contact, from the moment of its decision."""
    until = decided.lawful_until
    leased_until = min(decided.decision.at + LEASED_FOR, until)
    return leases.Wish(agent_id, decided.contact, leased_until, until, as_record(decided), callback_id)


def holding_of(deps: Deps, lease: Lease, decided: Decided[Any]) -> Holding:
    """An offered lease with the decision that allows it."""
    left = attempts_left(decided.facts, deps.rulebook(), decided.decision.at, decided.house_pack)
    return Holding(lease, decided.contact, decided.decision.findings, decided.record, left)


def holding_called(deps: Deps, lease: Lease, now: Decided[Any], allowed_by: tuple[Finding, ...]) -> Holding:
    """A lease being called, with the findings that allowed it. `now`: decided with the call on record."""
    if now.contact.number is None:
        return Holding(lease, now.contact, allowed_by, now.record, None)
    left = attempts_left(now.facts, deps.rulebook(), now.decision.at, now.house_pack)
    opened_at = next((one.opened_at for one in now.record.attempts if one.lease_id == lease.id), None)
    spans = callback_spans(deps, now, lease.number, opened_at)
    return Holding(lease, now.contact, allowed_by, now.record, left, spans)


def keep_refusal(
    deps: Deps, session: Session, decided: Decided[Contact], agent_id: int, lease_id: int | None = None
) -> None:
    """Store the decision that keeps a contact from an agent, and cache its verdict. `lease_id`: the lease it ends."""
    cache_verdict(deps, decided)
    record_decision(session, decided, "hand_out", agent_id, lease_id)


FRESH_FOR: Final = timedelta(seconds=1)  # other processes and the clock change a hand, too
_log = logging.getLogger(__name__)
T = TypeVar("T", bound=WithHand)


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


@contextmanager
def _reading() -> Iterator[None]:
    """Raises _Unread, whatever the fault."""
    try:
        yield
    except Exception as fault:
        _log.warning("event=hand_not_read fault=%s", type(fault).__name__)
        raise _Unread from fault


class Press:
    """A press on a card in its transaction: what it reads of the hand and of the record, it reads once."""

    def __init__(self, session: Session, actor: Actor, *, draws: bool = True) -> None:
        self.session, self.actor, self._draws = session, actor, draws
        self.record: OnRecord | None = None  # of what was locked and, where the hand is drawn, of the hand
        self.allowed: dict[int, tuple[Finding, ...]] = {}  # by lease: the findings that allowed a call just now
        self._held: list[tuple[Lease, Contact]] | None = None
        self._locked: tuple[Touched, Sequence[Contact]] | None = None  # the contacts last locked, and whose they are

    @property
    def held(self) -> list[tuple[Lease, Contact]]:
        """The agent's leases with their contacts, oldest first: those in force when they were first asked for."""
        if self._held is None:
            self._held = list(leases.held_by(self.session, self.actor.agent_id))
        return self._held

    def takes(self, lease: Lease, contact: Contact) -> None:
        """The agent holds this contact again."""
        others = [one for one in self.held if one[0] is not lease]  # read only now, they have it already
        self._held = sorted([*others, (lease, contact)], key=lambda one: one[0].id or 0)

    def lock(self, touched: Touched) -> Sequence[Contact]:
        """Every contact of the numbers and persons, locked."""
        if self._locked is None or self._locked[0] != touched:
            self._locked = touched, contacts_sharing(self.session, *touched, for_update=True)
        return self._locked[1]

    def read(self, about: Sequence[Contact]) -> OnRecord:
        """Everything on record now about these contacts and, where the hand is drawn, about those that the agent holds.

        Raises _Unread where it cannot be read for these together.
        """
        shown = [contact for _, contact in self.held] if self._draws else []
        batch = {one.id: one for one in (*about, *shown)}
        with _reading() if self._draws else nullcontext():
            self.record = on_record(self.session, list(batch.values()))
        return self.record


def _take_turn(uow: UnitOfWork, actor: Actor) -> None:
    """Let presses of one agent take turns. One that goes on in the transaction of its admission has its turn."""
    if not uow.is_continued:
        agents.let_one_at_a_time(uow.session, actor.agent_id)


def changed(deps: Deps, actor: Actor, change: Callable[[Press], T]) -> T:
    """Change what the actor holds, and read it in the same transaction: the answer's `hand`. `change` sends nothing.

    If the hand cannot be read, the change is made again alone, and the hand is None: what an agent says of a call is
    not lost because a card of theirs cannot be drawn. None also for an actor who is not at work.
    """
    ticket = deps.kept.of(_Tickets).take(actor.agent_id)
    try:
        with deps.unit_of_work() as uow:
            _take_turn(uow, actor)
            press = Press(uow.session, actor, draws=actor.is_active)
            answer = change(press)
            if actor.is_active:
                with _reading():
                    answer = replace(answer, hand=_read(deps, press, ticket))
    except _Unread:
        with deps.unit_of_work() as uow:
            _take_turn(uow, actor)
            answer = change(Press(uow.session, actor, draws=False))
    deps.kept.of(_Tickets).committed(actor.agent_id, ticket)
    return answer


def held_cards(deps: Deps, actor: Actor, hand: HandOut | None = None) -> HandOut:
    """What the agent holds, decided again: `hand`, if it was read just now and nothing came after it, else read anew.

    An agent who is paused or left a team may still have a call to finish.
    """
    tickets = deps.kept.of(_Tickets)
    if hand is not None:
        ticket, at = hand.reading or (0, None)  # one that was handed out has no reading: it always may be drawn
        if at is None or (tickets.is_last(actor.agent_id, ticket) and deps.clock() - at < FRESH_FOR):
            return hand
    ticket = tickets.take(actor.agent_id)
    with deps.unit_of_work() as uow:
        now = _read(deps, Press(uow.session, actor), ticket)
    return now if hand is None else replace(now, dropped=(*hand.dropped, *now.dropped))


def outdate(deps: Deps, actor: Actor) -> None:
    """The agent has just been given contacts: what was read of their hand before is not drawn."""
    deps.kept.of(_Tickets).take(actor.agent_id)


def decide_held(deps: Deps, press: Press, at: datetime) -> tuple[list[Holding], list[CallRefused]]:
    """Decide again what the agent holds; end what is no longer lawful. Returns what is held, and what was dropped."""
    session, actor = press.session, press.actor
    kept, dropped = list[Holding](), list[CallRefused]()
    if any(lease.leased_until <= at for lease, _ in press.held if lease.ended_at is None):
        lapse_in_passing(session, at)
    # Offers that still stand, and calls that go on. Another process may be just ending one: nobody waits for it.
    held = [
        (lease, contact)
        for lease, contact in press.held
        if lease.ended_at is None and (lease.stage is LeaseStage.CALLING or lease.leased_until > at)
    ]
    if not held:
        return kept, dropped
    record = press.record or on_record(session, [contact for _, contact in held])
    again = decide_batch(deps, [contact for _, contact in held], record, at, COUNT_NO_OFFERS)
    for (lease, contact), now in zip(held, again, strict=True):
        decided = now if lease.stage is LeaseStage.OFFERED else None
        if decided is not None and decided.is_callable and lease.number == contact.number:
            if decided.lawful_until < lease.lawful_until:
                leases.shorten(session, lease, decided.lawful_until)
            kept.append(holding_of(deps, lease, decided))
            continue
        if decided is not None:
            keep_refusal(deps, session, decided, actor.agent_id, lease.id)
            session.flush()  # the contact before its lease, as events do, so that neither waits for the other
            if leases.end(session, lease, at, LeaseEnd.REFUSED) or lease.ended_at is not None:
                dropped.append(CallRefused(contact.name, decided.refusal))
                continue
            # Call was pressed meanwhile, and that very call is what forbids another
        allowed_by = press.allowed.get(lease.id or 0)
        if allowed_by is None:
            allowed_by = findings_of(session, lease)
        kept.append(holding_called(deps, lease, now, allowed_by))
    return kept, dropped


def _read(deps: Deps, press: Press, ticket: int) -> HandOut:
    at = deps.clock()
    press.session.flush()  # what is on record is read past the session
    held, dropped = decide_held(deps, press, at)
    press.session.flush()
    return HandOut(0, cards(press.session, held, at, press.actor), None, tuple(dropped), reading=(ticket, at))


def held_now(session: Session, actor: Actor, batch: Sequence[Contact], at: datetime) -> list[HeldNow | None]:
    """For each contact the agent who holds it, its person or its number at `at`, if any."""
    numbers = {contact.number for contact in batch if contact.number}
    live = leases.live_on(session, actor.organisation_id, numbers, {contact.person_id for contact in batch})
    standing = [
        (lease, HeldNow(agent.name, lease.leased_until, lease.stage.value, agent.id == actor.agent_id))
        for lease, _, agent in live
        if lease.leased_until > at
    ]
    return [
        next((held for lease, held in standing if one.person_id == lease.person_id or one.number == lease.number), None)
        for one in batch
    ]


def promised_now(session: Session, actor: Actor, contact_ids: Sequence[int], at: datetime) -> dict[int, HeldNow]:
    """The contacts that another agent's callback keeps from the actor at `at`: whose it is, and until when."""
    return {
        contact_id or 0: HeldNow(agent_name, due_at + OVERDUE_AFTER, "promised")
        for contact_id, agent_name, due_at in callbacks.keepers(session, contact_ids, actor.agent_id, at)
    }
