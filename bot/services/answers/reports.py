"""Frozen answers of the digests, of a day, a week or a month. Facts only: the surface words them. Instants are aware UTC."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from bot.services.answers.calls import Closed
from bot.services.answers.teams import AgentLine, Ahead
from policy.vocabulary import Outcome


class Edition(StrEnum):
    """What a digest covers: a local day, a week that ends with its Sunday, a month that ends with its last day."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """How often one rule refused, with its source."""

    rule: str
    says: str
    status: str
    citation: str  # title and section; empty for a rule of the house's own
    count: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """One promise, audited: how often it was broken. Zero is said aloud."""

    name: str
    broken: int
    details: tuple[str, ...]  # masked


@dataclass(frozen=True, slots=True)
class Figures:
    """What is compared with the day, the week or the month before."""

    attempts: int
    connected: int
    reached: int
    not_dialled: int
    unreported: int
    refusals: int  # by rule: a decision counts once for every rule that forbade it
    opt_outs: int
    overrides: int
    broken: int


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day of a week or a month, counted from the record."""

    on: date
    figures: Figures
    is_posted: bool  # False: no digest of it was posted
    said: Figures | None = None  # what its digest said; None: it was never built


@dataclass(frozen=True, slots=True)
class Honoured:
    """How fast requests to stop took hold, the slowest of each kind.

    Nobody writes down when in a call it was asked: it counts from the call's opening, the earliest it can have been.
    """

    in_calls: int = (
        0  # how many were said in a call; the others were written down by hand, and nothing is known of before
    )
    recorded_within: timedelta | None = None  # from the opening of its call to the record
    cards: int = 0  # cards of the number or person that were out at the record
    withdrawn_within: timedelta | None = None  # from the record to the end of the last of those cards
    still_out: int = 0  # of those, not ended yet


@dataclass(frozen=True, slots=True)
class OverrideUsed:
    """A rule that gave way on one contact, approved by a person for a reason."""

    at: datetime
    by: str
    contact_id: int
    rule: str
    reason: str
    words: str  # the approver's own; digits that could be a number are masked
    until: datetime | None  # None: for one call


@dataclass(frozen=True, slots=True)
class Retained:
    """Names and notes forgotten by the runs of a span. `months`: the house's term; 0: none, everything is kept."""

    months: int = 0
    runs: int = 0
    people: int = 0
    notes: int = 0


@dataclass(frozen=True, slots=True)
class Expiring:
    """Contacts that are held from a day on, unless their numbers are screened again."""

    register: str  # as people call it
    contacts: int
    on: date


@dataclass(frozen=True, slots=True)
class PackReview:
    """A pack in use whose sources are to be read again."""

    pack: str
    review_by: date
    is_past: bool


@dataclass(frozen=True, slots=True)
class OldReadings:
    """How many rules in use were last read at their sources more than so many days ago, and when the first of them."""

    rules: int
    since: date
    days: int


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule of a pack in use that begins, ends or gives way to another version of itself."""

    on: date
    pack: str
    rule: str
    title: str
    what: str  # begins | ends | changes


@dataclass(frozen=True, slots=True)
class Digest:
    """One team's day, week or month, as its digest covers it: [since, until). Every number is counted from the record.

    `attempts` leaves out those declared not dialled; `outcomes` likewise. `waiting` is as of the moment of building.
    """

    digest_run_id: int
    team: str
    channel: str  # Slack channel id
    zone: str
    on: date  # of a week or a month its last day
    audit: tuple[AuditCheck, ...]
    attempts: int
    connected: int
    reached: int
    outcomes: tuple[tuple[Outcome, int], ...]
    by_hour: tuple[int, ...]  # attempts by local hour, 24 numbers
    refusals: tuple[RefusalCount, ...]
    opt_outs: int
    unreported: int
    not_dialled: int
    waiting: tuple[Closed, ...]  # held contacts that wait for a person
    agents: tuple[AgentLine, ...]
    rulebook: str
    since: datetime
    until: datetime
    ahead: tuple[Ahead, ...] = ()  # what becomes callable from now on, by local day; of a day long past, nothing
    edition: Edition = Edition.DAY
    is_over: bool = True
    first_on: date | None = None  # of a week or a month its first day
    honoured: Honoured = Honoured()
    overrides: tuple[OverrideUsed, ...] = ()
    retained: Retained = Retained()
    before: Figures | None = None  # of the day, week or month before, as its digest said; None: there is none
    days: tuple[DayFigures, ...] = ()  # of a week or a month, those that have begun
    expiring: tuple[Expiring, ...] = ()  # these four look ahead from now; of a day long past, nothing
    reviews: tuple[PackReview, ...] = ()
    changes: tuple[RuleChange, ...] = ()
    old_readings: OldReadings | None = None  # None: every source was read lately

    @property
    def figures(self) -> Figures:
        return Figures(
            attempts=self.attempts,
            connected=self.connected,
            reached=self.reached,
            not_dialled=self.not_dialled,
            unreported=self.unreported,
            refusals=sum(one.count for one in self.refusals),
            opt_outs=self.opt_outs,
            overrides=len(self.overrides),
            broken=sum(one.broken for one in self.audit),
        )


@dataclass(frozen=True, slots=True)
class NotPosted:
    """A digest that its channel did not take, and why, in Slack's own word."""

    team: str
    channel: str
    edition: Edition
    on: date
    reason: str
