"""What every decision about calls of one sort to contacts of one sort has in common, worked out once and kept.

Packs chosen, rules that may apply, the clocks of the places the person may be in, and what is missing to know them.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from policy.facts import CallFacts, ContactFacts
from policy.localtime import EARLIEST, EDGES_OF_THE_WORLD, ZoneClock, clock_of, day_of
from policy.rulebook import Bar, Pack, Rule, Rulebook
from policy.rules.hours import Hours, Timetable
from policy.rules.waivers import Waiving
from policy.spans import FOREVER, Span
from policy.vocabulary import Mode
from policy.whereabouts import UNKNOWN_RULE, choose_packs, coverage_bars, zone_bars

if TYPE_CHECKING:
    from policy.case import Case

_MOST_CONTEXTS = 4096  # a bound, not a limit anybody meets: a centre has some dozens


@dataclass(slots=True)
class Entry:
    """One rule that may apply, with the span in which its version is in force in any of the places."""

    rule: Rule
    bars: "Callable[[Rule, Case], Sequence[Bar]]"
    lives: Span
    always: bool  # in force from before the engine's range to after it, and for solicited and other calls alike
    timetable: Timetable | None = None


class Context:
    """The compiled answer to "which rules, on which clocks?" for one sort of call and contact."""

    __slots__ = (
        "clocks",
        "entries",
        "is_placed",
        "packs",
        "places",
        "request_max_age_days",
        "standing",
        "waiving",
    )

    def __init__(self, call: CallFacts, contact: ContactFacts, rulebook: Rulebook, names: Sequence[str]) -> None:
        packs = [rulebook.pack(name) for name in names]
        known = tuple(clock for clock in map(clock_of, contact.zones) if clock is not None)
        self.packs = tuple(names)
        self.places = contact.places
        self.is_placed = bool(known) and len(known) == len(contact.zones)
        self.clocks: tuple[ZoneClock, ...] = known if self.is_placed else EDGES_OF_THE_WORLD
        ages = [pack.request_max_age_days for pack in packs if pack.request_max_age_days is not None]
        self.request_max_age_days = min(ages, default=None)
        self.standing: list[tuple[Rule, Bar]] = [(UNKNOWN_RULE, bar) for bar in self._missing(call, contact, packs)]
        rules = [
            rule for pack in packs for rule in pack.rules if rule.is_enabled and rule.applies.met_by(call, contact)
        ]
        self.entries = [self._entry(rule) for rule in rules]
        self.waiving = [entry for entry in self.entries if isinstance(entry.rule.parameters, Waiving)]

    def _missing(self, call: CallFacts, contact: ContactFacts, packs: Sequence[Pack]) -> list[Bar]:
        return [*zone_bars(contact, self.is_placed), *coverage_bars(call, contact, packs, self.clocks)]

    def _entry(self, rule: Rule) -> Entry:
        lives = self.life_of(rule)
        always = lives[0] <= EARLIEST and lives[1] == FOREVER and rule.applies.solicited is None
        hours = rule.parameters
        table = (
            hours.timetable(self.clocks, self.places)
            if isinstance(hours, Hours) and rule.mode is not Mode.WARN
            else None
        )
        return Entry(rule, rule.parameters.bars, lives, always, table)

    def life_of(self, rule: Rule) -> Span:
        """When a version applies: first midnight to last, over all clocks; always, if the event's date chooses."""
        if rule.version_by == "event":
            return (-FOREVER, FOREVER)
        first = min(clock.day_start(day_of(rule.effective_from)) for clock in self.clocks)
        if rule.effective_until is None:
            return (first, FOREVER)
        after = day_of(rule.effective_until + timedelta(days=1))
        return (first, max(clock.day_start(after) for clock in self.clocks))


def context_of(
    rulebook: Rulebook, call: CallFacts, contact: ContactFacts, house_pack: str | None, packs: tuple[str, ...] | None
) -> Context:
    """The context of one call and contact, from the rulebook's store of those already compiled."""
    key = (
        contact.places,
        contact.zones,
        call.purpose,
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
        names = packs if packs is not None else choose_packs(call, contact, rulebook, house_pack)
        if len(contexts) >= _MOST_CONTEXTS:
            contexts.clear()
        found = contexts[key] = Context(call, contact, rulebook, names)
    return found
