"""Answers to what a team lead does with contacts and people."""

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from bot.services.answers.callbacks import CallbackTrouble
from bot.services.answers.calls import OpenAttempt, WithHand
from bot.services.answers.people import Sensitive
from bot.services.answers.reconciliation import PersonRung
from policy import Finding
from policy.vocabulary import ContactState, Outcome


@dataclass(frozen=True, slots=True)
class Overridable:
    """A contact on which rules may give way, and the reasons those rules accept."""

    name: str
    campaign: str
    giving_way: tuple[Finding, ...]
    reasons: tuple[str, ...]
    shown: tuple[str, ...] = ()  # a mark for each of these rules, for its form to send back


@dataclass(frozen=True, slots=True)
class LeadDecided:
    """What a team lead decided on a contact: a hold was lifted, or an override approved."""

    name: str
    is_repeat: bool  # no hold was in place, or the same was approved before
    state: ContactState  # afterwards: another reason or rule may still stand
    callable_from: datetime | None
    blanked: tuple[Sensitive, ...] = ()  # what the words held that was not kept
    until: datetime | None = None  # of an override; None: good for one call
    because: str = ""  # the plain sentence of the rule behind that state


@dataclass(frozen=True, slots=True)
class Pause:
    """Since when an agent gets no new contacts, by whom and why."""

    by: str
    since: datetime
    reason: str  # in the team lead's words, empty if none given; of the agent's own break a BreakReason word
    is_own: bool = False  # the agent's own break
    agent_id: int = 0  # whose it is, where several are listed
    name: str = ""


@dataclass(frozen=True, slots=True)
class PauseChanged:
    """An agent was paused by a team lead, or takes a break; or works again."""

    name: str
    is_paused: bool  # from now on
    is_repeat: bool  # it was so before
    returned: int = 0  # offered contacts that went back to the list, at a break


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    name: str
    is_repeat: bool  # this hold was already in place
    withdrawn_from: tuple[str, ...]  # Slack user ids
    blanked: tuple[Sensitive, ...] = ()  # what the words held that was not kept


@dataclass(frozen=True, slots=True)
class Moved:
    """A contact passed from one agent to another, with a new lease."""

    name: str
    to: str
    is_repeat: bool


@dataclass(frozen=True, slots=True)
class Reassigned:
    """A callback is now another agent's."""

    name: str
    to: str  # empty: anyone of the team may keep it
    due_at: datetime
    is_repeat: bool
    zone: str = field(default="", compare=False)  # the contact's
    # when its agent is reminded at the earliest; None: no reminder is promised
    reminded_at: datetime | None = field(default=None, compare=False)
    waits_for_shift: bool = field(default=False, compare=False)  # it would be earlier, were they on shift
    is_own: bool = field(default=False, compare=False)  # its agent did it
    trouble: CallbackTrouble | None = field(default=None, compare=False)  # what stands against the call at its time


@dataclass(frozen=True, slots=True)
class Kept(WithHand):
    """Whether an offered contact stays longer. It does not if it was extended before or the law leaves no room."""

    name: str
    leased_until: datetime
    is_lengthened: bool


class WasAsked(StrEnum):
    """What came of a lead's request for an outcome."""

    NOW = "now"
    ALREADY = "already"  # minutes ago
    NOT_NEEDED = "not needed"  # the call has an outcome


class AlertKind(StrEnum):
    """What team leads are told without asking."""

    RUNS_DRY = "runs_dry"  # their team runs out of contacts within the hour
    LONG_CALL = "long_call"  # a call has been open for 30 minutes
    BROKEN = "broken"  # a call broke a promise
    LATE_OPT_OUT = "late_opt_out"  # an opt-out was recorded late
    FOUND = "found"  # the phone system's records show calls against the rules


@dataclass(frozen=True, slots=True)
class OffTheList:
    """A call off the list: by whom, to whom. `name` empty: the number is on no list. `outcome` None: taken back."""

    agent_name: str
    name: str
    masked_number: str
    outcome: Outcome | None


@dataclass(frozen=True, slots=True)
class BrokenPromise:
    """One call that the audit objects to. `lease_id` 0: there was none."""

    attempt_id: int
    lease_id: int
    checks: tuple[str, ...]  # as the audit names them
    details: tuple[str, ...]  # masked
    off_the_list: OffTheList | None = None


@dataclass(frozen=True, slots=True)
class ForbiddenFound:
    """A team's calls against the rules that one file of call records showed. Counted when it was read."""

    first_at: datetime  # of the file's calls
    last_at: datetime
    count: int
    worst: tuple[PersonRung, ...]  # three people at most, of whose calls the audit still objects to one


@dataclass(frozen=True, slots=True)
class LeadAlert:
    """A team that runs dry, or a long call: a team lead should see to it now."""

    kind: AlertKind
    team_id: int
    team: str
    dry_at: datetime | None = None  # of a team that runs dry: about when
    call: OpenAttempt | None = None  # of a long call

    @property
    def subject_id(self) -> int:
        """What it is about: the attempt; 0: the team itself."""
        return 0 if self.call is None else self.call.attempt_id


BREACHES = (AlertKind.BROKEN, AlertKind.LATE_OPT_OUT, AlertKind.FOUND)
