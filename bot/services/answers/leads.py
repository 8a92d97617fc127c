"""Frozen answers to what a lead does with contacts and people. Facts only, worded by the surface; instants are aware UTC."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.services.answers.callbacks import CallbackTrouble
from policy import Finding
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


@dataclass(frozen=True, slots=True)
class Pause:
    """Nothing new is handed out to somebody since a moment."""

    by: str
    since: datetime
    reason: str  # in the lead's words; empty: none given


@dataclass(frozen=True, slots=True)
class PauseChanged:
    name: str
    is_paused: bool  # from now on
    is_repeat: bool  # it was so before


@dataclass(frozen=True, slots=True)
class Moved:
    """A contact has passed from one agent to another, with a lease of its own."""

    name: str
    to: str
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class Reassigned:
    """A promised callback is another's now; `to` is empty where anyone of the team may keep it.

    `reminded_at`: when its agent is reminded; None where nobody is. `trouble`: what stands against the call at its time.
    """

    name: str
    to: str
    due_at: datetime
    is_repeat: bool
    zone: str = field(default="", compare=False)  # the contact's
    reminded_at: datetime | None = field(default=None, compare=False)
    trouble: CallbackTrouble | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Kept:
    """An offered contact stays with its agent for longer, or not: it was lengthened before, or the law leaves no room."""

    name: str
    leased_until: datetime
    is_lengthened: bool
