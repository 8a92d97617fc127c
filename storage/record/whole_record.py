"""Everything on record about a batch of contacts, in one query, as plain rows. Decisions and cards are made of it.

One round trip instead of sixteen, and the session watches no objects. Each kind of row comes as one JSON array of
arrays, in the order of the fields below, which are the columns of the table.
"""

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from functools import cache
from operator import attrgetter
from typing import Any, NamedTuple, Protocol, Self, get_args, get_type_hints

from sqlmodel import Session, SQLModel

from policy.vocabulary import AttemptState, Outcome, Purpose
from storage import models
from storage.database.rows import Statement

Said = Mapping[str, Sequence[Sequence[Any]]]  # the rows of each kind as JSON has them, in no order


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


class SaidRow(NamedTuple):
    """A statement about a call to one of the contacts, with the contact."""

    id: int
    contact_id: int
    attempt_id: int
    outcome: Outcome | None
    recorded_at: datetime
    recorded_by: int
    note: str
    own_outcome_id: int | None
    own_name: str
    answers: str
    taken_back_at: datetime | None


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


class HoldRow(NamedTuple):
    """A hold on any contact of the persons, with the person's id."""

    id: int
    contact_id: int
    person_id: int
    reason: str
    placed_at: datetime
    lifted_at: datetime | None
    is_taken_back: bool


class OverrideRow(NamedTuple):
    """An override on one of the contacts, with the approver's name."""

    id: int
    contact_id: int
    rule: str
    reason: str
    approved_at: datetime
    until: datetime | None
    approved_by: str


@dataclass(frozen=True, slots=True)
class OnRecord:
    """Everything on record about some contacts, including what is closed, withdrawn or used up; each kind in order.

    A row of a table is a plain value with the table's names; of its columns it has those that `_KINDS` names.
    """

    campaigns: dict[int, models.Campaign]
    lists: dict[int, models.ContactList]
    numbers: Sequence[models.PersonNumber]
    attempts: Sequence[models.Attempt]
    shared: Sequence[models.Attempt]  # others' that count for a person too, as of that person (see SharedAttempt)
    sharers: Sequence[models.SharedAttempt]  # for whom calls to the contacts count too
    said: Sequence[SaidRow]
    reminders: Sequence[models.Reminder]  # open ones, of the contacts
    offers: Sequence[OfferRow]
    suppressions: Sequence[models.Suppression]
    holds: Sequence[HoldRow]
    callbacks: Sequence[models.Callback]
    screenings: Sequence[models.Screening]
    consents: Sequence[models.Consent]
    withdrawals: Sequence[models.Withdrawal]
    relationships: Sequence[models.Relationship]
    requests: Sequence[models.CallRequest]
    hours: Sequence[models.PersonalHours]
    overrides: Sequence[OverrideRow]

    def said_of(self, attempt: models.Attempt) -> list[SaidRow]:
        """What was said of a call to one of the contacts, oldest first."""
        return [one for one in self.said if one.attempt_id == attempt.id]

    def with_call(self, attempt: models.Attempt, *said: models.OutcomeRecord) -> Self:
        """The same record with a call that was opened after it was read, or of which more was `said`.

        The call counts for nobody else.
        """
        kind = _KINDS["attempts"]
        row = kind.row._make(attrgetter(*kind.row._fields)(attempt))
        made = [*(one for one in self.attempts if one.id != row.id), row]
        fields = {*SaidRow._fields}
        new = [SaidRow(contact_id=attempt.contact_id or 0, **one.model_dump(include=fields)) for one in said]
        return replace(self, attempts=sorted(made, key=attrgetter(*kind.order)), said=[*self.said, *new] or ())


@dataclass(frozen=True, slots=True)
class _Kind:
    """One kind of row: its fields, its table and its condition. `renamed`: fields that come from elsewhere."""

    row: Any
    table: str
    which: str
    order: Sequence[str] = ("id",)
    renamed: tuple[tuple[str, str], ...] = ()

    def columns(self) -> str:
        name = self.table.split()[0]
        renamed = dict(self.renamed)
        return ", ".join(renamed.get(field, f"{name}.{field}") for field in self.row._fields)

    def where(self, *, is_sqlite: bool) -> str:
        which = _BY_EITHER_ON_SQLITE if is_sqlite and self.which == _BY_EITHER else self.which
        return which.format(table=self.table.split()[0])


def _some(table: type[SQLModel], columns: str) -> Any:
    return NamedTuple(table.__name__, [(name, table.model_fields[name].annotation) for name in columns.split()])


_OURS = "{table}.organisation_id = :organisation_id"
_BY_PERSON = f"{_OURS} AND {{table}}.person_id IN persons"
_BY_EITHER = f"{_OURS} AND ({{table}}.number IN numbers OR {{table}}.person_id IN persons)"
# Each half uses its own index: without statistics SQLite would read all of the organisation's rows.
_EACH = "SELECT id FROM {table} WHERE organisation_id = :organisation_id AND"
_BY_EITHER_ON_SQLITE = f"{{table}}.id IN ({_EACH} number IN numbers UNION {_EACH} person_id IN persons)"
_HELD = "SELECT id FROM lease WHERE ended_at IS NULL AND organisation_id = :organisation_id"
_CAMPAIGN = _some(
    models.Campaign,
    "id name purpose sector principal subject country house_pack caller_role authorised_for codes is_number_shown "
    "script outcomes card_details card_links own_buttons own_outcomes starts_on ends_on caller_numbers",
)
_LIST = _some(models.ContactList, "id name imported_at basis is_told_of_calls is_interest_assessed numbers_from")
_NUMBER = _some(models.PersonNumber, "id person_id number rank kind line closed_at closed_because")
_ATTEMPT = _some(
    models.Attempt,
    "id opened_at person_id number number_kind campaign_id principal subject lease_id direction channel state outcome",
)
_SUPPRESSION = _some(models.Suppression, "id number person_id principal reason since until withdrawn_at")
_CALLBACK = _some(models.Callback, "id contact_id person_id principal asked_at due_at is_hour_named closed_at agent_id")
_SCREENING = _some(models.Screening, "obtained_at id register_name number is_listed listed_on campaign_id")
_CONSENT = _some(
    models.Consent,
    "id person_id number principal kind given_at is_proved is_third_party is_express from_creditor ends_at "
    "first_used_at withdrawn_at",
)
_WITHDRAWAL = _some(models.Withdrawal, "id person_id principal kind at")
_RELATIONSHIP = _some(models.Relationship, "id person_id principal kind from_on ended_on is_related is_opt_out_offered")
_REQUEST = _some(models.CallRequest, "id person_id principal at due_at is_complete")
_SHARER = _some(models.SharedAttempt, "id attempt_id person_id")
_REMINDER = _some(models.Reminder, "id contact_id agent_id due_at")
_HOURS = _some(models.PersonalHours, "id person_id blocked_days blocked_from blocked_until ends_on source at")
_KINDS = {
    "campaigns": _Kind(_CAMPAIGN, "campaign", "campaign.id IN campaigns"),
    "lists": _Kind(_LIST, "contactlist", "contactlist.id IN lists"),
    "numbers": _Kind(_NUMBER, "personnumber", _BY_PERSON, ("rank", "id")),
    "attempts": _Kind(_ATTEMPT, "attempt", _BY_EITHER, ("opened_at", "id")),
    "shared": _Kind(
        _ATTEMPT,
        "attempt JOIN sharedattempt ON sharedattempt.attempt_id = attempt.id",
        "sharedattempt.organisation_id = :organisation_id AND sharedattempt.person_id IN persons",
        ("opened_at", "id"),
        (("person_id", "sharedattempt.person_id"),),
    ),
    "sharers": _Kind(
        _SHARER, "sharedattempt JOIN attempt ON attempt.id = sharedattempt.attempt_id", "attempt.contact_id IN contacts"
    ),
    "said": _Kind(
        SaidRow,
        "outcomerecord JOIN attempt ON attempt.id = outcomerecord.attempt_id",
        "attempt.contact_id IN contacts",
        renamed=(("contact_id", "attempt.contact_id"),),
    ),
    "reminders": _Kind(_REMINDER, "reminder", "reminder.contact_id IN contacts AND reminder.closed_at IS NULL"),
    "offers": _Kind(
        OfferRow,
        "lease JOIN contact ON contact.id = lease.contact_id JOIN campaign ON campaign.id = contact.campaign_id",
        # each half uses its own index; otherwise all leases in force are read
        f"lease.id IN ({_HELD} AND person_id IN persons UNION {_HELD} AND number IN numbers) AND lease.stage = "
        "'offered'",
        renamed=tuple(
            (name, f"campaign.{name.removeprefix('campaign_')}") for name in ("campaign_id", "principal", "subject")
        ),
    ),
    "suppressions": _Kind(_SUPPRESSION, "suppression", _BY_EITHER),
    "holds": _Kind(
        HoldRow,
        "hold JOIN contact ON contact.id = hold.contact_id",
        "contact.organisation_id = :organisation_id AND contact.person_id IN persons",
        renamed=(("person_id", "contact.person_id"),),
    ),
    "callbacks": _Kind(_CALLBACK, "callback", "callback.person_id IN persons"),
    "screenings": _Kind(_SCREENING, "screening", f"{_OURS} AND screening.number IN numbers", ("obtained_at", "id")),
    "consents": _Kind(_CONSENT, "consent", _BY_PERSON),
    "withdrawals": _Kind(_WITHDRAWAL, "withdrawal", _BY_PERSON),
    "relationships": _Kind(_RELATIONSHIP, "relationship", _BY_PERSON),
    "requests": _Kind(_REQUEST, "callrequest", _BY_PERSON),
    "hours": _Kind(_HOURS, "personalhours", _BY_PERSON),
    "overrides": _Kind(
        OverrideRow,
        "override JOIN agent ON agent.id = override.approved_by",
        "override.contact_id IN contacts",
        renamed=(("approved_by", "agent.name"),),
    ),
}
# SQLite keeps whatever it is given, and JSON holds no bytes. Days that nobody can read stand for every day
# (`weekdays`).
_DAYS = "personalhours.blocked_days"
_SOUND_DAYS = f"CASE WHEN typeof({_DAYS}) = 'text' AND {_DAYS} NOT GLOB '*[^1-7]*' THEN {_DAYS} ELSE '' END"
_BATCH = ("persons", "numbers", "contacts", "campaigns", "lists")


def on_record(session: Session, batch: Sequence[AnyContact]) -> OnRecord:
    """Read everything about the numbers and persons of contacts of one organisation, including this session's
    writes."""
    return record_from_json(said_of(session, batch))


def said_of(session: Session, batch: Sequence[AnyContact], none_of: tuple[str, ...] = ()) -> Said:
    """Do the same without parsing the rows: a walk through thousands of contacts parses only what is new.

    `none_of`: kinds that the caller does not need.
    """
    session.flush()
    given: dict[str, Any] = {
        "persons": {contact.person_id for contact in batch},
        "numbers": {contact.number for contact in batch if contact.number},
        "contacts": {contact.id for contact in batch},
        "campaigns": {contact.campaign_id for contact in batch},
        "lists": {contact.list_id for contact in batch},
        "organisation_id": batch[0].organisation_id,
    }
    [(answers,)] = _statement(none_of).rows(session, given)
    return by_kind(json.loads(answers))


def by_kind(answers: Sequence[Any]) -> Said:
    """The answers to `questions`, by kind."""
    return {name: said or () for name, said in zip(_KINDS, answers, strict=True)}


def record_from_json(said: Said) -> OnRecord:
    """Parse the rows and put each kind in order."""
    found = {name: _rows(kind, said[name]) for name, kind in _KINDS.items()}
    for name in ("campaigns", "lists"):
        found[name] = {row.id: row for row in found[name]}
    return OnRecord(**found)


def fields_of(name: str) -> tuple[str, ...]:
    """The field names of one kind's unparsed rows, in order."""
    return _KINDS[name].row._fields  # type: ignore[no-any-return]


def record_questions(batch: Mapping[str, str], *, is_sqlite: bool, none_of: Collection[str] = ()) -> str:
    """SQL for the JSON array of each kind, in sequence. `batch`: its conditions for `IN persons` and so on.

    `none_of`: kinds known to be empty, or not wanted.
    """
    each, all_of = ("json_array", "json_group_array") if is_sqlite else ("json_build_array", "json_agg")
    asked = ", ".join(
        "NULL"
        if name in none_of
        else f"(SELECT {all_of}({each}({kind.columns()})) FROM {kind.table}"  # noqa: S608 - our own words
        f" WHERE {kind.where(is_sqlite=is_sqlite)})"
        for name, kind in _KINDS.items()
    )
    for name, meant in batch.items():
        asked = asked.replace(f"IN {name}", meant)
    if is_sqlite:
        return asked.replace(_DAYS, _SOUND_DAYS)
    return asked.replace(":organisation_id", "CAST(:organisation_id AS int)")


@cache
def _statement(none_of: tuple[str, ...]) -> Statement:
    each = {name: f"IN (SELECT value FROM json_each(:{name}))" for name in _BATCH}  # noqa: S608
    kinds = {name: f"{'text' if name == 'numbers' else 'int'}[]" for name in _BATCH}
    # A row of its own, so that the plan depends on no value and PostgreSQL keeps it: planning takes the longest.
    batch = ", ".join(f"CAST(:{name} AS {kind}) AS {name}" for name, kind in kinds.items())
    among = {name: f"= ANY(CAST((SELECT {name} FROM batch) AS {kind}))" for name, kind in kinds.items()}  # noqa: S608
    on_sqlite = record_questions(each, is_sqlite=True, none_of=none_of)
    on_postgresql = record_questions(among, is_sqlite=False, none_of=none_of)
    return Statement(
        f"SELECT json_array({on_sqlite})",
        f"WITH batch AS MATERIALIZED (SELECT {batch}) SELECT CAST(json_build_array({on_postgresql}) AS text)",
    )


def _rows(kind: _Kind, said: Sequence[Sequence[Any]]) -> Any:
    if not said:
        return ()
    columns = list(zip(*said, strict=True))
    for place, reader in _readers(kind.row):
        columns[place] = tuple([value if value is None else reader(value) for value in columns[place]])
    found = list(map(kind.row._make, zip(*columns, strict=True)))
    if len(found) > 1:
        found.sort(key=attrgetter(*kind.order))
    return found


@cache
def _readers(row: Any) -> tuple[tuple[int, Callable[[Any], Any]], ...]:
    """The parsers for values that JSON has no type for, by field position."""
    hints = get_type_hints(row)
    found = []
    for place, field in enumerate(row._fields):
        kinds = [one for one in get_args(hints[field]) or (hints[field],) if one is not type(None)]
        if reader := _READERS.get(kinds[0]):
            found.append((place, reader))
    return tuple(found)


def _instant(said: str) -> datetime:
    """PostgreSQL says UTC, as the session does; SQLite stores UTC without saying so."""
    at = datetime.fromisoformat(said)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


_READERS: dict[Any, Callable[[Any], Any]] = {
    datetime: _instant,
    date: date.fromisoformat,
    time: time.fromisoformat,
    bool: bool,
    # asking the enum class for each word would take longer than parsing the rest of the row
    **{kind: {word.value: word for word in kind}.__getitem__ for kind in (AttemptState, Outcome, Purpose)},
}
