"""The organisation: its teams and the people who work there; and, as SQL, the team they worked for at a moment."""

from datetime import datetime, time
from typing import Any

from sqlalchemy import ColumnElement, and_, func, or_, select
from sqlmodel import Field, Index, UniqueConstraint, col

from policy.vocabulary import Role
from storage.models.calls import Attempt
from storage.models.columns import OrganisationRow, Row, Signed, column, word_of

DIGEST_AT = time(21, 45)  # after the last calling hour of every shipped rule


class Organisation(Row, table=True):
    """One business: one Slack workspace. Leases and limits reach across all of it, and no further."""

    __signed__ = Signed()
    __about__ = "the business"

    id: int | None = Field(default=None, primary_key=True)
    slack_team_id: str = column(unique=True, signed="changing")  # empty until the first connection names it
    name: str = column(signed="changing")
    # names and notes are deleted after so many months; 0: never
    forget_after_months: int = column(default=0, is_later=True, signed="changing")
    # team leads and admins are told so many days before a screening grows too old; 0: never
    warn_days_before: int = column(default=5, is_later=True, signed="changing")
    # a secret, in hex, made by the first erasure: the key of the hashes that erased numbers leave; empty: none was made
    erasure_key: str = column(default="", is_later=True, signed=False)
    # how many calls of one agent may wait for their outcome when another begins
    open_calls: int = column(default=1, is_later=True, signed="changing")
    # what campaigns said of themselves is known for every moment since; None: since the beginning
    terms_kept_since: datetime | None = column(default=None, signed="changing")
    # each change that a row does not explain itself is on record since; None: since the beginning
    changes_kept_since: datetime | None = column(default=None, signed=True)
    # Slack channel that got each day's checkpoint of the log before 0.9.0. Only the log reads it, which states it.
    checkpoint_channel: str = column(default="", is_later=True, signed="changing")


class Team(OrganisationRow, table=True):
    """Agents and team leads who share campaigns, a Slack channel and the time zone in which their day is reported."""

    __signed__ = Signed()
    __about__ = "the business"
    __table_args__ = (UniqueConstraint("organisation_id", "name"),)

    name: str = column(signed="changing")
    channel: str = column(signed="changing")  # Slack channel id
    zone: str = column(signed="changing")  # IANA; sets where its day begins and ends
    # local time at which the daily digest is posted, and the day ends
    digest_at: time = column(default=DIGEST_AT, signed="changing")
    # the digests it gets, separated by spaces: day | week | month
    editions: str = column(default="day week month", is_later=True, signed="changing")
    # when its daily digest was switched on again; earlier days are owed none
    daily_since: datetime | None = column(default=None, signed=False)
    # Slack user group whose members are its agents; empty: set by hand
    agents_group: str = column(default="", is_later=True, signed="changing")
    leads_group: str = column(default="", is_later=True, signed="changing")  # the same for its team leads
    # Slack's error code, if it cannot follow the group
    group_fault: str = column(default="", is_later=True, signed=False)


class Agent(OrganisationRow, table=True):
    """A person who works here: one Slack user, whatever their role."""

    __signed__ = Signed()
    __about__ = "people who work there"
    __table_args__ = (UniqueConstraint("organisation_id", "slack_user_id"),)

    slack_user_id: str = column(signed=True)
    name: str = column(signed=False)
    role: Role = column(sa_type=word_of(Role), signed="changing")
    # the team they work for now
    team_id: int | None = column(default=None, foreign_key="team.id", index=True, signed="changing")
    zone: str = column(signed="changing")  # IANA; the zone of the times they read
    # reminders arrive inside the shift, in the agent's own zone
    shift_from: time = column(default=time(8), signed="changing")
    shift_until: time = column(default=time(20), signed="changing")
    is_active: bool = column(default=True, signed="changing")
    deactivated_at: datetime | None = column(default=None, signed="changing")
    # set: no new contacts until a team lead ends the pause
    paused_at: datetime | None = column(default=None, signed="changing")
    # no foreign key: SQLite cannot add one to an existing table
    paused_by: int | None = column(default=None, signed="changing")
    paused_because: str = column(default="", is_later=True, signed=False)
    # shift: as they fall due, inside the shift | quiet: once a shift, and callbacks ahead | off: none
    reminders: str = column(default="shift", is_later=True, signed=False)
    language: str = column(default="", is_later=True, signed=False)  # chosen by the person; empty: as in Slack
    # Slack's last answer, such as de-DE; empty: unknown
    locale: str = column(default="", is_later=True, signed=False)
    locale_read_at: datetime | None = column(default=None, signed=False)
    # how the number on a card is dialled: a link with {number} in it, such as sip:{number}@pbx.example; empty: tel:
    dial_with: str = column(default="", is_later=True, signed=False)
    # home: they work on Home | messages: in one direct message
    desk: str = column(default="home", is_later=True, signed=False)
    # its channel and ts; empty: there is none
    desk_message: str = column(default="", is_later=True, signed=False)
    # what the phone system calls them, such as 101 or a user's name; several between commas; empty: unknown
    extension: str = column(default="", is_later=True, signed="changing")
    # None: not an admin, or one since before this was kept
    admin_since: datetime | None = column(default=None, signed=False)


class Membership(Row, table=True):
    """A team that a person of several teams may work for. Who has no row is in the one team they work for, if any."""

    __signed__ = "who may work for which team; whom they work for is on the agent, whom they worked for a statement"
    __about__ = "agents, and the teams they may work for"

    agent_id: int = Field(foreign_key="agent.id", primary_key=True)
    team_id: int = Field(foreign_key="team.id", primary_key=True, index=True)


class EarlierTeam(OrganisationRow, table=True):
    """The team a person worked for until a moment, when they went to another or left: their calls stay its calls."""

    __signed__ = Signed(at="until")
    __about__ = "agents, and the teams they worked for"
    __table_args__ = (Index("earlierteam_agent", "agent_id", "until"),)

    agent_id: int = column(foreign_key="agent.id", signed=True)
    team_id: int = column(foreign_key="team.id", index=True, signed=True)
    until: datetime = column(signed=True)


class BreakTaken(OrganisationRow, table=True):
    """A break that an agent took by their own press: no new contacts and no reminders meanwhile."""

    __signed__ = "when an agent was away"
    __about__ = "an agent, and when they were away"
    __table_args__ = (Index("breaktaken_agent", "agent_id", "began_at"),)

    agent_id: int = Field(foreign_key="agent.id")
    reason: str  # a BreakReason word
    began_at: datetime
    ended_at: datetime | None = None


def team_then(moment: Any) -> ColumnElement[int]:
    """SQL: the team that an agent (of the table Agent) worked for at a moment, an SQL expression."""
    earlier = (
        select(col(EarlierTeam.team_id))
        .where(col(EarlierTeam.agent_id) == col(Agent.id), col(EarlierTeam.until) > moment)
        .order_by(col(EarlierTeam.until), col(EarlierTeam.id))
        .limit(1)
    )
    return func.coalesce(earlier.scalar_subquery(), col(Agent.team_id))


def worked_for(team_id: int | None, moment: Any) -> ColumnElement[bool]:
    """SQL: whether an agent (of the table Agent) worked for the team at a moment, an SQL expression."""
    return and_(ever_worked_for(team_id), team_then(moment) == team_id)


def made_for(team_id: int | None, since: datetime, until: datetime) -> ColumnElement[bool]:
    """SQL: whether an attempt was made for a team in [since, until), dialled or not. Asks of Attempt and Agent."""
    opened_at = col(Attempt.opened_at)
    is_theirs = worked_for(team_id, opened_at), col(Attempt.direction) == "out"
    return and_(*is_theirs, opened_at >= since, opened_at < until)


def ever_worked_for(team_id: int | None) -> ColumnElement[bool]:
    """SQL: whether an agent works for the team, or ever did."""
    left = select(col(EarlierTeam.agent_id)).where(col(EarlierTeam.team_id) == team_id)
    return or_(col(Agent.team_id) == team_id, col(Agent.id).in_(left))
