"""No call at a time that the person has named as inconvenient, on their own clock, until they say otherwise."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import time

from policy.case import Case
from policy.facts import PersonalHoursFact
from policy.fields import Fields
from policy.localtime import DAY, ZoneClock, day_of
from policy.rulebook import Bar, Rule, Wakes
from policy.sentences import sentence
from policy.spans import HORIZON, Span, merged
from policy.vocabulary import Effect

Pattern = tuple[frozenset[int], int, int, int | None]  # weekdays 1-7, second of the day, length in seconds, last day


@dataclass(frozen=True, slots=True)
class PersonalHours:
    """From whom such times are taken: the person, or the file of a creditor."""

    sources: frozenset[str]

    def woken_by(self) -> Wakes | None:
        return Wakes(frozenset({PersonalHoursFact}))

    def bars(self, rule: Rule, case: Case) -> list[Bar]:
        patterns = {_pattern(fact) for fact in case.every(PersonalHoursFact) if fact.source in self.sources}
        if not patterns:
            return []
        says = sentence(rule, "The person asked not to be called at this time")
        spans = merged(span for one in patterns for clock in case.context.clocks for span in _blocked(case, clock, one))
        return [Bar(start, end, rule.effect or Effect.LOCK, says) for start, end in spans]


def _pattern(fact: PersonalHoursFact) -> Pattern:
    """A block that ends before it begins, such as 22:00 to 06:00, runs into the next day."""
    first, end = fact.blocked_from or time(0), fact.blocked_until
    start = _seconds(first)
    until = DAY if end is None else _seconds(end) + (end.microsecond > 0) + (DAY if end <= first else 0)
    return fact.blocked_days, start, until - start, None if fact.ends_on is None else day_of(fact.ends_on)


def _seconds(at: time) -> int:
    return at.hour * 3600 + at.minute * 60 + at.second


def _blocked(case: Case, clock: ZoneClock, pattern: Pattern) -> Iterator[Span]:
    weekdays, start, length, last = pattern
    first = clock.day(case.now)
    for day in range(first - 1, first + HORIZON // DAY + 1):
        if (day + 3) % 7 + 1 in weekdays and (last is None or day <= last):
            yield from clock.spans_of(day, start, min(start + length, DAY))
            if start + length > DAY:
                yield from clock.spans_of(day + 1, 0, start + length - DAY)


def read(fields: Fields) -> PersonalHours:
    """`sources`, both by default."""
    return PersonalHours(frozenset(fields.words("sources", ("consumer", "creditor"), ("consumer", "creditor"))))
