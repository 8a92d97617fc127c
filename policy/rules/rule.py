"""A rule, which calls and contacts it applies to, and the questions any kind of rule can answer. A kind is a subclass
of `Parameters`; its callers name no kind.

A rule kind imports this module, the case and the grounds; never the rulebook, a pack or the engine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import ClassVar, NamedTuple, Protocol, Self

from policy.calendar.local_time import Span, ZoneClock, date_of
from policy.calendar.public_holidays import Calendar, Timetable
from policy.facts.types import CallFacts, ContactFacts
from policy.rules.case import Case, Waiver
from policy.rules.pack_table import NOT_READ, Citation, Fields, Wording
from policy.templates.sentence import NOTHING, TEXT, Said, phrase, template
from policy.vocabulary import Effect, Mode, Outcome, Purpose, Status


def may_lie_in(place: str, area: str) -> bool:
    """Whether a place may lie in an area: it does, or it is wider than the area and the exact part is unknown."""
    return place == area or place.startswith(area + "-") or area.startswith(place + "-")


@dataclass(frozen=True, slots=True)
class Conditions:
    """Which calls and contacts a rule applies to. An unknown fact about a contact counts as a match.

    An empty set does not restrict. `solicited`: only requested calls (True), only others (False), both (None).
    """

    purposes: frozenset[Purpose] = frozenset()
    sectors: frozenset[str] = frozenset()
    not_sectors: frozenset[str] = frozenset()
    caller_roles: frozenset[str] = frozenset()
    lines: frozenset[str] = frozenset()
    roles: frozenset[str] = frozenset()
    number_kinds: frozenset[str] = frozenset()
    subscribers: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    callers: frozenset[str] = frozenset()
    campaigns: frozenset[str] = frozenset()  # in rules of an organisation's own; not in packs for everybody
    sources: frozenset[str] = frozenset()  # where the number came from; a bar becomes a hold if that is unknown
    solicited: bool | None = None

    def met_by(self, call: CallFacts, contact: ContactFacts) -> bool:
        return (
            _allows(self.purposes, call.purpose)
            and _allows(self.sectors, call.sector)
            and call.sector not in self.not_sectors
            and _allows(self.caller_roles, call.caller_role)
            and _allows(self.callers, call.caller)
            and (not self.codes or not self.codes.isdisjoint(call.codes))
            and _allows(self.campaigns, call.campaign)
            and _allows(self.lines, contact.line)
            and _allows(self.roles, contact.role)
            and (not contact.number_kind or _allows(self.number_kinds, contact.number_kind))
            and (not contact.subscriber or _allows(self.subscribers, contact.subscriber))
            and (not contact.source or _allows(self.sources, contact.source))
            and (not self.places or not contact.places or any_within(contact.places, self.places))
        )


def _allows(wanted: frozenset[str] | frozenset[Purpose], value: str) -> bool:
    return not wanted or value in wanted


def any_within(places: Iterable[str], areas: Iterable[str]) -> bool:
    """Whether any of the places may lie in any of the areas."""
    areas = tuple(areas)
    return any(may_lie_in(place, area) for place in places for area in areas)


Value = str | int | float | bool
Calendars = Mapping[str, Calendar]  # of a pack, by name

THE_SOURCE = phrase("where the number came from")
SOURCE_OR = template("where the number came from, or {missing}", missing=TEXT)


class Bar(NamedTuple):
    """A span during which one rule bars a call, with the sentence that says why.

    `debt`: the one debt of the call that it is about, if the rule counts by debt and a fact may free one debt alone.
    """

    start: int
    end: int
    effect: Effect
    says: Said
    missing: Said = NOTHING
    debt: str = ""


class Wakes(NamedTuple):
    """What must be on record for a rule to have anything to say: an event of one of the types, or an attempt so
    ended."""

    facts: frozenset[type] = frozenset()
    outcomes: frozenset[Outcome | None] = frozenset()  # None: an unreported attempt
    listing: bool = False  # a screening that found an entry
    withdrawal: bool = False  # a consent that was withdrawn, in itself or by a withdrawal


class Ground(Protocol):
    """Something that may permit a call."""

    def made_of(self) -> frozenset[type]:
        """The kinds of events, one of which must be on record for the ground to hold; empty: none."""

    def spans(self, case: Case) -> list[Span]:
        """The spans when the ground holds, from the moment asked about on."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One requirement with one dated set of parameters. Two versions of one id are two Rules with the same id."""

    id: str
    pack: str
    kind: str
    title: Said
    status: Status
    mode: Mode
    citation: Citation
    confidence: str  # primary | secondary | unverified | house
    effective_from: date
    effective_until: date | None  # the last day, included
    applies: Conditions
    parameters: "Parameters"
    version_by: str = "call"  # call | event: which date selects the version
    effect: Effect | None = None  # replaces the kind's own sentence
    lifted_by: tuple[Ground, ...] = ()
    override_reasons: frozenset[str] = frozenset()
    label: Said = NOTHING
    says: Said = NOTHING
    note: str = ""  # how an open question of the text is read
    is_enabled: bool = True
    disabled_because: str = ""
    wording: Wording = NOT_READ
    narrows_only: bool = False  # it can only bar: removing it never forbids a call
    # Aware; in place of the first midnight of `effective_from` on each person's clock, and of that after the last day.
    begins_at: datetime | None = None
    ends_at: datetime | None = None

    def in_force(self, on: date) -> bool:
        is_over = self.effective_until is not None and self.effective_until < on
        return self.is_enabled and self.effective_from <= on and not is_over

    def chooses(self, then: int, clocks: Sequence[ZoneClock]) -> bool:
        """Whether the event's local date on a clock selects this version."""
        return self.version_by == "call" or any(self.in_force(date_of(clock.day(then))) for clock in clocks)


class OnPage(StrEnum):
    """The part of a country's page that tells the rules of a kind: a column of its table, or the list after it."""

    LIMITS = "Limits"
    HOURS = "Hours"
    REGISTER = "Register"
    BASIS = "Consent or basis"
    AFTERWARDS = "After an attempt, a talk or a stop"


class Parameters:
    """The parameters of one kind of rule, and its answers.

    Every kind defines `read` and `bars`. The other methods have defaults for kinds that have nothing to add. The
    docstring of a kind says how a pack writes it, and is its section of policy/packs/README.md.
    """

    __slots__ = ()

    # What a pack may write for such a rule.
    says_what_is_missing: ClassVar[bool] = False  # it may hold a call, because it says what to supply
    may_name_sources: ClassVar[bool] = False  # see `until_source_is_known`
    is_for_house_packs: ClassVar[bool] = True  # a house pack can only tighten
    lifting_keys: ClassVar[tuple[str, ...]] = ("lifted_by",)  # the lists of grounds that lift the rule

    # How it is asked.
    # The events by which it may suspend other rules. None: it can only bar.
    wakers: ClassVar[frozenset[type]] = frozenset()
    heeds_lifting: ClassVar[bool] = False  # it checks itself what lifts the rule
    is_said_by_people: ClassVar[bool] = False  # it bars for what the person or a team lead said, not for lack of proof

    # How it is told.
    on_page: ClassVar[OnPage | None] = None  # None: no page tells it, but where it is a part of the country's
    lifting_words: ClassVar[str] = "lifted by"  # before the grounds that lift the rule

    @classmethod
    def read(cls, _fields: Fields, _calendars: Calendars, /) -> Self:
        """The parameters that a rule's table says; its faults are noted there."""
        raise NotImplementedError(f"{cls.__name__} does not say how it is read")

    def in_words(self, rule: Rule, /) -> str:
        """What the rule requires, in one phrase of plain English; its title if its kind has no words."""
        return rule.title

    def bars(self, rule: Rule, case: Case, /) -> Sequence[Bar]:
        """When this rule bars the call, from the moment asked about on. Empty: never."""
        raise NotImplementedError(f"a rule of the kind {rule.kind} does not say when it bars")

    def woken_by(self) -> Wakes | None:
        """What wakes the rule; None: it must always be asked."""
        return None

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """The grounds, any one of which satisfies the rule."""
        return ()

    def met_by(self) -> int:
        """The bits of the events on record, any one of which satisfies the rule at any moment."""
        return 0

    def needed_calls(self) -> tuple[int, int] | None:
        """(calls, seconds): without that many calls within that time the rule has nothing to say; None: it must be
        asked.

        Used only if every attempt is of the usual sort: see `Prepared.is_usual`.
        """
        return None

    def narrowed_to(self, _event_bits: int, /) -> "Parameters":
        """The same parameters, narrowed to what events of these bits can make them say."""
        return self

    def timetable(self, _clocks: Sequence[ZoneClock], _places: tuple[str, ...], /) -> Timetable | None:
        """The hours outside which it bars, whatever is on record; None: it has no such hours."""
        return None

    def says_at(self, _rule: Rule, _case: Case, /) -> Said:
        """Why it bars at the moment asked about, if the bar does not say so; empty: the rule's status says it."""
        return NOTHING

    def waivers(self, _rule: Rule, _case: Case, /) -> Sequence[Waiver]:
        """What it suspends of other rules, past and to come."""
        return ()

    def suspended_by_key(self) -> Sequence[tuple[str, Sequence[str]]]:
        """The rules it may suspend, by the key of the pack that names them."""
        return ()

    def until_source_is_known(self, rule: Rule, /) -> Rule:
        """The rule as it applies while the contact's number source is unknown, if it is for certain sources."""
        return rule

    def allowance(self, _rule: Rule, _case: Case, /) -> tuple[int, int] | None:
        """How many attempts it counts now, and its limit; None: it sets no limit."""
        return None

    def limit(self, _rule: Rule, /) -> Said:
        """Its limit of attempts in words; empty: it sets none."""
        return NOTHING

    def duty(self) -> Mapping[str, Value] | None:
        """The figures of a duty beside the decision to call; None: it is no duty."""
        return None

    def registers(self) -> Iterable[str]:
        """The registers whose screenings it reads."""
        return ()

    def notice_kinds(self) -> Iterable[str]:
        """The kinds of notices it reads."""
        return ()


class Silent(Parameters):
    """Parameters of a rule that bars nothing itself: a duty, a rule that suspends others, one of the engine's own."""

    __slots__ = ()

    def woken_by(self) -> Wakes | None:
        return Wakes()

    def bars(self, _rule: Rule, _case: Case, /) -> Sequence[Bar]:
        return ()


def or_source(missing: Said) -> Said:
    """What to supply for a rule on certain number sources, while the contact's source is unknown."""
    return SOURCE_OR.says(missing=missing) if missing else THE_SOURCE
