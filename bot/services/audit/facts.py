"""The audit's own translation of the record: what was known about a call when it was opened, from rows as written.

It shares no code with the hand-out's translation, on purpose: each shows the other's faults. Only what had been
recorded by then counts: a later outcome, lifted hold or closed callback has not happened yet.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from sqlmodel import Session, col

from bot.services.audit import campaign_terms
from bot.services.audit import proofs as audit_proofs
from bot.services.audit.campaign_terms import CampaignTerms, Terms, stood_at
from bot.services.audit.proofs import Proofs
from bot.services.numbers.parsing import whereabouts_of
from policy import AttemptFact, CallbackFact, CallFacts, ContactFacts, Event, Facts, HoldFact, OverrideFact, StopFact
from policy.vocabulary import OF_PERSON, WRONG_PERSON, Outcome, Purpose
from storage.models import (
    Attempt,
    Callback,
    Contact,
    CorrectedLine,
    CorrectedPlace,
    Hold,
    ListMove,
    OutcomeRecord,
    Override,
    PersonMerge,
    PersonNumber,
    ReopenedNumber,
    SharedAttempt,
    Suppression,
)
from storage.queries.reports import audit as rows

# A call off the list of a team without a campaign. The audit assumes the loosest, to find only what is wrong under any.
UNKNOWN_PURPOSE = Purpose.SERVICE
NOBODY_KNOWS = "?"  # the person reached by a call off the list
SOMEBODY_ELSE = "!"  # the person reached by a call to a number that proved to be another person's


class Closure(NamedTuple):
    """A span in which a number was closed for a person. `until` None: it still is."""

    number: str
    since: datetime
    until: datetime | None
    because: str
    attempt_id: int | None

    def binds(self, number: str, attempt: Attempt) -> bool:
        """Whether the closure was known when the attempt was opened, and came from another attempt."""
        is_by_then = self.since <= attempt.opened_at and (self.until is None or self.until > attempt.opened_at)
        return is_by_then and self.number == number and self.attempt_id != attempt.id


class Parting(NamedTuple):
    """Two people who counted as one until a moment."""

    one: int
    other: int
    until: datetime


@dataclass
class Record:
    """All that is recorded about the numbers and persons of some attempts."""

    contacts: dict[int, Contact] = field(default_factory=dict)
    terms: CampaignTerms = field(default_factory=CampaignTerms)
    by_number: dict[str, list[Attempt]] = field(default_factory=lambda: defaultdict(list))
    by_person: dict[int, list[Attempt]] = field(default_factory=lambda: defaultdict(list))
    shared: dict[int, dict[int, Attempt]] = field(default_factory=lambda: defaultdict(dict))  # by person: others' by id
    partings: list[Parting] = field(default_factory=list)
    said: dict[int, list[OutcomeRecord]] = field(default_factory=lambda: defaultdict(list))
    proofs: Proofs = field(default_factory=Proofs)
    stops_by_number: dict[str, list[Suppression]] = field(default_factory=lambda: defaultdict(list))
    stops_by_person: dict[int, list[Suppression]] = field(default_factory=lambda: defaultdict(list))
    holds: dict[int, list[Hold]] = field(default_factory=lambda: defaultdict(list))  # by person
    overrides: dict[int, list[Override]] = field(default_factory=lambda: defaultdict(list))  # by contact
    callbacks: dict[int, list[Callback]] = field(default_factory=lambda: defaultdict(list))  # by person
    numbers: dict[int, list[PersonNumber]] = field(default_factory=lambda: defaultdict(list))  # by person
    closures: dict[int, list[Closure]] = field(default_factory=lambda: defaultdict(list))  # by person
    lines: dict[int, list[CorrectedLine]] = field(default_factory=lambda: defaultdict(list))  # by person
    moves: dict[int, list[ListMove]] = field(default_factory=lambda: defaultdict(list))  # by contact
    corrected_places: dict[int, list[CorrectedPlace]] = field(default_factory=lambda: defaultdict(list))  # by contact

    def outcome_at(self, attempt: Attempt, at: datetime) -> Outcome | None:
        """The attempt's outcome as recorded at a moment."""
        said = [one for one in self.said[attempt.id or 0] if one.recorded_at <= at]
        stands = [one for one in said if one.taken_back_at is None or one.taken_back_at > at]
        return stands[-1].outcome if stands else None

    def list_at(self, contact: Contact, at: datetime) -> int:
        """The list a contact belonged to at a moment."""
        return stood_at(at, self.moves[contact.id or 0], contact).list_id

    def line_at(self, number: PersonNumber, at: datetime) -> str:
        """The kind of line that a person's number counted as at a moment."""
        corrected = [one for one in self.lines[number.person_id] if one.number == number.number]
        return stood_at(at, corrected, number).line

    def who(self, attempt: Attempt) -> list[int]:
        """The persons who counted as the attempt's person when it was opened: most often one."""
        found = [] if attempt.person_id is None else [attempt.person_id]
        for person in found:
            for parting in self.partings:
                if parting.until > attempt.opened_at and person in parting[:2]:
                    found += [one for one in parting[:2] if one not in found]
        return found

    def on_its_person(self, attempt: Attempt) -> list[Attempt]:
        """Every attempt on its number or person, those on both twice; without others' that are shared."""
        theirs = (one for person in self.who(attempt) for one in self.by_person[person])
        return [*self.by_number[attempt.number], *theirs]

    def earlier(self, attempt: Attempt) -> list[Attempt]:
        """Every attempt on its number or person that was opened before it."""
        own, near = (attempt.opened_at, attempt.id or 0), self.on_its_person(attempt)
        for person in self.who(attempt):
            near += self.shared[person].values()
        return [one for one in {each.id: each for each in near}.values() if (one.opened_at, one.id or 0) < own]

    def was_known(self, attempt: Attempt, at: datetime) -> bool:
        """Whether it was on record: on a lease since it was opened, off the list since reported, else since found."""
        said = self.said[attempt.id or 0]
        if attempt.found_at is not None:
            return attempt.found_at <= at
        return attempt.lease_id is not None or not said or said[0].recorded_at <= at


def read(session: Session, organisation_id: int, attempts: Collection[Attempt], until: datetime) -> Record:
    """Read everything recorded before `until` about the numbers and persons of the attempts."""
    record = Record()
    numbers = {attempt.number for attempt in attempts}
    persons = {attempt.person_id for attempt in attempts if attempt.person_id is not None}
    record.partings = _partings(session, persons)
    history = rows.attempts_on(session, organisation_id, numbers, persons, until)
    for attempt in history:
        record.by_number[attempt.number].append(attempt)
        if attempt.person_id is not None:
            record.by_person[attempt.person_id].append(attempt)
    for statement in rows.statements_on(session, [attempt.id for attempt in history if attempt.id is not None]):
        record.said[statement.attempt_id].append(statement)
    _read_shared(session, record, organisation_id, persons)
    contacts = rows.where_in(session, Contact, Contact.person_id, persons)
    record.contacts = {contact.id: contact for contact in contacts if contact.id is not None}
    record.terms = campaign_terms.read(session, organisation_id, attempts)
    record.moves = rows.grouped(session, ListMove, ListMove.contact_id, record.contacts)
    record.corrected_places = rows.grouped(session, CorrectedPlace, CorrectedPlace.contact_id, record.contacts)
    lists = {contact.list_id for contact in contacts} | {one.list_id for of in record.moves.values() for one in of}
    record.proofs = audit_proofs.read(session, organisation_id, numbers, persons, lists)
    for stop in rows.suppressions_on(session, organisation_id, numbers, persons):
        record.stops_by_number[stop.number].append(stop)
        if stop.person_id is not None:
            record.stops_by_person[stop.person_id].append(stop)
    for hold in rows.where_in(session, Hold, Hold.contact_id, record.contacts):
        record.holds[record.contacts[hold.contact_id].person_id].append(hold)
    record.overrides = rows.grouped(session, Override, Override.contact_id, record.contacts)
    record.callbacks = rows.grouped(session, Callback, Callback.person_id, persons)
    record.numbers = rows.grouped(session, PersonNumber, PersonNumber.person_id, persons)
    record.lines = rows.grouped(session, CorrectedLine, CorrectedLine.person_id, persons)
    for one in (number for of in record.numbers.values() for number in of):
        if one.closed_at is not None:
            closure = Closure(one.number, one.closed_at, None, one.closed_because, one.closed_attempt_id)
            record.closures[one.person_id].append(closure)
    for was in rows.where_in(session, ReopenedNumber, ReopenedNumber.person_id, persons):
        closure = Closure(was.number, was.closed_at, was.reopened_at, was.closed_because, was.attempt_id)
        record.closures[was.person_id].append(closure)
    return record


def _partings(session: Session, persons: set[int]) -> list[Parting]:
    """The partings of the persons; adds to `persons` those from whom they were parted, and the other way round."""
    found: dict[int | None, Parting] = {}
    asked = set(persons)
    while asked:
        parted = [
            *rows.where_in(session, PersonMerge, PersonMerge.parted_from, asked),
            *rows.where_in(session, PersonMerge, PersonMerge.person_id, asked),
        ]
        for row in parted:
            if row.parted_from is not None and row.parted_at is not None:
                found[row.id] = Parting(row.person_id, row.parted_from, row.parted_at)
        asked = {person for parting in found.values() for person in parting[:2]} - persons
        persons |= asked
    return list(found.values())


def _read_shared(session: Session, record: Record, organisation_id: int, persons: Collection[int]) -> None:
    ours = col(SharedAttempt.organisation_id) == organisation_id
    shared = rows.where_in(session, SharedAttempt, SharedAttempt.person_id, persons, ours)
    attempts = {one.id: one for one in rows.where_in(session, Attempt, Attempt.id, (row.attempt_id for row in shared))}
    for row in shared:
        record.shared[row.person_id][row.attempt_id] = attempts[row.attempt_id]
    unread = [key for key in attempts if key is not None and key not in record.said]
    for statement in rows.statements_on(session, unread):
        record.said[statement.attempt_id].append(statement)


def facts_at_opening(record: Record, attempt: Attempt, terms: Terms | None, whole_at: datetime | None = None) -> Facts:
    """What was known when the attempt was opened, on these terms. `whole_at`: with earlier calls found by then."""
    if terms is None:
        call = CallFacts(UNKNOWN_PURPOSE, attempt.principal, "", subject=attempt.subject)
    else:
        call = CallFacts(
            purpose=terms.purpose,
            principal=record.terms.principal_of(attempt, terms),
            campaign=str(record.terms.campaign_of(terms).id),
            sector=terms.sector,
            subject=attempt.subject,
            caller_role=terms.caller_role,
            authorised_for=frozenset(terms.authorised_for.split()),
            codes=frozenset(terms.codes.split()),
            is_number_shown=terms.is_number_shown,
        )
    return Facts(call, _contact(record, attempt), tuple(_events(record, attempt, call.principal, whole_at)))


def _contact(record: Record, attempt: Attempt) -> ContactFacts:
    listed = record.contacts.get(attempt.contact_id or 0)
    every = [number for person in record.who(attempt) for number in record.numbers[person]]
    found = [number for number in every if number.number == attempt.number]
    source = ""
    if listed is not None:
        then = stood_at(attempt.opened_at, record.corrected_places[listed.id or 0], listed)
        places, zones = tuple(then.places.split()), tuple(then.zones.split())
        source = audit_proofs.numbers_from(record.proofs, record.list_at(listed, attempt.opened_at), attempt.opened_at)
    else:
        pointed = whereabouts_of(attempt.number)
        places, zones = tuple(pointed.places), tuple(pointed.zones)
    line = record.line_at(found[0], attempt.opened_at) if found else "consumer"
    is_company = line == "company"
    return ContactFacts(
        person=_name_of(attempt.person_id) or NOBODY_KNOWS,
        number=attempt.number,
        places=places,
        zones=zones,
        number_kind=attempt.number_kind,
        line="business" if is_company else line,
        subscriber="corporate" if is_company else "",
        source=source,
    )


def _events(record: Record, attempt: Attempt, principal: str, whole_at: datetime | None) -> Iterator[Event]:
    """Events known when the attempt was opened, without its own effects: off the list these have the same time."""
    at = attempt.opened_at
    yield from _earlier_attempts(record, attempt, principal, whole_at)
    persons, theirs = record.who(attempt), _name_of(attempt.person_id)
    stops = record.stops_by_number[attempt.number] + [one for each in persons for one in record.stops_by_person[each]]
    for stop in {id(one): one for one in stops if one.since <= at and one.attempt_id != attempt.id}.values():
        if audit_proofs.if_by(stop.withdrawn_at, at) is not None:  # a mistake, withdrawn
            continue
        yield StopFact(
            at=stop.since,
            reason=stop.reason,
            person=theirs if stop.person_id in persons else _name_of(stop.person_id),
            number=stop.number,
            principal=stop.principal,
            until=stop.until,
        )
    yield from audit_proofs.of_number(record.proofs, attempt.number, at)
    listed = record.contacts.get(attempt.contact_id or 0)
    if listed is not None:
        yield from audit_proofs.of_list(record.proofs, record.list_at(listed, at), attempt.principal, at)
        for one in record.overrides[attempt.contact_id or 0]:
            if one.approved_at <= at:
                yield OverrideFact(one.approved_at, one.rule, one.reason, str(one.approved_by), one.until)
    for person in persons:
        yield from _events_of_person(record, attempt, person)


def _events_of_person(record: Record, attempt: Attempt, person: int) -> Iterator[Event]:
    at = attempt.opened_at
    yield from audit_proofs.of_person(record.proofs, person, at)
    for one in record.closures[person]:
        if one.binds(one.number, attempt):
            yield StopFact(one.since, "number_closed", _name_of(attempt.person_id), one.number, is_pair_only=True)
    for hold in record.holds[person]:
        is_own = hold.contact_id == attempt.contact_id
        lifted_at = audit_proofs.if_by(hold.lifted_at, at)
        if hold.is_taken_back and lifted_at is not None:
            continue  # no team lead has looked: what others recorded about the person stands
        # a team lead's own hold on another list's contact stops only that contact
        is_of_person = lifted_at is not None or hold.reason in OF_PERSON
        if hold.placed_at <= at and hold.attempt_id != attempt.id and (is_own or is_of_person):
            yield HoldFact(hold.placed_at, hold.reason, lifted_at)
    for callback in record.callbacks[person]:
        # the call that keeps a callback closes it at this very moment: it still stood then
        is_over = callback.closed_at is not None and callback.closed_at < at
        if callback.asked_at <= at:
            yield CallbackFact(
                asked_at=callback.asked_at,
                due_at=callback.due_at,
                person=_name_of(attempt.person_id),
                principal=callback.principal,
                is_hour_named=callback.is_hour_named,
                closed_at=callback.closed_at if is_over else None,
            )


def _earlier_attempts(
    record: Record, attempt: Attempt, principal: str, whole_at: datetime | None
) -> Iterator[AttemptFact]:
    at, persons = attempt.opened_at, record.who(attempt)
    shared = {key for person in persons for key in record.shared[person]}
    for other in record.earlier(attempt):
        found_by = None if other.found_at is None else whole_at
        if (seen_at := at if record.was_known(other, at) else found_by) is None:
            continue
        is_theirs = other.person_id in persons or other.id in shared
        yield AttemptFact(
            at=other.opened_at,
            number=other.number,
            person=_whose(record, other, attempt if is_theirs else other),
            principal=other.principal or principal,  # unknown principal: it counts for each
            campaign=_name_of(other.campaign_id),
            subject=other.subject,
            outcome=record.outcome_at(other, seen_at),
            direction=other.direction,
            channel=other.channel,
            number_kind=other.number_kind,
        )


def _whose(record: Record, other: Attempt, then: Attempt) -> str:
    # If the number had by then proved not to be this person's, earlier calls to it did not reach them.
    closures = record.closures[other.person_id or 0]
    was_somebody_else = any(one.because in WRONG_PERSON and one.binds(other.number, then) for one in closures)
    return SOMEBODY_ELSE if was_somebody_else else _name_of(then.person_id)


def _name_of(key: int | None) -> str:
    return "" if key is None else str(key)
