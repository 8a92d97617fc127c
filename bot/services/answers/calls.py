"""Frozen answers of the services. Facts only: the surface words them. Instants are aware UTC; zones are IANA names."""

from dataclasses import dataclass, field
from datetime import datetime

from policy import Finding
from policy.vocabulary import AttemptState, ContactState, Outcome, Verdict


@dataclass(frozen=True, slots=True)
class HeldNow:
    """A contact, its person or its number is with an agent: nobody else is handed it meanwhile."""

    agent_name: str
    until: datetime
    stage: str  # offered | calling
    is_own: bool = False  # the one who asks is that agent


@dataclass(frozen=True, slots=True)
class WithAnother:
    """A contact that somebody asked for by name and that another agent holds."""

    name: str
    held: HeldNow


@dataclass(frozen=True, slots=True)
class OfferCard:
    """One contact the agent looks at. The number is masked; no attempt exists."""

    lease_id: int
    contact_id: int
    name: str
    masked_number: str
    campaign: str
    list_name: str
    zone: str  # the contact's own clock; with several candidates, the one in which it is latest
    place: str  # ISO 3166, or empty
    leased_until: datetime
    lawful_until: datetime
    attempts_made: int
    attempts_left: int | None  # by the tightest cap; None when no cap applies
    last_outcome: Outcome | None
    last_attempt_at: datetime | None
    callback_due_at: datetime | None  # the promise this card keeps, if any
    note: str  # the last note on this contact, or empty
    warnings: tuple[Finding, ...]
    attempts_left_in: str = ""  # the time that cap speaks of: today, in 7 days; empty when no cap applies
    may_be_kept: bool = False  # for ten minutes more: not lengthened before, and the law leaves room


@dataclass(frozen=True, slots=True)
class CallingCard:
    """One contact the agent is ringing: the attempt is open and the number is shown to its holder only."""

    offer: OfferCard
    attempt_id: int
    number: str  # E.164
    number_shown: str  # as people of that country write it
    opened_at: datetime
    script: str = ""  # the campaign's words to begin with
    outcomes: tuple[Outcome, ...] = ()  # those its cards offer; empty: all


Card = OfferCard | CallingCard


@dataclass(frozen=True, slots=True)
class Closed:
    """Why contacts of a team cannot be called now: one row per state and reason, with the first that opens."""

    state: ContactState
    reason: str  # the rule's plain sentence, or empty
    count: int
    opens_at: datetime | None
    rule: str = field(default="", compare=False)  # a rule that says so


@dataclass(frozen=True, slots=True)
class NothingCallable:
    """Fewer contacts than asked for could be handed out, and why. `rows` cover every contact of the agent's campaigns."""

    rows: tuple[Closed, ...]
    opens_at: datetime | None
    opens_is_theirs: bool  # the first to open is the agent's own


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a contact may not be called now. `findings` are those that forbid, strictest first."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    callable_from: datetime | None
    zone: str


@dataclass(frozen=True, slots=True)
class CallRefused:
    """Decided again at Call and no longer callable: the lease is over and the number was never shown."""

    name: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class HandOut:
    """The answer to /nextcall: what the agent holds now, and, if that is short of what was asked, why.

    `dropped`: contacts that the agent held or asked for by name, and that may be called no more. `elsewhere`: those asked
    for by name that others hold.
    """

    wanted: int
    cards: tuple[Card, ...]
    short: NothingCallable | None
    dropped: tuple[CallRefused, ...] = ()
    elsewhere: tuple[WithAnother, ...] = ()


@dataclass(frozen=True, slots=True)
class CallOpened:
    card: CallingCard
    is_repeat: bool  # Call was pressed again: the same attempt


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A card that was taken back from its holder."""

    slack_user_id: str
    name: str
    because: str  # suppressed | held | locked | number_closed


@dataclass(frozen=True, slots=True)
class CardGone:
    """The card is stale: its lease ended. `because` is a LeaseEnd word; `outcome` is what was recorded, if anything."""

    name: str
    because: str
    outcome: Outcome | None
    attempt_id: int | None  # an attempt of the agent's own that still wants an outcome


@dataclass(frozen=True, slots=True)
class Released:
    name: str
    is_repeat: bool
    callable_from: datetime | None


@dataclass(frozen=True, slots=True)
class OutcomeRecorded:
    """An outcome is written. `is_repeat`: the same outcome was there already and nothing changed."""

    attempt_id: int
    name: str
    masked_number: str
    outcome: Outcome
    is_repeat: bool
    is_correction: bool
    state: ContactState  # of the contact afterwards
    callable_from: datetime | None
    because: tuple[Finding, ...]  # what locks, holds or suppresses it now
    zone: str  # the contact's clock
    undo_until: datetime | None
    callback_due_at: datetime | None
    withdrawn_from: tuple[str, ...]  # Slack user ids whose card was withdrawn by this
    alert_team_lead: bool
    note_may_be_stop: bool  # the note reads like a request to stop: the card asks
    missing: tuple[str, ...] = ()  # what a person must see to: now, if held; by the end of the locks, if those are all
    has_next_number: bool = False  # this outcome closed the number, and another of theirs is rung next
    redial_until: datetime | None = None  # the call was cut off, and one redial before then is free
    is_added: bool = False  # a repeat, and yet new: another person had said so, now this one says it too
    against: tuple[Finding, ...] = ()  # what forbade the call, which was made off the list
    are_leads_told: bool = False


@dataclass(frozen=True, slots=True)
class Undone:
    """The outcome is taken back and the attempt waits for another. `card` is set while the lease could be restored."""

    attempt_id: int
    name: str
    was: Outcome
    card: CallingCard | None
    stands_by: tuple[str, ...] = ()  # who has said the same: the outcome stands by their word
    is_stopped: bool = False  # another request to stop is in force


@dataclass(frozen=True, slots=True)
class CallbackRefused:
    """The hour asked for would be unlawful; `next_lawful_at` is the first that would do, if any."""

    name: str
    asked_for: datetime
    refusal: Refusal
    next_lawful_at: datetime | None


@dataclass(frozen=True, slots=True)
class OpenAttempt:
    """An attempt of the agent's that waits for an outcome."""

    attempt_id: int
    name: str
    masked_number: str
    opened_at: datetime
    state: AttemptState
    agent_name: str = ""  # said where a team lead reads it


@dataclass(frozen=True, slots=True)
class CallCheck:
    """May this number be called, why, why not, and when: the decision shown, nothing changed."""

    masked_number: str
    name: str  # empty when the number is on no list
    campaign: str
    verdict: Verdict
    callable_from: datetime | None
    lawful_until: datetime | None
    missing: tuple[str, ...]
    findings: tuple[Finding, ...]
    zone: str
    at: datetime
    rulebook: str
    contact_id: int = 0  # 0: on no list
    may_be_overridden: bool = False  # by the one who asks, with a reason
    held: HeldNow | None = None  # the verdict is that of the rules: this comes beside it
    is_state_unknown: bool = False  # a country whose states have rules of their own: all of them speak


@dataclass(frozen=True, slots=True)
class NumberChecked:
    """/callcheck: one line per campaign in which the number stands; `suppressed_since` if it is on do-not-call."""

    masked_number: str
    checks: tuple[CallCheck, ...]
    suppressed_since: datetime | None


@dataclass(frozen=True, slots=True)
class Suppressed:
    """A request to stop is on record. `is_repeat`: the same person had said the same, and nothing changed."""

    masked_number: str
    is_repeat: bool
    principal: str  # empty: the whole organisation
    contacts: int  # how many contacts this closed
    callbacks_cancelled: int
    withdrawn_from: tuple[str, ...]  # Slack user ids
    was_stopped: bool = False  # by what others had said: this is recorded too


@dataclass(frozen=True, slots=True)
class HoldPlaced:
    name: str
    is_repeat: bool  # a hold for that reason stood already
    withdrawn_from: tuple[str, ...]  # Slack user ids


@dataclass(frozen=True, slots=True)
class HoldLifted:
    name: str
    is_repeat: bool  # no hold stood
    state: ContactState  # afterwards: another reason may still hold it
    callable_from: datetime | None
