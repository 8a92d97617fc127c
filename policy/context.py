"""What every decision about calls of one sort to contacts of one sort has in common, worked out once and kept.

Packs chosen, rules that may apply, the clocks of the places the person may be in, what is missing to know them; and for each
set of kinds of events on record, the rules that these can wake.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from policy.facts import CallFacts, ContactFacts, OverrideFact, RequestFact
from policy.localtime import EDGES_OF_THE_WORLD, ZoneClock, clock_of, day_of
from policy.record import FACT_BITS, fact_bits, outcome_bits
from policy.rulebook import Bar, Pack, Rule, Rulebook
from policy.rules.hours import Hours, Timetable
from policy.rules.waivers import Waiving
from policy.spans import FOREVER, Span
from policy.vocabulary import Mode
from policy.whereabouts import UNKNOWN_RULE, choose_packs, coverage_bars, place_bars, sector_bars, zone_bars

if TYPE_CHECKING:
    from policy.case import Case

_MOST_CONTEXTS = 4096  # bounds, not limits anybody meets: a centre has some dozens
_MOST_PLANS = 4096


@dataclass(slots=True, eq=False)
class Entry:
    """One rule that may apply, with the span in which its version is in force in any of the places."""

    rule: Rule
    bars: "Callable[[Rule, Case], Sequence[Bar]]"
    lives: Span
    timetable: Timetable | None
    woken_by: int | None  # bits of the events that wake it; None: always awake
    lifted_by: int | None  # bits of the events that may lift it; None: something else may

    def is_awake(self, mask: int) -> bool:
        return self.woken_by is None or bool(self.woken_by & mask)


class Plan(NamedTuple):
    """Whom to ask when events of certain kinds are on record, in the order of the packs.

    Each of `entries`: the rule, what asks it, the first moment it lives and the first it does not, whether what it says
    stands as it is, cut by nothing on record, and the entry itself.
    """

    entries: "tuple[tuple[Rule, Callable[[Rule, Case], Sequence[Bar]], int, int, bool, Entry], ...]"
    tables: tuple[Entry, ...]  # hours that nothing on record can open, close or suspend
    waiving: tuple[Entry, ...]


class Context:
    """The compiled answer to "which rules, on which clocks?" for one sort of call and contact."""

    __slots__ = (
        "_plans",
        "_waiving",
        "clocks",
        "entries",
        "is_placed",
        "packs",
        "places",
        "request_max_age_days",
        "standing",
    )

    def __init__(self, call: CallFacts, contact: ContactFacts, rulebook: Rulebook, names: Sequence[str]) -> None:
        packs = [rulebook.pack(name) for name in names]
        known = tuple(clock for clock in map(clock_of, contact.zones) if clock is not None)
        self.packs = tuple(names)
        self.places = contact.places
        self.is_placed = bool(known) and len(known) == len(contact.zones)
        self.clocks: tuple[ZoneClock, ...] = tuple(dict.fromkeys(known)) if self.is_placed else EDGES_OF_THE_WORLD
        ages = [pack.request_max_age_days for pack in packs if pack.request_max_age_days is not None]
        self.request_max_age_days = min(ages, default=None)
        self.standing: list[tuple[Rule, Bar]] = [
            (UNKNOWN_RULE, bar) for bar in self._missing(call, contact, packs, rulebook)
        ]
        rules = [
            rule for pack in packs for rule in pack.rules if rule.is_enabled and rule.applies.met_by(call, contact)
        ]
        self.entries = [self._entry(rule) for rule in rules]
        self._waiving = [entry for entry in self.entries if isinstance(entry.rule.parameters, Waiving)]
        self._plans: dict[int, Plan] = {}

    def _missing(self, call: CallFacts, contact: ContactFacts, packs: Sequence[Pack], rulebook: Rulebook) -> list[Bar]:
        return [
            *zone_bars(contact, self.is_placed),
            *coverage_bars(call, contact, packs, self.clocks),
            *place_bars(contact, rulebook),
            *sector_bars(call, packs),
        ]

    def _entry(self, rule: Rule) -> Entry:
        hours, wakes = rule.parameters, rule.parameters.woken_by()
        is_barring = isinstance(hours, Hours) and rule.mode is not Mode.WARN and rule.applies.solicited is None
        table = hours.timetable(self.clocks, self.places) if is_barring and isinstance(hours, Hours) else None
        lifting = [ground.made_of() for ground in rule.lifted_by]
        return Entry(
            rule=rule,
            bars=rule.parameters.bars,
            lives=self.life_of(rule),
            timetable=table if table is not None and not table.unknown_holidays else None,
            woken_by=None if wakes is None else fact_bits(wakes.facts) | outcome_bits(wakes.outcomes),
            lifted_by=fact_bits({OverrideFact}.union(*lifting)) if all(lifting) else None,
        )

    def life_of(self, rule: Rule) -> Span:
        """When a version applies: first midnight to last, over all clocks; always, if the event's date chooses."""
        if rule.version_by == "event":
            return (-FOREVER, FOREVER)
        first = min(clock.day_start(day_of(rule.effective_from)) for clock in self.clocks)
        if rule.effective_until is None:
            return (first, FOREVER)
        after = day_of(rule.effective_until + timedelta(days=1))
        return (first, max(clock.day_start(after) for clock in self.clocks))

    def plan(self, mask: int) -> Plan:
        """Whom to ask, given the bits of what is on record."""
        found = self._plans.get(mask)
        if found is None:
            if len(self._plans) >= _MOST_PLANS:
                self._plans.clear()
            found = self._plans[mask] = self._make_plan(mask)
        return found

    def _make_plan(self, mask: int) -> Plan:
        awake = [entry for entry in self.entries if entry.is_awake(mask)]
        if not mask & FACT_BITS[RequestFact]:
            awake = [entry for entry in awake if entry.rule.applies.solicited is not True]
        plain = [entry for entry in awake if entry.timetable is not None and not _may_be_lifted(entry, mask)]
        return Plan(
            entries=tuple(
                (entry.rule, entry.bars, *entry.lives, _is_direct(entry, mask), entry)
                for entry in awake
                if entry not in plain
            ),
            tables=tuple(plain),
            waiving=tuple(entry for entry in self._waiving if fact_bits(_wakers(entry)) & mask),
        )


def _may_be_lifted(entry: Entry, mask: int) -> bool:
    rule = entry.rule
    is_lifted = bool(rule.lifted_by or rule.override_reasons)
    return is_lifted and (entry.lifted_by is None or bool(entry.lifted_by & mask))


def _is_direct(entry: Entry, mask: int) -> bool:
    is_for_any_call = entry.rule.applies.solicited is None or not mask & FACT_BITS[RequestFact]
    return entry.rule.mode is not Mode.WARN and is_for_any_call and not _may_be_lifted(entry, mask)


def _wakers(entry: Entry) -> frozenset[type]:
    waiving = entry.rule.parameters
    return waiving.wakers if isinstance(waiving, Waiving) else frozenset()


def context_of(
    rulebook: Rulebook, call: CallFacts, contact: ContactFacts, house_pack: str | None, packs: tuple[str, ...] | None
) -> Context:
    """The context of one call and contact, from the rulebook's store of those already compiled."""
    key = (
        contact.places,
        contact.zones,
        call.purpose._value_,
        call.sector,
        contact.line,
        contact.role,
        contact.number_kind,
        call.caller_role,
        call.codes,
        house_pack,
        packs,
    )
    contexts = rulebook._contexts
    found = contexts.get(key)
    if found is None:
        names = choose_packs(call, contact, rulebook, house_pack) if packs is None else _with_base(packs)
        if len(contexts) >= _MOST_CONTEXTS:
            contexts.clear()
        found = contexts[key] = Context(call, contact, rulebook, names)
    return found


def _with_base(packs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(("base", *packs)))
