"""Timed work as rows, which say what is due and what was sent. The scheduler only ticks."""

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, Index, UniqueConstraint, text

from storage.models.columns import About, OrganisationRow, Row, Signed, column, partial_index


class Message(OrganisationRow, table=True):
    """What one person is to be told, written in the transaction that causes it. Taken by conditional update.

    It names rows by their ids and is put into words when it is sent, so that nothing of a person is stored twice.
    """

    __signed__ = "messages"
    __about__ = About("Messages to agents and team leads", 285, "contact_id", "attempt_id")
    __table_args__ = (
        # told once
        partial_index("message_once", "organisation_id", "once", where=text("once <> ''"), unique=True),
        # the next, of all and of each reader
        partial_index("message_open", "id", where=text("closed_at IS NULL")),
        partial_index("message_reader", "agent_id", "id", where=text("closed_at IS NULL")),
    )

    once: str = column(default="", personal="keep")  # names what is told once; empty: as often as it happens
    agent_id: int = Field(foreign_key="agent.id")  # its reader
    kind: str = column(personal="keep")  # names its screen
    contact_id: int | None = Field(default=None, foreign_key="contact.id", index=True)  # whom it is about
    attempt_id: int | None = Field(default=None, foreign_key="attempt.id", index=True)
    # ids of other rows, words of closed lists and figures
    params: dict[str, Any] = column(default_factory=dict, personal="keep")
    written_at: datetime
    not_before: datetime | None = None  # None: at once
    until: datetime | None = None  # out of date from then on; None: never
    taken_at: datetime | None = None  # a process is sending it; taken again if that lasts too long
    tries: int = 0  # that failed in a row: Slack or the database did, or it could not be read
    # broken: the last try could not read it; empty: Slack or the database failed, or nothing did
    failed_because: str = column(default="", is_later=True, personal="keep")
    closed_at: datetime | None = None
    # sent | over | out_of_date | undeliverable | broken; empty: it is open
    closed_because: str = column(default="", personal="keep")


class Reminder(OrganisationRow, table=True):
    """One contact of one agent becomes callable again at `due_at`. Closed in the transaction that writes its message,
    and open again if that is over before anybody was told."""

    __signed__ = "messages"
    __about__ = About("Reminders to agents", 280, "contact_id")
    __table_args__ = (
        UniqueConstraint("agent_id", "contact_id", "due_at"),
        # due and open
        partial_index("reminder_due", "due_at", where=text("closed_at IS NULL")),
        # the same for one agent
        partial_index("reminder_agent", "agent_id", "due_at", where=text("closed_at IS NULL")),
        # ended by a clock that ran ahead
        partial_index("reminder_ended", "closed_at", where=text("closed_at IS NOT NULL")),
    )

    agent_id: int = Field(foreign_key="agent.id")
    contact_id: int = Field(foreign_key="contact.id", index=True)
    due_at: datetime
    scheduled_at: datetime | None = None  # when that was decided; None: before this was kept
    # looked at again from then on: it waits for its campaign
    taken_at: datetime | None = None
    # how often a clock that ran ahead told it; bots of the version before also count what Slack did not take
    failed: int = column(default=0, is_later=True)
    closed_at: datetime | None = None
    # sent: it has a message | superseded | taken | suppressed | finished | held | locked | not_callable | deactivated |
    # off | undeliverable, by bots of the version before
    closed_because: str = column(default="", personal="keep")


class ShownNumber(OrganisationRow, table=True):
    """A number shown on a message to an agent during one call, until it is hidden or `expires_at` has come."""

    __signed__ = "messages"
    __about__ = About("Messages in Slack that showed the number", 290, "lease_id")
    __table_args__ = (UniqueConstraint("agent_id", "message", "lease_id"),)

    agent_id: int = Field(foreign_key="agent.id")
    lease_id: int = Field(foreign_key="lease.id", index=True)
    message: str = column(personal="keep")  # its channel and ts
    # a secret that allows the message to be redrawn for 30 minutes
    response_url: str = column(personal="keep", exported=False)
    expires_at: datetime  # from then on Slack refuses to redraw it, and the row is deleted
    taken_at: datetime | None = None  # a process is hiding it; taken again if that lasts too long


class ListFile(OrganisationRow, table=True):
    """A file that a person shared in Slack to have it imported, and how far that has come. Its content is not kept."""

    __signed__ = "a file on its way"
    __about__ = "a file's name and headings, and the person who shared it; none of its rows"
    __table_args__ = (
        UniqueConstraint("organisation_id", "shared_as"),
        # files to be read or imported, or being shown: few of many
        partial_index(
            "listfile_open", "stage", where=text("stage IN ('reading', 'importing') OR taken_at IS NOT NULL")
        ),
    )

    agent_id: int = Field(foreign_key="agent.id")
    shared_as: str  # names the event or form that brought it: Slack may deliver either twice
    file_id: str  # Slack's
    name: str
    slack_user_id: str
    message_ts: str = ""  # the one message about it, in the person's direct messages; empty: not posted yet
    channel: str = ""  # the channel of that message
    campaign_id: int | None = Field(default=None, foreign_key="campaign.id")
    # what the person added: columns, basis, screenings
    answers: dict[str, Any] = column(default_factory=dict)
    # each heading, what its column was read as, and whether it raises a question: for the form that corrects them
    columns: list[list[str]] = column(default_factory=list)
    stage: str  # reading | asking | shown | importing | imported | failed
    because: str = ""  # why it failed
    # the template and values of the reason in it, to say it in other languages
    sentence: str = column(default="", is_later=True)
    tries: int = 0  # how often this stage was begun
    shared_at: datetime
    changed_at: datetime
    taken_at: datetime | None = None  # a process is working on it; taken over if it reports nothing for too long


class TakenRequest(Row, table=True):
    """What a person did in Slack and a bot has taken: where Slack delivers it again, it changes nothing.

    Deleted soon: Slack repeats a delivery within minutes.
    """

    __signed__ = "deliveries"
    __about__ = "ids that Slack gave, and moments"

    id: int | None = Field(default=None, primary_key=True)
    trigger: str = Field(unique=True)  # Slack's id of a command, press or form; the same each time it is delivered
    taken_as: str  # the id that the bot gave the delivery that came first
    taken_at: datetime


class CallsLookedAt(OrganisationRow, table=True):
    """Until when calls were looked at for broken promises; a bot that was down goes on from there."""

    __signed__ = "how far a watch has come"
    __about__ = "a moment"
    __table_args__ = (UniqueConstraint("organisation_id"),)

    until: datetime


class DigestRun(OrganisationRow, table=True):
    """The digest of one team for one local day, or for the week or month that ends with it. Posted once."""

    __signed__ = Signed()
    __about__ = "counts; words that it quotes of overrides and holds are rewritten"
    __table_args__ = (UniqueConstraint("team_id", "edition", "on_date"),)

    team_id: int = column(foreign_key="team.id", signed=True)
    on_date: date = column(signed=True)
    # day | week | month
    edition: str = column(default="day", is_later=True, signed=True)
    taken_at: datetime | None = column(default=None, signed=False)
    posted_at: datetime | None = column(default=None, signed="changing")
    message_ts: str = column(default="", signed="changing")  # Slack's id of the post
    content: dict[str, Any] = column(default_factory=dict, personal="rewrite", signed="changing")


class AuditRun(OrganisationRow, table=True):
    """A check of some days that a manager asked for, while a bot works on it. Deleted once it is answered."""

    __signed__ = "work under way"
    __about__ = "days, the manager who asked for them, and the place of a message"
    __table_args__ = (Index("auditrun_agent", "agent_id"),)

    agent_id: int = Field(foreign_key="agent.id")
    first_on: date
    last_on: date
    channel: str = ""  # of the message that says how far it is; empty: not posted yet
    message_ts: str = ""
    alive_at: datetime  # when the bot last said that it works on it


class RetentionRun(OrganisationRow, table=True):
    """One night's deletion of names and notes in one organisation. Done once."""

    __signed__ = Signed(settled="finished_at")
    __about__ = "counts"
    __table_args__ = (UniqueConstraint("organisation_id", "on_date"),)

    on_date: date = column(signed=True)  # UTC
    months: int = column(signed=True)  # the retention term at that time
    # a process is working on it; taken over if it reports nothing for too long
    taken_at: datetime | None = column(default=None, signed=False)
    finished_at: datetime | None = column(default=None, signed="itself")
    people: int = column(default=0, signed="itself")
    notes: int = column(default=0, signed="itself")


class RedecideRun(Row, table=True):
    """One walk through every contact with one rulebook, by contact id; finished, or to be continued."""

    __signed__ = Signed()
    __about__ = "counts"

    id: int | None = Field(default=None, primary_key=True)
    rulebook: str = column(signed=True)
    house_pack: str = column(signed=True)
    started_at: datetime = column(signed=True)
    # includes contacts that these rules have already decided
    is_whole: bool = column(default=True, is_later=True, signed=True)
    last_contact_id: int = column(default=0, signed=False)  # contacts up to this one are done
    decided: int = column(default=0, signed=False)
    changed: int = column(default=0, signed=False)
    # a process is working on it; taken over if it reports nothing for too long
    taken_at: datetime | None = column(default=None, signed=False)
    finished_at: datetime | None = column(default=None, signed="itself")
