"""A fact may suspend named rules for a while: an agreed call, or a consent that a regulation gives a term."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar, NamedTuple, Protocol, runtime_checkable

from policy.spans import Span, common
from policy.vocabulary import Status

if TYPE_CHECKING:
    from policy.case import Case
    from policy.rulebook import Rule


class Waiver(NamedTuple):
    """Rules suspended, when, and the words for it. `uncounts`: attempts made meanwhile do not count against those rules.

    `debt`: only for that debt of the call; empty: for all of it.
    """

    rules: tuple[str, ...]  # an id, or the beginning of ids followed by *
    spans: Sequence[Span]
    says: str
    by: "Rule"
    house_only: bool
    uncounts: bool = False
    debt: str = ""

    def within(self, life: Span) -> "Waiver":
        """The same as far as the rule that waives is in force."""
        return self._replace(spans=common(list(self.spans), [life]))

    def suspends(self, rule: "Rule") -> bool:
        if self.house_only and rule.status is not Status.HOUSE:
            return False
        return any(selects(pattern, rule.id) for pattern in self.rules)

    def is_for(self, debt: str) -> bool:
        """Whether it frees what a rule says of one debt of the call, or, where the rule names none, of the whole call."""
        return self.debt in ("", debt)


@runtime_checkable
class Waiving(Protocol):
    """A kind of rule that can suspend others."""

    rules: tuple[str, ...]
    wakers: ClassVar[frozenset[type]]

    def waivers(self, rule: "Rule", case: "Case") -> Sequence[Waiver]:
        """What is suspended, past and to come."""

    def named(self) -> Sequence[tuple[str, Sequence[str]]]:
        """The rules it may suspend, under the key of the pack that names them."""


def selects(pattern: str, rule_id: str) -> bool:
    return rule_id.startswith(pattern[:-1]) if pattern.endswith("*") else rule_id == pattern
