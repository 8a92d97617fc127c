"""Reads any pack's rules plainly, for comparison with the engine: aware datetimes, zone and holiday arithmetic.

Returns what the engine returns: verdict, when, until, and the rules that apply. Supports the kinds of rules and facts
that the measured contacts have. `benchmarks.decisions.decide` first asserts that both agree on all of them.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

import holidays

from policy import (
    AttemptFact,
    BasisFact,
    ConsentFact,
    Effect,
    Facts,
    Mode,
    Outcome,
    Rule,
    ScreeningFact,
    StopFact,
    Verdict,
)

HORIZON = timedelta(days=400)
_RANKS = {Effect.LOCK: 1, Effect.HOLD: 2, Effect.SUPPRESS: 3}
_VERDICTS = {1: Verdict.LOCKED, 2: Verdict.HELD, 3: Verdict.SUPPRESSED}


@dataclass(frozen=True)
class Answer:
    """A decision in plain values."""

    verdict: Verdict
    callable_from: datetime | None
    lawful_until: datetime | None
    spoken: frozenset[str]


Said = tuple[Effect, datetime | None]  # effect, and until when (None: no known end)


def decide_plainly(facts: Facts, rules: Sequence[Rule], at: datetime) -> Answer:
    """Check every rule at the moment, and step from the end of one bar to the next until none applies."""
    said = {rule.id: answer for rule, answer in _ask(facts, rules, at)}
    spoken = frozenset(said)
    rank = max((_RANKS.get(effect, 0) for effect, _ in said.values()), default=0)
    if not rank:
        closings = [closing for rule in rules if (closing := _next_bar(facts, rule, at)) is not None]
        return Answer(Verdict.CALLABLE, at, min(closings, default=None), spoken)
    moment: datetime | None = at if rank == 1 else None
    while moment is not None and moment < at + HORIZON:
        ends = [until for _, (effect, until) in _ask(facts, rules, moment) if effect is not Effect.WARN]
        if not ends:
            break
        known = [until for until in ends if until is not None]
        moment = max(known) if len(known) == len(ends) else None
    return Answer(_VERDICTS[rank], moment, None, spoken)


def _ask(facts: Facts, rules: Sequence[Rule], at: datetime) -> Iterator[tuple[Rule, Said]]:
    for rule in rules:
        if _applies(facts, rule, at) and (said := _KINDS[rule.kind](facts, rule, rule.parameters, at)) is not None:
            yield rule, (Effect.WARN, said[1]) if rule.mode is Mode.WARN else said


def _applies(facts: Facts, rule: Rule, at: datetime) -> bool:
    on = at.astimezone(ZoneInfo(facts.contact.zones[0])).date()
    in_force = rule.effective_from <= on and (rule.effective_until is None or on <= rule.effective_until)
    return in_force and rule.applies.solicited is not True and rule.applies.met_by(facts.call, facts.contact)


def _attempts(facts: Facts, keys: Sequence[Sequence[str]]) -> Iterator[list[AttemptFact]]:
    call, contact = facts.call, facts.contact
    own = {"principal": call.principal, "number": contact.number, "person": contact.person}
    for key in keys:
        yield sorted(
            (
                event
                for event in facts.events
                if isinstance(event, AttemptFact)
                and event.direction == "out"
                and event.channel == "voice"
                and event.outcome is not Outcome.NOT_DIALLED
                and all(getattr(event, part) == own[part] for part in key)
            ),
            key=lambda event: event.at,
        )


def _hours(facts: Facts, _rule: Rule, hours: Any, at: datetime) -> Said | None:
    if _window(facts, hours, at) is not None:
        return None
    zone = ZoneInfo(facts.contact.zones[0])
    on = at.astimezone(zone).date()
    for ahead in range(HORIZON.days):
        for opens, _ in _windows_on(facts, hours, on + timedelta(days=ahead)):
            if opens > at:
                return Effect.LOCK, opens
    return Effect.LOCK, None


def _window(facts: Facts, hours: Any, at: datetime) -> tuple[datetime, datetime] | None:
    on = at.astimezone(ZoneInfo(facts.contact.zones[0])).date()
    return next((span for span in _windows_on(facts, hours, on) if span[0] <= at < span[1]), None)


def _windows_on(facts: Facts, hours: Any, on: date) -> Iterator[tuple[datetime, datetime]]:
    zone = ZoneInfo(facts.contact.zones[0])
    if hours.holiday is not None and is_holiday(facts.contact.places[0], on):
        return
    midnight = datetime.combine(on, time(0), zone)
    for opens, closes in hours.week[on.weekday()]:
        yield (
            (midnight + timedelta(seconds=opens)).astimezone(UTC),
            (midnight + timedelta(seconds=closes)).astimezone(UTC),
        )


@lru_cache(maxsize=256)
def _calendar(place: str, year: int) -> Any:
    country, _, subdivision = place.partition("-")
    return holidays.country_holidays(country, subdiv=subdivision or None, years=year)


def is_holiday(place: str, on: date) -> bool:
    return on in _calendar(place, on.year)


def _cool_off(facts: Facts, _rule: Rule, waits: Any, at: datetime) -> Said | None:
    ends = []
    for attempts in _attempts(facts, waits.keys):
        for attempt in attempts:
            outcome = attempt.outcome or waits.unreported
            length = waits.after.get(outcome)
            if length is not None:
                hours = length.number * (744 if length.unit == "months" else 1)
                end = attempt.at + timedelta(hours=hours)
                if end > at:
                    ends.append(end)
    return (Effect.LOCK, max(ends)) if ends else None


def _cap(facts: Facts, _rule: Rule, cap: Any, at: datetime) -> Said | None:
    zone = ZoneInfo(facts.contact.zones[0])
    ends = []
    for attempts in _attempts(facts, cap.keys):
        if cap.window == "roll_hours":
            span = timedelta(hours=cap.length)
            inside = [one.at for one in attempts if one.at + span > at]
            if len(inside) >= cap.most:
                ends.append(inside[-cap.most] + span)
        else:
            today = at.astimezone(zone).date()
            if sum(one.at.astimezone(zone).date() == today for one in attempts) >= cap.most:
                ends.append(datetime.combine(today + timedelta(days=1), time(0), zone).astimezone(UTC))
    return (Effect.LOCK, max(ends)) if ends else None


def _stop(facts: Facts, _rule: Rule, stop: Any, _at: datetime) -> Said | None:
    contact = facts.contact
    for event in facts.events:
        if isinstance(event, StopFact) and event.reason in stop.reasons and event.withdrawn_at is None:
            reaches = event.number in ("", contact.number) and event.person in ("", contact.person)
            if reaches and event.principal in ("", facts.call.principal):
                return Effect.SUPPRESS, None
    for attempts in _attempts(facts, stop.keys) if stop.outcomes is not None else ():
        if sum(attempt.outcome in stop.outcomes.outcomes for attempt in attempts) >= stop.times:
            return Effect.SUPPRESS, None
    return None


def _register(facts: Facts, _rule: Rule, register: Any, at: datetime) -> Said | None:
    if _consents(facts):
        return None
    screenings = [one for one in facts.events if isinstance(one, ScreeningFact) and one.register == register.register]
    if not screenings:
        return (Effect.HOLD, None) if register.is_required else None
    latest = max(screenings, key=lambda one: (one.obtained_at, one.is_listed))
    zone = ZoneInfo(facts.contact.zones[0])
    today = at.astimezone(zone).date()
    if latest.is_listed and (
        latest.listed_on is None or today >= latest.listed_on + timedelta(days=register.entry_lag_days)
    ):
        return Effect.SUPPRESS, None
    age = (today - latest.obtained_at.astimezone(zone).date()).days
    if register.is_required and register.max_age_days is not None and age > register.max_age_days:
        return Effect.HOLD, None
    return None


def _consents(facts: Facts) -> bool:
    return any(
        isinstance(one, ConsentFact) and one.kind == "calls" and one.principal == facts.call.principal and one.is_proved
        for one in facts.events
    )


def _basis(facts: Facts, _rule: Rule, basis: Any, _at: datetime) -> Said | None:
    told = [one for one in facts.events if isinstance(one, BasisFact) and one.principal == facts.call.principal]
    if any(type(ground).__name__ == "Basis" for ground in basis.accepts):
        is_held = any(one.is_told_of_calls for one in told)
        return None if is_held else (Effect.SUPPRESS if told else Effect.HOLD, None)
    return None if _consents(facts) else (Effect.SUPPRESS, None)


def _ban(facts: Facts, rule: Rule, _ban: Any, _at: datetime) -> Said | None:
    return None if facts.call.is_number_shown else (rule.effect or Effect.SUPPRESS, None)


def _hold(facts: Facts, _rule: Rule, hold: Any, _at: datetime) -> Said | None:
    for attempts in _attempts(facts, [["person"]]):
        if any(attempt.outcome in hold.outcomes for attempt in attempts):
            return Effect.HOLD, None
    return None


def _nothing(_facts: Facts, _rule: Rule, _parameters: Any, _at: datetime) -> Said | None:
    return None


_KINDS: dict[str, Any] = {
    "ban": _ban,
    "basis": _basis,
    "callback": _nothing,
    "cap": _cap,
    "cool_off": _cool_off,
    "duty": _nothing,
    "hold": _hold,
    "hours": _hours,
    "personal_hours": _nothing,
    "register": _register,
    "stop": _stop,
}


def _next_bar(facts: Facts, rule: Rule, at: datetime) -> datetime | None:
    """When a rule that permits the call now stops doing so by itself."""
    parameters: Any = rule.parameters
    if rule.mode is Mode.WARN or not _applies(facts, rule, at):
        return None
    if rule.kind == "hours":
        window = _window(facts, parameters, at)
        return None if window is None else window[1]
    if rule.kind == "register" and parameters.is_required and not _consents(facts):
        zone = ZoneInfo(facts.contact.zones[0])
        found = [one for one in facts.events if isinstance(one, ScreeningFact) and one.register == parameters.register]
        latest = max(found, key=lambda one: (one.obtained_at, one.is_listed))
        stale = latest.obtained_at.astimezone(zone).date() + timedelta(days=parameters.max_age_days + 1)
        return datetime.combine(stale, time(0), zone).astimezone(UTC)
    return None
