"""A consent given straight to the caller suspends named limits for some days; calls made meanwhile do not count to them.

The day of receipt is the first day. The window ends early when a time the person named is over, when the consent is
withdrawn, or with a conversation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

from policy.case import Case
from policy.counting import costs, is_talk
from policy.facts import AttemptFact, ConsentFact
from policy.fields import Fields
from policy.ground_tables import read_consent
from policy.grounds import Consent
from policy.localtime import epoch, epoch_up
from policy.rulebook import Bar, Rule, Wakes
from policy.rules.waivers import Waiver
from policy.spans import Span, merged


@dataclass(frozen=True, slots=True)
class ConsentWindow:
    """Which consents open a window, for how long, and over which rules."""

    wakers: ClassVar[frozenset[type]] = frozenset({ConsentFact})
    consent: Consent
    days: int
    rules: tuple[str, ...]
    ends_on_conversation: bool

    def woken_by(self) -> Wakes | None:
        return Wakes()

    def bars(self, _rule: Rule, _case: Case) -> Sequence[Bar]:
        return ()

    def waivers(self, rule: Rule, case: Case) -> Sequence[Waiver]:
        spans = merged(span for consent in case.every(ConsentFact) for span in self._span(case, consent))
        if not spans:
            return ()
        return (Waiver(self.rules, spans, "The person consented to calls now", rule, house_only=False, uncounts=True),)

    def _span(self, case: Case, consent: ConsentFact) -> Iterator[Span]:
        if not self.consent.accepts(case, consent):
            return
        start = max(epoch_up(at) for at in (consent.at, consent.starts_at) if at is not None)
        ends = [case.day_before_loss(epoch(consent.at), self.days)]
        ends += [epoch(end) for end in (consent.ends_at, consent.withdrawn_at) if end is not None]
        if self.ends_on_conversation:
            ends += [
                then
                for then, attempt in case.dials_of(("principal", "person"))
                if attempt.at > consent.at and _talk(case, attempt)
            ]
        if start < min(ends):
            yield start, min(ends)


def _talk(case: Case, attempt: AttemptFact) -> bool:
    """A conversation about a debt of the call's."""
    debts = case.call.debts
    return is_talk(attempt) and (not debts or any(costs(attempt, debt, "discussed") for debt in debts))


def read(fields: Fields) -> ConsentWindow:
    """`consent`, a ground; `days`; `suspends`, ids of rules or the beginning of ids followed by *."""
    ground = fields.sub("consent")
    if ground is None:
        fields.fault("consent", "is missing; it is a consent ground")
    return ConsentWindow(
        consent=read_consent(ground or Fields({"consent": "calls"}, fields.faults)),
        days=fields.whole("days", least=1, most=3650),
        rules=fields.words("suspends"),
        ends_on_conversation=fields.flag("ends_on_conversation", False),
    )
