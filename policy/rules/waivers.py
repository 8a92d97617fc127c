"""Waivers: a fact may suspend named rules for a time, such as an agreed call, or a consent with a legal term."""

from collections.abc import Sequence
from typing import NamedTuple

from policy.calendar.spans import Span, intersection
from policy.templates.sentence import TEXT, Said, phrase, template
from policy.vocabulary import Status

GIVES_WAY = template("{why}: {rule} gives way", why=TEXT, rule=TEXT)
LIFTED = phrase("A fact on record lifts this rule")


class Waiver(NamedTuple):
    """The suspended rules, when, and the words for it. `uncounts`: attempts made meanwhile do not count to those rules.

    `debt`: only for that debt of the call; empty: for all of it.
    """

    rules: tuple[str, ...]  # an id, or the beginning of ids followed by *
    spans: Sequence[Span]
    says: Said
    by: str  # the id of the rule that suspends them
    house_only: bool
    uncounts: bool = False
    debt: str = ""

    def within(self, life: Span) -> "Waiver":
        """The same waiver, limited to the time when the waiving rule is in force."""
        return self._replace(spans=intersection(list(self.spans), [life]))

    def suspends(self, rule_id: str, status: Status) -> bool:
        if self.house_only and status is not Status.HOUSE:
            return False
        return any(selects(pattern, rule_id) for pattern in self.rules)

    def is_for(self, debt: str) -> bool:
        """Whether it frees what a rule says about one debt of the call or, if the rule names none, about the whole
        call."""
        return self.debt in ("", debt)


def selects(pattern: str, rule_id: str) -> bool:
    """Whether a pattern means a rule: its id, or the beginning of its id followed by *."""
    return rule_id.startswith(pattern[:-1]) if pattern.endswith("*") else rule_id == pattern
