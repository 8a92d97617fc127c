"""The phone system's word: its calls from and to people on record, and where it differs from what agents recorded."""

from datetime import datetime

from sqlmodel import Field, Index, UniqueConstraint, text

from storage.models.columns import About, OrganisationRow, Signed, column, partial_index


class PhoneCall(OrganisationRow, table=True):
    """One call that the phone system recorded with a number on record. Calls with other numbers are not kept.

    `key`: a hash of the system's own id of the call, or of its row: the same call of another file is known by it.
    """

    __signed__ = Signed()
    __about__ = About("Calls as the phone system recorded them", 80, "person_id", "number")
    __table_args__ = (
        partial_index("phonecall_key", "organisation_id", "key", unique=True, where=text("key <> ''")),
        Index("phonecall_number", "organisation_id", "number", "started_at"),
        Index("phonecall_person", "organisation_id", "person_id"),
        partial_index("phonecall_in", "organisation_id", "found_at", where=text("direction = 'in'")),  # few of many
    )

    # without it the same call of a later file is known by its number's hash and its time
    key: str = column(personal="empty", signed="itself")
    system: str = column(personal="keep", signed=True)  # asterisk | 3cx | twilio …
    direction: str = column(personal="keep", signed=True)  # out | in
    number: str = column(personal="hash", signed=True)  # E.164 of the person
    # this, the agent and the attempt are worked out anew with each file
    person_id: int | None = column(default=None, foreign_key="person.id", signed="itself")
    # None: the file does not say, or is not understood
    agent_id: int | None = column(default=None, foreign_key="agent.id", signed="itself")
    # the attempt that it belongs to; None: a call in
    attempt_id: int | None = column(default=None, foreign_key="attempt.id", index=True, signed="itself")
    started_at: datetime = column(signed=True)  # by the clock of the database
    ended_at: datetime = column(signed=True)
    ring_seconds: float | None = column(default=None, signed=True)  # None: the file does not say
    result: str = column(personal="keep", signed=True)  # answered | no_answer | busy | failed | abandoned
    found_at: datetime = column(signed=True)


class CallFinding(OrganisationRow, table=True):
    """What the phone system's records say against an attempt. Each is said once."""

    __signed__ = "worked out from calls and attempts"
    __about__ = About("What the phone system says against calls", 90, "attempt_id")
    __table_args__ = (UniqueConstraint("attempt_id", "kind"), Index("callfinding_day", "organisation_id", "found_at"))

    attempt_id: int = Field(foreign_key="attempt.id")
    # unrecorded | forbidden | only_records | without_call | short_ring | withheld | other_number | abandoned
    kind: str = column(personal="keep")
    found_at: datetime
    seconds: float | None = None  # how long it rang
    rule: str = column(default="", is_later=True, personal="keep")  # which forbade the call


class CallRecords(OrganisationRow, table=True):
    """A file of the phone system's call records, once it was compared: which span it covers. Its calls are not here."""

    __signed__ = Signed()
    __about__ = "a phone system, and the span that a file of it covers"
    __table_args__ = (
        UniqueConstraint("organisation_id", "system", "first_call_at", "last_call_at"),
        Index("callrecords_read", "organisation_id", "read_at"),
    )

    system: str = column(signed=True)
    first_call_at: datetime = column(signed="itself")  # calls out, by the clock of the database
    last_call_at: datetime = column(signed="itself")
    read_at: datetime = column(signed="itself")
    # how far the phone system's clock is ahead; None: too few calls tell
    skew_seconds: int | None = column(default=None, signed="itself")


class ForbiddenCalls(OrganisationRow, table=True):
    """One team's calls that a file showed to be against the rules: told to its leads as one thing, by person.

    Open while the file is read; closed before anybody is told, so that no call is in two rows.
    """

    __signed__ = "messages; worked out from calls and attempts"
    __about__ = "a phone system, the span of its file, and calls by their ids"
    __table_args__ = (
        partial_index(
            "forbiddencalls_open",
            *("team_id", "system", "first_call_at", "last_call_at"),
            unique=True,
            where=text("closed_at IS NULL"),
        ),
    )

    team_id: int = Field(foreign_key="team.id")
    system: str  # with the two moments of CallRecords: the file
    first_call_at: datetime
    last_call_at: datetime
    count: int
    # a call to each of the people gravest wronged: its gravity (0: the gravest), calls to the person below 0, its
    # attempt; rows of before have gravity and attempt alone
    worst: list[list[int]] = column(default_factory=list)
    caller_id: int | None = Field(default=None, foreign_key="agent.id")  # who made them all; None: several did
    found_at: datetime  # the first of them
    due_at: datetime  # when the file was read, or its reading must have died
    closed_at: datetime | None = None
