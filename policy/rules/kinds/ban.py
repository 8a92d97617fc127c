"""Forbids calls of one sort, unless a ground that the law names is present; or only while a certain ground is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from policy.calendar import FOREVER, gaps, intersection
from policy.rules.case import Case
from policy.rules.grounds import read_grounds, spans_of
from policy.rules.pack_table import Fields
from policy.rules.rule import Bar, Ground, Parameters, Rule, Wakes, or_source
from policy.rules.sentences import sentence
from policy.templates import NOTHING, Said
from policy.vocabulary import Effect


@dataclass(frozen=True, slots=True)
class Ban(Parameters):
    """The exceptions, and what to supply if it holds. `only_where`: it applies only while one of these grounds
    holds."""

    says_what_is_missing: ClassVar[bool] = True
    may_name_sources: ClassVar[bool] = True
    unless: tuple[Ground, ...]
    missing: Said
    only_where: tuple[Ground, ...]

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


def read(fields: Fields) -> Ban:
    """`unless` and `only_where`, lists of grounds; and `missing`, required for a ban that holds."""
    if fields.table.get("effect") == "hold" and not fields.has("missing"):
        fields.fault("missing", "is missing; a ban that holds says what somebody must supply")
    return Ban(read_grounds(fields, "unless"), fields.said("missing", ""), read_grounds(fields, "only_where"))
