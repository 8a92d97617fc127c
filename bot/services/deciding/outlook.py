"""What lies ahead of a decided contact: attempts left, times for a callback agreed now, why it opens no sooner."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from bot.services.deciding.decisions import Decided, decide_facts, forbidding_findings
from bot.services.deps import Deps
from bot.services.local_time import date_in, midnight
from policy import AttemptFact, CallbackFact, Event, Facts, Finding, Prepared, Rulebook, allowance
from policy.rules.kinds.cap import Cap
from policy.templates.sentence import NOTHING, WITHIN, Said, phrase, template
from policy.vocabulary import Outcome, Verdict

_OF_THE_CALENDAR = {
    "cal_day": phrase("today"),
    "cal_week": phrase("this week"),
    "cal_month": phrase("this month"),
    "ever": phrase("in all"),
}
_ROLLING = template("{span}", span=WITHIN)
LOOKS_AHEAD = timedelta(days=5)  # the times of a card's menu: three days, without Sundays
SOONEST = timedelta(minutes=15)  # nobody agrees a callback for sooner
_MOST_STEPS = 16
Span = tuple[datetime, datetime]  # [from, until)
MOST_DAYS = 4
_HOURS = "hours"  # the kind of rule that closes days
_DAY, _NOON = timedelta(days=1), timedelta(hours=12)


class Left(NamedTuple):
    """Attempts left, and the span in words: `today`, `in 7 days`."""

    attempts: int
    within: Said


def attempts_left(facts: Prepared, rulebook: Rulebook, at: datetime, house_pack: str) -> Left | None:
    """The attempts left by the cap that now leaves the fewest; None if no cap applies."""
    tightest = allowance(facts, rulebook, at, house_pack=house_pack)
    if tightest is None:
        return None
    cap = tightest.rule.parameters
    return Left(tightest.left, span_phrase(cap) if isinstance(cap, Cap) else NOTHING)


def span_phrase(cap: Cap) -> Said:
    """The span of a cap, as said after `1 attempt left`."""
    if cap.window == "roll_days" and cap.length == 1:
        return _OF_THE_CALENDAR["cal_day"]
    return _OF_THE_CALENDAR.get(cap.window) or _ROLLING.says(span=cap.span())


def if_agreed(facts: Facts, number: str, opened_at: datetime | None, agreed: CallbackFact) -> Prepared:
    """The facts with a callback agreed in the call to `number` opened at `opened_at`, and no other callback."""
    others = [_as_agreed(one, number, opened_at) for one in facts.events if not isinstance(one, CallbackFact)]
    return Prepared(Facts(facts.call, facts.contact, (*others, agreed)))


def callback_spans(deps: Deps, decided: Decided[Any], number: str, opened_at: datetime | None) -> tuple[Span, ...]:
    """When a callback agreed now, at an hour that the person names, may be made in the next days."""
    at, facts = decided.decision.at, decided.facts.facts
    ends, moment, found = at + LOOKS_AHEAD, at + SOONEST, list[Span]()
    for _ in range(_MOST_STEPS):
        agreed = CallbackFact(at, moment, facts.contact.person, facts.call.principal, is_hour_named=True)
        then = decide_facts(deps, if_agreed(facts, number, opened_at, agreed), moment, decided.house_pack)
        if then.verdict is Verdict.CALLABLE:
            comes = then.lawful_until or ends
            found.append((moment if found or moment != at + SOONEST else opened_at or at, comes))
        elif then.verdict is Verdict.LOCKED and then.callable_from is not None:
            comes = then.callable_from
        else:
            break
        if not moment < comes < ends:
            break
        moment = comes
    return tuple(found)


def _as_agreed(event: Event, number: str, opened_at: datetime | None) -> Event:
    """The event; if it is the current call, with the outcome it would have."""
    if isinstance(event, AttemptFact) and (event.at, event.number) == (opened_at, number):
        return replace(event, outcome=Outcome.CALLBACK_AGREED)
    return event


def closed_days(deps: Deps, decided: Decided[Any], zone: str, at: datetime) -> tuple[Finding, ...]:
    """What closes the days between the end of the waits and the moment the contact opens; one finding a sentence.

    Empty if the contact is not locked, opens when its waits end, or has no clock. Decided as if nothing else happened
    until then.
    """
    decision = decided.decision
    opens = decision.callable_from
    if decision.verdict is not Verdict.LOCKED or opens is None or not zone:
        return ()
    now = forbidding_findings(decision)
    waits = [one.until for one in now if one.kind != _HOURS and one.until is not None]
    found = {one.says: one for one in now}
    for moment in _moments(zone, max([at, *waits]), opens):
        then = decide_facts(deps, decided.facts, moment, decided.house_pack)
        for one in forbidding_findings(then):
            if one.kind == _HOURS:
                found.setdefault(one.says, one)
    return tuple(found.values())[len({one.says for one in now}) :]


def _moments(zone: str, after: datetime, before: datetime) -> Iterator[datetime]:
    """The first moment, and noon of each local day from then on, where all of it lies before the contact opens."""
    day = date_in(zone, after)
    for ahead in range(MOST_DAYS):
        begins, ends = midnight(zone, day + ahead * _DAY), midnight(zone, day + (ahead + 1) * _DAY)
        if ends > before:
            return
        yield max(after, begins + _NOON)
