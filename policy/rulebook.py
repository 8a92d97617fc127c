"""Immutable rules by pack. A Rulebook answers which packs exist, what is in force, and in which version."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, NamedTuple, Protocol

from policy.citations import NOT_READ, Wording
from policy.conditions import Conditions
from policy.decision import Citation
from policy.errors import UnknownPackError
from policy.vocabulary import Effect, Mode, Outcome, Purpose, Status

if TYPE_CHECKING:
    from policy.case import Case
    from policy.context import Context
    from policy.grounds import Ground


class Bar(NamedTuple):
    """A span during which one rule speaks against a call, with the sentence that says why.

    `debt`: the one debt of the call that it speaks of, where the rule counts debt by debt and something may free one alone.
    """

    start: int
    end: int
    effect: Effect
    says: str
    missing: str = ""
    debt: str = ""


class Wakes(NamedTuple):
    """What must be on record for a rule to have anything to say: an event of one of the types, or one so ended."""

    facts: frozenset[type] = frozenset()
    outcomes: frozenset[Outcome | None] = frozenset()  # None: an attempt nobody has reported
    listing: bool = False  # a screening that found an entry
    withdrawal: bool = False  # a consent that was taken back, by its own word or by a withdrawal


class Parameters(Protocol):
    """What one kind of rule needs to know; read from a pack by the kind's `read`."""

    def woken_by(self) -> Wakes | None:
        """What wakes the rule; None: it must always be asked."""

    def bars(self, rule: "Rule", case: "Case", /) -> Sequence[Bar]:
        """When, from the moment asked about on, this rule speaks against the call. Empty: never."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One requirement with one dated parameter set. Two versions of one id are two Rules that share the id."""

    id: str
    pack: str
    kind: str
    title: str
    status: Status
    mode: Mode
    citation: Citation
    confidence: str  # primary | secondary | unverified | house
    effective_from: date
    effective_until: date | None  # the last day, included
    applies: Conditions
    parameters: Parameters
    version_by: str = "call"  # call | event: whose date selects the version
    effect: Effect | None = None  # in place of the kind's own
    lifted_by: tuple["Ground", ...] = ()
    override_reasons: frozenset[str] = frozenset()
    label: str = ""
    says: str = ""
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


@dataclass(frozen=True, slots=True)
class Pack:
    """One jurisdiction's, code's or house's rules. `covers`: the purposes it answers for where it is the base of a place."""

    id: str
    title: str
    kind: str  # base | law | code | house
    areas: tuple[str, ...]
    effective_from: date
    effective_until: date | None
    reviewed_on: date
    review_by: date
    rules: tuple[Rule, ...]
    file: str
    digest: str
    covers: frozenset[Purpose] = frozenset()  # empty: every purpose
    callers: frozenset[str] = frozenset({"person"})  # who or what may speak for it to answer
    is_base_of_area: bool = False  # whether it alone makes a place known
    code: str = ""
    request_max_age_days: int | None = None  # beyond this age a request no longer makes a call solicited
    holds_stale_request: bool = (
        False  # what would suppress the call then holds it: whether it was asked for is not known
    )
    third_party_consent_max_age_days: int | None = None  # from collection to first use; older, it is no consent
    note: str = ""


@dataclass(frozen=True)
class Rulebook:
    """All packs, compiled and frozen. `version` changes with any pack, with the holiday calendars and with the zone data."""

    packs: Mapping[str, Pack]
    version: str
    _contexts: "dict[tuple[object, ...], Context]" = field(default_factory=dict, repr=False, compare=False)

    def pack(self, name: str) -> Pack:
        """One pack. UnknownPackError when there is none of that name."""
        try:
            return self.packs[name]
        except KeyError:
            raise UnknownPackError(name, self.packs) from None

    def rules(self) -> Iterator[Rule]:
        """Every rule of every pack, disabled ones included."""
        for pack in self.packs.values():
            yield from pack.rules

    def in_force(self, pack: str, on: date) -> tuple[Rule, ...]:
        """The rules of one pack that are enabled and dated to include the day."""
        return tuple(rule for rule in self.pack(pack).rules if rule.in_force(on))
