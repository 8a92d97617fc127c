"""Answers about the rules of a campaign, an organisation's own limits, and proposals to change them."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from policy.guide.countries import Answers
from policy.house.limits import HouseLimits
from policy.vocabulary import Purpose


class Moves(StrEnum):
    """What a change of rules does to one contact on the day it takes effect."""

    LOCKS = "locks"  # callable at some time of that day before, not any more
    OPENS = "opens"
    LATER = "later"  # its next window opens later, or never
    SOONER = "sooner"
    SHORTER = "shorter"  # its next window ends sooner, or opens as before and for less time
    LONGER = "longer"


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
    """How many contacts may be called at some time of a day, if none is called before."""

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


COMMAND_LINE = "command line"


@dataclass(frozen=True, slots=True)
class CampaignRules:
    """What the rules of a campaign's country say of its calls to consumers who did not ask for them."""

    campaign: str
    purpose: Purpose
    country: str  # ISO 3166
    found: Answers | None  # None: no pack answers for such calls there, and they are held
    has_parts: bool = False  # parts of the country add rules of their own
    others: tuple[str, ...] = ()  # the person's other campaigns


class Stage(StrEnum):
    """How far a proposal has come."""

    DRAFT = "draft"  # what it means is worked out, and only its author sees it
    PROPOSED = "proposed"  # it waits for a second admin
    APPROVED = "approved"
    DECLINED = "declined"
    SUPERSEDED = "superseded"  # a later one for the same calls took its place before anyone decided
    WITHDRAWN = "withdrawn"  # by its author


class Force(StrEnum):
    """What an approved proposal is at a moment."""

    AHEAD = "ahead"
    NOW = "now"
    OVER = "over"
    NEVER = "never"  # a later approval took its place before it began


@dataclass(frozen=True, slots=True)
class ProposalView:
    """A proposal. `campaign` empty: every campaign. `before`: the limits that it replaces."""

    proposal_id: int
    campaign_id: int
    campaign: str
    limits: HouseLimits
    before: HouseLimits
    effective_on: date
    zone: str
    effective_at: datetime  # aware UTC
    stage: Stage
    drafted_by: str  # a Slack user id, or COMMAND_LINE
    drafted_at: datetime
    decided_by: str = ""
    decided_at: datetime | None = None
    reason: str = ""
    force: Force | None = None  # of an approved one
    found: Rehearsed | None = None  # None: still to be worked out
    admins: tuple[str, ...] = ()  # Slack user ids of those who may approve it
    author: str = ""  # who drafted it, by name
    decider: str = ""

    @property
    def is_waiting(self) -> bool:
        return self.stage is Stage.PROPOSED


@dataclass(frozen=True, slots=True)
class HouseRulesView:
    """All proposals, newest first. `today`: where the house counts its days."""

    proposals: tuple[ProposalView, ...]
    campaigns: tuple[tuple[int, str], ...]  # active ones, by name
    today: date
    admins: tuple[str, ...] = ()  # Slack user ids

    def in_force(self) -> tuple[ProposalView, ...]:
        return tuple(one for one in self.proposals if one.force is Force.NOW)

    def ahead(self) -> tuple[ProposalView, ...]:
        return tuple(one for one in self.proposals if one.force is Force.AHEAD)

    def waiting(self) -> tuple[ProposalView, ...]:
        return tuple(one for one in self.proposals if one.stage is Stage.PROPOSED)
