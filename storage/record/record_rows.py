"""Rows on record about contacts: plain values, whose fields are columns of their tables; and what a contact is."""

from datetime import date, datetime, time
from typing import NamedTuple, Protocol

from policy.vocabulary import AttemptState, Outcome, Purpose


class AnyContact(Protocol):
    """A contact, as an object that a session watches or as a plain row."""

    @property
    def id(self) -> int | None: ...
    @property
    def organisation_id(self) -> int: ...
    @property
    def campaign_id(self) -> int: ...
    @property
    def list_id(self) -> int: ...
    @property
    def person_id(self) -> int: ...
    @property
    def number(self) -> str | None: ...
    @property
    def places(self) -> str: ...
    @property
    def zones(self) -> str: ...


class CampaignRow(NamedTuple):
    id: int
    name: str
    purpose: Purpose
    sector: str
    principal: str
    subject: str
    country: str
    house_pack: str
    caller_role: str
    authorised_for: str
    codes: str
    is_number_shown: bool | None
    script: str
    outcomes: str
    card_details: str
    card_links: str
    own_buttons: str
    own_outcomes: str
    starts_on: date | None
    ends_on: date | None
    caller_numbers: str


class ListRow(NamedTuple):
    id: int
    name: str
    imported_at: datetime
    basis: str
    is_told_of_calls: bool
    is_interest_assessed: bool
    numbers_from: str


class NumberRow(NamedTuple):
    """A number of a person, open or closed."""

    id: int
    person_id: int
    number: str
    rank: int
    kind: str
    line: str
    closed_at: datetime | None
    closed_because: str


class AttemptRow(NamedTuple):
    """An attempt on one of the numbers or persons, for any list."""

    id: int
    opened_at: datetime
    person_id: int | None
    number: str
    number_kind: str
    campaign_id: int | None
    principal: str
    subject: str
    lease_id: int | None
    direction: str
    channel: str
    state: AttemptState
    outcome: Outcome | None


class NoteRow(NamedTuple):
    """The note of an outcome, with its contact."""

    id: int
    contact_id: int
    note: str


class OfferRow(NamedTuple):
    """An offered lease that has not run out, with the purpose of its call."""

    id: int
    person_id: int
    number: str
    agent_id: int
    offered_at: datetime
    leased_until: datetime
    campaign_id: int
    principal: str
    subject: str


class SuppressionRow(NamedTuple):
    id: int
    number: str
    person_id: int | None
    principal: str
    reason: str
    since: datetime
    until: datetime | None
    withdrawn_at: datetime | None


class HoldRow(NamedTuple):
    """A hold on any contact of the persons, with the person's id."""

    id: int
    contact_id: int
    person_id: int
    reason: str
    placed_at: datetime
    lifted_at: datetime | None
    is_taken_back: bool


class CallbackRow(NamedTuple):
    id: int
    contact_id: int
    person_id: int
    principal: str
    asked_at: datetime
    due_at: datetime
    is_hour_named: bool
    closed_at: datetime | None
    agent_id: int | None


class ScreeningRow(NamedTuple):
    obtained_at: datetime
    id: int
    register_name: str
    number: str
    is_listed: bool
    listed_on: date | None
    campaign_id: int | None


class ConsentRow(NamedTuple):
    id: int
    person_id: int
    number: str
    principal: str
    kind: str
    given_at: datetime
    is_proved: bool
    is_third_party: bool
    is_express: bool
    from_creditor: bool
    ends_at: datetime | None
    first_used_at: datetime | None
    withdrawn_at: datetime | None


class WithdrawalRow(NamedTuple):
    """A consent that a person withdrew, on record or not."""

    id: int
    person_id: int
    principal: str
    kind: str
    at: datetime


class RelationshipRow(NamedTuple):
    id: int
    person_id: int
    principal: str
    kind: str
    from_on: date
    ended_on: date | None
    is_related: bool
    is_opt_out_offered: bool


class RequestRow(NamedTuple):
    id: int
    person_id: int
    principal: str
    at: datetime
    due_at: datetime | None
    is_complete: bool


class HoursRow(NamedTuple):
    id: int
    person_id: int
    blocked_days: str
    blocked_from: time | None
    blocked_until: time | None
    ends_on: date | None
    source: str
    at: datetime


class OverrideRow(NamedTuple):
    """An override on one of the contacts, with the approver's name."""

    id: int
    contact_id: int
    rule: str
    reason: str
    approved_at: datetime
    until: datetime | None
    approved_by: str
