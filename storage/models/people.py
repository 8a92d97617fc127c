"""The house: organisations, teams, and the people who work there."""

from datetime import datetime, time

from sqlmodel import Field, SQLModel, UniqueConstraint, text

from policy.vocabulary import Role
from storage.models.columns import EMPTY, word_of


class Organisation(SQLModel, table=True):
    """One business: one Slack workspace. Leases and limits reach across all of it, and no further."""

    id: int | None = Field(default=None, primary_key=True)
    slack_team_id: str = Field(unique=True)  # empty until the first connection names it
    name: str
    # names and notes are forgotten after so many months; 0: never
    forget_after_months: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})


class Team(SQLModel, table=True):
    """Agents and team leads who share campaigns, a Slack channel and the clock their day is reported by."""

    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    name: str
    channel: str  # Slack channel id
    zone: str  # IANA: where its day begins and ends
    digest_at: time  # local time at which the day's digest is posted
    # which digests it gets, space-separated: day | week | month
    editions: str = Field(default="day week month", sa_column_kwargs={"server_default": text("'day week month'")})
    agents_group: str = Field(default="", sa_column_kwargs=EMPTY)  # Slack user group its agents follow; empty: by hand
    leads_group: str = Field(default="", sa_column_kwargs=EMPTY)  # and its team leads
    group_fault: str = Field(default="", sa_column_kwargs=EMPTY)  # why they cannot follow it, in Slack's word


class Agent(SQLModel, table=True):
    """A person of the house: one Slack user, whatever their role."""

    __table_args__ = (UniqueConstraint("organisation_id", "slack_user_id"),)

    id: int | None = Field(default=None, primary_key=True)
    organisation_id: int = Field(foreign_key="organisation.id")
    slack_user_id: str
    name: str
    role: Role = Field(sa_type=word_of(Role))
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)
    zone: str  # IANA: the clock they read
    shift_from: time = time(8)  # reminders arrive inside the shift, on the agent's own clock
    shift_until: time = time(20)
    is_active: bool = True
    deactivated_at: datetime | None = None
    paused_at: datetime | None = None  # set: nothing new is handed out until a team lead ends the pause
    paused_by: int | None = None  # no foreign key: SQLite adds none in place
    paused_because: str = Field(default="", sa_column_kwargs=EMPTY)
    # shift: as they fall due, inside the shift | quiet: one message as the shift begins | off: none
    reminders: str = Field(default="shift", sa_column_kwargs={"server_default": text("'shift'")})
    language: str = Field(default="", sa_column_kwargs=EMPTY)  # chosen by the person; empty: as in Slack
    locale: str = Field(default="", sa_column_kwargs=EMPTY)  # what Slack said last, such as de-DE; empty: not known
    locale_read_at: datetime | None = None
