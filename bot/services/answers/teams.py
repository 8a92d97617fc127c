"""Answers about a team and its day."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from bot.services.answers.calls import Closed, OpenAttempt
from bot.services.answers.leads import Pause
from policy.vocabulary import ContactState, Outcome
from storage.queries import callbacks
from storage.queries.reports import status

# as the queries find them
AgentLine = status.AgentLine
HeldBy = status.HeldBy
OpenCallback = callbacks.OpenCallback


PACK, PLACE = "pack", "place"  # kinds of what is missing, where no rule tells it


@dataclass(frozen=True, slots=True)
class HeldContact:
    """A contact on hold until a team lead lifts the hold."""

    contact_id: int
    name: str
    masked_number: str
    campaign: str
    reason: str  # the rule's plain sentence
    since: datetime | None  # when the hold was placed; None where only a call's outcome holds it
    acknowledge_by: date | None = None  # the last day to acknowledge a complaint about their data
    shown: tuple[str, ...] = ()  # marks of what a press is to end, for its form to send back


@dataclass(frozen=True, slots=True)
class HeldFor:
    """Contacts held because something is missing. A team lead cannot lift this."""

    reason: str  # the rule's plain sentence, or what is missing
    count: int
    kind: str  # of the rule: register, basis, …; PACK, PLACE; empty: another missing fact about the person


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a person to decide or supply."""

    holds: tuple[HeldContact, ...]
    holds_left: int  # how many more are on hold than listed
    wanting: tuple[HeldFor, ...]
    unplaced: tuple[HeldContact, ...] = ()  # whose place or time zone is unknown
    is_for_admin: bool = False  # the reader can supply what is missing


class Doing(StrEnum):
    """What an agent does now."""

    CALLING = "calling"  # a call is open
    LOOKING = "looking"  # holds contacts, and calls none of them
    ON_BREAK = "on_break"  # by their own wish
    PAUSED = "paused"  # by a team lead
    FREE = "free"


@dataclass(frozen=True, slots=True)
class AgentNow:
    """What one agent does now, and their calls and contacts of the last hour."""

    name: str
    doing: Doing
    since: datetime | None  # of a free agent: the last call of today, if there is one
    calls: int = 0
    contacts: int = 0  # conversations with the right person


class Tally(NamedTuple):
    """Calls made, conversations with the right person, and successes."""

    calls: int = 0
    contacts: int = 0
    successes: int = 0


@dataclass(frozen=True, slots=True)
class OwnFigures:
    """One agent's calls since their team's midnight, beside the same time yesterday and their team."""

    today: Tally
    an_hour: int  # calls since the first one of today
    yesterday: Tally  # until this time of the day
    median: Tally | None  # of the team's agents who called today; None: no other agent called
    breaks: timedelta = timedelta()  # today


@dataclass(frozen=True, slots=True)
class RecentStop:
    """A do-not-call that the actor recorded and can still take back: of a call, or typed."""

    name: str  # of the contact; empty: none is known
    masked_number: str
    undo_until: datetime
    attempt_id: int | None  # None: typed
    stop_id: int
    outcome: Outcome = Outcome.DO_NOT_CALL


@dataclass(frozen=True, slots=True)
class OwnDay:
    """One agent's own day."""

    callbacks: tuple[OpenCallback, ...]  # soonest first
    figures: OwnFigures | None  # None for an actor without a team
    stops: tuple[RecentStop, ...] = ()  # the newest first


class DigestDay(NamedTuple):
    """What the digest of a day found: broken promises, and people whose calls only the phone system's records show."""

    on: date
    broken: int = 0
    people: int = 0


@dataclass(frozen=True, slots=True)
class LastDigest:
    """A team's newest digest, and when it was posted, if it was. `days`: of the last seven, newest first."""

    team_id: int
    team: str
    newest: DigestDay
    posted_at: datetime | None
    days: tuple[DigestDay, ...] = ()


@dataclass(frozen=True, slots=True)
class Ahead:
    """How many contacts become callable in the hour or day that begins at `starts_at`."""

    starts_at: datetime
    opens: int
    left: int = 0  # of an hour: how many are still callable as it begins, at the pace of the last hour


@dataclass(frozen=True, slots=True)
class Forecast:
    """What becomes callable, and how long it lasts at the pace of the last hour."""

    zone: str  # the team's: these are its local hours and days
    hours: tuple[Ahead, ...]  # from the current hour to the end of the day
    days: tuple[Ahead, ...]  # today first
    calls_an_hour: int
    dry_at: datetime | None  # approximate; None where contacts are left over, or no calls are made
    closes_at: datetime | None  # when the last window of today closes, if known


@dataclass(frozen=True, slots=True)
class TeamStatus:
    """Every contact of the team's campaigns, each in exactly one state; the rows sum to `total`."""

    team: str
    at: datetime
    total: int
    by_state: tuple[tuple[ContactState, int], ...]
    rows: tuple[Closed, ...]
    held_by: tuple[HeldBy, ...]
    unreported: tuple[OpenAttempt, ...]
    overdue_callbacks: int
    agents: tuple[AgentLine, ...]
    next_opens_at: datetime | None
    team_id: int = 0
    waiting: Waiting | None = None  # for those who may lift a hold
    forecast: Forecast | None = None  # for team leads and above
    overdue: tuple[OpenCallback, ...] = ()  # for team leads and above: the longest overdue
    paused: tuple[Pause, ...] = ()
    leads: bool = False  # the actor may move work and pause people here
    now: tuple[AgentNow, ...] = ()  # longest in a call first
    dry_soon_at: datetime | None = None  # for team leads and above: out of contacts within the hour
    long_calls: tuple[OpenAttempt, ...] = ()  # for team leads and above: open for too long, oldest first
    is_inactive: bool = False  # the team has campaigns, and none is active
