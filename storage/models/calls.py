"""Calling: leases, attempts, outcomes and callbacks."""

from datetime import datetime
from typing import Any

from sqlalchemy import false as sql_false
from sqlmodel import JSON, Column, Field, Index, UniqueConstraint, text

from policy.vocabulary import AttemptState, LeaseStage, Outcome
from storage.models.columns import EMPTY, OrganisationRow, partial_index, word_of

_LIVE = text("ended_at IS NULL")
OWED = text("unheard_by <> ''")
UNHEARD = text("closed_because = 'cancelled' AND told_of <> 'cancelled'")
_WAITING = text("state IN ('open', 'unreported')")


class Lease(OrganisationRow, table=True):
    """The claim in force: who holds which contact, until when, in which stage.

    The three unique indexes ensure that no two agents hold the same contact, person or number.
    """

    __table_args__ = (
        partial_index("lease_contact", "organisation_id", "contact_id", unique=True, where=_LIVE),
        partial_index("lease_person", "organisation_id", "person_id", unique=True, where=_LIVE),
        partial_index("lease_number", "organisation_id", "number", unique=True, where=_LIVE),
        # an agent's leases
        partial_index("lease_agent", "agent_id", where=_LIVE),
        # what an agent gave back lately: it goes to another agent first
        Index("lease_given_back", "contact_id", "agent_id"),
        # the sweep of expired leases
        partial_index("lease_lapse", "leased_until", where=_LIVE),
        # the audit of one day
        Index("lease_day", "organisation_id", "offered_at"),
    )

    contact_id: int = Field(foreign_key="contact.id")
    person_id: int = Field(foreign_key="person.id")
    number: str
    agent_id: int = Field(foreign_key="agent.id")
    stage: LeaseStage = Field(default=LeaseStage.OFFERED, sa_type=word_of(LeaseStage))
    offered_at: datetime
    leased_until: datetime
    lawful_until: datetime
    callback_id: int | None = None  # the callback it serves; no foreign key, which would close a circle of tables
    ended_at: datetime | None = None
    ended_because: str = ""  # LeaseEnd
    release_reason: str = ""  # ReleaseReason or NOT_SAID; taken_back, moved: by a team lead; not_theirs: by an admin
    release_words: str = ""  # in the agent's words


class Attempt(OrganisationRow, table=True):
    """The record opened when Call is pressed; never deleted. `outcome` and `state` are derived from OutcomeRecord rows."""

    __table_args__ = (
        Index("attempt_number", "organisation_id", "number", "opened_at"),  # facts of a number
        Index("attempt_person", "organisation_id", "person_id", "opened_at"),  # facts of a person
        Index("attempt_agent", "agent_id", "opened_at"),  # an agent's day
        # attempts without an outcome: agents are asked for it, and see them, as team leads do
        partial_index("attempt_waiting", "agent_id", "opened_at", where=_WAITING),
    )

    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)  # None: a call off the list
    person_id: int | None = Field(default=None, foreign_key="person.id")
    number: str
    number_kind: str = ""
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", index=True)
    principal: str
    subject: str = ""
    agent_id: int = Field(foreign_key="agent.id")
    lease_id: int | None = Field(default=None, foreign_key="lease.id", unique=True)  # one attempt for each lease
    direction: str = "out"
    channel: str = "voice"
    opened_at: datetime
    closed_at: datetime | None = None
    state: AttemptState = Field(default=AttemptState.OPEN, sa_type=word_of(AttemptState))
    outcome: Outcome | None = Field(default=None, sa_type=word_of(Outcome))
    own_outcome_id: int | None = None  # the own outcome that was said; no foreign key: SQLite cannot add one to a table
    chased_at: datetime | None = None  # when the agent was last asked for the outcome
    found_at: datetime | None = None  # when the phone system's records brought it; None: an agent opened it


class OwnOutcome(OrganisationRow, table=True):
    """An outcome that the organisation names under one of the closed list, as which it counts. Never deleted."""

    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    name: str
    key: str  # the name without case, signs and doubled spaces
    counts_as: Outcome = Field(sa_type=word_of(Outcome))
    # what its form asks, in order: {"asks", "kind", "choices", "is_required"}; none: it has no form
    questions: list[dict[str, Any]] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    retired_at: datetime | None = None  # set: no card offers it


class OutcomeRecord(OrganisationRow, table=True):
    """One statement about an attempt, append-only: the newest that is not taken back counts."""

    __table_args__ = (Index("outcome_day", "organisation_id", "recorded_at"),)  # statements of the day that is audited

    attempt_id: int = Field(foreign_key="attempt.id", index=True)
    outcome: Outcome | None = Field(sa_type=word_of(Outcome))  # None: an undo; the attempt waits for an outcome again
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="agent.id")
    note: str = ""
    own_outcome_id: int | None = None  # no foreign key: SQLite cannot add one to a table
    own_name: str = Field(default="", sa_column_kwargs=EMPTY)  # its name when it was said
    answers: str = Field(
        default="", sa_column_kwargs=EMPTY
    )  # JSON: pairs of question and answer; empty: none, or forgotten
    # by /outcome, which may be about a call off the list
    is_typed: bool = Field(default=False, sa_column_kwargs={"server_default": sql_false()})
    supersedes_id: int | None = Field(default=None, foreign_key="outcomerecord.id")
    # taken back by its author, where others' statements keep the outcome; otherwise an undo is its own statement
    taken_back_at: datetime | None = None


class Callback(OrganisationRow, table=True):
    """An agreement to call not before `due_at`, kept by one agent or by anyone of the team."""

    __table_args__ = (
        # due callbacks, soonest first
        partial_index("callback_due", "due_at", where=text("closed_at IS NULL")),
        # cancelled callbacks of which the agent has not been told: few at any time
        partial_index("callback_called_off", "closed_at", where=UNHEARD),
        # callbacks whose mark someone has yet to be told of
        partial_index("callback_owed", "told_at", where=OWED),
    )

    contact_id: int = Field(foreign_key="contact.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    principal: str
    agent_id: int | None = Field(default=None, foreign_key="agent.id")  # None: anyone
    asked_at: datetime
    due_at: datetime
    is_hour_named: bool = True
    # the call in which it was agreed
    attempt_id: int | None = Field(default=None, foreign_key="attempt.id", index=True)
    closed_at: datetime | None = None
    closed_because: str = ""  # kept | cancelled | superseded | undone | lifted
    told_at: datetime | None = None  # when agent and leads were last told that it cannot be made on time, or was not
    # locked | held | suppressed | overdue | cancelled | list | campaign
    told_of: str = Field(default="", sa_column_kwargs=EMPTY)
    told_until: datetime | None = None  # when its contact opens again, as they were told
    unheard_by: str = Field(default="", sa_column_kwargs=EMPTY)  # ids of agents who have yet to be told, between spaces
    closed_attempt_id: int | None = Field(default=None, foreign_key="attempt.id", index=True)  # the call that closed it
    ahead_taken_at: datetime | None = None  # when a process took it to remind its agent before it is due
    ahead_told_at: datetime | None = None  # when the agent was so reminded, or could not be reached
