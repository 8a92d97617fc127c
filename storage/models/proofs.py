"""What must be on record before a call: screenings, consents, relationships, requests. Append-only but for their ends.

`recorded_at` says when a fact became known: a consent given in March and entered in May does not count in a replay of
April. `withdrawal_recorded_at` and `end_recorded_at` say the same of ends that are added later. Only the audit reads
them; rows that ended before these columns existed have none.
"""

from datetime import date, datetime, time

from sqlmodel import Field, Index

from storage.models.columns import OrganisationRow


class Screening(OrganisationRow, table=True):
    """One comparison of one number with a register."""

    # what registers say of a number
    __table_args__ = (Index("screening_number", "organisation_id", "number"),)

    register_name: str  # tps, ctps, us-dnc ...
    number: str  # E.164
    obtained_at: datetime  # when the register's copy or answer was obtained
    is_listed: bool
    listed_on: date | None = None
    # the campaign it was made for, if limited to one
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id")
    recorded_at: datetime


class Consent(OrganisationRow, table=True):
    """A person's permission of one kind for one principal, with its proof."""

    # what a person has permitted
    __table_args__ = (Index("consent_person", "organisation_id", "person_id"),)

    person_id: int = Field(foreign_key="person.id")
    number: str = ""  # the only number it covers; empty: all of them
    principal: str = ""  # who may rely on it; empty: no principal was named
    kind: str = "calls"  # calls | hours | written
    given_at: datetime
    wording: str = ""  # the words shown or said
    source: str = ""  # where it was collected
    is_proved: bool = False  # who, when, how, wording and named caller are all on record
    is_third_party: bool = False
    is_express: bool = True
    from_creditor: bool = False
    ends_at: datetime | None = None
    first_used_at: datetime | None = None
    withdrawn_at: datetime | None = None
    withdrawal_recorded_at: datetime | None = None  # None: not withdrawn, or unknown
    recorded_at: datetime


class Withdrawal(OrganisationRow, table=True):
    """A person withdrew a consent, whether that consent is on record or not. Never changed."""

    # what a person has withdrawn
    __table_args__ = (Index("withdrawal_person", "organisation_id", "person_id"),)

    person_id: int = Field(foreign_key="person.id")
    principal: str  # from whom
    kind: str = "calls"  # calls | hours | written
    at: datetime
    recorded_at: datetime


class Relationship(OrganisationRow, table=True):
    """A tie between a person and a principal."""

    # what ties a person to a principal
    __table_args__ = (Index("relationship_person", "organisation_id", "person_id"),)

    person_id: int = Field(foreign_key="person.id")
    principal: str
    kind: str  # purchase | inquiry | contract | client | customer | interaction | donation
    from_on: date
    ended_on: date | None = None
    is_related: bool = True
    is_opt_out_offered: bool = False
    end_recorded_at: datetime | None = None  # None: not ended, or unknown
    recorded_at: datetime


class CallRequest(OrganisationRow, table=True):
    """The person asked a named principal to call them: the call counts as solicited while the request is fresh."""

    # what a person has asked for
    __table_args__ = (Index("callrequest_person", "organisation_id", "person_id"),)

    person_id: int = Field(foreign_key="person.id")
    principal: str
    at: datetime
    due_at: datetime | None = None
    is_complete: bool = True
    recorded_at: datetime


class PersonalHours(OrganisationRow, table=True):
    """Recurring times at which a person does not want calls, in their own time zone."""

    # when a person does not want to be rung
    __table_args__ = (Index("personalhours_person", "organisation_id", "person_id"),)

    person_id: int = Field(foreign_key="person.id")
    blocked_days: str  # digits 1 (Monday) to 7
    blocked_from: time | None = None  # both empty: the whole day
    blocked_until: time | None = None
    ends_on: date | None = None
    source: str = "consumer"
    at: datetime
    recorded_at: datetime


def weekdays(cell: str) -> frozenset[int]:
    """The days that `blocked_days` names. What nobody can read any more allows no call: it stands for every day."""
    every = "1234567"
    is_sound = isinstance(cell, str) and bool(cell) and set(cell) <= set(every)
    return frozenset(int(day) for day in (cell if is_sound else every))
