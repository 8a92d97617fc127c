"""Frozen answers about a team and its day. Facts only: the surface words them. Instants are aware UTC."""

from dataclasses import dataclass
from datetime import date, datetime

from bot.services.answers.calls import Closed, OpenAttempt
from bot.services.answers.leads import Pause
from policy.vocabulary import ContactState


@dataclass(frozen=True, slots=True)
class HeldBy:
    agent_name: str
    contact_name: str
    masked_number: str
    stage: str
    since: datetime
    leased_until: datetime
    lease_id: int = 0
    can_take_back: bool = False  # by the one who asks: only looked at, and by an agent of theirs


@dataclass(frozen=True, slots=True)
class HeldContact:
    """A contact on hold until a team lead lifts it."""

    contact_id: int
    name: str
    masked_number: str
    campaign: str
    reason: str  # the rule's plain sentence
    since: datetime | None  # when it was put on hold; None where only a call's outcome says so


@dataclass(frozen=True, slots=True)
class HeldFor:
    """Contacts held for want of something: no press lifts that."""

    reason: str  # the rule's plain sentence, or what is missing
    count: int
    kind: str  # of the rule: register, basis, …; empty: something about the person


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a person to decide or to supply."""

    holds: tuple[HeldContact, ...]
    holds_left: int  # how many more are on hold than are listed
    wanting: tuple[HeldFor, ...]


@dataclass(frozen=True, slots=True)
class AgentLine:
    """One agent's day so far."""

    name: str
    attempts: int
    reached: int
    not_dialled: int
    unreported: int
    holding: int
    agent_id: int = 0
    handed_out: int = 0  # contacts offered
    given_back: tuple[tuple[str, int], ...] = ()  # of them, by the agent's own reason (a ReleaseReason word)
    is_paused: bool = False


@dataclass(frozen=True, slots=True)
class PausedAgent:
    agent_id: int
    name: str
    pause: Pause


@dataclass(frozen=True, slots=True)
class OverdueCallback:
    """A promise that nobody has kept in time."""

    callback_id: int
    name: str
    masked_number: str
    campaign: str
    due_at: datetime
    zone: str  # the person's clock
    agent_name: str  # whose it is; empty: anyone's


@dataclass(frozen=True, slots=True)
class OwnCallback:
    """A callback that somebody has promised to make themselves."""

    name: str
    campaign: str
    due_at: datetime
    zone: str  # the person's clock


@dataclass(frozen=True, slots=True)
class OwnDay:
    """One person's own day."""

    callbacks: tuple[OwnCallback, ...]  # soonest first
    today: AgentLine | None  # None for somebody who calls for no team


@dataclass(frozen=True, slots=True)
class LastDigest:
    """The newest digest of a team: how many broken promises its audit found, and when it was posted, if it was."""

    team_id: int
    team: str
    on: date
    broken: int
    posted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Ahead:
    """How many contacts become callable in the hour or day that begins at a moment."""

    starts_at: datetime
    opens: int
    left: int = 0  # of an hour: who may still be called as it begins, at the pace of the last hour


@dataclass(frozen=True, slots=True)
class Forecast:
    """What will become callable, and how long it lasts at the pace of the last hour."""

    zone: str  # the team's, whose hours and days these are
    hours: tuple[Ahead, ...]  # from the hour under way to the end of the day
    days: tuple[Ahead, ...]  # today first
    calls_an_hour: int
    dry_at: datetime | None  # about; None where the pace leaves some over, or nobody calls
    closes_at: datetime | None  # from when on nobody may be called today, if that is known


@dataclass(frozen=True, slots=True)
class TeamStatus:
    """Every contact of the team's campaigns in exactly one state; the rows sum to `total`."""

    team: str
    zone: str
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
    forecast: Forecast | None = None  # for those who lead
    overdue: tuple[OverdueCallback, ...] = ()  # for those who lead: the longest overdue
    paused: tuple[PausedAgent, ...] = ()
    leads: bool = False  # whoever asks may move work and pause people here
