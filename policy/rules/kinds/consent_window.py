"""A consent given directly to the caller suspends named limits for some days; calls made meanwhile do not count to
them.

The day of receipt is the first day. The window ends early when a time the person named is over, when the consent is
withdrawn, or with a conversation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from policy.calendar.local_time import Span, epoch, epoch_up, merged
from policy.facts.types import ConsentFact
from policy.rules.case import Case, Waiver
from policy.rules.consents import Consent, open_times
from policy.rules.counting import costs, is_talk
from policy.rules.grounds import read_consent
from policy.rules.pack_table import Fields
from policy.rules.rule import Calendars, Rule, Silent
from policy.rules.words import both, ground_in_words
from policy.templates.sentence import count, phrase

CONSENTED = phrase("The person consented to calls now")


@dataclass(frozen=True, slots=True)
class ConsentWindow(Silent):
    """A consent suspends named rules for a while; calls inside are not counted by them.

    The rules are of the same pack, as those that a callback frees.

    ```toml
    kind = "consent_window"
    consent = { consent = "calls", direct = true }
    days = 7                         # the day of receipt is day 1
    suspends = ["us-regf.cap7", "us-regf.cooloff7"]
    ends_on_conversation = true
    ```
    """

    is_for_house_packs: ClassVar[bool] = False
    wakers: ClassVar[frozenset[type]] = frozenset({ConsentFact})
    consent: Consent
    days: int
    rules: tuple[str, ...]
    ends_on_conversation: bool

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        ground = fields.sub("consent")
        if ground is None:
            fields.fault("consent", "is missing; it is a consent ground")
        return cls(
            consent=read_consent(ground or Fields({"consent": "calls"}, fields.faults)),
            days=fields.whole("days", least=1, most=3650),
            rules=fields.words("suspends"),
            ends_on_conversation=fields.flag("ends_on_conversation", False),
        )

    def in_words(self, _rule: Rule) -> str:
        ends = " or to the next conversation" if self.ends_on_conversation else ""
        length = f"for {count(self.days, 'day')}{ends}; calls meanwhile are not counted"
        return f"{ground_in_words(self.consent)} suspends {both(self.rules)} {length}"

    def suspended_by_key(self) -> Sequence[tuple[str, Sequence[str]]]:
        return (("suspends", self.rules),)

    def waivers(self, rule: Rule, case: Case) -> Sequence[Waiver]:
        """One waiver for the whole call if its debts are all free at the same times; otherwise one for each debt."""
        debts = case.call.debts or ("",)
        given = case.every(ConsentFact)
        spans = [merged(span for consent in given for span in self._span(case, consent, debt)) for debt in debts]
        if spans.count(spans[0]) == len(spans):
            debts = ("",)
        return [
            Waiver(self.rules, some, CONSENTED, rule.id, house_only=False, uncounts=True, debt=debt)
            for debt, some in zip(debts, spans, strict=False)
            if some
        ]

    def _span(self, case: Case, consent: ConsentFact, debt: str) -> Iterator[Span]:
        if not self.consent.is_given(case, consent) or (consent.debts and debt not in consent.debts):
            return
        start = max(epoch_up(at) for at in (consent.at, consent.starts_at) if at is not None)
        ends = [case.day_before_loss(epoch(consent.at), self.days), *case.ends_of(consent)]
        if self.ends_on_conversation:
            ends += [
                then
                for then, attempt in case.prepared.dials_of(("principal", "person"))
                if attempt.at > consent.at
                and is_talk(attempt)
                and (not debt or costs(attempt, debt, "discussed", by_choice=True))
            ]
        yield from open_times(case, consent, start, min(ends))
