"""Answers about stored decisions, decided again."""

from dataclasses import dataclass
from datetime import datetime

from policy import Finding
from policy.vocabulary import Verdict


@dataclass(frozen=True, slots=True)
class Decided:
    """What a decision said. Times are aware UTC. `findings`: every rule's."""

    verdict: Verdict
    callable_from: datetime | None
    lawful_until: datetime | None
    findings: tuple[Finding, ...]
    rulebook: str


@dataclass(frozen=True, slots=True)
class Difference:
    """One point in which a decision differs from the stored one, in English. `what`: verdict | window | rule."""

    what: str
    name: str  # the rule, or which end of the window; empty for the verdict
    then: str  # empty: that rule said nothing
    again: str


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """A decision on record. `asked_for`: hand_out | call | callback."""

    id: int
    at: datetime
    asked_for: str
    agent: str  # empty: unknown
    campaign: str  # empty: a call off the list
    contact_id: int | None
    house_pack: str
    said: Decided


@dataclass(frozen=True, slots=True)
class Replayed:
    """A stored decision beside the same one decided again.

    `again` None: it cannot be decided again, and `why_not` says why: forgotten | unreadable | no_house_pack.
    """

    stored: StoredDecision
    again: Decided | None
    why_not: str = ""
    fault: str = ""  # of unreadable facts: what is wrong with them
    is_erased: bool = False  # an erasure replaced numbers and words in its facts
    differences: tuple[Difference, ...] = ()

    @property
    def is_same(self) -> bool:
        return self.again is not None and not self.differences

    @property
    def is_by_other_rules(self) -> bool:
        """Whether the rulebook that decided is no longer the one in use."""
        return self.again is not None and self.again.rulebook != self.stored.said.rulebook
