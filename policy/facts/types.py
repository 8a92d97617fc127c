"""Everything a decision may know, as frozen values. Instants are aware; a naive one is refused when facts are read.

Facts may arrive late or be corrected: a decision depends on the facts given and the moment asked about, on nothing
else. The JSON form that other programs write (`nextcall policy schema`) has the same names.
"""

from collections.abc import Callable
from dataclasses import MISSING, dataclass, field, fields
from datetime import date, datetime, time
from typing import Any, ParamSpec, TypeVar

from policy.vocabulary import Outcome, Purpose


@dataclass(frozen=True, slots=True)
class CallFacts:
    """The call to decide, and who would make it."""

    purpose: Purpose
    principal: str  # the client on whose behalf the call is made
    campaign: str
    sector: str = ""  # energy, claims, pensions, mortgages, debt ...; empty: none of the regulated sectors
    subject: str = ""  # the matter; if empty, caps by subject use the campaign
    debts: tuple[str, ...] = ()  # the debts the call would be about
    caller_role: str = "creditor"  # creditor | third_party
    authorised_for: frozenset[str] = frozenset()  # sectors in which the caller holds the regulator's authorisation
    codes: frozenset[str] = frozenset()  # industry codes the caller adheres to
    is_number_shown: bool | None = None  # whether the caller's number is displayed; None: not known
    organisation: str = ""  # which organisation would call; empty: every attempt counts as its own
    caller: str = "person"  # person | automated; who or what speaks: automated is a recorded or an artificial voice
    starts_on: date | None = None  # the first and the last day of the campaign, where the person is; None: no limit
    ends_on: date | None = None

    @property
    def matter(self) -> str:
        """The subject, or the campaign where no subject was given."""
        return self.subject or self.campaign


@dataclass(frozen=True, slots=True)
class ContactFacts:
    """The person and the number to call, and every place where the person may be."""

    person: str
    number: str  # E.164
    places: tuple[str, ...] = ()  # ISO 3166 codes, country or subdivision; empty: unknown
    zones: tuple[str, ...] = ()  # IANA names, every candidate; empty: unknown
    role: str = "consumer"  # consumer | spouse | third_party | attorney
    number_kind: str = ""  # mobile | home | work; empty: unknown
    line: str = "consumer"  # consumer | business
    subscriber: str = ""  # individual (sole traders and partnerships too) | corporate; empty: unknown
    source: str = ""  # where the number came from, e.g. "given" by the person; empty: unknown


@dataclass(frozen=True, slots=True)
class AttemptFact:
    """One call, letter or text, in or out. An unreported attempt has no outcome and counts against every cap.

    `policy.facts.types` says how one counts that names no person, matter or kind of number.
    """

    at: datetime
    number: str
    person: str
    principal: str
    campaign: str = ""
    subject: str = ""
    outcome: Outcome | None = None
    direction: str = "out"  # out | in
    channel: str = "voice"  # voice | letter | text
    number_kind: str = ""
    message: str = ""  # left | limited_content | impossible; empty: none or not said
    debts_named: tuple[str, ...] = ()
    debts_discussed: tuple[str, ...] = ()
    debt_booked: str = ""  # the caller's choice if no debt was named
    debts_booked: tuple[str, ...] = ()  # the caller's choice of several debts
    organisation: str = ""  # whose attempt it was; empty: of the organisation that would call now
    is_provisional: bool = False  # another agent's offered lease: counts until it ends

    @property
    def matter(self) -> str:
        """The subject, or the campaign where no subject was given."""
        return self.subject or self.campaign


@dataclass(frozen=True, slots=True)
class StopFact:
    """A bar on calling: a request to stop, a cease notice, an attorney, a dispute, an employer's ban, a closed number.

    `reason` is one of: do_not_call, cease, attorney, dispute, bankruptcy, not_at_work, not_at_home, number_closed,
    house. Empty `principal` binds every principal of the organisation. A person and a number named together are each
    barred, the person on every number and the number for everybody, unless the stop is for the pair only; with neither
    named it bars whoever is asked about. A closed number closes no other number of the person's.
    """

    at: datetime
    reason: str
    person: str = ""
    number: str = ""
    principal: str = ""
    debts: tuple[str, ...] = ()
    is_written: bool = False
    until: datetime | None = None
    withdrawn_at: datetime | None = None
    is_pair_only: bool = False  # only this person on this number; the two are barred together only


@dataclass(frozen=True, slots=True)
class HoldFact:
    """A person's stop on one contact until a team lead lifts it."""

    at: datetime
    reason: str  # complaint | vulnerable | a team lead's own words
    lifted_at: datetime | None = None
    person: str = ""  # whom it is about; empty: the person asked about


@dataclass(frozen=True, slots=True)
class CallbackFact:
    """An agreement to call not before `due_at`. `is_hour_named`: the person named the hour, so house hours give way.

    An hour the person named stays open until the callback is used or its local day ends, whichever is first.
    """

    asked_at: datetime
    due_at: datetime
    person: str
    principal: str
    is_hour_named: bool = False
    closed_at: datetime | None = None  # used or cancelled


@dataclass(frozen=True, slots=True)
class RequestFact:
    """The person asked to be called: what makes a call solicited while the request is fresh."""

    at: datetime
    principal: str  # the caller the person named; empty: none was named, so nothing was requested of this caller
    due_at: datetime | None = None  # "ring me at six": a timed request
    is_complete: bool = True  # whether the form was finished
    is_hour_named: bool = False  # the person named the hour of `due_at`, so that house hours give way
    person: str = ""  # whom it is about; empty: the person asked about


@dataclass(frozen=True, slots=True)
class PersonalHoursFact:
    """Times the person named as inconvenient, recurring, on their own clock. Days are 1 (Monday) to 7."""

    at: datetime
    blocked_days: frozenset[int]
    blocked_from: time | None = None  # None with blocked_until None: the whole day
    blocked_until: time | None = None
    ends_on: date | None = None
    source: str = "consumer"  # consumer | creditor
    person: str = ""  # whom it is about; empty: the person asked about


@dataclass(frozen=True, slots=True)
class ConsentFact:
    """Recorded permission of one kind. Only proved consents count.

    `kind`: calls | hours | written. `principal` names who may rely on it; empty: nobody was named.
    """

    at: datetime
    kind: str = "calls"
    principal: str = ""
    number: str = ""
    is_proved: bool = True  # who, when, how, what, wording, named caller: all recorded
    is_third_party: bool = False  # collected by another party
    is_express: bool = True
    from_creditor: bool = False  # given to the creditor or an earlier collector, not to this caller
    starts_at: datetime | None = None  # a narrower time the person named; None: from `at`
    ends_at: datetime | None = None
    withdrawn_at: datetime | None = None
    first_used_at: datetime | None = None
    debts: tuple[str, ...] = ()
    days: frozenset[int] = frozenset()  # the days of the week it is for; empty: all
    only_on: date | None = None  # the one local day it is for
    open_from: time | None = None  # the times of the day it is for; None with open_until None: all
    open_until: time | None = None  # on the same day; 00:00: to the end of that day


@dataclass(frozen=True, slots=True)
class WithdrawalFact:
    """A withdrawn consent: it ends those given before it, and its bar lifts only with a new consent given after it.

    One of `calls` takes back consents of every kind. Empty `principal`: from every caller. A person and a number named
    together are each meant, as in a stop.
    """

    at: datetime
    kind: str = "calls"  # calls | hours | written
    person: str = ""
    number: str = ""
    principal: str = ""


@dataclass(frozen=True, slots=True)
class BasisFact:
    """The lawful basis for using this person's data, and whether they were told they would be called."""

    at: datetime
    kind: str  # consent | legitimate_interest | contract
    is_told_of_calls: bool = False
    principal: str = ""
    person: str = ""  # whom it is about; empty: the person asked about
    is_assessed: bool = False  # a legitimate interest was weighed against the person's, and that is on record


@dataclass(frozen=True, slots=True)
class RelationshipFact:
    """A relationship with the principal: purchase, inquiry, contract, client, customer, interaction, donation."""

    kind: str
    from_on: date
    principal: str = ""
    ended_on: date | None = None  # None: current, or a single event on `from_on`
    is_related: bool = True  # the call's object is related to it
    is_opt_out_offered: bool = True  # at collection and every time since
    person: str = ""  # whom it is about; empty: the person asked about


@dataclass(frozen=True, slots=True)
class ScreeningFact:
    """One comparison of the number with a register."""

    register: str  # tps, ctps, us-dnc, ca-dncl, bloctel, sg-nvc ...
    obtained_at: datetime  # when the copy was obtained, or the result received
    is_listed: bool
    listed_on: date | None = None
    number: str = ""
    campaign: str = ""  # the campaign this screening was made for, if the register requires one for each campaign


@dataclass(frozen=True, slots=True)
class NoticeFact:
    """A moratorium such as breathing space. The last day, `ended_on`, is included."""

    kind: str
    from_on: date
    ended_on: date | None
    debts: tuple[str, ...] = ()
    person: str = ""  # whom it is about; empty: the person asked about


@dataclass(frozen=True, slots=True)
class DebtGroupFact:
    """Debts that count as one, such as loans serviced under one account number. A consent must name each, or the
    group."""

    name: str  # a name of its own, such as the account number
    debts: tuple[str, ...]  # the debts that count as one; each is in one group


@dataclass(frozen=True, slots=True)
class OverrideFact:
    """A team lead's permission with a reason, for a rule that allows one."""

    at: datetime
    rule: str
    reason: str
    by: str
    until: datetime | None = None


Event = (
    AttemptFact
    | StopFact
    | HoldFact
    | CallbackFact
    | RequestFact
    | PersonalHoursFact
    | ConsentFact
    | WithdrawalFact
    | BasisFact
    | RelationshipFact
    | ScreeningFact
    | NoticeFact
    | DebtGroupFact
    | OverrideFact
)


@dataclass(frozen=True, slots=True)
class Facts:
    """One question to the engine: may this call be made to this contact, given the events on record?"""

    call: CallFacts
    contact: ContactFacts
    events: tuple[Event, ...] = field(default=())


# The keys of counts and locks, and whether an attempt shares one with the call and contact asked about. An attempt
# without a value for a key may share it, so it does: an incomplete record loses no count.
# Parts: organisation, principal, person, number, campaign, subject, number_kind, debt.
Key = tuple[str, ...]
Shares = Callable[[AttemptFact, CallFacts, ContactFacts], bool]


def _is_for_person(attempt: AttemptFact, _call: CallFacts, contact: ContactFacts) -> bool:
    """An attempt on the very number that names no person counts as made to the person asked about."""
    return attempt.person == contact.person or (not attempt.person and attempt.number == contact.number)


def _is_of_matter(attempt: AttemptFact, call: CallFacts, _contact: ContactFacts) -> bool:
    """Compares subjects if both sides have one, otherwise campaigns. An attempt with neither belongs to every
    matter."""
    if attempt.matter == call.matter:
        return True
    if attempt.subject and call.subject:
        return False
    return not attempt.campaign or attempt.campaign == call.campaign


# Debts are matched by each rule's own allocation: see `policy.rules.counting`.
SHARED: dict[str, Shares] = {
    "organisation": lambda one, call, _: not call.organisation or one.organisation in ("", call.organisation),
    "principal": lambda one, call, _: one.principal == call.principal,
    "person": _is_for_person,
    "number": lambda one, _, contact: one.number == contact.number,
    "number_kind": lambda one, _, contact: not contact.number_kind or one.number_kind in ("", contact.number_kind),
    "campaign": lambda one, call, _: one.campaign in ("", call.campaign),
    "subject": _is_of_matter,
}


P = ParamSpec("P")
T = TypeVar("T")


def fast_maker(made: Callable[P, T]) -> Callable[P, T]:
    """A faster constructor for a frozen dataclass that has slots and no `__post_init__`.

    A frozen dataclass sets each field through a call that bypasses its own refusal to change. Filling an object of a
    plain class with the same fields and then changing its `__class__` takes a quarter of the time.
    """
    own = fields(made)  # type: ignore[arg-type]
    names = tuple(one.name for one in own)
    given = ", ".join(one.name if one.default is MISSING else f"{one.name}=_default_{one.name}" for one in own)
    filled = "".join(f"    _it.{name} = {name}\n" for name in names)
    written = f"def make({given}):\n    _it = _draft()\n{filled}    _it.__class__ = _made\n    return _it\n"
    known: dict[str, Any] = {"_draft": type("Draft", (), {"__slots__": names}), "_made": made}
    known |= {f"_default_{one.name}": one.default for one in own}
    exec(written, known)  # noqa: S102 - as the dataclasses module does: the source holds the names of our fields only
    make: Callable[P, T] = known["make"]
    return make
