"""After a complaint, or a call that shows a vulnerable person, holds calls until a team lead has looked and lifted it.

A hold placed by a team lead is of the same kind, whatever its reason.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

from policy.calendar.local_time import FOREVER
from policy.facts.types import HoldFact
from policy.rules.case import Case
from policy.rules.pack_table import Fields
from policy.rules.rule import Bar, Calendars, Parameters, Rule, Wakes
from policy.rules.words import outcomes_in_words, sentence
from policy.templates.sentence import TEXTS, either, phrase, template
from policy.vocabulary import DATA_COMPLAINT, HOLDING, POSSIBLE_NO, POSSIBLE_NO_SAID, Effect, Outcome

_WORDS = {
    **{one.value: phrase(one.meaning.held_for) for one in HOLDING},
    DATA_COMPLAINT: phrase("a complaint about their data, not acknowledged yet"),
    POSSIBLE_NO: phrase(POSSIBLE_NO_SAID),
}

HELD = template("Held for a team lead ({reasons})", reasons=TEXTS)
RELEASE = template("a team lead's release ({reasons})", reasons=TEXTS)


@dataclass(frozen=True, slots=True)
class Hold(Parameters):
    """Outcomes that hold the person for a team lead, and holds that people place.

    ```toml
    kind = "hold"
    outcomes = ["complaint"]
    by_hand = true                   # holds that people place
    ```
    """

    is_said_by_people: ClassVar[bool] = True
    outcomes: frozenset[Outcome]
    by_hand: bool

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        return cls(fields.choices("outcomes", Outcome), fields.flag("by_hand", False))

    def in_words(self, _rule: Rule) -> str:
        after = f"after {outcomes_in_words(self.outcomes)}" if self.outcomes else ""
        placed = "wherever a hold is placed" if self.by_hand else ""
        return f"held until a team lead lifts it: {either((after, placed))}"

    def woken_by(self) -> Wakes | None:
        return Wakes(frozenset({HoldFact}) if self.by_hand else frozenset(), frozenset(self.outcomes))

    def bars(self, rule: Rule, case: Case) -> list[Bar]:
        holds = case.every(HoldFact)
        reasons = [hold.reason for hold in holds if self.by_hand and not case.happened_by_now("lifted_at", hold)]
        if self.outcomes:
            reasons += [
                attempt.outcome.value
                for _, attempt in case.prepared.dials_of(("person",))
                if attempt.outcome in self.outcomes
                and attempt.outcome is not None
                and not any(
                    hold.reason == attempt.outcome
                    and hold.lifted_at is not None
                    and hold.lifted_at >= attempt.at
                    and case.happened_by_now("lifted_at", hold)
                    for hold in holds
                )
            ]
        if not reasons:
            return []
        words = sorted({_WORDS.get(reason, reason) for reason in reasons})
        says = sentence(rule, HELD.says(reasons=words))
        return [Bar(case.now, FOREVER, Effect.HOLD, says, RELEASE.says(reasons=words))]
