"""Answers about cards, calls, outcomes, the verdicts behind them, and where people may be."""

from dataclasses import dataclass, field
from datetime import datetime

from bot.services.answers.own_outcomes import Answer, OwnOutcomeView
from bot.services.answers.people import Sensitive
from bot.services.answers.places import NOWHERE_KNOWN, PlacesView
from bot.services.answers.reconciliation import CallIn, PersonRung
from policy import Finding
from policy.vocabulary import ContactState, Outcome, Verdict
from storage.hand_out.search import OnCard
from storage.queries.reports import status

# as the queries find them
Closed = status.Closed
OpenAttempt = status.OpenAttempt


@dataclass(frozen=True, slots=True)
class HeldNow:
    """An agent holds the contact, its person or its number, or promised to call back: no other agent is offered it."""

    agent_name: str
    until: datetime
    stage: str  # offered | calling | promised
    is_own: bool = False  # the actor is that agent


@dataclass(frozen=True, slots=True)
class Detail:
    """A cell of a list, on the card. Personal, like the name."""

    heading: str
    text: str
    is_link: bool = False  # an https address


@dataclass(frozen=True, slots=True)
class OfferCard(OnCard):
    """A contact offered to an agent. The number is masked; no attempt exists."""

    lease_id: int
    contact_id: int
    masked_number: str
    campaign: str
    list_name: str
    zone: str  # the contact's; of several candidates, the one in which it is latest
    leased_until: datetime
    lawful_until: datetime
    attempts_made: int
    attempts_left: int | None  # by the tightest cap; None when no cap applies
    last_outcome: Outcome | None
    last_attempt_at: datetime | None
    callback_due_at: datetime | None  # of the callback this card keeps, if any
    note: str  # the last note on this contact, or empty
    warnings: tuple[Finding, ...]
    attempts_left_in: str = ""  # the span of that cap: today, in 7 days; empty when no cap applies
    may_be_kept: bool = False  # the agent may keep it ten minutes longer: not yet extended, and the law leaves room
    details: tuple[Detail, ...] = ()  # six at most
    company: str = ""  # or the town; empty: no list says


@dataclass(frozen=True, slots=True)
class CallingCard:
    """A contact the agent is calling: the attempt is open, and only the holder sees the number."""

    offer: OfferCard
    attempt_id: int
    number: str  # E.164
    number_shown: str  # in the national format
    dial_link: str  # dials it, in the agent's own way
    script: str = ""  # the campaign's opening words, with its variables filled in
    numbers_to_show: tuple[str, ...] = ()  # that the agent shows, any of them: `020 7946 0321`
    outcomes: tuple[Outcome, ...] = ()  # those the campaign's cards offer; empty: all
    own_buttons: tuple[OwnOutcomeView, ...] = ()  # own outcomes that the campaign wants as buttons, in its order
    own_outcomes: tuple[OwnOutcomeView, ...] = ()  # those in the menu
    callback_spans: tuple[tuple[datetime, datetime], ...] | None = None  # when it may be: [from, until); None: unknown


Card = OfferCard | CallingCard


@dataclass(frozen=True, slots=True)
class NothingCallable:
    """Why fewer contacts were handed out than asked for. `rows` cover every contact of the agent's active campaigns."""

    rows: tuple[Closed, ...]
    opens_at: datetime | None
    opens_is_theirs: bool  # the first to open belongs to the agent
    is_inactive: bool = False  # the agent's team has campaigns, and none is active


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a contact may not be called now. `findings`: those that forbid the call, strictest first."""

    verdict: Verdict
    findings: tuple[Finding, ...]
    missing: tuple[str, ...]
    callable_from: datetime | None
    zone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithHand:
    """An answer to a press. `hand`: what the agent holds after it; None: not read."""

    hand: "HandOut | None" = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CallRefused(WithHand):
    """The contact is no longer callable: its lease ends and the number stays hidden."""

    name: str
    refusal: Refusal


@dataclass(frozen=True, slots=True)
class HandOut:
    """The answer to /nextcall: what the agent holds now and, if that is less than they asked for, why."""

    wanted: int
    cards: tuple[Card, ...]
    short: NothingCallable | None
    dropped: tuple[CallRefused, ...] = ()  # held or asked for by name, and may no longer be called
    # asked for by name, and held by other agents or promised a call back: the name, and who
    elsewhere: tuple[tuple[str, HeldNow], ...] = ()
    reading: tuple[int, datetime] | None = field(default=None, compare=False)  # by which request, and when it was read

    @property
    def calling(self) -> tuple[int, ...]:
        """The leases of the calls under way."""
        return tuple(one.offer.lease_id for one in self.cards if isinstance(one, CallingCard))


NOTHING_HELD = HandOut(0, (), None)


@dataclass(frozen=True, slots=True)
class CallOpened(WithHand):
    attempt_id: int
    is_repeat: bool  # Call was pressed again: the same attempt


@dataclass(frozen=True, slots=True)
class OutcomeFirst(WithHand):
    """No call was opened: the agent has as many open calls as the organisation allows. `first`: the oldest of them."""

    name: str  # of the contact whose Call was pressed
    first: OpenAttempt


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A card taken back from its holder. Without a contact, the notice has no name."""

    agent_id: int
    slack_user_id: str
    contact_id: int | None
    because: str  # suppressed | held | locked | number_closed | list_withdrawn | not_theirs | erased | parted


@dataclass(frozen=True, slots=True)
class CardGone(WithHand):
    """A stale card: its lease has ended. `because`: a LeaseEnd word. `outcome`: what was recorded, if anything."""

    name: str
    because: str
    outcome: Outcome | None
    attempt_id: int | None  # the agent's own attempt that still needs an outcome


@dataclass(frozen=True, slots=True)
class PlaceCorrected(WithHand):
    """What a corrected place changed."""

    name: str
    is_repeat: bool  # it was known already
    zone: str  # its latest clock, if known
    refusal: Refusal | None  # why no call is lawful there now; None: it is
    is_withdrawn: bool  # the card went, because of that
    lease_id: int = 0  # of the agent's card; 0: a lead did it


@dataclass(frozen=True, slots=True)
class Released(WithHand):
    lease_id: int
    name: str
    is_repeat: bool
    callable_from: datetime | None
    blanked: tuple[Sensitive, ...] = ()  # what the words held that was not kept
    is_explained: bool = False  # it had been given back; now it is said why


@dataclass(frozen=True, slots=True)
class OutcomeRecorded(WithHand):
    """An outcome is recorded. `is_repeat`: it was already recorded, and nothing changed."""

    attempt_id: int
    name: str
    masked_number: str
    outcome: Outcome
    state: ContactState  # the contact's state afterwards
    callable_from: datetime | None
    because: tuple[Finding, ...]  # what locks, holds or suppresses it now
    zone: str  # the contact's
    undo_until: datetime | None
    callback_due_at: datetime | None
    alert_team_lead: bool
    note_may_be_stop: bool  # the note reads like an opt-out: the card asks
    is_repeat: bool = False
    is_correction: bool = False
    withdrawn_from: tuple[str, ...] = ()  # Slack user ids of those whose card this withdrew
    missing: tuple[str, ...] = ()  # what is missing: now, if held; else once the locks end
    has_next_number: bool = False  # this outcome closed the number; the contact's next number is called next
    redial_until: datetime | None = None  # the call was cut off: one redial until then is free
    is_added: bool = False  # another person had recorded the same; now it is this person's statement too
    against: tuple[Finding, ...] = ()  # what forbade the call, which was made off the list
    unproven: tuple[Finding, ...] = ()  # the screening or basis that a number on no list lacks
    may_have_rung: bool = False  # a call to a number on no list: the person may have rung us instead
    are_leads_told: bool = False
    blanked: tuple[Sensitive, ...] = ()  # what the note or the answers held that was not kept
    own: OwnOutcomeView | None = None  # the own outcome that was said
    has_answers: bool = False  # its form was filled in
    closed_days: tuple[Finding, ...] = ()  # what closes the days between the end of its waits and `callable_from`
    asks_about_data: bool = False  # a complaint: whether it is about the person's data, which must be acknowledged


@dataclass(frozen=True, slots=True)
class Undone(WithHand):
    """An outcome is taken back; unless another's stands, its attempt is open again. `has_card`: the lease is back."""

    attempt_id: int
    name: str
    was: Outcome
    has_card: bool
    stands_by: tuple[str, ...] = ()  # who recorded what stands; none: the attempt is open again
    is_stopped: bool = False  # another opt-out is in force
    own_name: str = ""  # of the own outcome that was said
    stands: Outcome | None = None  # what others recorded; it may be the same
    stands_as: str = ""  # the name of the own outcome that stands


@dataclass(frozen=True, slots=True)
class PastCall:
    """One call, as the next caller reads it. No outcome: none is recorded."""

    at: datetime
    agent_name: str
    outcome: Outcome | None
    note: str  # the last one; empty: none
    callback_due_at: datetime | None  # agreed in this call
    is_callback_open: bool = False
    own_name: str = ""  # of the own outcome, as it was called then
    answers: tuple[Answer, ...] = ()


@dataclass(frozen=True, slots=True)
class History:
    """What came of every call to a person and number for one client, and what a call would be told now."""

    name: str
    masked_number: str
    zone: str  # the contact's
    calls: tuple[PastCall, ...]  # newest first
    earlier: int  # how many more there were before these
    # since when, by whom (empty: no agent recorded it), in which words, and until when; None: in force
    stops: tuple[tuple[datetime, str, str, datetime | None], ...]
    verdict: Verdict
    lawful_until: datetime | None
    callable_from: datetime | None
    because: tuple[Finding, ...]  # what forbids a call now
    calls_in: tuple[CallIn, ...] = ()  # newest first
    finished_because: str = ""  # an outcome, or that the list is closed; empty: not finished
    rung: tuple[PersonRung, ...] = ()  # days on which they were rung against the rules, latest first


@dataclass(frozen=True, slots=True)
class CallCheck:
    """Whether a number may be called, why, and when."""

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
    contact_id: int = 0  # 0: on no list, or nothing may be pressed
    may_be_overridden: bool = False  # by the actor, with a reason
    held: HeldNow | None = None  # shown beside the verdict, which is by the rules alone
    may_be_taken: bool = False  # by the actor, who asks with the number of a person who called
    last_call: PastCall | None = None  # of this client, if the person called since; without its note
    is_state_unknown: bool = False  # the country has rules by state, the state is unknown: all of them count
    places: PlacesView = NOWHERE_KNOWN
    finished_because: str = ""  # an outcome, or that the list is closed; empty: not finished at that moment
    is_active: bool = True  # the campaign; nobody is given a contact of one that is not


@dataclass(frozen=True, slots=True)
class NumberChecked:
    """The answer to /callcheck: one check per campaign with this number."""

    masked_number: str
    checks: tuple[CallCheck, ...]
    suppressed_since: datetime | None  # set if it is on do-not-call
    calls_in: tuple[CallIn, ...] = ()  # the last from the person, newest first, for those whose lists have them
    number_id: int | None = None  # for a proof pack; None: on no list that the actor may see, or erased
    rung: tuple[PersonRung, ...] = ()  # when the person was rung against the rules, latest first


@dataclass(frozen=True, slots=True)
class Suppressed:
    """An opt-out is on record. `is_repeat`: this person had recorded the same, and nothing changed."""

    masked_number: str
    is_repeat: bool
    principal: str  # empty: the whole organisation
    contacts: int  # how many contacts this closed
    callbacks_cancelled: int
    withdrawn_from: tuple[str, ...]  # Slack user ids
    was_stopped: bool = False  # another statement had stopped the number already; this one is recorded too
    blanked: tuple[Sensitive, ...] = ()  # what the words held that was not kept
    stop_id: int = 0  # of the new statement, which can be taken back for ten minutes; 0: there is none


@dataclass(frozen=True, slots=True)
class StopTakenBack:
    """The person's own stop, recorded outside any call, is taken back. `is_repeat`: it was before."""

    masked_number: str
    is_repeat: bool
    is_still_stopped: bool  # by another statement
    contacts: int  # how many are decided anew
    callbacks_reopened: int
