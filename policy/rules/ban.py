"""Calls of this sort are forbidden, unless a ground that the law names is there."""

from collections.abc import Sequence
from dataclasses import dataclass

from policy.case import Case
from policy.fields import Fields
from policy.ground_tables import read_grounds
from policy.grounds import Ground, spans_of
from policy.rulebook import Bar, Rule, Wakes
from policy.sentences import sentence
from policy.spans import FOREVER, gaps
from policy.vocabulary import Effect


@dataclass(frozen=True, slots=True)
class Ban:
    """The exceptions, and what somebody of ours could supply."""

    unless: tuple[Ground, ...]
    missing: str

    @property
    def grounds(self) -> tuple[Ground, ...]:
        """Any one of them is enough."""
        return self.unless

    def woken_by(self) -> Wakes | None:
        return None

    def bars(self, rule: Rule, case: Case) -> Sequence[Bar]:
        held = spans_of(self.unless, case)
        if held == case.always:
            return ()
        effect = rule.effect or Effect.SUPPRESS
        says, missing = sentence(rule, rule.title), self.missing if effect is Effect.HOLD else ""
        return [Bar(start, end, effect, says, missing) for start, end in gaps(held, case.now, FOREVER)]


def read(fields: Fields) -> Ban:
    """`unless`, a list of grounds, and `missing`, which a ban that holds must have."""
    if fields.table.get("effect") == "hold" and not fields.has("missing"):
        fields.fault("missing", "is missing; a ban that holds says what somebody must supply")
    return Ban(read_grounds(fields, "unless"), fields.text("missing", ""))
