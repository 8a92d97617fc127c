"""Calling: leases, attempts, outcomes and callbacks."""

from datetime import datetime
from typing import Any

from sqlmodel import Index, UniqueConstraint, text

from policy.vocabulary import AttemptState, LeaseStage, Outcome
from storage.models.columns import About, OrganisationRow, Signed, column, partial_index, word_of

_LIVE = text("ended_at IS NULL")
UNHEARD = text("closed_because = 'cancelled' AND told_of <> 'cancelled'")
_WAITING = text("state IN ('open', 'unreported')")


class Lease(OrganisationRow, table=True):
    """The claim in force: who holds which contact, until when, in which stage.

    The three unique indexes ensure that no two agents hold the same contact, person or number.
    """

    __signed__ = Signed(at="offered_at", ends="ended_at")
    __about__ = About("Hand-outs to agents", 120, "contact_id")
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

    contact_id: int = column(foreign_key="contact.id", signed="changing")
    person_id: int = column(foreign_key="person.id", signed="changing")
    number: str = column(personal="hash", signed=True)
    agent_id: int = column(foreign_key="agent.id", signed="changing")
    # the attempt and the end say it
    stage: LeaseStage = column(default=LeaseStage.OFFERED, sa_type=word_of(LeaseStage), personal="keep", signed=False)
    offered_at: datetime = column(signed=True)
    leased_until: datetime = column(signed=False)
    lawful_until: datetime = column(signed="itself")
    # the callback it serves; no foreign key, which would close a circle of tables
    callback_id: int | None = column(default=None, signed=True)
    ended_at: datetime | None = column(default=None, signed="itself")
    ended_because: str = column(default="", personal="keep", signed="itself")  # LeaseEnd
    # ReleaseReason or NOT_SAID; taken_back, moved: by a team lead; not_theirs: by an admin
    release_reason: str = column(default="", personal="keep", signed="itself")
    release_words: str = column(default="", personal="empty", signed="itself")  # in the agent's words


class Attempt(OrganisationRow, table=True):
    """The record opened when Call is pressed; never deleted. `outcome` and `state` derive from OutcomeRecord rows."""

    __signed__ = Signed(at="opened_at")
    __about__ = About("Calls", 60, "person_id", "number", "contact_id")
    __table_args__ = (
        Index("attempt_number", "organisation_id", "number", "opened_at"),  # facts of a number
        Index("attempt_person", "organisation_id", "person_id", "opened_at"),  # facts of a person
        Index("attempt_agent", "agent_id", "opened_at"),  # an agent's day
        # attempts without an outcome: agents are asked for it, and see them, as team leads do
        partial_index("attempt_waiting", "agent_id", "opened_at", where=_WAITING),
    )

    # None: a call off the list
    contact_id: int | None = column(default=None, foreign_key="contact.id", index=True, signed="changing")
    person_id: int | None = column(default=None, foreign_key="person.id", signed="changing")
    number: str = column(personal="hash", signed=True)
    number_kind: str = column(default="", personal="keep", signed=True)
    campaign_id: int | None = column(default=None, foreign_key="campaign.id", index=True, signed=True)
    principal: str = column(personal="keep", signed=True)
    subject: str = column(default="", personal="keep", signed=True)
    agent_id: int = column(foreign_key="agent.id", signed=True)
    # one attempt for each lease
    lease_id: int | None = column(default=None, foreign_key="lease.id", unique=True, signed=True)
    direction: str = column(default="out", personal="keep", signed=True)
    channel: str = column(default="voice", personal="keep", signed=True)
    opened_at: datetime = column(signed=True)
    closed_at: datetime | None = column(default=None, signed="itself")
    state: AttemptState = column(
        default=AttemptState.OPEN, sa_type=word_of(AttemptState), personal="keep", signed="itself"
    )
    outcome: Outcome | None = column(default=None, sa_type=word_of(Outcome), personal="keep", signed="itself")
    # the own outcome that was said; no foreign key: SQLite cannot add one to a table
    own_outcome_id: int | None = column(default=None, signed="itself")
    chased_at: datetime | None = column(default=None, signed=False)  # when the agent was last asked for the outcome
    # when the phone system's records brought it; None: an agent opened it
    found_at: datetime | None = column(default=None, signed=True)


class OwnOutcome(OrganisationRow, table=True):
    """An outcome that the organisation names under one of the closed list, as which it counts. Never deleted."""

    __signed__ = Signed()
    __about__ = "the business: names of outcomes, and what their forms ask"
    __table_args__ = (UniqueConstraint("organisation_id", "key"),)

    name: str = column(signed="changing")
    key: str = column(signed="changing")  # the name without case, signs and doubled spaces
    counts_as: Outcome = column(sa_type=word_of(Outcome), signed="changing")
    # what its form asks, in order: {"asks", "kind", "choices", "is_required"}; none: it has no form
    questions: list[dict[str, Any]] = column(default_factory=list, signed="changing")
    retired_at: datetime | None = column(default=None, signed="changing")  # set: no card offers it


class OutcomeRecord(OrganisationRow, table=True):
    """One statement about an attempt, append-only: the newest that is not taken back counts."""

    __signed__ = Signed(at="recorded_at", ends="taken_back_at")
    __about__ = About("Outcomes and notes", 100, "attempt_id")
    __table_args__ = (Index("outcome_day", "organisation_id", "recorded_at"),)  # statements of the day that is audited

    attempt_id: int = column(foreign_key="attempt.id", index=True, signed=True)
    # None: an undo; the attempt waits for an outcome again
    outcome: Outcome | None = column(sa_type=word_of(Outcome), personal="keep", signed=True)
    recorded_at: datetime = column(signed=True)
    recorded_by: int = column(foreign_key="agent.id", signed=True)
    note: str = column(default="", personal="empty", forgotten=True, signed="changing")
    own_outcome_id: int | None = column(default=None, signed=True)  # no foreign key: SQLite cannot add one to a table
    # its name when it was said
    own_name: str = column(default="", is_later=True, personal="keep", signed=True)
    # JSON: pairs of question and answer; empty: none, or forgotten
    answers: str = column(default="", is_later=True, personal="empty", forgotten=True, signed="changing")
    # by /outcome, which may be about a call off the list
    is_typed: bool = column(default=False, is_later=True, signed=True)
    supersedes_id: int | None = column(default=None, foreign_key="outcomerecord.id", signed=True)
    # taken back by its author, where others' statements keep the outcome; otherwise an undo is its own statement
    taken_back_at: datetime | None = column(default=None, signed="changing")


class Callback(OrganisationRow, table=True):
    """An agreement to call not before `due_at`, kept by one agent or by anyone of the team."""

    __signed__ = Signed()
    __about__ = About("Callbacks", 110, "person_id")
    __table_args__ = (
        # due callbacks, soonest first
        partial_index("callback_due", "due_at", where=text("closed_at IS NULL")),
        # cancelled callbacks of which the agent has not been told: few at any time
        partial_index("callback_called_off", "closed_at", where=UNHEARD),
    )

    contact_id: int = column(foreign_key="contact.id", index=True, signed="changing")
    person_id: int = column(foreign_key="person.id", index=True, signed="changing")
    principal: str = column(personal="keep", signed=True)
    agent_id: int | None = column(default=None, foreign_key="agent.id", signed="changing")  # None: anyone
    asked_at: datetime = column(signed=True)
    due_at: datetime = column(signed="changing")
    is_hour_named: bool = column(default=True, signed=True)
    # the call in which it was agreed
    attempt_id: int | None = column(default=None, foreign_key="attempt.id", index=True, signed=True)
    # it may be corrected to an earlier call's: that is a statement, with its author and moment
    closed_at: datetime | None = column(default=None, signed="changing")
    # kept | cancelled | superseded | undone | lifted
    closed_because: str = column(default="", personal="keep", signed="changing")
    # when agent and leads were last told that it cannot be made on time, or was not
    told_at: datetime | None = column(default=None, signed=False)
    # locked | held | suppressed | overdue | cancelled | list | campaign
    told_of: str = column(default="", is_later=True, personal="keep", signed=False)
    told_until: datetime | None = column(default=None, signed=False)  # when its contact opens again, as they were told
    # the call that closed it
    closed_attempt_id: int | None = column(default=None, foreign_key="attempt.id", index=True, signed="changing")
    # when the message that reminds its agent ahead was written
    ahead_told_at: datetime | None = column(default=None, signed=False)
