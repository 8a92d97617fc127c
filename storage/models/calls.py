"""Calling: leases, attempts, what came of them, and promised callbacks."""

from datetime import datetime

from sqlalchemy import false as sql_false
from sqlmodel import Field, Index, SQLModel, text

from policy.vocabulary import AttemptState, LeaseStage, Outcome
from storage.models.columns import EMPTY, word_of

_LIVE = text("ended_at IS NULL")
OWED = text("unheard_by <> ''")
UNHEARD = text("closed_because = 'cancelled' AND told_of <> 'cancelled'")
_WAITING = text("state IN ('open', 'unreported')")


class Lease(SQLModel, table=True):
    """The claim in force: who holds which contact, until when, in which stage.

    The three unique indexes are the promise that no two agents hold the same contact, person or number.
    """

    __table_args__ = (
        Index(
            "lease_contact", "organisation_id", "contact_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE
        ),
        Index("lease_person", "organisation_id", "person_id", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        Index("lease_number", "organisation_id", "number", unique=True, sqlite_where=_LIVE, postgresql_where=_LIVE),
        # what an agent holds
        Index("lease_agent", "agent_id", sqlite_where=_LIVE, postgresql_where=_LIVE),
        # what an agent gave back of late: not handed to the same agent again at once
        Index("lease_given_back", "contact_id", "agent_id"),
        # the sweep of leases that ran out
        Index("lease_lapse", "leased_until", sqlite_where=_LIVE, postgresql_where=_LIVE),
        # the audit of one day
        Index("lease_day", "organisation_id", "offered_at"),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    contact_id: int = Field(foreign_key="contact.id")
    person_id: int = Field(foreign_key="person.id")
    number: str
    agent_id: int = Field(foreign_key="agent.id")
    stage: LeaseStage = Field(default=LeaseStage.OFFERED, sa_type=word_of(LeaseStage))
    offered_at: datetime
    leased_until: datetime
    lawful_until: datetime
    callback_id: int | None = None  # the promise it keeps; no foreign key, which would close a circle of tables
    ended_at: datetime | None = None
    ended_because: str = ""  # LeaseEnd
    release_reason: str = ""  # ReleaseReason, or taken_back: by a team lead
    release_words: str = ""  # the agent's own


class Attempt(SQLModel, table=True):
    """The record opened when Call is pressed; never deleted. `outcome` and `state` are derived from OutcomeRecord rows."""

    __table_args__ = (
        Index("attempt_number", "organisation_id", "number", "opened_at"),  # facts of a number
        Index("attempt_person", "organisation_id", "person_id", "opened_at"),  # facts of a person
        Index("attempt_agent", "agent_id", "opened_at"),  # an agent's day
        # attempts without an outcome: chased, and shown to the agent and the team lead
        Index("attempt_waiting", "agent_id", "opened_at", sqlite_where=_WAITING, postgresql_where=_WAITING),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)  # None: a call off the list
    person_id: int | None = Field(default=None, foreign_key="person.id")
    number: str
    number_kind: str = ""
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id", index=True)
    principal: str
    subject: str = ""
    agent_id: int = Field(foreign_key="agent.id")
    lease_id: int | None = Field(default=None, foreign_key="lease.id", unique=True)  # one attempt a lease
    direction: str = "out"
    channel: str = "voice"
    opened_at: datetime
    closed_at: datetime | None = None
    state: AttemptState = Field(default=AttemptState.OPEN, sa_type=word_of(AttemptState))
    outcome: Outcome | None = Field(default=None, sa_type=word_of(Outcome))
    chased_at: datetime | None = None  # when the agent was last asked for the outcome


class OutcomeRecord(SQLModel, table=True):
    """One statement about an attempt, append-only: the newest that is not taken back stands."""

    __table_args__ = (Index("outcome_day", "organisation_id", "recorded_at"),)  # what was said on the day audited

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    attempt_id: int = Field(foreign_key="attempt.id", index=True)
    outcome: Outcome | None = Field(sa_type=word_of(Outcome))  # None: an undo, the attempt waits again
    recorded_at: datetime
    recorded_by: int = Field(foreign_key="agent.id")
    note: str = ""
    # by /outcome, which may be about a call off the list
    is_typed: bool = Field(default=False, sa_column_kwargs={"server_default": sql_false()})
    supersedes_id: int | None = Field(default=None, foreign_key="outcomerecord.id")
    # by who said it, where the outcome stands by the word of others; else an undo is a statement of its own
    taken_back_at: datetime | None = None


class Callback(SQLModel, table=True):
    """A promise to call not before `due_at`, kept by one agent or by anyone of the team."""

    __table_args__ = (
        # due promises, soonest first
        Index(
            "callback_due",
            "due_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        # promises called off of which their agents have not heard: few, and soon none
        Index("callback_called_off", "closed_at", sqlite_where=UNHEARD, postgresql_where=UNHEARD),
        # promises of which somebody has yet to hear what their mark says
        Index("callback_owed", "told_at", sqlite_where=OWED, postgresql_where=OWED),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    contact_id: int = Field(foreign_key="contact.id", index=True)
    person_id: int = Field(foreign_key="person.id", index=True)
    principal: str
    agent_id: int | None = Field(default=None, foreign_key="agent.id")  # None: anyone
    asked_at: datetime
    due_at: datetime
    is_hour_named: bool = True
    attempt_id: int | None = Field(default=None, foreign_key="attempt.id", index=True)  # in which it was agreed
    closed_at: datetime | None = None
    closed_because: str = ""  # kept | cancelled | superseded | undone | lifted
    told_at: datetime | None = None  # when agent and leads last heard that it cannot be made in time, or was not
    told_of: str = Field(default="", sa_column_kwargs=EMPTY)  # locked | held | suppressed | overdue | cancelled
    told_until: datetime | None = None  # when its contact opens again, as they heard it then
    unheard_by: str = Field(default="", sa_column_kwargs=EMPTY)  # ids of agents who have yet to hear it, with blanks
    closed_attempt_id: int | None = Field(default=None, foreign_key="attempt.id", index=True)  # what closed it
