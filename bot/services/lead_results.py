"""Frozen answers to what a lead does with contacts and people. Facts only, worded by the surface; instants are aware UTC."""

from dataclasses import dataclass
from datetime import datetime

from policy.decision import Finding
from policy.vocabulary import ContactState


@dataclass(frozen=True, slots=True)
class Overridable:
    """A contact on which rules may give way, and the reasons those rules know."""

    contact_id: int
    name: str
    campaign: str
    giving_way: tuple[Finding, ...]
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OverrideApproved:
    name: str
    given_way: tuple[Finding, ...]
    is_repeat: bool  # it had been approved before
    state: ContactState  # afterwards: another rule may still stand
    callable_from: datetime | None
    until: datetime | None  # None: good for one call
