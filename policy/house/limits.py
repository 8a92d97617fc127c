"""The limits that an organisation may set for itself, as values and as JSON, and what its packs ask already."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, time
from enum import StrEnum
from functools import reduce
from types import MappingProxyType
from typing import Any, Final

from policy.calendar.spans import intersection
from policy.engine.whereabouts import choose_packs
from policy.facts.types import CallFacts, ContactFacts
from policy.rulebook.rulebook import Rulebook
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
