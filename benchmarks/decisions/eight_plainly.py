"""The base of D1: the rules of eight_rules.toml, hand-written for these eight alone, with their figures in the code.

Uses aware datetimes and zone and holiday arithmetic, and checks every rule. Reads a record prepared beforehand. Returns
what the engine returns for these rules: verdict, when, until, and the rules that apply.
"""

from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from benchmarks.decisions.plain_rules import Answer, is_holiday
from policy import AttemptFact, ConsentFact, Facts, Outcome, StopFact, Verdict

_WAITS = {
    Outcome.NO_ANSWER: timedelta(hours=4),
    Outcome.BUSY: timedelta(hours=1),
    Outcome.VOICEMAIL_LEFT: timedelta(hours=48),
    Outcome.NOT_NOW: timedelta(hours=168),
    None: timedelta(hours=4),
}
_CAPS = (
    ("eight.cap.day", 3, timedelta(hours=24)),
    ("eight.cap.week", 7, timedelta(hours=168)),
    ("eight.cap.month", 12, timedelta(hours=720)),
)
_FINAL = (Outcome.SUCCESS, Outcome.REFUSED)
_SATURDAY = 6
Window = tuple[datetime, datetime]


class Record(NamedTuple):
    """The data that a program with only these rules would keep of a contact."""

    is_stopped: bool
    is_consented: bool
    attempts: list[tuple[datetime, Outcome | None]]  # oldest first
    place: str
    zone: str


def record(facts: Facts) -> Record:
    attempts = [(event.at, event.outcome) for event in facts.events if isinstance(event, AttemptFact)]
    attempts.sort(key=lambda attempt: attempt[0])
    return Record(
        is_stopped=any(isinstance(event, StopFact) for event in facts.events),
        is_consented=any(isinstance(event, ConsentFact) for event in facts.events),
        attempts=attempts,
        place=facts.contact.places[0],
        zone=facts.contact.zones[0],
    )


def decide_eight(one: Record, at: datetime) -> Answer:
    """The verdict, its moments and the rules that apply."""
    zone = ZoneInfo(one.zone)
    ends, closes = _locks(one, zone, at)
    barring = set()
    if one.is_stopped:
        barring.add("eight.do_not_call")
    if not one.is_consented:
        barring.add("eight.consent")
    if any(outcome in _FINAL for _, outcome in one.attempts):
        barring.add("eight.final")
    spoken = frozenset(barring | set(ends))
    if barring:
        return Answer(Verdict.SUPPRESSED, None, None, spoken)
    if not ends:
        return Answer(Verdict.CALLABLE, at, closes, spoken)
    moment = at
    while ends:
        moment = max(ends.values())
        ends, _ = _locks(one, zone, moment)
    return Answer(Verdict.LOCKED, moment, None, spoken)


def _locks(one: Record, zone: ZoneInfo, at: datetime) -> tuple[dict[str, datetime], datetime | None]:
    """When each lock ends, by rule; and when the calling hours close, unless they lock."""
    ends: dict[str, datetime] = {}
    for made, outcome in one.attempts:
        wait = _WAITS.get(outcome)
        if wait is not None and made + wait > at:
            ends["eight.wait"] = max(ends.get("eight.wait", at), made + wait)
    for name, most, span in _CAPS:
        inside = [made for made, _ in one.attempts if made + span > at]
        if len(inside) >= most:
            ends[name] = inside[-most] + span
    day = at.astimezone(zone).date()
    window = _window(one.place, zone, day)
    if window is not None and window[0] <= at < window[1]:
        return ends, window[1]
    while window is None or window[0] <= at:
        day += timedelta(days=1)
        window = _window(one.place, zone, day)
    ends["eight.hours"] = window[0]
    return ends, None


def _window(place: str, zone: ZoneInfo, on: date) -> Window | None:
    weekday = on.isoweekday()
    if weekday > _SATURDAY or is_holiday(place, on):
        return None
    opens, closes = (time(10), time(17)) if weekday == _SATURDAY else (time(9), time(20))
    return datetime.combine(on, opens, zone).astimezone(UTC), datetime.combine(on, closes, zone).astimezone(UTC)
