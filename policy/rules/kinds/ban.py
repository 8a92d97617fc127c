"""Forbids calls of one sort, unless a ground that the law names is present; or only while a certain ground is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar, Self

from policy.calendar.local_time import FOREVER, gaps, intersection
from policy.rules.case import Case
from policy.rules.grounds import read_grounds, spans_of
from policy.rules.pack_table import Fields
from policy.rules.rule import Bar, Calendars, Ground, OnPage, Parameters, Rule, Wakes, or_source
from policy.rules.words import grounds_in_words, sentence
from policy.templates.sentence import NOTHING, Said
from policy.vocabulary import Effect, Mode


@dataclass(frozen=True, slots=True)
class Ban(Parameters):
    """No call at all, unless a ground holds. `effect` is suppress by default; hold if one of ours can put it right.

    ```toml
    kind = "ban"
    unless = [{ authorised_for = "pensions" }]
    missing = "the FCA's authorisation for pensions" # what somebody must supply; required where it holds
    only_where = [{ consent = "calls" }]             # grounds: it speaks only while one of them holds; default: always
    ```
    """

    says_what_is_missing: ClassVar[bool] = True
    may_name_sources: ClassVar[bool] = True
    on_page: ClassVar[OnPage | None] = OnPage.BASIS
    unless: tuple[Ground, ...]
    missing: Said
    only_where: tuple[Ground, ...]

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        if fields.table.get("effect") == "hold" and not fields.has("missing"):
            fields.fault("missing", "is missing; a ban that holds says what somebody must supply")
        return cls(read_grounds(fields, "unless"), fields.said("missing", ""), read_grounds(fields, "only_where"))

    def in_words(self, rule: Rule) -> str:
        held = " (held until it is there)" if rule.effect is Effect.HOLD else ""
        if self.only_where:
            does = "a warning" if rule.mode is Mode.WARN else "no calls"
            without = f" but no {grounds_in_words(self.unless)}" if self.unless else ""
            return f"{does} where there is {grounds_in_words(self.only_where)}{without}{held}"
        if self.unless:
            return f"no calls without {grounds_in_words(self.unless)}{held}"
        return "a warning on every such call" if rule.mode is Mode.WARN else "no calls at all"

    @property
    def grounds(self) -> tuple[Ground, ...]:
        return self.unless

    def woken_by(self) -> Wakes | None:
        made_of = [ground.made_of() for ground in self.only_where]
        return Wakes(frozenset[type]().union(*made_of)) if made_of and all(made_of) else None

    def until_source_is_known(self, rule: Rule) -> Rule:
        return replace(rule, effect=Effect.HOLD, parameters=replace(self, missing=or_source(self.missing)))

    def bars(self, rule: Rule, case: Case) -> Sequence[Bar]:
        held = spans_of(self.unless, case)
        if held == case.always:
            return ()
        effect = rule.effect or Effect.SUPPRESS
        says, missing = sentence(rule, rule.title), self.missing if effect is Effect.HOLD else NOTHING
        barred = gaps(held, case.now, FOREVER)
        if self.only_where:
            barred = intersection(barred, spans_of(self.only_where, case))
        return [Bar(start, end, effect, says, missing) for start, end in barred]
