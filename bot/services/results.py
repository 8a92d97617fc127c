"""Frozen answers of the services. Facts only: the surface words them. Instants are aware UTC; zones are IANA names."""

from dataclasses import dataclass, field
from datetime import datetime, time

from policy.decision import Finding
from policy.vocabulary import AttemptState, ContactState, Outcome, Role, Verdict

NOBODY = 0  # no agent has this id


@dataclass(frozen=True, slots=True)
class Who:
    """A person of the house who asks for something: found by `agents.identify`, trusted by every service after that."""

    agent_id: int
    organisation_id: int
    slack_user_id: str
    name: str
    role: Role
    team_id: int | None
    zone: str  # the clock they read
    language: str = ""  # chosen by the person, such as de; empty: as in Slack
    locale: str = ""  # what Slack said last, such as de-DE; empty: not known
    locale_read_at: datetime | None = None
    paused_at: datetime | None = None  # set: nothing new is handed out to them
    paused_by: int | None = None
    paused_because: str = ""
    is_active: bool = True  # switched off, they may finish what they hold, and say that somebody asked for no calls

    @property
    def is_known(self) -> bool:
        """A person of the house; else a colleague in the same workspace whom nobody has enrolled."""
        return self.agent_id != NOBODY

    @property
    def speaks(self) -> str:
        """A language or a locale; empty: not known yet."""
        return self.language or self.locale


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


@dataclass(frozen=True, slots=True)
class ReminderLine:
    contact_id: int
    name: str
    campaign: str
    last_outcome: Outcome | None
    zone: str
    lawful_until: datetime
    callback_due_at: datetime | None


@dataclass(frozen=True, slots=True)
class ReminderBatch:
    """One message to one agent: contacts of theirs that are callable again now."""

    reminder_ids: tuple[int, ...]
    slack_user_id: str
    agent_zone: str
    lines: tuple[ReminderLine, ...]


@dataclass(frozen=True, slots=True)
class Chase:
    """Attempts of one agent that nobody reported."""

    slack_user_id: str
    attempts: tuple[OpenAttempt, ...]


@dataclass(frozen=True, slots=True)
class RowFault:
    line: int  # 1 is the heading
    reason: str
    row: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Missing:
    """What keeps contacts held, in the words of the rule, and how many. A screening says which, and how old it may be."""

    what: str
    contacts: int
    register: str = ""  # its key
    register_name: str = ""
    max_age_days: int | None = None


@dataclass(frozen=True, slots=True)
class ImportReport:
    list_name: str
    campaign: str
    rows: int
    imported: int
    duplicates_in_file: int
    duplicates_in_database: int
    faults: tuple[RowFault, ...]
    by_verdict: tuple[tuple[Verdict, int], ...]  # of everybody in the file who is in the campaign now and not finished
    heading: tuple[str, ...] = ()
    remarks: tuple[RowFault, ...] = ()  # rows imported, or known already, of which something could not be used
    unused_columns: tuple[str, ...] = ()
    shared_numbers: int = 0  # how many of those imported share a number with somebody else
    missing: tuple[Missing, ...] = ()  # what those held want, most wanted first; some want several things
    changed: int = 0  # how many were in the campaign already and are decided by something new
    imported_at: datetime | None = None
    source: str = ""  # the file's name


@dataclass(frozen=True, slots=True)
class TeamSetup:
    """What is said of a team; None: not said, so it stays as it is."""

    name: str
    channel: str
    zone: str
    digest_at: time
    editions: str | None = None  # day | week | month, space-separated
    agents_group: str | None = None  # a Slack user group; empty: none
    leads_group: str | None = None
