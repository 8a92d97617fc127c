"""A rule, and what every kind of rule can be asked. A kind is a class of `Parameters`; who asks it names none.

A rule kind imports this, the case and the grounds: never the rulebook, a pack or the engine.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, NamedTuple, Protocol

from policy.calendar import Span, Timetable, ZoneClock, date_of
from policy.rules.case import Case
from policy.rules.citations import NOT_READ, Citation, Wording
from policy.rules.conditions import Conditions
from policy.rules.waivers import Waiver
from policy.templates import NOTHING, TEXT, Said, phrase, template
from policy.vocabulary import Effect, Mode, Outcome, Status

Value = str | int | float | bool

THE_SOURCE = phrase("where the number came from")
SOURCE_OR = template("where the number came from, or {missing}", missing=TEXT)


class Bar(NamedTuple):
    """A span during which one rule speaks against a call, with the sentence that says why.

    `debt`: the one debt of the call that it speaks of, where the rule counts debt by debt and something may free one alone.
    """

    start: int
    end: int
    effect: Effect
    says: Said
    missing: Said = NOTHING
    debt: str = ""


class Wakes(NamedTuple):
    """What must be on record for a rule to have anything to say: an event of one of the types, or one so ended."""

    facts: frozenset[type] = frozenset()
    outcomes: frozenset[Outcome | None] = frozenset()  # None: an attempt nobody has reported
    listing: bool = False  # a screening that found an entry
    withdrawal: bool = False  # a consent that was taken back, by its own word or by a withdrawal


class Ground(Protocol):
    """Something that may permit a call."""

    def made_of(self) -> frozenset[type]:
        """The events one of which must be on record for the ground to hold; empty: none."""

    def spans(self, case: Case) -> list[Span]:
        """When the ground holds, from the moment asked about on."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One requirement with one dated parameter set. Two versions of one id are two Rules that share the id."""

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
    version_by: str = "call"  # call | event: whose date selects the version
    effect: Effect | None = None  # in place of the kind's own
    lifted_by: tuple[Ground, ...] = ()
    override_reasons: frozenset[str] = frozenset()
    label: Said = NOTHING
    says: Said = NOTHING
    note: str = ""  # how an open edge of the text is read
    is_enabled: bool = True
    disabled_because: str = ""
    wording: Wording = NOT_READ
    narrows_only: bool = False  # without it no answer turns from yes to no

    def in_force(self, on: date) -> bool:
        return (
            self.is_enabled
            and self.effective_from <= on
            and (self.effective_until is None or on <= self.effective_until)
        )

    def chooses(self, then: int, clocks: Sequence[ZoneClock]) -> bool:
        """Whether an event of that moment belongs to this version: where the event's local date on a clock selects it."""
        return self.version_by == "call" or any(self.in_force(date_of(clock.day(then))) for clock in clocks)


class Deadline(NamedTuple):
    """A day, the last that is in time, by which the rule wants something done. An alarm, never a permission."""

    rule: Rule
    due_on: date
    says: Said


class Parameters:
    """What one kind of rule needs to know, read from a pack by the kind's `read`, and what it answers.

    A kind says when it speaks against a call. All else has an answer here that suits a kind which has nothing to say to it.
    """

    __slots__ = ()

    # What a pack may write for such a rule.
    says_what_is_missing: ClassVar[bool] = False  # it may hold a call: it tells somebody what to supply
    may_name_sources: ClassVar[bool] = False  # see `until_source_is_known`
    is_for_house_packs: ClassVar[bool] = True  # a house pack can only tighten
    lifting_keys: ClassVar[tuple[str, ...]] = ("lifted_by",)  # the lists of grounds that lift the rule

    # How it is asked.
    # The events by which it may suspend other rules. None: it can only bar.
    wakers: ClassVar[frozenset[type]] = frozenset()
    heeds_lifting: ClassVar[bool] = False  # it looks itself at what lifts the rule

    def bars(self, rule: Rule, case: Case, /) -> Sequence[Bar]:
        """When, from the moment asked about on, this rule speaks against the call. Empty: never."""
        raise NotImplementedError(f"a rule of the kind {rule.kind} does not say when it bars")

    def woken_by(self) -> Wakes | None:
        """What wakes the rule; None: it must always be asked."""
        return None

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """The grounds any one of which leaves the rule nothing to say."""
        return ()

    def met_by(self) -> int:
        """The bits of the events on record any of which leaves it nothing to say at any moment."""
        return 0

    def near(self) -> tuple[int, int] | None:
        """So many calls within so many seconds, without which the rule has nothing to say; None: it must be asked.

        Relied on only where every attempt is of the usual sort: see `Prepared.is_usual`.
        """
        return None

    def among(self, _mask: int, /) -> "Parameters":
        """The same as far as events of these bits alone are on record: then less of it may have anything to say."""
        return self

    def timetable(self, _clocks: Sequence[ZoneClock], _places: tuple[str, ...], /) -> Timetable | None:
        """The hours outside which it bars, whatever is on record; None: it does not keep such hours."""
        return None

    def says_at(self, _rule: Rule, _case: Case, /) -> Said:
        """Why it bars at the moment asked about, of a bar that does not say so; empty: what stands behind the rule."""
        return NOTHING

    def waivers(self, _rule: Rule, _case: Case, /) -> Sequence[Waiver]:
        """What it suspends of other rules, past and to come."""
        return ()

    def suspended_by_key(self) -> Sequence[tuple[str, Sequence[str]]]:
        """The rules it may suspend, under the key of the pack that names them."""
        return ()

    def until_source_is_known(self, rule: Rule, /) -> Rule:
        """A rule of these parameters for certain sources, as it stands while nobody says where the number came from."""
        return rule

    def deadlines(self, _rule: Rule, _case: Case, /) -> Iterable[Deadline]:
        """By when something is due, by what is on record."""
        return ()

    def allowance(self, _rule: Rule, _case: Case, /) -> tuple[int, int] | None:
        """How many attempts it counts now, and how many it allows in all; None: it sets no number."""
        return None

    def duty(self) -> Mapping[str, Value] | None:
        """The figures of what a caller must do beside the question whether to call; None: it is no duty."""
        return None

    def registers(self) -> Iterable[str]:
        """The registers whose screenings it reads."""
        return ()

    def notice_kinds(self) -> Iterable[str]:
        """The kinds of notices it reads."""
        return ()


def or_source(missing: Said) -> Said:
    """What could be supplied of a rule for certain sources, while nobody says where the number came from."""
    return SOURCE_OR.says(missing=missing) if missing else THE_SOURCE
