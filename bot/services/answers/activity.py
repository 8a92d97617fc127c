"""Answers about activity: what was done in a span, and what came of it."""

from dataclasses import dataclass, fields
from datetime import date, datetime

from bot.services.answers.own_outcomes import Answer
from policy.vocabulary import Outcome


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of attempts."""

    attempts: int = 0  # without those that were not dialled
    contacts: int = 0  # conversations with the right person, not with a machine or another person
    successes: int = 0
    opt_outs: int = 0  # calls with that outcome
    complaints: int = 0
    without_outcome: int = 0

    @property
    def contact_rate(self) -> float | None:
        """Contacts of attempts, 0 to 1. None: no attempts."""
        return _share(self.contacts, self.attempts)

    @property
    def success_rate(self) -> float | None:
        """Successes of contacts, 0 to 1. None: no contacts."""
        return _share(self.successes, self.contacts)

    @property
    def attempts_to_a_contact(self) -> float | None:
        return _share(self.attempts, self.contacts)

    @property
    def opt_outs_per_thousand(self) -> float | None:
        """Of a thousand attempts."""
        return _share(1000 * self.opt_outs, self.attempts)

    @property
    def complaints_per_thousand(self) -> float | None:
        """Of a thousand attempts."""
        return _share(1000 * self.complaints, self.attempts)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(Tally)))


def _share(part: float, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Span:
    """Local days, both included, in a time zone."""

    first: date
    last: date
    zone: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a report is to cover: days, both included, and a team, a campaign or a list; empty: all."""

    first: date
    last: date
    team: str = ""
    campaign: str = ""
    listed: str = ""


@dataclass(frozen=True, slots=True)
class Choices:
    """What a report can be limited to, by id and name. No teams: the actor sees their own."""

    teams: tuple[tuple[int, str], ...]
    campaigns: tuple[tuple[int, str], ...]
    lists: tuple[tuple[int, str], ...]  # the newest first


@dataclass(frozen=True, slots=True)
class Line:
    """The tally of one agent, list or campaign. `name` is empty for calls off the list."""

    name: str
    tally: Tally


@dataclass(frozen=True, slots=True)
class OwnCount:
    """How often an own outcome was recorded, in the span and in the one before. `name`: as it is called today."""

    name: str
    counts_as: Outcome
    calls: int
    before: int


@dataclass(frozen=True, slots=True)
class AnswersTold:
    """What the form of an own outcome was told about one call. Free text is personal."""

    at: datetime  # local time, without a zone
    agent: str
    campaign: str  # empty: a call off the list
    own_outcome: str
    answers: tuple[Answer, ...]


@dataclass(frozen=True, slots=True)
class BestHour:
    """An hour of the week in which people are reached most often."""

    weekday: int  # 0 Monday .. 6 Sunday
    hour: int  # 0 .. 23, on the clock of the person called
    tally: Tally


@dataclass(frozen=True, slots=True)
class ActivityReport:
    """What was done in a span, and in the span of as many days before it."""

    wanted: Wanted
    span: Span
    before: Span
    whole: Tally
    whole_before: Tally
    days: tuple[tuple[date, Tally], ...]  # each day of the span
    hours: tuple[tuple[Tally, ...], ...]  # by weekday from Monday and by hour, on the clock of the person called
    best_hours: tuple[BestHour, ...]  # the best first; none: too few attempts
    agents: tuple[Line, ...]  # most attempts first
    lists: tuple[Line, ...]
    campaigns: tuple[Line, ...]
    own_outcomes: tuple[OwnCount, ...] = ()  # most calls first
    answers: tuple[AnswersTold, ...] = ()  # the newest first; shown in the workbook
