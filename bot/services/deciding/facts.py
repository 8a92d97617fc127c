"""Translates stored rows into the facts of a decision, with one query for a batch.

Proofs first: screenings, consents, relationships, requests, hours, a list's basis, overrides.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final, Generic, TypeVar

from sqlmodel import Session

from bot.services.numbers.parsing import line_and_subscriber
from policy import (
    AttemptFact,
    BasisFact,
    CallbackFact,
    CallFacts,
    ConsentFact,
    ContactFacts,
    Event,
    Facts,
    HoldFact,
    OverrideFact,
    PersonalHoursFact,
    RelationshipFact,
    RequestFact,
    ScreeningFact,
    StopFact,
    WithdrawalFact,
)
from policy.facts.types import fast_maker
from policy.vocabulary import OF_PERSON, WRONG_PERSON
from storage.models import (
    Attempt,
    Callback,
    Campaign,
    Consent,
    ContactList,
    PersonalHours,
    PersonNumber,
    Screening,
    Suppression,
)
from storage.models.proofs import weekdays
from storage.queries import proofs as rows
from storage.record.whole_record import AnyContact, OnRecord, OverrideRow

_make_screening = fast_maker(ScreeningFact)


@dataclass(frozen=True, slots=True)
class Proofs:
    """The proofs on a batch of contacts, by person, number, list and contact."""

    by_person: dict[int, list[Event]]
    by_number: dict[str, list[Event]]
    lists: dict[int, ContactList]
    by_contact: dict[int, list[Event]]

    def of(self, contact: AnyContact, principal: str) -> list[Event]:
        """The proofs about one contact, for the principal of its campaign."""
        listed = self.lists.get(contact.list_id)
        basis = [] if listed is None or not listed.basis else [basis_of(listed, principal)]
        of_number, approved = self.by_number.get(contact.number or "", ()), self.by_contact.get(contact.id or 0, ())
        return [*self.by_person.get(contact.person_id, ()), *of_number, *basis, *approved]


def proofs_of(record: OnRecord, latest: datetime) -> Proofs:
    """Group the proofs on record. `latest`: see `facts_of`; among proofs, Nextcall dates only overrides."""
    by_person: dict[int, list[Event]] = defaultdict(list)
    for consent in record.consents:
        by_person[consent.person_id].append(
            ConsentFact(
                at=consent.given_at,
                kind=consent.kind,
                principal=consent.principal,
                number=consent.number,
                is_proved=consent.is_proved,
                is_third_party=consent.is_third_party,
                is_express=consent.is_express,
                from_creditor=consent.from_creditor,
                ends_at=consent.ends_at,
                withdrawn_at=consent.withdrawn_at,
                first_used_at=consent.first_used_at,
            )
        )
    for taken_back in record.withdrawals:
        by_person[taken_back.person_id].append(
            WithdrawalFact(taken_back.at, taken_back.kind, principal=taken_back.principal)
        )
    for tie in record.relationships:
        by_person[tie.person_id].append(
            RelationshipFact(tie.kind, tie.from_on, tie.principal, tie.ended_on, tie.is_related, tie.is_opt_out_offered)
        )
    for request in record.requests:
        by_person[request.person_id].append(
            RequestFact(request.at, request.principal, request.due_at, request.is_complete)
        )
    for hours in record.hours:
        by_person[hours.person_id].append(personal_hours_of(hours))
    by_number: dict[str, list[Event]] = defaultdict(list)
    for screening in record.screenings:
        by_number[screening.number].append(screening_of(screening))
    by_contact: dict[int, list[Event]] = defaultdict(list)
    for override in record.overrides:
        by_contact[override.contact_id].append(override_of(override, latest))
    return Proofs(by_person, by_number, record.lists, by_contact)


@lru_cache(maxsize=1024)
def basis_of(listed: ContactList, principal: str) -> BasisFact:
    """The basis of a list, on record from its import."""
    is_told, is_assessed = listed.is_told_of_calls, listed.is_interest_assessed
    return BasisFact(listed.imported_at, listed.basis, is_told, principal, is_assessed=is_assessed)


def screening_of(row: Screening) -> ScreeningFact:
    campaign = "" if row.campaign_id is None else str(row.campaign_id)
    return _make_screening(row.register_name, row.obtained_at, row.is_listed, row.listed_on, row.number, campaign)


def personal_hours_of(row: PersonalHours) -> PersonalHoursFact:
    return PersonalHoursFact(
        row.at, weekdays(row.blocked_days), row.blocked_from, row.blocked_until, row.ends_on, row.source
    )


def override_of(row: OverrideRow, latest: datetime) -> OverrideFact:
    return OverrideFact(min(row.approved_at, latest), row.rule, row.reason, row.approved_by, row.until)


def mark_used(session: Session, person_ids: Iterable[int], organisation_id: int, principal: str, at: datetime) -> None:
    """Mark consents that name the principal as used, from the first call on."""
    for consent in rows.of_persons(session, Consent, organisation_id, set(person_ids)):
        if consent.principal == principal and consent.first_used_at is None and consent.withdrawn_at is None:
            consent.first_used_at = at


K = TypeVar("K")
V = TypeVar("V")
F = TypeVar("F", AttemptFact, StopFact)

NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Offers:
    """How offered leases count: provisionally, but for those of `except_agent`; not for a cache that outlives them."""

    is_counted: bool = True
    except_agent: int | None = None


COUNT_NO_OFFERS = Offers(is_counted=False)
SOMEBODY_ELSE: Final = "somebody else"  # no person has this name
_NOWHERE: list[int] = []
_make_attempt, _make_contact, _make_facts = fast_maker(AttemptFact), fast_maker(ContactFacts), fast_maker(Facts)


class _Index(Generic[F]):
    """Facts by number and by person, each once, in order."""

    def __init__(self, facts: Iterable[F]) -> None:
        self._facts: list[F] = list(facts)
        self._by_number: dict[str, list[int]] = defaultdict(list)
        self._by_person: dict[str, list[int]] = defaultdict(list)
        for place, fact in enumerate(self._facts):
            self._by_number[fact.number].append(place)
            self._by_person[fact.person].append(place)

    def of(self, number: str, person: str) -> list[F]:
        of_number: list[int] = self._by_number.get(number, _NOWHERE) if number else _NOWHERE
        of_person: list[int] = self._by_person.get(person, _NOWHERE)
        if not of_number or of_number == of_person:  # nearly always: one number, called for one person
            places = of_person
        else:
            places = sorted({*of_number, *of_person}) if of_person else of_number
        return [self._facts[place] for place in places]


@dataclass(frozen=True, slots=True)
class _Known:
    """All that is on record about the numbers and persons of a batch."""

    calls: dict[int, CallFacts]  # by campaign
    numbers: dict[int, list[PersonNumber]]  # by person
    dials: "_Index[AttemptFact]"
    shared: dict[str, list[AttemptFact]]  # by person: others' attempts that count for them too
    stops: "_Index[StopFact]"
    closed: dict[int, list[StopFact]]  # by person: numbers not in service or wrong
    callbacks: dict[str, list[CallbackFact]]  # by person
    holds: dict[int, list[HoldFact]]  # by contact
    of_person: dict[str, list[HoldFact]]  # holds after an outcome, on any contact of the person; lifted or not
    proofs: Proofs


def facts_of(
    batch: Sequence[AnyContact], record: OnRecord, at: datetime, offers: Offers, *, is_now: bool = True
) -> list[Facts]:
    """The facts of each contact, in order. Everything about its number or its person counts, on whichever list.

    `is_now`: whatever is on record has happened. A record dated after `at`, by another machine's clock or by one since
    set back, counts as of `at`, or the engine would not know of it. If false, what came after `at` stays unknown.
    Proofs keep their own dates.
    """
    known = _known(record, at, offers, at if is_now else NEVER)
    return [_facts(contact, known) for contact in batch]


def call_facts(campaign: Campaign) -> CallFacts:
    """A campaign's calls as facts of the law."""
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
        starts_on=campaign.starts_on,
        ends_on=campaign.ends_on,
    )


def _known(record: OnRecord, at: datetime, offers: Offers, latest: datetime) -> _Known:
    """Group what is known. `latest`: records that Nextcall dated itself count as no later than this."""
    of_person = _grouped((row.person_id, row) for row in record.numbers)
    wrong = {(row.person_id, row.number) for row in record.numbers if row.closed_because in WRONG_PERSON}
    offered = [
        AttemptFact(
            at=min(one.offered_at, latest),
            number=one.number,
            person=str(one.person_id),
            principal=one.principal,
            campaign=str(one.campaign_id),
            subject=one.subject,
            is_provisional=True,
        )
        for one in record.offers
        if offers.is_counted and one.agent_id != offers.except_agent and one.leased_until > at
    ]
    # no team lead has looked at a hold whose outcome was taken back: it lifts no other hold
    lasting = (row for row in record.holds if not (row.is_taken_back and _is_past(row.lifted_at, at, latest)))
    holds = [(row, HoldFact(min(row.placed_at, latest), row.reason, row.lifted_at)) for row in lasting]
    closed = [(row.person_id, _closed(row, row.closed_at, latest)) for row in record.numbers if row.closed_at]
    return _Known(
        calls={key: call_facts(campaign) for key, campaign in record.campaigns.items()},
        numbers=of_person,
        dials=_Index([*(_attempt(row, wrong, latest) for row in record.attempts), *offered]),
        shared=_grouped(
            (str(row.person_id), _attempt(row, wrong, latest))
            for row in record.shared
            if (row.person_id, row.number) not in wrong
        ),
        # the person never said a stop that was taken back: it does not end their request to be called
        stops=_Index(_stop(row, latest) for row in record.suppressions if not _is_past(row.withdrawn_at, at, latest)),
        closed=_grouped(closed),
        callbacks=_grouped((str(row.person_id), _callback(row, latest)) for row in record.callbacks),
        holds=_grouped((row.contact_id, hold) for row, hold in holds),
        of_person=_grouped((str(row.person_id), hold) for row, hold in holds if row.reason in OF_PERSON),
        proofs=proofs_of(record, latest),
    )


def _facts(contact: AnyContact, known: _Known) -> Facts:
    person, number = str(contact.person_id), contact.number or ""
    call = known.calls[contact.campaign_id]
    listed = known.proofs.lists.get(contact.list_id)
    dials = known.dials.of(number, person)
    if shared := known.shared.get(person):
        # The dials, with those that the person shares with another as theirs, each once.
        others = [one for one in dials if one.person == person or replace(one, person=person) not in shared]
        dials = sorted([*others, *shared], key=lambda one: one.at)
    for place, dial in enumerate(dials):
        if not dial.principal:  # an off-list call with an unknown principal counts for each principal
            dials[place] = replace(dial, principal=call.principal)
    held = known.holds.get(contact.id or 0, ())
    events: tuple[Event, ...] = (
        *dials,
        *known.stops.of(number, person),
        *known.closed.get(contact.person_id, ()),
        *known.callbacks.get(person, ()),
        *held,
        *(hold for hold in known.of_person.get(person, ()) if hold not in held),
        *known.proofs.of(contact, call.principal),
    )
    mine, source = known.numbers.get(contact.person_id, ()), "" if listed is None else listed.numbers_from
    return _make_facts(call, _contact_facts(contact, person, number, mine, source), events)


def _contact_facts(
    contact: AnyContact, person: str, number: str, mine: Sequence[PersonNumber], source: str
) -> ContactFacts:
    kind, line = "", "consumer"
    for one in mine:
        if one.number == number:
            kind, line = one.kind, one.line
            break
    line, whose = line_and_subscriber(line)
    places, zones = _words(contact.places), _words(contact.zones)
    return _make_contact(person, number, places, zones, number_kind=kind, line=line, subscriber=whose, source=source)


@lru_cache(maxsize=4096)
def _words(said: str) -> tuple[str, ...]:
    return tuple(said.split())


def _attempt(row: Attempt, wrong: Collection[tuple[int | None, str]], latest: datetime) -> AttemptFact:
    """An attempt as a fact. `wrong`: persons with a number that proved not theirs: it counts for the number alone.

    It is unknown whom an off-list call reached, so it counts for each person asked about.
    """
    person = "" if row.person_id is None else str(row.person_id)
    if (row.person_id, row.number) in wrong:
        person = SOMEBODY_ELSE
    return _make_attempt(
        at=min(row.opened_at, latest),
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


def _stop(row: Suppression, latest: datetime) -> StopFact:
    return StopFact(
        at=min(row.since, latest),
        reason=row.reason,
        person="" if row.person_id is None else str(row.person_id),
        number=row.number,
        principal=row.principal,
        until=row.until,
    )


def _is_past(moment: datetime | None, at: datetime, latest: datetime) -> bool:
    return moment is not None and min(moment, latest) <= at


def _closed(row: PersonNumber, closed_at: datetime, latest: datetime) -> StopFact:
    at = min(closed_at, latest)
    return StopFact(at, "number_closed", str(row.person_id), row.number, is_pair_only=True)


def _callback(row: Callback, latest: datetime) -> CallbackFact:
    return CallbackFact(
        asked_at=min(row.asked_at, latest),
        due_at=row.due_at,
        person=str(row.person_id),
        principal=row.principal,
        is_hour_named=row.is_hour_named,
        closed_at=row.closed_at and min(row.closed_at, latest),
    )


def _grouped(pairs: Iterable[tuple[K, V]]) -> dict[K, list[V]]:
    found: dict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        found[key].append(value)
    return dict(found)
