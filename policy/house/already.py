"""What the packs already ask of calls to a place: the values that an organisation's own limits must be tighter than."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from policy.engine import choose_packs
from policy.facts import CallFacts, ContactFacts
from policy.house.limits import CAPS, DAYS
from policy.rulebook import Rulebook
from policy.rules import Rule
from policy.rules.kinds import Cap, CoolOff, Hours, Length
from policy.vocabulary import Mode, Outcome, Status

_HOURS_IN = {"hours": 1, "days": 24, "months": 28 * 24}  # the shortest month: a longer wait is tighter than any of them
_SPAN_OF = {("cal_day", 1): "day", ("roll_hours", 24): "day", ("roll_hours", 168): "week", ("roll_days", 7): "week"}
_SPAN_OF |= {("roll_hours", 720): "month", ("roll_days", 30): "month"}
_DAY_PLACES = {"mon-fri": range(5), "sat": (5,), "sun": (6,)}
_FOR_EVER = 10**9
Seconds = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Asked:
    """A value that a rule asks, with the rule's pack and what stands behind it."""

    value: int
    pack: str
    status: Status


@dataclass(frozen=True, slots=True)
class NotTighter:
    """A value that would change nothing: the packs ask for as much already.

    `field`: wait:OUTCOME | cap:SPAN | hours:DAYS | ring_seconds | open_cards | open_calls. `already`: hours, attempts,
    seconds, cards or calls; of hours the opening and closing in seconds from midnight, empty: closed.
    """

    field: str
    already: tuple[int, ...]
    pack: str = ""  # the pack that asks; empty: several, or none
    is_law: bool = False


@dataclass(frozen=True, slots=True)
class Already:
    """The strictest value in force of each sort: hours of a wait, attempts of a cap.

    `hours`: the windows of each day, in seconds from midnight, that every rule leaves open.
    """

    waits: Mapping[Outcome, Asked] = field(default_factory=dict)
    caps: Mapping[str, Asked] = field(default_factory=dict)
    hours: Mapping[str, Seconds] = field(default_factory=dict)
    ring_seconds: int = 0


def already_asked(call: CallFacts, contact: ContactFacts, rulebook: Rulebook, house_pack: str, on: date) -> Already:
    """What the rules in force on a day ask of such calls, an organisation's own rules left out."""
    names = choose_packs(call, contact, rulebook, house_pack or None)
    rules = [
        rule
        for name in names
        for rule in rulebook.packs[name].rules
        if rule.in_force(on) and rule.begins_at is None and rule.applies.met_by(call, contact)
    ]
    barring = [rule for rule in rules if rule.mode is not Mode.WARN]
    duties = [rule.parameters.duty() or {} for rule in rules]
    return Already(
        _waits(barring),
        _caps(barring),
        _hours(barring),
        max((int(one["ring_seconds"]) for one in duties if "ring_seconds" in one), default=0),
    )


def _waits(rules: Iterable[Rule]) -> dict[Outcome, Asked]:
    found: dict[Outcome, Asked] = {}
    for rule in rules:
        kind = rule.parameters
        if not isinstance(kind, CoolOff) or kind.if_discussed or rule.lifted_by:
            continue
        for outcome, length in kind.after.items():
            asked = Asked(_in_hours(length), rule.pack, rule.status)
            if outcome not in found or asked.value > found[outcome].value:
                found[outcome] = asked
    return found


def _in_hours(length: Length) -> int:
    return _FOR_EVER if length.unit == "for_ever" else length.number * _HOURS_IN[length.unit]


def _caps(rules: Sequence[Rule]) -> dict[str, Asked]:
    """The lowest cap of each span. Where a call that was asked for has one of its own, the higher: less is tighter
    there."""
    found: dict[str, Asked] = {}
    for span in CAPS:
        by_request = []
        for is_asked_for in (False, True):
            fitting = [
                Asked(rule.parameters.most, rule.pack, rule.status)
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
            found[span] = max((one for one in by_request if one is not None), key=lambda one: one.value)
    return found


def _hours(rules: Iterable[Rule]) -> dict[str, Seconds]:
    found: dict[str, Seconds] = {}
    for rule in rules:
        if not isinstance(rule.parameters, Hours) or rule.lifted_by or rule.applies.solicited is not None:
            continue
        for day in DAYS:
            for place in _DAY_PLACES[day]:
                windows = tuple(rule.parameters.week[place])
                found[day] = _both(found[day], windows) if day in found else windows
    return found


def _both(one: Seconds, other: Seconds) -> Seconds:
    cut = ((max(a, c), min(b, d)) for a, b in one for c, d in other)
    return tuple((opens, closes) for opens, closes in cut if opens < closes)
