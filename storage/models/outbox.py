"""Timed work as rows: the scheduler only ticks, these say what is due and what was sent."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import true as sql_true
from sqlmodel import JSON, Column, Field, Index, SQLModel, UniqueConstraint, text


class Reminder(SQLModel, table=True):
    """One contact of one agent becomes callable again at `due_at`. Taken by conditional update, marked after sending."""

    __table_args__ = (
        UniqueConstraint("agent_id", "contact_id", "due_at"),
        # what is due and not yet closed
        Index(
            "reminder_due",
            "due_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
        # and of one agent
        Index(
            "reminder_agent",
            "agent_id",
            "due_at",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    agent_id: int = Field(foreign_key="agent.id")
    contact_id: int = Field(foreign_key="contact.id", index=True)
    due_at: datetime
    taken_at: datetime | None = None  # a process is sending it; taken again if it stays so too long
    failed: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})  # how often it could not be sent
    closed_at: datetime | None = None
    # sent | superseded | taken | suppressed | finished | held | locked | not_callable | undeliverable | deactivated | off
    closed_because: str = ""


class ShownNumber(SQLModel, table=True):
    """The number of one call on one message of its agent, until it is hidden or `expires_at` has come."""

    __table_args__ = (UniqueConstraint("agent_id", "message", "lease_id"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    agent_id: int = Field(foreign_key="agent.id")
    lease_id: int = Field(foreign_key="lease.id", index=True)
    message: str  # its channel and ts
    response_url: str  # by which the message is drawn anew: a secret of thirty minutes
    expires_at: datetime  # it can no longer be drawn anew: the row is deleted
    taken_at: datetime | None = None  # a process is hiding it; taken again if it stays so too long


class DigestRun(SQLModel, table=True):
    """The digest of one team for one local day, or for the week or month that ends with it: one row, posted once."""

    __table_args__ = (UniqueConstraint("team_id", "edition", "on_date"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    team_id: int = Field(foreign_key="team.id")
    on_date: date
    edition: str = Field(default="day", sa_column_kwargs={"server_default": text("'day'")})  # day | week | month
    taken_at: datetime | None = None
    posted_at: datetime | None = None
    message_ts: str = ""  # Slack's name of the post
    content: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))


class RetentionRun(SQLModel, table=True):
    """One night's forgetting of names and notes, of one organisation: one row, done once."""

    __table_args__ = (UniqueConstraint("organisation_id", "on_date"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    on_date: date  # UTC
    months: int  # the term then
    taken_at: datetime | None = None  # a process is at it; taken over if it says nothing for too long
    finished_at: datetime | None = None
    people: int = 0
    notes: int = 0


class RedecideRun(SQLModel, table=True):
    """One walk through every contact with one rulebook, in order of their ids; finished, or to be gone on with."""

    id: int | None = Field(default=None, primary_key=True)
    rulebook: str
    house_pack: str
    started_at: datetime
    # also those that these rules have decided already
    is_whole: bool = Field(default=True, sa_column_kwargs={"server_default": sql_true()})
    last_contact_id: int = 0  # contacts up to this one are done
    decided: int = 0
    changed: int = 0
    taken_at: datetime | None = None  # a process is at it; taken over if it says nothing for too long
    finished_at: datetime | None = None
