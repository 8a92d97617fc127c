"""The limits that an organisation may set for itself, as values and as JSON, and what its packs ask already.

As dated rules they are laid over every house pack. They stand beside the pack's rules, so they only tighten. They are
written as tables of a pack and read by the pack's own reader, with all its checks. A callback frees only rules of its
own pack: of these, those that say so here.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import reduce
from types import MappingProxyType
from typing import Any, Final

from policy.calendar.local_time import intersection
from policy.engine.whereabouts import choose_packs
from policy.facts.types import CallFacts, ContactFacts
from policy.rulebook.loading import pack_of_table
from policy.rulebook.rulebook import Pack, Rulebook
from policy.rules.case import selects
from policy.rules.kinds.callback import Callback
from policy.rules.kinds.cap import Cap
from policy.rules.kinds.cool_off import CoolOff
from policy.rules.kinds.hours import Hours
from policy.rules.rule import Rule
from policy.vocabulary import Mode, Outcome, Status

DAYS: Final = ("mon-fri", "sat", "sun")
CAPS: Final = ("day", "week", "month")  # a local day; 168 and 720 elapsed hours
WAITS: Final = tuple(one for one in Outcome if one.meaning.has_wait)
# The largest value of each: hours, attempts, seconds, cards, calls.
MOST: Final = MappingProxyType({"wait": 8_760, "cap": 100, "ring_seconds": 120, "open_cards": 10, "open_calls": 10})

Windows = tuple[tuple[time, time], ...]
_NOTHING: Final[Mapping[Any, Any]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Limit:
    """One limit that may be set. `sort`: hours | wait | cap, or a figure's name; `of`: its days, outcome or span."""

    sort: str
    of: str = ""

    @property
    def key(self) -> str:
        """hours:DAYS | wait:OUTCOME | cap:SPAN | ring_seconds | callbacks_wait | open_cards | open_calls."""
        return f"{self.sort}:{self.of}" if self.of else self.sort


_FIGURES: Final = ("ring_seconds", "callbacks_wait", "open_cards", "open_calls")
LIMITS: Final = (
    *(Limit("hours", day) for day in DAYS),
    *(Limit("wait", outcome.value) for outcome in WAITS),
    *(Limit("cap", span) for span in CAPS),
    *(Limit(figure) for figure in _FIGURES),
)


@dataclass(frozen=True, slots=True)
class HouseLimits:
    """What is not given is not limited, and the packs alone hold.

    `hours`: windows by `DAYS`, an end of 00:00 being midnight; no windows: closed. `waits`: hours after each outcome.
    `caps`: attempts by `CAPS`. `callbacks_wait`: an agreed callback keeps to every wait, cap and hour of the house,
    where it would otherwise be freed from some. Figures of 0 set nothing.
    """

    hours: Mapping[str, Windows] = field(default_factory=dict)
    waits: Mapping[Outcome, int] = field(default_factory=dict)
    caps: Mapping[str, int] = field(default_factory=dict)
    ring_seconds: int = 0
    callbacks_wait: bool = False
    open_cards: int = 0
    open_calls: int = 0

    @property
    def is_empty(self) -> bool:
        return self == HouseLimits()

    def value(self, limit: Limit) -> Any:
        """What is set; None: nothing."""
        of_sort: dict[str, Mapping[Any, Any]] = {"hours": self.hours, "wait": self.waits, "cap": self.caps}
        return of_sort[limit.sort].get(limit.of) if limit.of else getattr(self, limit.sort) or None

    @classmethod
    def of(cls, values: Mapping[Limit, Any]) -> "HouseLimits":
        """The limits with these values; None: not set."""
        known = {limit: value for limit, value in values.items() if value is not None}

        def of_sort(sort: str) -> dict[str, Any]:
            return {limit.of: value for limit, value in known.items() if limit.sort == sort}

        return cls(
            hours=of_sort("hours"),
            waits={Outcome(name): hours for name, hours in of_sort("wait").items()},
            caps=of_sort("cap"),
            **{limit.sort: value for limit, value in known.items() if not limit.of},
        )

    def to_json(self) -> dict[str, Any]:
        """Only what is set, in a fixed order."""
        found = {
            "hours": {
                day: [[f"{opens:%H:%M}", f"{closes:%H:%M}"] for opens, closes in self.hours[day]]
                for day in DAYS
                if day in self.hours
            },
            "waits": {one.value: self.waits[one] for one in WAITS if one in self.waits},
            "caps": {span: self.caps[span] for span in CAPS if span in self.caps},
            **{figure: getattr(self, figure) for figure in _FIGURES},
        }
        return {key: value for key, value in found.items() if value}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> "HouseLimits":
        """Raises KeyError or ValueError for what `to_json` did not write."""
        return cls(
            hours={day: tuple(map(_window, windows)) for day, windows in said.get("hours", _NOTHING).items()},
            waits={Outcome(one): int(hours) for one, hours in said.get("waits", _NOTHING).items()},
            caps={span: int(most) for span, most in said.get("caps", _NOTHING).items()},
            ring_seconds=int(said.get("ring_seconds", 0)),
            callbacks_wait=bool(said.get("callbacks_wait", False)),
            open_cards=int(said.get("open_cards", 0)),
            open_calls=int(said.get("open_calls", 0)),
        )


def _window(pair: tuple[str, str]) -> tuple[time, time]:
    opens, closes = map(time.fromisoformat, pair)
    return opens, closes


_HOURS_IN = {"hours": 1, "days": 24, "months": 28 * 24}  # the shortest month: a longer wait is tighter than any of them
_SPAN_OF = {("cal_day", 1): "day", ("roll_hours", 24): "day", ("roll_hours", 168): "week", ("roll_days", 7): "week"}
_SPAN_OF |= {("roll_hours", 720): "month", ("roll_days", 30): "month"}
_DAY_PLACES = {"mon-fri": range(5), "sat": (5,), "sun": (6,)}
FOR_EVER = 10**9  # hours of a wait


class Origin(StrEnum):
    """Where a limit comes from."""

    LAW = "law"
    HOUSE_PACK = "house_pack"
    PACKS = "packs"  # several together
    OWN_RULE = "own_rule"
    SETTING = "setting"  # of the organisation, or Nextcall's own


@dataclass(frozen=True, slots=True)
class Asked:
    """What holds of a limit, by its key: hours, attempts, seconds, cards or calls; or the windows that are open, in
    seconds from midnight.

    `unasked`: the lower cap of calls that nobody asked for, where those asked for have one of their own, the value.
    """

    key: str
    value: Any
    origin: Origin = Origin.PACKS
    unasked: "Asked | None" = None


def already_asked(
    call: CallFacts, contact: ContactFacts, rulebook: Rulebook, house_pack: str, on: date
) -> dict[str, Asked]:
    """What the rules in force on a day ask of such calls: the strictest value of each limit, by its key.

    An organisation's own rules are left out.
    """
    names = choose_packs(call, contact, rulebook, house_pack or None)
    rules = [
        rule
        for name in names
        for rule in rulebook.packs[name].rules
        if rule.in_force(on) and rule.begins_at is None and rule.applies.met_by(call, contact)
    ]
    barring = [rule for rule in rules if rule.mode is not Mode.WARN]
    return {**_hours(barring), **_waits(barring), **_caps(barring), **_ring(rules)}


def _by(rule: Rule, key: str, value: Any) -> Asked:
    return Asked(key, value, Origin.HOUSE_PACK if rule.status is Status.HOUSE else Origin.LAW)


def _ring(rules: Iterable[Rule]) -> dict[str, Asked]:
    duties = [(rule, rule.parameters.duty() or {}) for rule in rules]
    found = [_by(rule, "ring_seconds", int(said["ring_seconds"])) for rule, said in duties if "ring_seconds" in said]
    return {"ring_seconds": max(found, key=lambda one: one.value)} if found else {}


def _waits(rules: Iterable[Rule]) -> dict[str, Asked]:
    found: dict[str, Asked] = {}
    for rule in rules:
        kind = rule.parameters
        if not isinstance(kind, CoolOff) or kind.if_discussed or rule.lifted_by:
            continue
        for outcome, length in kind.after.items():
            hours = FOR_EVER if length.unit == "for_ever" else length.number * _HOURS_IN[length.unit]
            asked = _by(rule, f"wait:{outcome.value}", hours)
            if asked.key not in found or asked.value > found[asked.key].value:
                found[asked.key] = asked
    return found


def _caps(rules: Sequence[Rule]) -> dict[str, Asked]:
    """The lowest cap of each span. Where a call that was asked for has one of its own, the higher: less is tighter
    there."""
    found: dict[str, Asked] = {}
    for span in CAPS:
        by_request = []
        for is_asked_for in (False, True):
            fitting = [
                _by(rule, f"cap:{span}", rule.parameters.most)
                for rule in rules
                if isinstance(rule.parameters, Cap)
                and _SPAN_OF.get((rule.parameters.window, rule.parameters.length)) == span
                and rule.parameters.is_usual
                and not rule.parameters.excluded
                and not rule.lifted_by
                and rule.applies.solicited in (None, is_asked_for)
            ]
            by_request.append(min(fitting, key=lambda one: one.value, default=None))
        unasked, asked_for = by_request
        if unasked is not None and asked_for is not None:
            looser = max(unasked, asked_for, key=lambda one: one.value)
            is_lower = unasked.value < looser.value
            found[f"cap:{span}"] = replace(looser, unasked=unasked if is_lower else None)
    return found


def _hours(rules: Iterable[Rule]) -> dict[str, Asked]:
    """The windows that every rule leaves open. A rule that asks for just these by itself is named."""
    found: dict[str, Asked] = {}
    for day in DAYS:
        each = [
            _by(rule, f"hours:{day}", tuple(rule.parameters.week[place]))
            for rule in rules
            if isinstance(rule.parameters, Hours) and not rule.lifted_by and rule.applies.solicited is None
            for place in _DAY_PLACES[day]
        ]
        if each:
            spans = reduce(intersection, [list(one.value) for one in each])
            left = tuple(spans)
            found[f"hours:{day}"] = next((one for one in each if one.value == left), Asked(f"hours:{day}", left))
    return found


_ALL_DAY = [[time(0), time(0)]]
_WHOLE_WEEK = {"mon-fri": _ALL_DAY, "sat-sun": _ALL_DAY}
_KEYS = [["principal", "number"], ["principal", "person"]]
_SPANS: Mapping[str, dict[str, Any]] = {
    "day": {"window": "cal_day", "redial": True},
    "week": {"window": "roll_hours", "length": 168},
    "month": {"window": "roll_hours", "length": 720},
}


@dataclass(frozen=True, slots=True)
class OwnRules:
    """Limits in force in [begins_at, ends_at), aware UTC on whole seconds; None: no end.

    The dates are the first and last local day of the house, for those who ask by the day. `campaign`: empty: all.
    """

    limits: HouseLimits
    begins_at: datetime
    ends_at: datetime | None
    effective_from: date
    effective_until: date | None
    campaign: str = ""

    def covers(self, at: datetime) -> bool:
        return self.begins_at <= at and (self.ends_at is None or at < self.ends_at)


def with_own_rules(rulebook: Rulebook, own: Sequence[OwnRules]) -> Rulebook:
    """The rulebook with the rules in each house pack, under a version of its own; the same rulebook if there are none.

    Raises PackError where a pack would refuse them.
    """
    if not own:
        return rulebook
    packs = {name: _laid_over(pack, own) if pack.kind == "house" else pack for name, pack in rulebook.packs.items()}
    said = [
        [one.campaign, one.begins_at.isoformat(), one.ends_at and one.ends_at.isoformat(), one.limits.to_json()]
        for one in own
    ]
    return Rulebook(packs, hashlib.sha256(f"{rulebook.version} {json.dumps(said)}".encode()).hexdigest()[:16])


def figure(rulebook: Rulebook, house_pack: str, name: str, at: datetime, campaign: str = "") -> list[float]:
    """The figures of that name that duties of the house pack give at a moment for calls of the campaign."""
    pack = rulebook.packs.get(house_pack)
    rules = [rule for rule in pack.rules if _holds(rule, at, campaign)] if pack else []
    duties = [rule.parameters.duty() or {} for rule in rules]
    return [float(values[name]) for values in duties if name in values]


def _holds(rule: Rule, at: datetime, campaign: str) -> bool:
    if rule.applies.campaigns and campaign not in rule.applies.campaigns:
        return False
    if rule.begins_at is None:
        return rule.in_force(at.date())
    return rule.is_enabled and rule.begins_at <= at and (rule.ends_at is None or at < rule.ends_at)


def _laid_over(pack: Pack, own: Sequence[OwnRules]) -> Pack:
    tables = [table for one in own for table in _tables(pack.id, one)]
    head = {
        "id": pack.id,
        "title": str(pack.title),
        "kind": "house",
        "effective_from": pack.effective_from,
        "effective_until": pack.effective_until or "open",
        "reviewed_on": pack.reviewed_on,
        "review_by": pack.review_by,
    }
    added = pack_of_table({"pack": head, "rule": tables}, f"{pack.id} (own rules)").rules
    kept = [rule for one in own if one.limits.callbacks_wait for rule in _unfreed(pack, one)]
    freed = [rule.id for rule in added if rule.id.startswith(f"{pack.id}.own.agreed.")]
    hours = [name for name in freed if name.endswith(".hours")]
    rules = [_freeing(rule, freed, hours) for rule in pack.rules]
    return replace(pack, rules=(*rules, *added, *kept))


def _freeing(rule: Rule, freed: Sequence[str], hours: Sequence[str]) -> Rule:
    """A callback that also frees those own rules that give way to it; the hours only if the person named the hour."""
    waits = tuple(dict.fromkeys(name for name in freed if name not in hours))
    if not isinstance(rule.parameters, Callback) or not freed:
        return rule
    given = rule.parameters
    named = tuple(dict.fromkeys(hours))
    return replace(rule, parameters=Callback((*given.rules, *waits), (*given.if_hour_named, *named)))


def _unfreed(pack: Pack, own: OwnRules) -> Iterator[Rule]:
    """Each rule that a callback of the pack frees, once more under a name that none frees."""
    freeing = [rule.parameters for rule in pack.rules if isinstance(rule.parameters, Callback)]
    patterns = [pattern for one in freeing for pattern in (*one.rules, *one.if_hour_named)]
    for rule in pack.rules:
        if rule.is_enabled and any(selects(pattern, rule.id) for pattern in patterns):
            yield replace(
                rule,
                id=f"{pack.id}.own.{_of(own)}kept.{rule.id.removeprefix(f'{pack.id}.')}",
                applies=replace(rule.applies, campaigns=frozenset({own.campaign} if own.campaign else ())),
                begins_at=own.begins_at,
                ends_at=own.ends_at,
                effective_from=own.effective_from,
                effective_until=own.effective_until,
            )


def _tables(pack: str, own: OwnRules) -> Iterator[dict[str, Any]]:
    limits = own.limits
    gives_way = "" if limits.callbacks_wait else "agreed."
    if limits.hours:
        windows = _WHOLE_WEEK | {day: [list(each) for each in limits.hours[day]] for day in DAYS if day in limits.hours}
        yield _rule(pack, own, f"{gives_way}{_of(own)}hours", "hours", "Own calling hours", windows=windows)
    if limits.waits:
        after = [{"outcomes": [outcome.value], "hours": hours} for outcome, hours in limits.waits.items()]
        unreported = {"unreported": "no_answer"} if Outcome.NO_ANSWER in limits.waits else {}
        said = {"keys": _KEYS, "after": after, "redial": True, **unreported}
        yield _rule(pack, own, f"{gives_way}{_of(own)}wait", "cool_off", "Own waits after each outcome", **said)
    for span in CAPS:
        if span in limits.caps:
            is_freed = gives_way if span == "day" else ""
            said = {"keys": _KEYS, "max": limits.caps[span], **_SPANS[span]}
            yield _rule(pack, own, f"{is_freed}{_of(own)}cap.{span}", "cap", "Own limit of attempts", **said)
    figures = {name: getattr(limits, name) for name in ("ring_seconds", "open_cards", "open_calls")}
    for name, value in figures.items():
        if value:
            yield _rule(pack, own, f"{_of(own)}{name}", "duty", "Own figures", mode="warn", values={name: value})


def _of(own: OwnRules) -> str:
    return f"campaign{own.campaign}." if own.campaign else ""


def _rule(pack: str, own: OwnRules, name: str, kind: str, title: str, **said: Any) -> dict[str, Any]:
    moments = {"begins_at": own.begins_at.astimezone(UTC)}
    if own.ends_at is not None:
        moments["ends_at"] = own.ends_at.astimezone(UTC)
    return {
        "id": f"{pack}.own.{name}",
        "kind": kind,
        "title": title,
        "status": "house",
        "mode": "block",
        "effective_from": own.effective_from,
        "effective_until": own.effective_until or "open",
        **moments,
        **({"applies_when": {"campaign": [own.campaign]}} if own.campaign else {}),
        **said,
    }
