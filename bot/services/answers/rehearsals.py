"""Answers about a change of rules that is rehearsed before it applies."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum


class Moves(StrEnum):
    """What a change of rules does to one contact on the day it takes effect."""

    LOCKS = "locks"  # callable at some time of that day before, not any more
    OPENS = "opens"
    LATER = "later"  # its next window opens later, or never
    SOONER = "sooner"
    SHORTER = "shorter"  # its next window ends sooner, or opens as before and for less time
    LONGER = "longer"


@dataclass(frozen=True, slots=True)
class Stands:
    """How a contact stands by one set of rules on the day. `rule` and `because`: of a verdict other than callable."""

    verdict: str
    rule: str
    because: str
    opens: datetime | None  # aware UTC
    closes: datetime | None


@dataclass(frozen=True, slots=True)
class MovedContact:
    """One contact that stands otherwise after the change."""

    contact_id: int
    campaign_id: int
    masked_number: str
    moves: Moves
    before: Stands
    after: Stands


@dataclass(frozen=True, slots=True)
class MovedCount:
    """How many contacts of a campaign move so, for one reason: the rule that lets or bars them now or did before."""

    moves: Moves
    campaign: str
    rule: str
    because: str
    contacts: int


@dataclass(frozen=True, slots=True)
class BrokenCount:
    """How many calls of a campaign, allowed when they were made, the new rules would have forbidden."""

    campaign: str
    rule: str
    because: str
    calls: int


@dataclass(frozen=True, slots=True)
class SupplyOfDay:
    """How many contacts may be called at some time of a day, if nobody calls any of them meanwhile."""

    day: date
    before: int
    after: int


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """What a change of rules means. `effective_on`: the first day by its rules, in `zone`."""

    effective_on: date
    zone: str
    contacts: int
    moved: tuple[MovedCount, ...]
    calls: int  # made in the days before and decided again
    calls_since: date
    calls_unreadable: int  # their facts are gone or unreadable
    broken: tuple[BrokenCount, ...]
    supply: tuple[SupplyOfDay, ...]
