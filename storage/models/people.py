"""The organisation: its teams and the people who work there."""

from datetime import datetime, time

from sqlmodel import Field, Index, SQLModel, UniqueConstraint, text

from policy.vocabulary import Role
from storage.models.columns import EMPTY, OrganisationRow, word_of

DIGEST_AT = time(21, 45)  # after the last calling hour of every shipped rule


class Organisation(SQLModel, table=True):
    """One business: one Slack workspace. Leases and limits reach across all of it, and no further."""

    id: int | None = Field(default=None, primary_key=True)
    slack_team_id: str = Field(unique=True)  # empty until the first connection names it
    name: str
    # names and notes are deleted after so many months; 0: never
    forget_after_months: int = Field(default=0, sa_column_kwargs={"server_default": text("0")})
    # team leads and admins are told so many days before a screening grows too old; 0: never
    warn_days_before: int = Field(default=5, sa_column_kwargs={"server_default": text("5")})
    # hex, made by the first erasure: the key of the hashes that erased numbers leave behind; empty: nothing was erased
    erasure_key: str = Field(default="", sa_column_kwargs=EMPTY)
    # how many calls of one agent may wait for their outcome when another begins
    open_calls: int = Field(default=1, sa_column_kwargs={"server_default": text("1")})
    # what campaigns said of themselves is known for every moment since; None: since the beginning
    terms_kept_since: datetime | None = None
    # each change that a row does not explain itself is on record since; None: since the beginning
    changes_kept_since: datetime | None = None
    # Slack channel to which each day's checkpoint of the log is posted; empty: none
    checkpoint_channel: str = Field(default="", sa_column_kwargs=EMPTY)


class Team(OrganisationRow, table=True):
    """Agents and team leads who share campaigns, a Slack channel and the time zone in which their day is reported."""

    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    name: str
    channel: str  # Slack channel id
    zone: str  # IANA; sets where its day begins and ends
    digest_at: time = DIGEST_AT  # local time at which the daily digest is posted, and the day ends
    # the digests it gets, separated by spaces: day | week | month
    editions: str = Field(default="day week month", sa_column_kwargs={"server_default": text("'day week month'")})
    daily_since: datetime | None = None  # when its daily digest was switched on again; earlier days are owed none
    # Slack user group whose members are its agents; empty: set by hand
    agents_group: str = Field(default="", sa_column_kwargs=EMPTY)
    leads_group: str = Field(default="", sa_column_kwargs=EMPTY)  # the same for its team leads
    group_fault: str = Field(default="", sa_column_kwargs=EMPTY)  # Slack's error code, if it cannot follow the group


class Agent(OrganisationRow, table=True):
    """A person who works here: one Slack user, whatever their role."""

    __table_args__ = (UniqueConstraint("organisation_id", "slack_user_id"),)

    slack_user_id: str
    name: str
    role: Role = Field(sa_type=word_of(Role))
    team_id: int | None = Field(default=None, foreign_key="team.id", index=True)  # the team they work for now
    zone: str  # IANA; the zone of the times they read
    shift_from: time = time(8)  # reminders arrive inside the shift, in the agent's own zone
    shift_until: time = time(20)
    is_active: bool = True
    deactivated_at: datetime | None = None
    paused_at: datetime | None = None  # set: no new contacts until a team lead ends the pause
    paused_by: int | None = None  # no foreign key: SQLite cannot add one to an existing table
    paused_because: str = Field(default="", sa_column_kwargs=EMPTY)
    # shift: as they fall due, inside the shift | quiet: once a shift, and callbacks ahead | off: none
    reminders: str = Field(default="shift", sa_column_kwargs={"server_default": text("'shift'")})
    language: str = Field(default="", sa_column_kwargs=EMPTY)  # chosen by the person; empty: as in Slack
    locale: str = Field(default="", sa_column_kwargs=EMPTY)  # Slack's last answer, such as de-DE; empty: unknown
    locale_read_at: datetime | None = None
    # how the number on a card is dialled: a link with {number} in it, such as sip:{number}@pbx.example; empty: tel:
    dial_with: str = Field(default="", sa_column_kwargs=EMPTY)
    # home: they work on Home | messages: in one direct message
    desk: str = Field(default="home", sa_column_kwargs={"server_default": text("'home'")})
    desk_message: str = Field(default="", sa_column_kwargs=EMPTY)  # its channel and ts; empty: there is none
    # what the phone system calls them, such as 101 or a user's name; several between commas; empty: unknown
    extension: str = Field(default="", sa_column_kwargs=EMPTY)
    admin_since: datetime | None = None  # None: not an admin, or one since before this was kept


class Membership(SQLModel, table=True):
    """A team that a person of several teams may work for. Who has no row is in the one team they work for, if any."""

    agent_id: int = Field(foreign_key="agent.id", primary_key=True)
    team_id: int = Field(foreign_key="team.id", primary_key=True, index=True)


class EarlierTeam(OrganisationRow, table=True):
    """The team a person worked for until a moment, kept when they work for another or leave: their calls stay its calls."""

    __table_args__ = (Index("earlierteam_agent", "agent_id", "until"),)

    agent_id: int = Field(foreign_key="agent.id")
    team_id: int = Field(foreign_key="team.id", index=True)
    until: datetime


class BreakTaken(OrganisationRow, table=True):
    """A break that an agent took by their own press: no new contacts and no reminders meanwhile."""

    __table_args__ = (Index("breaktaken_agent", "agent_id", "began_at"),)

    agent_id: int = Field(foreign_key="agent.id")
    reason: str  # a BreakReason word
    began_at: datetime
    ended_at: datetime | None = None
