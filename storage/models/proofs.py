"""What must be on record before a call: screenings, consents, relationships, requests. Append-only but for their ends.

`recorded_at` says when a fact became known: a consent given in March and entered in May does not count in a replay of
April. `withdrawal_recorded_at` and `end_recorded_at` say the same of ends that are added later. Only the audit reads
them; rows that ended before these columns existed have none.
"""

from datetime import date, datetime, time

from sqlmodel import Index

from storage.models.columns import About, OrganisationRow, Signed, column


class Screening(OrganisationRow, table=True):
    """One comparison of one number with a register."""

    __signed__ = Signed(at="recorded_at")
    __about__ = About("Comparisons with registers", 220, "number", is_proof=True)
    # what registers say of a number
    __table_args__ = (Index("screening_number", "organisation_id", "number"),)

    register_name: str = column(personal="keep", signed=True)  # tps, ctps, us-dnc ...
    number: str = column(personal="hash", signed=True)  # E.164
    obtained_at: datetime = column(signed=True)  # when the register's copy or answer was obtained
    is_listed: bool = column(signed=True)
    listed_on: date | None = column(default=None, signed=True)
    # the campaign it was made for, if limited to one
    campaign_id: int | None = column(default=None, foreign_key="campaign.id", signed=True)
    recorded_at: datetime = column(signed=True)


class Consent(OrganisationRow, table=True):
    """A person's permission of one kind for one principal, with its proof."""

    __signed__ = Signed(at="recorded_at", ends="withdrawal_recorded_at")
    __about__ = About("Consents", 170, "person_id", is_proof=True)
    # what a person has permitted
    __table_args__ = (Index("consent_person", "organisation_id", "person_id"),)

    person_id: int = column(foreign_key="person.id", signed="changing")
    number: str = column(default="", personal="hash", signed=True)  # the only number it covers; empty: all of them
    # who may rely on it; empty: no principal was named
    principal: str = column(default="", personal="keep", signed=True)
    kind: str = column(default="calls", personal="keep", signed=True)  # calls | hours | written
    given_at: datetime = column(signed=True)
    wording: str = column(default="", personal="empty", signed=True)  # the words shown or said
    source: str = column(default="", personal="empty", signed=True)  # where it was collected
    is_proved: bool = column(default=False, signed=True)  # who, when, how, wording and named caller are all on record
    is_third_party: bool = column(default=False, signed=True)
    is_express: bool = column(default=True, signed=True)
    from_creditor: bool = column(default=False, signed=True)
    ends_at: datetime | None = column(default=None, signed="never")
    first_used_at: datetime | None = column(default=None, signed="itself")
    withdrawn_at: datetime | None = column(default=None, signed="changing")
    withdrawal_recorded_at: datetime | None = column(default=None, signed="changing")  # None: not withdrawn, or unknown
    recorded_at: datetime = column(signed=True)


class Withdrawal(OrganisationRow, table=True):
    """A person withdrew a consent, whether that consent is on record or not. Never changed."""

    __signed__ = Signed()
    __about__ = About("Withdrawn consents", 180, "person_id", is_proof=True)
    # what a person has withdrawn
    __table_args__ = (Index("withdrawal_person", "organisation_id", "person_id"),)

    person_id: int = column(foreign_key="person.id", signed="changing")
    principal: str = column(personal="keep", signed=True)  # from whom
    kind: str = column(default="calls", personal="keep", signed=True)  # calls | hours | written
    at: datetime = column(signed=True)
    recorded_at: datetime = column(signed=True)


class Relationship(OrganisationRow, table=True):
    """A tie between a person and a principal."""

    __signed__ = Signed(at="recorded_at", ends="end_recorded_at")
    __about__ = About("Relationships", 190, "person_id", is_proof=True)
    # what ties a person to a principal
    __table_args__ = (Index("relationship_person", "organisation_id", "person_id"),)

    person_id: int = column(foreign_key="person.id", signed="changing")
    principal: str = column(personal="keep", signed=True)
    # purchase | inquiry | contract | client | customer | interaction | donation
    kind: str = column(personal="keep", signed=True)
    from_on: date = column(signed=True)
    ended_on: date | None = column(default=None, signed="changing")
    is_related: bool = column(default=True, signed="changing")
    is_opt_out_offered: bool = column(default=False, signed="changing")
    end_recorded_at: datetime | None = column(default=None, signed="changing")  # None: not ended, or unknown
    recorded_at: datetime = column(signed=True)


class CallRequest(OrganisationRow, table=True):
    """The person asked a named principal to call them: the call counts as solicited while the request is fresh."""

    __signed__ = Signed(at="recorded_at")
    __about__ = About("Requests for a call", 200, "person_id", is_proof=True)
    # what a person has asked for
    __table_args__ = (Index("callrequest_person", "organisation_id", "person_id"),)

    person_id: int = column(foreign_key="person.id", signed="changing")
    principal: str = column(personal="keep", signed=True)
    at: datetime = column(signed=True)
    due_at: datetime | None = column(default=None, signed=True)
    is_complete: bool = column(default=True, signed=True)
    recorded_at: datetime = column(signed=True)


class PersonalHours(OrganisationRow, table=True):
    """Recurring times at which a person does not want calls, in their own time zone."""

    __signed__ = Signed()
    __about__ = About("Times without calls", 210, "person_id", is_proof=True)
    # when a person does not want to be rung
    __table_args__ = (Index("personalhours_person", "organisation_id", "person_id"),)

    person_id: int = column(foreign_key="person.id", signed="changing")
    blocked_days: str = column(personal="keep", signed=True)  # digits 1 (Monday) to 7
    blocked_from: time | None = column(default=None, signed=True)  # both empty: the whole day
    blocked_until: time | None = column(default=None, signed=True)
    ends_on: date | None = column(default=None, signed="changing")
    source: str = column(default="consumer", personal="keep", signed=True)
    at: datetime = column(signed=True)
    recorded_at: datetime = column(signed=True)


def weekdays(cell: str) -> frozenset[int]:
    """The days that `blocked_days` names. What nobody can read any more allows no call: it stands for every day."""
    every = "1234567"
    is_sound = isinstance(cell, str) and bool(cell) and set(cell) <= set(every)
    return frozenset(int(day) for day in (cell if is_sound else every))
