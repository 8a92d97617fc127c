"""What would be lawful if a callback were agreed in a call: the facts as they would stand, and the spans it may fall
in."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from bot.services.deciding.decisions import Decided, decide_facts
from bot.services.deps import Deps
from policy import AttemptFact, CallbackFact, Event, Facts, Prepared
from policy.vocabulary import Outcome, Verdict

LOOKS_AHEAD = timedelta(days=5)  # the times of a card's menu: three days, without Sundays
SOONEST = timedelta(minutes=15)  # nobody agrees a callback for sooner
_MOST_STEPS = 16
Span = tuple[datetime, datetime]  # [from, until)


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
