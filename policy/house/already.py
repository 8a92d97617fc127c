"""What the packs already ask of calls to a place: the values that an organisation's own limits must be tighter than."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import reduce
from typing import Any

from policy.engine import choose_packs
from policy.facts import CallFacts, ContactFacts
from policy.house.limits import CAPS, DAYS
from policy.rulebook import Rulebook
from policy.rules import Rule
from policy.rules.kinds.cap import Cap
from policy.rules.kinds.cool_off import CoolOff, Length
from policy.rules.kinds.hours import Hours
from policy.vocabulary import Mode, Status

_HOURS_IN = {"hours": 1, "days": 24, "months": 28 * 24}  # the shortest month: a longer wait is tighter than any of them
_SPAN_OF = {("cal_day", 1): "day", ("roll_hours", 24): "day", ("roll_hours", 168): "week", ("roll_days", 7): "week"}
_SPAN_OF |= {("roll_hours", 720): "month", ("roll_days", 30): "month"}
_DAY_PLACES = {"mon-fri": range(5), "sat": (5,), "sun": (6,)}
FOR_EVER = 10**9  # hours of a wait
Seconds = tuple[tuple[int, int], ...]


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
    seconds from midnight. `pack`: the one that asks it; empty: several, or none."""

    key: str
    value: Any
    origin: Origin = Origin.PACKS
    pack: str = ""


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
    return Asked(key, value, Origin.HOUSE_PACK if rule.status is Status.HOUSE else Origin.LAW, rule.pack)


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
            asked = _by(rule, f"wait:{outcome.value}", _in_hours(length))
            if asked.key not in found or asked.value > found[asked.key].value:
                found[asked.key] = asked
    return found


def _in_hours(length: Length) -> int:
    return FOR_EVER if length.unit == "for_ever" else length.number * _HOURS_IN[length.unit]


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
        if all(one is not None for one in by_request):
            found[f"cap:{span}"] = max((one for one in by_request if one is not None), key=lambda one: one.value)
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
            left = reduce(_both, (one.value for one in each))
            found[f"hours:{day}"] = next((one for one in each if one.value == left), Asked(f"hours:{day}", left))
    return found


def _both(one: Seconds, other: Seconds) -> Seconds:
    cut = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple((opens, closes) for opens, closes in cut if opens < closes)
