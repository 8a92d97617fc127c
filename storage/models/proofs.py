"""What must be on record before a call: screenings, consents, relationships, requests. Append-only but for their ends.

`recorded_at` tells what was known at a moment: a consent given in March and entered in May opens nothing in April's replay.
"""

from datetime import date, datetime, time

from sqlmodel import Field, Index, SQLModel


class Screening(SQLModel, table=True):
    """One comparison of one number with a register."""

    # what the registers said of a number
    __table_args__ = (Index("screening_number", "organisation_id", "number"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    register_name: str  # tps, ctps, us-dnc ...
    number: str  # E.164
    obtained_at: datetime  # when the copy was obtained, or the result received
    is_listed: bool
    listed_on: date | None = None
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id")  # the campaign it was made for, if any
    recorded_at: datetime


class Consent(SQLModel, table=True):
    """A person's permission of one kind for one principal, with its proof."""

    # what a person has permitted
    __table_args__ = (Index("consent_person", "organisation_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    person_id: int = Field(foreign_key="person.id")
    number: str = ""  # limited to one number; empty: not
    principal: str = ""  # who may rely on it; empty: nobody was named
    kind: str = "calls"  # calls | hours | written
    given_at: datetime
    wording: str = ""  # the words shown or said
    source: str = ""  # where it was collected
    is_proved: bool = False  # who, when, how, wording, named caller: all on record
    is_third_party: bool = False
    is_express: bool = True
    from_creditor: bool = False
    ends_at: datetime | None = None
    first_used_at: datetime | None = None
    withdrawn_at: datetime | None = None
    recorded_at: datetime


class Withdrawal(SQLModel, table=True):
    """A person took back what they had consented to, whether the consent is on record or not. Never changed."""

    # what a person has taken back
    __table_args__ = (Index("withdrawal_person", "organisation_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    person_id: int = Field(foreign_key="person.id")
    principal: str  # from whom
    kind: str = "calls"  # calls | hours | written
    at: datetime
    recorded_at: datetime


class Relationship(SQLModel, table=True):
    """A tie between a person and a principal."""

    # what ties a person to a principal
    __table_args__ = (Index("relationship_person", "organisation_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    person_id: int = Field(foreign_key="person.id")
    principal: str
    kind: str  # purchase | inquiry | contract | client | customer | interaction | donation
    from_on: date
    ended_on: date | None = None
    is_related: bool = True
    is_opt_out_offered: bool = False
    recorded_at: datetime


class CallRequest(SQLModel, table=True):
    """The person asked a principal by name to ring them: what makes a call solicited while it is fresh."""

    # what a person has asked for
    __table_args__ = (Index("callrequest_person", "organisation_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    person_id: int = Field(foreign_key="person.id")
    principal: str
    at: datetime
    due_at: datetime | None = None
    is_complete: bool = True
    recorded_at: datetime


class PersonalHours(SQLModel, table=True):
    """Times a person named as inconvenient, recurring, on their own clock."""

    # when a person does not want to be rung
    __table_args__ = (Index("personalhours_person", "organisation_id", "person_id"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    person_id: int = Field(foreign_key="person.id")
    blocked_days: str  # digits 1 (Monday) to 7
    blocked_from: time | None = None  # both empty: the whole day
    blocked_until: time | None = None
    ends_on: date | None = None
    source: str = "consumer"
    at: datetime
    recorded_at: datetime
