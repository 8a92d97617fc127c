"""What all decisions about one sort of call to one sort of contact share, computed once; and one decision's case.

The packs chosen, the rules that may apply, the clocks of the places where the person may be, the missing place facts,
and one plan for each combination of kinds of events on record. Beside the verdict: the duties of a call, and how many
attempts the caps leave.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from weakref import WeakKeyDictionary

from policy.calendar.local_time import (
    EDGES_OF_THE_WORLD,
    FOREVER,
    Span,
    ZoneClock,
    clock_of,
    day_of,
    epoch,
    moment_of,
    second_of,
)
from policy.engine import whereabouts
from policy.engine.decision import Entry, Plan
from policy.facts.prepared import LISTED, WITHDRAWN, Prepared, fact_bits, outcome_bits
from policy.facts.types import CallFacts, ContactFacts, Facts, OverrideFact
from policy.rulebook.rulebook import Rulebook
from policy.rules.case import Case, Circumstances, Waiver
from policy.rules.grounds import is_given
from policy.rules.rule import Bar, Parameters, Rule, Value
from policy.templates.sentence import DATE, phrase, template
from policy.vocabulary import Effect, Mode

_MOST_CONTEXTS = 4096  # bounds on memory, not limits met in practice: a call centre has some dozens
_MOST_PLANS = 4096
Packs = tuple[str, ...] | None  # by name; None: chosen from the facts


class Context(Circumstances):
    """The rules and clocks for one sort of call and contact, compiled. `counting`: those that leave some attempts."""

    __slots__ = ("counting", "entries", "is_placed", "of_any_state", "packs", "plans", "standing")

    def __init__(self, call: CallFacts, contact: ContactFacts, rulebook: Rulebook, names: Sequence[str]) -> None:
        packs = [rulebook.pack(name) for name in names]
        known = tuple(clock for clock in map(clock_of, contact.zones) if clock is not None)
        self.packs = tuple(names)
        self.places = contact.places
        self.of_any_state = whereabouts.rules_of_any_state(contact, packs)
        self.is_placed = bool(known) and len(known) == len(contact.zones)
        self.clocks = tuple(dict.fromkeys(known)) if self.is_placed else EDGES_OF_THE_WORLD
        ages = [pack.request_max_age_days for pack in packs if pack.request_max_age_days is not None]
        self.request_max_age_days = min(ages, default=None)
        dated = [pack.holds_stale_request for pack in packs if pack.request_max_age_days is not None]
        self.holds_stale_request = all(dated)  # without a pack that limits the age of requests, no request is stale
        limits = (pack.third_party_consent_max_age_days for pack in packs)
        self.third_party_consent_max_age_days = min((one for one in limits if one is not None), default=None)
        missing = [
            *whereabouts.zone_bars(contact, self.is_placed),
            *whereabouts.coverage_bars(call, contact, packs, self.clocks),
            *whereabouts.place_bars(contact, rulebook),
            *whereabouts.sector_bars(call, packs),
        ]
        self.standing: list[tuple[Rule, Bar]] = [
            *((whereabouts.UNKNOWN_RULE, bar) for bar in missing),
            *((CAMPAIGN_DAYS, bar) for bar in campaign_bars(call, self.clocks)),
        ]
        rules = [
            # a rule for certain number sources becomes a hold while the contact's source is unknown
            rule if contact.source or not rule.applies.sources else rule.parameters.until_source_is_known(rule)
            for pack in packs
            for rule in pack.rules
            if rule.is_enabled and rule.applies.met_by(call, contact)
        ]
        self.entries = [self._entry(rule, call, contact) for rule in rules]
        self.counting = [one for one in self.entries if type(one.rule.parameters).allowance is not Parameters.allowance]
        self.plans: dict[int, Plan] = {}

    def _entry(self, rule: Rule, call: CallFacts, contact: ContactFacts) -> Entry:
        is_barring = rule.mode is not Mode.WARN and rule.applies.solicited is None
        table = rule.parameters.timetable(self.clocks, self.places) if is_barring else None
        lifting = [ground.made_of() for ground in rule.lifted_by]
        return Entry(
            rule=rule,
            needed_calls=rule.parameters.needed_calls(),
            bars=rule.parameters.bars,
            lives=self.life_of(rule),
            timetable=table if table is not None and not table.unknown_holidays else None,
            woken_by=_wakers(rule, call, contact),
            lifted_by=fact_bits({OverrideFact}.union(*lifting)) if all(lifting) else None,
            met_by=rule.parameters.met_by(),
        )

    def life_of(self, rule: Rule) -> Span:
        """When a version applies: its first to its last midnight over all clocks, or its own moments; always, if the
        event's date selects it.
        """
        if rule.version_by == "event":
            return (-FOREVER, FOREVER)
        if rule.begins_at is not None:
            first = epoch(rule.begins_at, "begins_at")
        else:
            first = min(clock.day_start(day_of(rule.effective_from)) for clock in self.clocks)
        if rule.ends_at is not None:
            return (first, epoch(rule.ends_at, "ends_at"))
        if rule.effective_until is None:
            return (first, FOREVER)
        after = day_of(rule.effective_until + timedelta(days=1))
        return (first, max(clock.day_start(after) for clock in self.clocks))

    def plan(self, event_bits: int) -> Plan:
        """The plan for the kinds of events on record, given as bits. Kept in `plans`."""
        if len(self.plans) >= _MOST_PLANS:
            self.plans.clear()
        return self.plans.setdefault(event_bits, Plan(self.entries, self.standing, event_bits))


def _wakers(rule: Rule, call: CallFacts, contact: ContactFacts) -> int | None:
    """The bits of the events that wake a rule: none if the call or the line is itself a ground the rule accepts."""
    parameters = rule.parameters
    if any(is_given(ground, call, contact) for ground in parameters.grounds):
        return 0
    wakes = parameters.woken_by()
    if wakes is None:
        return None
    noted = (LISTED if wakes.listing else 0) | (WITHDRAWN if wakes.withdrawal else 0)
    return fact_bits(wakes.facts) | outcome_bits(wakes.outcomes) | noted


_stores: WeakKeyDictionary[Rulebook, dict[tuple[object, ...], Context]] = WeakKeyDictionary()


BY_PLACE = "place"  # the setting: each campaign follows the house pack of its country
_ELSEWHERE = "gb-house"  # where a country has none
_OF_A_COUNTRY = "-house"
_PART_OF = dict.fromkeys(("GP", "MQ", "GF", "RE", "YT"), "FR")  # overseas départements have codes of their own


def house_choice(setting: str, packs: Iterable[str]) -> str:
    """The setting as it is kept on record: a pack's name, or `place` and the house packs there are.

    With these, an earlier day can be judged by the packs of that day, whatever has been added since.
    """
    if setting != BY_PLACE:
        return setting
    return " ".join([BY_PLACE, *sorted(name for name in packs if name.endswith(_OF_A_COUNTRY))])


def house_pack_in(country: str, choice: str) -> str:
    """The house pack for a country (ISO 3166; empty: not known) by a choice as on record; empty: none."""
    setting, *packs = choice.split() or [""]
    if setting != BY_PLACE:
        return choice
    own = f"{_PART_OF.get(country, country).lower()}{_OF_A_COUNTRY}"
    return own if own in packs else _ELSEWHERE


def context_of(rulebook: Rulebook, prepared: Prepared, house_pack: str | None, packs: Packs) -> Context:
    """The context of one call and contact, taken from those already compiled for the rulebook."""
    if rulebook.campaigns and prepared.facts.call.campaign in rulebook.campaigns:
        return _kept(rulebook, prepared, house_pack, packs, prepared.facts.call.campaign)
    known, house, named, context = prepared.sort.latest
    if known is rulebook and house == house_pack and named == packs:
        found: Context = context
        return found
    found = _kept(rulebook, prepared, house_pack, packs, "")
    prepared.sort.latest = (rulebook, house_pack, packs, found)
    return found


def _kept(rulebook: Rulebook, prepared: Prepared, house_pack: str | None, packs: Packs, campaign: str) -> Context:
    """`campaign`: the call's, if some rule names it; a sort of calls and contacts leaves it out."""
    contexts = _stores.setdefault(rulebook, {})
    key = (prepared.sort, house_pack, packs, campaign)
    found = contexts.get(key)
    if found is None:
        call, contact = prepared.facts.call, prepared.facts.contact
        chosen = whereabouts.choose_packs(call, contact, rulebook, house_pack) if packs is None else ("base", *packs)
        if len(contexts) >= _MOST_CONTEXTS:
            contexts.clear()
        found = contexts[key] = Context(call, contact, rulebook, tuple(dict.fromkeys(chosen)))
    return found


STARTS = template("The campaign starts on {day}", day=DATE)
ENDED = template("The campaign's last day was {day}", day=DATE)
A_LATER_DAY = phrase("a later last day of the campaign")

CAMPAIGN_DAYS = whereabouts.rule_of_the_engine(
    "base.campaign_days",
    "campaign_days",
    phrase("A campaign's first and last day"),
    phrase("The organisation's own choice of days"),
)


def campaign_bars(call: CallFacts, clocks: Sequence[ZoneClock]) -> Iterator[Bar]:
    """A lock until the first day, and a hold after the last one: only a later last day opens the campaign again."""
    if call.starts_on is not None:
        begins = max(clock.day_start(day_of(call.starts_on)) for clock in clocks)
        yield Bar(-FOREVER, begins, Effect.LOCK, STARTS.says(day=call.starts_on))
    if call.ends_on is not None:
        after = day_of(call.ends_on + timedelta(days=1))
        over = min(clock.day_start(after) for clock in clocks)
        yield Bar(over, FOREVER, Effect.HOLD, ENDED.says(day=call.ends_on), A_LATER_DAY)


class PlannedCase(Case):
    """A case with its plan, made by `planned`. Rules see only the case."""

    __slots__ = ("plan",)

    around: Context
    plan: Plan

    def later(self, now: int) -> "PlannedCase":
        """The same question at a later second, with the facts known at this one."""
        case = PlannedCase(self.prepared, self.around, moment_of(now), now)
        case.plan = self.plan
        case.waivers = tuple(_waivers(case))
        return case


def planned(prepared: Prepared, rulebook: Rulebook, at: datetime, house_pack: str | None, packs: Packs) -> PlannedCase:
    """The question whether a call may be made at an aware moment. Later events are left out.

    Raises FactsError for naive or out-of-range instants, UnknownPackError for a pack that does not exist.
    """
    if at.tzinfo is UTC:
        now = second_of(at)
    else:
        now = epoch(at)
        at = at.astimezone(UTC)
    context = context_of(rulebook, prepared, house_pack, packs)
    if prepared.latest > now:
        prepared = prepared.known_by(at, now)
    case = PlannedCase(prepared, context, at, now)
    plan = case.plan = context.plans.get(prepared.event_bits) or context.plan(prepared.event_bits)
    if plan.waiving:
        case.waivers = tuple(_waivers(case))
    return case


def _waivers(case: PlannedCase) -> Iterator[Waiver]:
    for entry in case.plan.waiving:
        for one in entry.rule.parameters.waivers(entry.rule, case):
            waiver = one.within(entry.lives)
            if waiver.spans:
                yield waiver


class Allowance(NamedTuple):
    """What a cap in force counts, how many more attempts it allows, and how many in all."""

    rule: Rule
    made: int
    left: int
    most: int


def duties(call: CallFacts, contact: ContactFacts, rulebook: Rulebook, on: date) -> dict[str, Mapping[str, Value]]:
    """The duties of law in force on a day for one sort of call: figures by the id of the rule."""
    context = context_of(rulebook, Prepared(Facts(call, contact)), None, None)
    rules = (entry.rule for entry in context.entries if entry.rule.in_force(on))
    return {rule.id: figures for rule in rules if (figures := rule.parameters.duty()) is not None}


def allowance(facts: Prepared, rulebook: Rulebook, at: datetime, *, house_pack: str | None = None) -> Allowance | None:
    """What the tightest cap counts and leaves at the moment; None if no cap applies."""
    return min(allowances(facts, rulebook, at, house_pack=house_pack), key=lambda one: one.left, default=None)


def allowances(
    facts: Prepared, rulebook: Rulebook, at: datetime, *, house_pack: str | None = None
) -> tuple[Allowance, ...]:
    """What each cap in force counts and leaves at the moment, in the order of the packs."""
    case = planned(facts, rulebook, at, house_pack, None)
    sorts = (None, case.solicited_until() > 0)
    now = (one.rule for one in case.around.counting if one.lives[0] <= case.now < one.lives[1])
    rules = [rule for rule in now if rule.mode is not Mode.WARN and rule.applies.solicited in sorts]
    asked = [(rule, found) for rule in rules if (found := rule.parameters.allowance(rule, case)) is not None]
    return tuple(Allowance(rule, made, max(most - made, 0), most) for rule, (made, most) in asked)


def rules_in_force(
    facts: Prepared, rulebook: Rulebook, at: datetime, *, house_pack: str | None = None
) -> tuple[Rule, ...]:
    """Every rule that is asked about such a call at the moment, in the order of the packs. Many have nothing to say."""
    case = planned(facts, rulebook, at, house_pack, None)
    return tuple(entry.rule for entry in case.around.entries if entry.lives[0] <= case.now < entry.lives[1])
