"""Translates proofs into facts: screenings, consents, relationships, requests, hours, a list's basis, overrides."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlmodel import Session

from policy import (
    BasisFact,
    ConsentFact,
    Event,
    OverrideFact,
    PersonalHoursFact,
    RelationshipFact,
    RequestFact,
    ScreeningFact,
    WithdrawalFact,
)
from policy.facts.fast_frozen import fast_maker
from storage.models import Consent
from storage.models.proofs import weekdays
from storage.queries import proofs as rows
from storage.record.record_rows import (
    AnyContact,
    ConsentRow,
    HoursRow,
    ListRow,
    OverrideRow,
    RelationshipRow,
    RequestRow,
    ScreeningRow,
    WithdrawalRow,
)
from storage.record.whole_record import OnRecord

_make_screening = fast_maker(ScreeningFact)


@dataclass(frozen=True, slots=True)
class Proofs:
    """The proofs on a batch of contacts, by person, number, list and contact."""

    by_person: dict[int, list[Event]]
    by_number: dict[str, list[Event]]
    lists: dict[int, ListRow]
    by_contact: dict[int, list[Event]]

    def of(self, contact: AnyContact, principal: str) -> list[Event]:
        """The proofs about one contact, for the principal of its campaign."""
        listed = self.lists.get(contact.list_id)
        basis = [] if listed is None or not listed.basis else [basis_of(listed, principal)]
        of_number, approved = self.by_number.get(contact.number or "", ()), self.by_contact.get(contact.id or 0, ())
        return [*self.by_person.get(contact.person_id, ()), *of_number, *basis, *approved]


def sorted_out(record: OnRecord, latest: datetime) -> Proofs:
    """Group the proofs on record. `latest`: see `facts.gather_facts`; among proofs, Nextcall dates only overrides."""
    by_person: dict[int, list[Event]] = defaultdict(list)
    for consent in record.consents:
        by_person[consent.person_id].append(consent_of(consent))
    for taken_back in record.withdrawals:
        by_person[taken_back.person_id].append(withdrawal_of(taken_back))
    for tie in record.relationships:
        by_person[tie.person_id].append(relationship_of(tie))
    for request in record.requests:
        by_person[request.person_id].append(request_of(request))
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
def basis_of(listed: ListRow, principal: str) -> BasisFact:
    """The basis of a list, on record from its import."""
    is_told, is_assessed = listed.is_told_of_calls, listed.is_interest_assessed
    return BasisFact(listed.imported_at, listed.basis, is_told, principal, is_assessed=is_assessed)


def screening_of(row: ScreeningRow) -> ScreeningFact:
    campaign = "" if row.campaign_id is None else str(row.campaign_id)
    return _make_screening(row.register_name, row.obtained_at, row.is_listed, row.listed_on, row.number, campaign)


def consent_of(row: ConsentRow) -> ConsentFact:
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
        withdrawn_at=row.withdrawn_at,
        first_used_at=row.first_used_at,
    )


def withdrawal_of(row: WithdrawalRow) -> WithdrawalFact:
    return WithdrawalFact(row.at, row.kind, principal=row.principal)


def relationship_of(row: RelationshipRow) -> RelationshipFact:
    return RelationshipFact(row.kind, row.from_on, row.principal, row.ended_on, row.is_related, row.is_opt_out_offered)


def request_of(row: RequestRow) -> RequestFact:
    return RequestFact(row.at, row.principal, row.due_at, row.is_complete)


def personal_hours_of(row: HoursRow) -> PersonalHoursFact:
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
