"""Bars calls at times the person has named as inconvenient, on their own clock, until they say otherwise.

A consent to calls at other times lifts the times named before it; a time named later stands.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time
from typing import ClassVar, Self

from policy.calendar.local_time import (
    DAY,
    FOREVER,
    HORIZON,
    Span,
    ZoneClock,
    covers,
    day_of,
    gaps,
    intersection,
    merged,
)
from policy.facts.types import PersonalHoursFact
from policy.rules.case import GIVES_WAY, LIFTED, Case
from policy.rules.grounds import spans_since
from policy.rules.pack_table import Fields, seconds_of
from policy.rules.rule import Bar, Calendars, Parameters, Rule, Wakes
from policy.rules.words import sentence
from policy.templates.sentence import either, phrase
from policy.vocabulary import Effect

INCONVENIENT = phrase("The person asked not to be called at this time")

Pattern = tuple[frozenset[int], int, int, int | None]  # weekdays 1-7, second of the day, length in seconds, last day


@dataclass(frozen=True, slots=True)
class PersonalHours(Parameters):
    """Times the person named as inconvenient (PersonalHoursFact) are closed.

    A consent in `lifted_by` lifts those named before it was given, not those named later.

    ```toml
    kind = "personal_hours"
    sources = ["consumer", "creditor"]   # said by the person; in a creditor's file. Default: both
    ```
    """

    heeds_lifting: ClassVar[bool] = True
    sources: frozenset[str]

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        return cls(frozenset(fields.words("sources", ("consumer", "creditor"), ("consumer", "creditor"))))

    def in_words(self, _rule: Rule) -> str:
        whose = {"consumer": "the person named", "creditor": "the creditor's file names"}
        return f"never at times that {either(whose[one] for one in sorted(self.sources))} as inconvenient"

    def woken_by(self) -> Wakes | None:
        return Wakes(frozenset({PersonalHoursFact}))

    def bars(self, rule: Rule, case: Case) -> list[Bar]:
        facts = [fact for fact in case.every(PersonalHoursFact) if fact.source in self.sources]
        if not facts:
            return []
        lifts = {
            at: merged(span for ground in rule.lifted_by for span in spans_since(ground, case, at))
            for at in {fact.at for fact in facts}
        }
        kept: dict[Pattern, list[Span]] = {}  # for each time named, the span when nothing said later lifts it
        for fact in facts:
            kept.setdefault(_pattern(fact), []).extend(gaps(lifts[fact.at], case.now, FOREVER))
        named = {one: merged(span for clock in case.clocks for span in _blocked(case, clock, one)) for one in kept}
        says = sentence(rule, INCONVENIENT)
        shut = merged(span for one, spans in named.items() for span in intersection(spans, merged(kept[one])))
        bars = [Bar(start, end, rule.effect or Effect.LOCK, says) for start, end in shut]
        if not covers(shut, case.now) and any(covers(spans, case.now) for spans in named.values()):
            ends = [end for spans in lifts.values() for start, end in spans if start <= case.now < end]
            permits = GIVES_WAY.says(why=LIFTED, rule=rule.title)
            bars.append(Bar(case.now, min(ends), Effect.PERMIT, permits))
        return bars


def _pattern(fact: PersonalHoursFact) -> Pattern:
    """A block that ends before it begins, such as 22:00 to 06:00, runs into the next day."""
    first, end = fact.blocked_from or time(0), fact.blocked_until
    start = seconds_of(first)
    until = DAY if end is None else seconds_of(end) + (end.microsecond > 0) + (DAY if end <= first else 0)
    return fact.blocked_days, start, until - start, None if fact.ends_on is None else day_of(fact.ends_on)


def _blocked(case: Case, clock: ZoneClock, pattern: Pattern) -> Iterator[Span]:
    weekdays, start, length, last = pattern
    first = clock.day(case.now)
    for day in range(first - 1, first + HORIZON // DAY + 1):
        if (day + 3) % 7 + 1 in weekdays and (last is None or day <= last):
            yield from clock.spans_of(day, start, min(start + length, DAY))
            if start + length > DAY:
                yield from clock.spans_of(day + 1, 0, start + length - DAY)
