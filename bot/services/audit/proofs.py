"""The audit's own reading of proofs: screenings, consents, withdrawals, relationships, requests, personal hours.

Only what had been recorded when the call was opened counts.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from sqlmodel import Session

from policy import (
    BasisFact,
    ConsentFact,
    Event,
    PersonalHoursFact,
    RelationshipFact,
    RequestFact,
    ScreeningFact,
    WithdrawalFact,
)
from storage.models import CallRequest, Consent, ContactList, PersonalHours, Relationship, Screening, Withdrawal
from storage.models.proofs import weekdays
from storage.queries.reports import audit as rows


@dataclass
class Proofs:
    """The proofs on record about some numbers and persons."""

    screenings: dict[str, list[Screening]] = field(default_factory=lambda: defaultdict(list))  # by number
    consents: dict[int, list[Consent]] = field(default_factory=lambda: defaultdict(list))  # from here on by person
    withdrawals: dict[int, list[Withdrawal]] = field(default_factory=lambda: defaultdict(list))
    relationships: dict[int, list[Relationship]] = field(default_factory=lambda: defaultdict(list))
    requests: dict[int, list[CallRequest]] = field(default_factory=lambda: defaultdict(list))
    hours: dict[int, list[PersonalHours]] = field(default_factory=lambda: defaultdict(list))
    lists: dict[int, ContactList] = field(default_factory=dict)


def read(
    session: Session, organisation_id: int, numbers: Collection[str], persons: Collection[int], lists: Collection[int]
) -> Proofs:
    """Read all proofs about the numbers and persons, and the lists they came from."""
    screenings: dict[str, list[Screening]] = defaultdict(list)
    for one in rows.screenings_of(session, organisation_id, numbers):
        screenings[one.number].append(one)
    return Proofs(
        screenings,
        rows.grouped(session, Consent, Consent.person_id, persons),
        rows.grouped(session, Withdrawal, Withdrawal.person_id, persons),
        rows.grouped(session, Relationship, Relationship.person_id, persons),
        rows.grouped(session, CallRequest, CallRequest.person_id, persons),
        rows.grouped(session, PersonalHours, PersonalHours.person_id, persons),
        {row.id or 0: row for row in rows.where_in(session, ContactList, ContactList.id, lists)},
    )


def of_number(proofs: Proofs, number: str, at: datetime) -> Iterator[Event]:
    """What the registers had said of a number by a moment."""
    for row in proofs.screenings[number]:
        if row.recorded_at <= at:
            yield ScreeningFact(
                register=row.register_name,
                obtained_at=row.obtained_at,
                is_listed=row.is_listed,
                listed_on=row.listed_on,
                number=row.number,
                campaign="" if row.campaign_id is None else str(row.campaign_id),
            )


def of_list(proofs: Proofs, list_id: int, principal: str, at: datetime) -> Iterator[Event]:
    """The basis for calling the people of a list, as given at its import."""
    source = proofs.lists.get(list_id)
    if source is not None and source.basis and source.imported_at <= at:
        yield BasisFact(
            at=source.imported_at,
            kind=source.basis,
            is_told_of_calls=source.is_told_of_calls,
            principal=principal,
            is_assessed=source.is_interest_assessed,
        )


def numbers_from(proofs: Proofs, list_id: int, at: datetime) -> str:
    """Where a list's numbers came from, as given at an import by that moment; else empty."""
    source = proofs.lists.get(list_id)
    return source.numbers_from if source is not None and source.imported_at <= at else ""


def of_person(proofs: Proofs, person: int, at: datetime) -> Iterator[Event]:
    """A person's consents, withdrawals, relationships, requests and hours, as recorded by a moment."""
    yield from (_consent(row, at) for row in proofs.consents[person] if row.recorded_at <= at)
    for taken_back in proofs.withdrawals[person]:
        if taken_back.recorded_at <= at:
            yield WithdrawalFact(taken_back.at, taken_back.kind, principal=taken_back.principal)
    for tie in proofs.relationships[person]:
        if tie.recorded_at <= at:
            yield RelationshipFact(
                kind=tie.kind,
                from_on=tie.from_on,
                principal=tie.principal,
                ended_on=tie.ended_on if _was_recorded(tie.end_recorded_at, at) else None,
                is_related=tie.is_related,
                is_opt_out_offered=tie.is_opt_out_offered,
            )
    for request in proofs.requests[person]:
        if request.recorded_at <= at:
            yield RequestFact(request.at, request.principal, request.due_at, request.is_complete)
    for hours in proofs.hours[person]:
        if hours.recorded_at <= at:
            yield PersonalHoursFact(
                at=hours.at,
                blocked_days=weekdays(hours.blocked_days),
                blocked_from=hours.blocked_from,
                blocked_until=hours.blocked_until,
                ends_on=hours.ends_on,
                source=hours.source,
            )


def _consent(row: Consent, at: datetime) -> ConsentFact:
    return ConsentFact(
        at=row.given_at,
        kind=row.kind,
        principal=row.principal,
        number=row.number,
        is_proved=row.is_proved,
        is_third_party=row.is_third_party,
        is_express=row.is_express,
        from_creditor=row.from_creditor,
        ends_at=row.ends_at,
        withdrawn_at=if_by(row.withdrawn_at, at) if _was_recorded(row.withdrawal_recorded_at, at) else None,
        first_used_at=if_by(row.first_used_at, at),
    )


def _was_recorded(recorded_at: datetime | None, at: datetime) -> bool:
    """Whether an end was on record by then. None, as in old rows: unknown, so that it counts from its own day."""
    return recorded_at is None or recorded_at <= at


def if_by(moment: datetime | None, at: datetime) -> datetime | None:
    return moment if moment is not None and moment <= at else None
