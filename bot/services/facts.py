"""The one translator from stored rows to the facts of a decision, in a fixed number of questions for any batch."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Generic, TypeVar

from sqlmodel import Session

from bot.services.proofs import Proofs
from bot.services.proofs import read as read_proofs
from policy import AttemptFact, CallbackFact, CallFacts, ContactFacts, Event, Facts, HoldFact, OverrideFact, StopFact
from policy.vocabulary import Outcome
from storage.models import Attempt, Callback, Campaign, Contact, Hold, Lease, PersonNumber, Suppression
from storage.queries import attempts, callbacks, compliance, contacts, holdings

K = TypeVar("K")
V = TypeVar("V")
F = TypeVar("F", AttemptFact, StopFact)

HOLDING = (Outcome.COMPLAINT, Outcome.VULNERABLE)  # outcomes after which a team lead must look


@dataclass(frozen=True, slots=True)
class Offers:
    """How offered leases count: provisionally, but for those of `except_agent`; or, for a cache that outlives them, not."""

    is_counted: bool = True
    except_agent: int | None = None


COUNT_NO_OFFERS = Offers(is_counted=False)


class _Index(Generic[F]):
    """Facts found again by number or by person, each once, in the order they came."""

    def __init__(self, facts: Iterable[F]) -> None:
        self._facts: list[F] = list(facts)
        self._by_number: dict[str, list[int]] = defaultdict(list)
        self._by_person: dict[str, list[int]] = defaultdict(list)
        for place, fact in enumerate(self._facts):
            self._by_number[fact.number].append(place)
            self._by_person[fact.person].append(place)

    def of(self, number: str, person: str) -> list[F]:
        places = {*(self._by_number.get(number, ()) if number else ()), *self._by_person.get(person, ())}
        return [self._facts[place] for place in sorted(places)]


@dataclass(frozen=True, slots=True)
class _Known:
    """All that is on record about the numbers and persons of a batch."""

    campaigns: dict[int, Campaign]
    numbers: dict[int, list[PersonNumber]]  # by person
    dials: "_Index[AttemptFact]"
    stops: "_Index[StopFact]"
    callbacks: dict[str, list[CallbackFact]]  # by person
    holds: dict[int, list[HoldFact]]  # by contact
    lifted: dict[str, list[HoldFact]]  # by person: holds after an outcome that a team lead has lifted
    proofs: Proofs


def gather(
    session: Session, batch: Sequence[Contact], at: datetime, offers: Offers, *, is_now: bool = True
) -> list[Facts]:
    """The facts of each contact, in order. Everything on its number or its person counts, whichever list it came by.

    `is_now`: what is on record has happened, also where another machine's clock, or this one before it was set back,
    dated it later than `at`. The engine would not know of it yet: it counts as of `at`. Otherwise `at` is another moment,
    and what came after it stays unknown.
    """
    if not batch:
        return []
    known = _known(session, batch, at, offers)
    found = [_facts(contact, known) for contact in batch]
    return [_by_now(facts, at) for facts in found] if is_now else found


def call_facts(campaign: Campaign) -> CallFacts:
    """What a campaign's calls are, as the law looks at them."""
    return CallFacts(
        purpose=campaign.purpose,
        principal=campaign.principal,
        campaign=str(campaign.id),
        sector=campaign.sector,
        subject=campaign.subject,
        caller_role=campaign.caller_role,
        authorised_for=frozenset(campaign.authorised_for.split()),
        codes=frozenset(campaign.codes.split()),
        is_number_shown=campaign.is_number_shown,
    )


def _known(session: Session, batch: Sequence[Contact], at: datetime, offers: Offers) -> _Known:
    organisation_id = batch[0].organisation_id
    persons = {contact.person_id for contact in batch}
    numbers = {contact.number for contact in batch if contact.number}
    of_person = _by_person(compliance.numbers_of(session, persons))
    dialled = attempts.on(session, organisation_id, numbers, persons)
    leases = holdings.offered_on(session, organisation_id, numbers, persons, at) if offers.is_counted else ()
    held = compliance.holds_of_persons(session, organisation_id, persons)
    campaigns = contacts.campaigns(session, {c.campaign_id for c in batch} | {lease.campaign_id for lease in leases})
    offered = [
        _offer(one.lease, campaigns[one.campaign_id]) for one in leases if one.lease.agent_id != offers.except_agent
    ]
    return _Known(
        campaigns=campaigns,
        numbers=of_person,
        dials=_Index([*(_attempt(row, of_person) for row in dialled), *offered]),
        stops=_Index(map(_stop, compliance.suppressions_on(session, organisation_id, numbers, persons))),
        callbacks=_grouped((str(row.person_id), _callback(row)) for row in callbacks.on(session, persons)),
        holds=_grouped((hold.contact_id, _hold(hold)) for hold, _ in held),
        lifted=_grouped((str(person), _hold(hold)) for hold, person in held if _was_lifted(hold)),
        proofs=read_proofs(session, batch),
    )


def _facts(contact: Contact, known: _Known) -> Facts:
    person, number = str(contact.person_id), contact.number or ""
    call = call_facts(known.campaigns[contact.campaign_id])
    mine = known.numbers.get(contact.person_id, [])
    dials = [_for_principal(fact, call.principal) for fact in known.dials.of(number, person)]
    held = known.holds.get(contact.id or 0, [])
    lifted = [hold for hold in known.lifted.get(person, []) if hold not in held]
    stops = known.stops.of(number, person)
    closed = [stop for one in mine if (stop := _closed(one)) is not None]
    promised = known.callbacks.get(person, [])
    proofs = known.proofs.of(contact, call.principal)
    events: tuple[Event, ...] = (*dials, *stops, *closed, *promised, *held, *lifted, *proofs)
    return Facts(call, _contact_facts(contact, person, number, mine), events)


def _by_now(facts: Facts, at: datetime) -> Facts:
    return replace(facts, events=tuple(_happened_by(at, event) for event in facts.events))


def _happened_by(at: datetime, event: Event) -> Event:
    """What we wrote ourselves when it came, no later than `at`. Proofs keep the dates that they bear."""
    if isinstance(event, CallbackFact):
        closed_at = event.closed_at and min(event.closed_at, at)
        return replace(event, asked_at=min(event.asked_at, at), closed_at=closed_at)
    if isinstance(event, AttemptFact | StopFact | HoldFact | OverrideFact) and event.at > at:
        return replace(event, at=at)
    return event


def _contact_facts(contact: Contact, person: str, number: str, mine: Sequence[PersonNumber]) -> ContactFacts:
    own = next((one for one in mine if one.number == number), None)
    return ContactFacts(
        person=person,
        number=number,
        places=tuple(contact.places.split()),
        zones=tuple(contact.zones.split()),
        number_kind=own.kind if own else "",
        line=own.line if own else "consumer",
    )


def _attempt(row: Attempt, of_person: dict[int, list[PersonNumber]]) -> AttemptFact:
    person = "" if row.person_id is None or _was_somebody_else(row, of_person) else str(row.person_id)
    return AttemptFact(
        at=row.opened_at,
        number=row.number,
        person=person,
        principal=row.principal,
        campaign="" if row.campaign_id is None else str(row.campaign_id),
        subject=row.subject,
        outcome=row.outcome,
        direction=row.direction,
        channel=row.channel,
        number_kind=row.number_kind,
    )


def _was_somebody_else(row: Attempt, of_person: dict[int, list[PersonNumber]]) -> bool:
    """The number proved not to be this person's: its attempts were calls to the number, never to the person."""
    return any(
        one.number == row.number and one.closed_because == Outcome.WRONG_NUMBER
        for one in of_person.get(row.person_id or 0, ())
    )


def _offer(lease: Lease, campaign: Campaign) -> AttemptFact:
    person = str(lease.person_id)
    return AttemptFact(
        at=lease.offered_at,
        number=lease.number,
        person=person,
        principal=campaign.principal,
        campaign=str(campaign.id),
        subject=campaign.subject,
        is_provisional=True,
    )


def _for_principal(fact: AttemptFact, principal: str) -> AttemptFact:
    """A call off the list whose principal nobody knows counts for each of them: every dial counts."""
    return fact if fact.principal else replace(fact, principal=principal)


def _stop(row: Suppression) -> StopFact:
    return StopFact(
        at=row.since,
        reason=row.reason,
        person="" if row.person_id is None else str(row.person_id),
        number=row.number,
        principal=row.principal,
        until=row.until,
        withdrawn_at=row.withdrawn_at,
    )


def _closed(row: PersonNumber) -> StopFact | None:
    if row.closed_at is None:
        return None
    return StopFact(at=row.closed_at, reason="number_closed", person=str(row.person_id), number=row.number)


def _callback(row: Callback) -> CallbackFact:
    return CallbackFact(
        asked_at=row.asked_at,
        due_at=row.due_at,
        person=str(row.person_id),
        principal=row.principal,
        is_hour_named=row.is_hour_named,
        closed_at=row.closed_at,
    )


def _hold(row: Hold) -> HoldFact:
    return HoldFact(at=row.placed_at, reason=row.reason, lifted_at=row.lifted_at)


def _was_lifted(row: Hold) -> bool:
    return row.lifted_at is not None and row.reason in HOLDING


def _by_person(rows: Iterable[PersonNumber]) -> dict[int, list[PersonNumber]]:
    return _grouped((row.person_id, row) for row in rows)


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)
