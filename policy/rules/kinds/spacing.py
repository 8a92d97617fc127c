"""Warns of calls that follow each other too closely, or crowd on one day, even if every cap allows them."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar, Self

from policy.facts.prepared import Dial, made_by
from policy.facts.types import AttemptFact, Key
from policy.rules.case import Case
from policy.rules.counting import Counted, counted_dials, read_counted, read_keys
from policy.rules.pack_table import Fields
from policy.rules.rule import Bar, Calendars, OnPage, Parameters, Rule, Wakes
from policy.rules.words import counted_in_words, keys_in_words, noted, sentence
from policy.templates.sentence import AMOUNT, NUMBER, Amount, count, template
from policy.vocabulary import Effect, Mode

TOO_CLOSE = template("Less than {gap} after the call before", gap=AMOUNT)
CROWDED = template("{calls} crowded on one day of the last {days}", calls=AMOUNT, days=NUMBER)


@dataclass(frozen=True, slots=True)
class Spacing(Parameters):
    """Advice; use `mode = "warn"`. One of `gap_minutes`, `per_day`.

    ```toml
    kind = "spacing"
    keys = [["principal", "number"]]
    gap_minutes = 5                  # speaks for so long after a counted attempt; or:
    # per_day = 6                    # speaks when so many counted attempts fell on one local day
    # within_days = 7                # of the last so many
    counts = { reached = false }
    ```
    """

    on_page: ClassVar[OnPage | None] = OnPage.AFTERWARDS
    keys: tuple[Key, ...]
    counted: Counted
    gap_minutes: int | None
    per_day: int | None
    within_days: int

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        spacing = cls(
            keys=read_keys(fields),
            counted=read_counted(fields.sub("counts")),
            gap_minutes=fields.maybe_whole("gap_minutes", least=1),
            per_day=fields.maybe_whole("per_day", least=1),
            within_days=fields.whole("within_days", 1, least=1, most=365),
        )
        if (spacing.gap_minutes is None) == (spacing.per_day is None):
            fields.fault("gap_minutes", "a spacing has either gap_minutes or per_day")
        return spacing

    def in_words(self, rule: Rule) -> str:
        does = "warns" if rule.mode is Mode.WARN else "no call"
        days = "on one day" if self.within_days == 1 else f"on any one of the last {self.within_days} days"
        crowd = f"{does} after {count(self.per_day or 0, 'call')} {days}"
        gap = self.gap_minutes
        said = crowd if gap is None else f"{does} for {count(gap, 'minute')} after a call"
        return noted(f"{said} {keys_in_words(self.keys)}", [counted_in_words(self.counted)])

    def woken_by(self) -> Wakes | None:
        return Wakes(frozenset({AttemptFact}))

    def bars(self, rule: Rule, case: Case) -> list[Bar]:
        found: list[Bar] = []
        for key in self.keys if case.dials else ():
            dials = counted_dials(case, key, self.counted)
            found += self._too_close(rule, case, dials)
            found += self._crowded(rule, case, [then for then, _ in dials])
        return found

    def _too_close(self, rule: Rule, case: Case, dials: Sequence[Dial]) -> Iterator[Bar]:
        if self.gap_minutes is not None and dials and (end := made_by(dials[-1]) + self.gap_minutes * 60) > case.now:
            says = sentence(rule, TOO_CLOSE.says(gap=Amount(self.gap_minutes, "minute")))
            yield Bar(case.now, end, rule.effect or Effect.LOCK, says)

    def _crowded(self, rule: Rule, case: Case, times: list[int]) -> Iterator[Bar]:
        if self.per_day is None or len(times) < self.per_day:
            return
        for clock in case.clocks:
            for day, number in Counter(map(clock.day, times)).items():
                end = clock.day_start(day + self.within_days)
                if number >= self.per_day and end > case.now:
                    says = sentence(rule, CROWDED.says(calls=Amount(number, "call"), days=self.within_days))
                    yield Bar(case.now, end, rule.effect or Effect.LOCK, says)
