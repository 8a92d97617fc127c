"""Answers about digests: of a day, a week or a month."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import KW_ONLY, dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

from bot.services.answers.calls import Closed
from bot.services.answers.reconciliation import SILENT, PhoneWord
from bot.services.answers.teams import AgentLine, Ahead
from policy.vocabulary import CONTACTS, Outcome

OFFICE_HOURS = range(8, 20)


class Edition(StrEnum):
    """What a digest covers: a local day, a week that ends on Sunday, or a month that ends on its last day."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class RefusalCount:
    """How often one rule refused, with its source."""

    rule: str
    says: str
    status: str
    citation: str  # title and section; empty for a house rule
    count: int
    url: str = ""


@dataclass(frozen=True, slots=True)
class AuditCheck:
    """One audited promise, and how often it was broken. Zero is reported too."""

    name: str
    broken: int
    details: tuple[str, ...]  # masked


Figures = dict[str, int]  # by key, in the order of `FIGURES`


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """What is counted in a span, as numbers. Attempts not dialled are counted apart and nowhere else."""

    attempts: int
    connected: int
    contacts: int  # conversations with the right person
    outcomes: tuple[tuple[Outcome, int], ...]
    by_hour: tuple[int, ...]  # 24 numbers, by the local clock
    unreported: int
    not_dialled: int


@dataclass(frozen=True, slots=True)
class Figure:
    """A row of the table of figures: one number of a digest."""

    key: str
    # reads it from what was counted, or from a stored digest as JSON; without it, the field of that name is it
    number: Callable[[Any], int] | None = None
    _: KW_ONLY
    query: str = ""  # of `storage.queries.reports.digests`, that counts the field; without one, `counts.py` does
    added: Callable[[Iterable[int]], int] = sum  # what its numbers of the days of a week or month make together
    is_compared: bool = True  # with the day, week or month before, and with what was posted
    # Where Slack and the command line tell it by its name: among the activity, and of each day of a week. The evidence
    # of a week or month has every figure of each day.
    in_activity: bool = False
    in_days: bool = False

    def of(self, counted: Any) -> int | None:
        """Its number; None: the stored digest is older than the figure."""
        return _field(counted, self.key, None) if self.number is None else self.number(counted)


def _field(counted: Any, name: str, missing: Any = ()) -> Any:
    return counted.get(name, missing) if isinstance(counted, dict) else getattr(counted, name)


def _contacts(counted: Any) -> int:
    """Stored digests of old have the outcomes alone."""
    if not isinstance(counted, dict):
        return int(counted.contacts)
    return sum(count for outcome, count in counted.get("outcomes", ()) if outcome in CONTACTS)


def _refusals(counted: Any) -> int:
    return sum(_field(one, "count") for one in _field(counted, "refusals"))


def broken_in(counted: Any) -> int:
    """How many broken promises the audit found, also that of a stored digest."""
    return sum(_field(one, "broken") for one in _field(counted, "audit"))


# The screens have sentences of their own for these. Of any other figure the row says where it is told by its name.
FIGURES: Final = (
    Figure("attempts"),
    Figure("connected"),
    Figure("contacts", _contacts),
    Figure("not_dialled"),
    Figure("unreported"),
    Figure("refusals", _refusals),  # by rule: a decision counts once for each rule that forbade the call
    Figure("opt_outs"),
    Figure("overrides", lambda counted: len(_field(counted, "overrides"))),
    Figure("broken", broken_in),
)


def figures_of(counted: Any) -> Figures:
    """Every figure of a digest, or of what is counted for one; of a stored digest, those that it has."""
    found = {one.key: one.of(counted) for one in FIGURES}
    return {key: number for key, number in found.items() if number is not None}


def said_in(content: Mapping[str, Any]) -> Figures | None:
    """The figures of a stored digest that others are compared with; None if it was never built."""
    if "attempts" not in content:
        return None
    found = figures_of(content)
    return {one.key: found[one.key] for one in FIGURES if one.is_compared and one.key in found}


def changed(then: Figures, now: Figures) -> list[tuple[str, int, int]]:
    """The figures that differ, each with its number then and now."""
    return [(key, number, now[key]) for key, number in then.items() if number != now[key]]


def added(days: Sequence[Figures]) -> Figures:
    """The figures of several days together, of those that every day has."""
    return {
        one.key: one.added([day[one.key] for day in days])
        for one in FIGURES
        if days and all(one.key in day for day in days)
    }


@dataclass(frozen=True, slots=True)
class Since:
    """What came to the record of a span after its digest was built, and so may change its figures."""

    outcomes: int = 0  # recorded, corrected or taken back
    calls: int = 0  # found in the phone system's records
    is_by_other_rules: bool = False  # the audit read another version of the rules


@dataclass(frozen=True, slots=True)
class DayFigures:
    """One day of a week or a month, counted from the record."""

    on: date
    figures: Figures
    is_posted: bool  # whether its digest was posted
    said: Figures | None = None  # what its digest said; None: it was never built
    since: Since = Since()


@dataclass(frozen=True, slots=True)
class Honoured:
    """How fast opt-outs took effect, the slowest of each kind.

    The moment in the call is not recorded, so the time counts from the call's opening, the earliest possible.
    """

    in_calls: int = 0  # said in a call; of those recorded by hand, nothing earlier is known
    recorded_within: timedelta | None = None  # from the call's opening to the record
    cards: int = 0  # cards with that number or person that were out at that moment
    withdrawn_within: timedelta | None = None  # from the record until the last of those cards ended
    still_out: int = 0  # of those cards, not ended yet


@dataclass(frozen=True, slots=True)
class OverrideUsed:
    """A rule that gave way on one contact, approved by a person for a reason."""

    at: datetime
    by: str
    contact_id: int
    rule: str
    reason: str
    words: str  # the approver's; digits that could be a number are masked
    until: datetime | None  # None: for one call
    title: str  # of the rule; its id if no pack has it any more


@dataclass(frozen=True, slots=True)
class StopWithdrawn:
    """A stop that was withdrawn as a mistake: who said so, and who agreed. Names, or "command line"."""

    at: datetime
    asked_by: str
    agreed_by: str


@dataclass(frozen=True, slots=True)
class Retained:
    """Names and notes that the runs of a span deleted. `months`: the organisation's term; 0: everything is kept."""

    months: int = 0
    runs: int = 0
    people: int = 0
    notes: int = 0


@dataclass(frozen=True, slots=True)
class Expiring:
    """Contacts that are held from a day on unless their numbers are screened again."""

    register: str  # its name, as people use it
    contacts: int
    on: date
    is_at_least: bool = False  # more may be held than were counted


@dataclass(frozen=True, slots=True)
class PackReview:
    """A pack in use, by its title, whose sources are due to be read again."""

    pack: str
    review_by: date
    is_past: bool


@dataclass(frozen=True, slots=True)
class OldReadings:
    """Rules in use whose sources were last read over `days` days ago: how many, and the earliest reading."""

    rules: int
    since: date
    days: int


@dataclass(frozen=True, slots=True)
class RuleChange:
    """A rule of a pack in use that begins, ends or changes to another version."""

    on: date
    pack: str
    rule: str
    title: str
    what: str  # begins | ends | changes


@dataclass(frozen=True, slots=True)
class LogMark:
    """The transparency log at one moment: how many leaves it had, and their root in base64."""

    size: int
    root: str
    lost: int = 0  # how many it had before its database was put back from a copy, in the digest's span; 0: it was not


@dataclass(frozen=True, slots=True)
class Digest(Counts):
    """One team's day, week or month: [since, until). Every figure is counted from the record."""

    digest_run_id: int
    team: str
    channel: str  # Slack channel id
    zone: str
    on: date  # the last day of a week or month
    audit: tuple[AuditCheck, ...]
    refusals: tuple[RefusalCount, ...]
    opt_outs: int  # in force, said in the span: in the team's calls, or outside a call by its agents
    # held contacts that wait for a person, as of the building; of a span over for a day or longer, as its digest said;
    # None: of a day long past, not on record
    waiting: tuple[Closed, ...] | None
    agents: tuple[AgentLine, ...]
    rulebook: str
    since: datetime
    until: datetime
    ahead: tuple[Ahead, ...] = ()  # what becomes callable from now on, by local day; empty for a day long past
    edition: Edition = Edition.DAY
    is_over: bool = True
    first_on: date | None = None  # the first day of a week or month
    honoured: Honoured = Honoured()
    overrides: tuple[OverrideUsed, ...] = ()
    mistakes: tuple[StopWithdrawn, ...] = ()  # in the whole organisation
    retained: Retained = Retained()
    before: Figures | None = None  # the day, week or month before, as its digest said; None: no digest
    days: tuple[DayFigures, ...] = ()  # of a week or month, those that have begun
    expiring: tuple[Expiring, ...] = ()  # these four look ahead from now; empty for a day long past
    reviews: tuple[PackReview, ...] = ()
    changes: tuple[RuleChange, ...] = ()
    old_readings: OldReadings | None = None  # None: every source was read recently
    phone: PhoneWord = SILENT
    # a line an agent and day: calls to numbers on no list that lacked a screening or a basis
    unproven: tuple[str, ...] = ()
    log: LogMark | None = None  # the log as the digest was built; None: it has not begun
    built_at: datetime | None = None
    said: Figures | None = None  # what the digest said when it was last posted; None: it never was
    said_since: Since = Since()  # why it may differ now

    @property
    def hours_shown(self) -> range:
        """The hours of charts: those of the office, so that days can be compared, and all others with calls."""
        busy = [hour for hour, count in enumerate(self.by_hour) if count]
        return range(min([*busy, OFFICE_HOURS[0]]), max([*busy, OFFICE_HOURS[-1]]) + 1)

    @property
    def is_quiet(self) -> bool:
        """Whether it is a day, over, on which nothing was done and nothing went wrong."""
        nothing = not any(self.figures.values())
        is_still = not (self.honoured.still_out or self.phone.has_findings or self.mistakes)
        return self.edition is Edition.DAY and self.is_over and nothing and is_still

    @property
    def is_drawn(self) -> bool:
        """Whether there is something to draw in a chart."""
        if self.is_quiet:
            return False
        if self.edition is Edition.DAY:
            return bool(self.attempts or any(one.opens for one in self.ahead))
        return bool(self.attempts or self.refusals or self.opt_outs)

    @property
    def is_anything_coming(self) -> bool:
        return bool(self.expiring or self.reviews or self.changes or self.old_readings)

    @property
    def figures(self) -> Figures:
        return figures_of(self)
