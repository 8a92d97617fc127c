"""Answers about the phone system's records."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.services.answers.lists import RowFault
from storage.phone import findings

CallFound = findings.CallFound  # as the queries find it, with its number masked
# What is counted under another name than the findings' kind.
FIGURE_OF: Final = {"short_ring": "short_rings", "other_number": "other_numbers"}
SKEW_TO_TELL_S: Final = 30  # agents dial by hand: less is the time they need


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What a file of call records says beside the attempts, in calls, of which one may be several rows.

    With `is_dry_run`, what it would change.
    """

    name: str
    system: str
    is_dry_run: bool
    rows: int
    since: datetime | None  # the first call out
    until: datetime | None  # the last
    matched: int = 0
    unrecorded: int = 0  # calls nobody recorded: attempts now
    forbidden: int = 0  # of those, against the rules of that moment
    without_call: int = 0
    short_rings: int = 0
    withheld: int = 0
    abandoned: int = 0
    calls_in: int = 0
    known: int = 0  # calls of an earlier file
    failed: int = 0  # never reached a telephone, and nobody recorded them
    strangers: int = 0  # calls with numbers that are on no list
    inside: int = 0  # rows between extensions, or from a withheld number
    twice: int = 0  # calls at a local time that came twice
    skew_seconds: int | None = None  # how far the phone system's clock is ahead; None: too few calls tell
    known_agents: int = 0  # extensions or names of the file that are agents
    unknown_agents: tuple[str, ...] = ()  # as the file names them; the first twenty
    unknown_count: int = 0
    zone: str = ""  # by whose clock its times were read; empty: they say it themselves
    cards_withdrawn: int = 0
    faults: tuple[RowFault, ...] = ()
    fault_count: int = 0
    heading: tuple[str, ...] = ()
    other_numbers: int = 0  # showed a number that is none of their campaign's
    only_records: int = 0  # calls, recorded or not, against the rules by what only the phone system's records show
    people: tuple["PersonRung", ...] = ()  # of the file's days, rung against the rules: the most often rung first
    people_count: int = 0  # how many there are
    unread_sheets: tuple[str, ...] = ()  # of a workbook

    @property
    def told_skew(self) -> int:
        """How far the phone system's clock is ahead, in seconds, if that is worth telling; else 0."""
        return self.skew_seconds if self.skew_seconds is not None and abs(self.skew_seconds) > SKEW_TO_TELL_S else 0


@dataclass(frozen=True, slots=True)
class PersonRung:
    """All calls to one person on one day, by every agent, recorded or not, of which some broke the rules."""

    masked_number: str
    first_at: datetime
    last_at: datetime
    zone: str  # of the day
    count: int
    agents: tuple[str, ...]  # who rang, first caller first
    is_by_others: bool  # agents of other teams did too, who are not named
    says: str  # the gravest rule or the limit
    is_known: bool  # an agent could have known that a call was against it; else only the phone system's records show it


@dataclass(frozen=True, slots=True)
class CallIn:
    """A call from a person on record, as the phone system recorded it. `agent_name`: who took it; empty: not known."""

    at: datetime
    agent_name: str
    is_answered: bool


@dataclass(frozen=True, slots=True)
class PhoneWord:
    """What call records said of a team's calls in a digest's span: what was found in it, of whatever day."""

    first_on: date | None = None  # of the local days of the records that were compared; None: none were
    last_on: date | None = None
    unrecorded: int = 0
    forbidden: int = 0  # of those, against the rules
    without_call: int = 0
    short_rings: int = 0
    withheld: int = 0
    abandoned: int = 0
    calls_in: int = 0
    skew_seconds: int = 0  # the largest, if it is worth telling
    missing: tuple[date, ...] = ()  # days of calls whose records are late, by the usual hour
    other_numbers: int = 0
    only_records: int = 0  # against the rules by what only the records show
    people: tuple[PersonRung, ...] = ()  # rung against the rules, the most often rung first
    people_count: int = 0

    @property
    def is_silent(self) -> bool:
        return self == SILENT

    @property
    def has_findings(self) -> bool:
        """Whether anything was found that is no call in."""
        hows = (self.short_rings, self.withheld, self.other_numbers, self.abandoned)  # how calls were made
        return bool(self.unrecorded or self.without_call or self.only_records or any(hows))


SILENT: Final = PhoneWord()
