"""Bars a call agreed with the person, or requested for a time, until that time; from then on house rules give way to
it.

Rules of law do not give way. An hour that the person named stays open until the callback is used or its local day ends,
whichever is first. A call agreed without a time is held until a person enters the time.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from policy.calendar.local_time import FOREVER
from policy.facts.types import CallbackFact, RequestFact
from policy.rules.case import Case, Waiver, free_spans, is_time_missing, named_hours, waits
from policy.rules.pack_table import Fields
from policy.rules.rule import Bar, Calendars, Parameters, Rule, Wakes
from policy.rules.words import both, sentence
from policy.templates.sentence import phrase
from policy.vocabulary import Effect, Outcome

NO_TIME = phrase("A call is agreed, and no time for it is on record")
THE_TIME = phrase("the time agreed for the next call")
LATER = phrase("A call is agreed for a later time")
AGREED = phrase("The call was agreed with the person")
HOUR_NAMED = phrase("The person named the hour")


@dataclass(frozen=True, slots=True)
class Callback(Parameters):
    """A callback, or a request for a call at a time, locks until its time.

    A call after which another is agreed, with no callback from then on, holds until somebody says when. For house
    packs. What it frees are ids of rules of the same pack, or the beginning of ids followed by `*`: nothing lifts what
    another pack bars, the base pack's stops least of all.

    ```toml
    kind = "callback"
    frees = ["gb-house.cool_off"]            # rules that give way once it is due
    frees_if_hour_named = ["gb-house.hours"] # and those that do if the person named the hour
    ```
    """

    wakers: ClassVar[frozenset[type]] = frozenset({CallbackFact, RequestFact})
    is_said_by_people: ClassVar[bool] = True
    rules: tuple[str, ...]
    if_hour_named: tuple[str, ...]

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        return cls(fields.words("frees"), fields.words("frees_if_hour_named"))

    def in_words(self, _rule: Rule) -> str:
        frees = f"; once due it is free of {both(self.rules)}" if self.rules else ""
        hour = f", and of {both(self.if_hour_named)} if the person named the hour" if self.if_hour_named else ""
        return f"not before the time agreed{frees}{hour}"

    def woken_by(self) -> Wakes | None:
        return Wakes(frozenset({CallbackFact, RequestFact}), frozenset({Outcome.CALLBACK_AGREED}))

    def bars(self, rule: Rule, case: Case) -> list[Bar]:
        if is_time_missing(case):
            return [Bar(case.now, FOREVER, Effect.HOLD, sentence(rule, NO_TIME), THE_TIME)]
        effect, says = rule.effect or Effect.LOCK, sentence(rule, LATER)
        return [Bar(start, end, effect, says) for start, end in waits(case)]

    def suspended_by_key(self) -> Sequence[tuple[str, Sequence[str]]]:
        return (("frees", self.rules), ("frees_if_hour_named", self.if_hour_named))

    def waivers(self, rule: Rule, case: Case) -> Sequence[Waiver]:
        found = []
        if spans := free_spans(case):
            found.append(Waiver(self.rules, spans, AGREED, rule.id, house_only=True))
        if self.if_hour_named and (hours := named_hours(case)):
            found.append(Waiver(self.if_hour_named, hours, HOUR_NAMED, rule.id, house_only=True))
        return found
