"""After a call with a certain outcome, bars calls to that number or person until a time has passed.

Hours are elapsed hours, counted in UTC. Days and months are local dates: with `start = "day1"` the day of the call is
the first of them; with "day0" that many full days follow it. A new call with such an outcome restarts the wait. What
the person does afterwards, such as a new consent, may end it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import ClassVar, Self

from policy.calendar.local_time import DAY, FOREVER, Span, date_of, day_of, gaps, merged, months_after
from policy.facts.prepared import OUTCOME_BITS, Dial, is_usual, made_by
from policy.facts.types import Key
from policy.rules.case import Case
from policy.rules.counting import (
    ALL_DIALS,
    CHANNELS,
    DIRECTIONS,
    MESSAGES,
    Counted,
    by_debt,
    counted_dials,
    free_redial_until,
    read_keys,
)
from policy.rules.grounds import read_grounds, spans_since
from policy.rules.pack_table import Fields
from policy.rules.rule import Bar, Calendars, Ground, OnPage, Parameters, Rule, Wakes
from policy.rules.words import (
    ANY_CONVERSATION,
    FREE_REDIAL,
    OUTCOME,
    counted_in_words,
    grounds_in_words,
    keys_in_words,
    noted,
    outcome_phrase,
    outcomes_named,
    sentence,
)
from policy.templates.sentence import AMOUNT, TEXT, Amount, Said, any_of, in_hours, several, template
from policy.vocabulary import Effect, Outcome

_UNITS = ("hours", "days", "months", "for_ever")

WAIT = template("{wait} after {outcome}", wait=AMOUNT, outcome=OUTCOME)
NEVER_AGAIN = template("No further call after {outcome}", outcome=OUTCOME)
_OUTCOMES = any_of(ANY_CONVERSATION, *(outcome_phrase(one) for one in Outcome))
_WAIT = template("{wait} after {outcomes}", wait=AMOUNT, outcomes=_OUTCOMES)
_NO_FURTHER = template("no further call after {outcomes}", outcomes=_OUTCOMES)
_WHERE_TALKED = template("{says} where debts were talked about", says=TEXT)


@dataclass(frozen=True, slots=True)
class Length:
    """The length of a wait, in one unit."""

    number: int
    unit: str  # hours | days | months | for_ever
    start: str = "day1"

    def end(self, case: Case, dial: Dial) -> int:
        then = dial[0]
        if self.unit == "hours":
            return made_by(dial) + self.number * 3600
        if self.unit == "for_ever":
            return FOREVER
        extra = 0 if self.start == "day1" else 1
        if self.unit == "days":
            return case.day_after(then, self.number + extra)
        on = [(clock, months_after(date_of(clock.day(then)), self.number)) for clock in case.clocks]
        return max(clock.day_start(day_of(last) + extra) for clock, last in on)

    def at_most(self) -> int:
        """The longest such a wait can be, in seconds, whatever the zones and clock changes."""
        days = {"days": self.number, "months": self.number * 31}
        if self.unit == "for_ever":
            return FOREVER
        return self.number * 3600 + 1 if self.unit == "hours" else (days[self.unit] + 3) * DAY

    def after(self, outcome: Outcome | None) -> Said:
        """The wait as a sentence."""
        wait, ended = self.amount(), outcome_phrase(outcome)
        return NEVER_AGAIN.says(outcome=ended) if wait is None else WAIT.says(wait=wait, outcome=ended)

    def amount(self) -> Amount | None:
        """The amount as words; None: for ever."""
        if self.unit == "for_ever":
            return None
        return in_hours(self.number) if self.unit == "hours" else Amount(self.number, self.unit[:-1])

    def in_words(self) -> Amount | None:
        """The amount as rules say it: `7 full days`; None: for ever."""
        is_full = self.unit == "days" and self.start == "day0"
        return Amount(self.number, "full day") if is_full else self.amount()


@dataclass(frozen=True, slots=True)
class CoolOff(Parameters):
    """No call for a time after one that ended in a certain way, on each of the keys.

    Per outcome, exactly one of hours (elapsed), days, months (local dates), for_ever.

    ```toml
    kind = "cool_off"
    keys = [["principal", "person"]]
    after = [{ outcomes = ["conversation", "refused"], days = 7 }]
                                     # if_discussed = true beside them: only where debts were talked about
    start = "day1"                   # default: the day of the call is the first day (7 -> callable on d+7);
                                     # "day0": full days follow (60 -> d+61)
    direction = ["out", "in"]        # default ["out"]
    channel = ["voice"]
    not_message = ["limited_content"]
    unreported = "refused"           # what an unreported attempt is taken for; absent: whatever waits longest
    redial = true                    # one redial within ten minutes of a call that was cut off
    allocation = "discussed"
    by_choice = true                 # see Keys and counting
    ended_by = [{ consent = "calls", express = true }]
                                     # grounds: no wait while one holds; a consent counts only if given after the call
    ```
    """

    on_page: ClassVar[OnPage | None] = OnPage.AFTERWARDS
    keys: tuple[Key, ...]
    after: Mapping[Outcome, Length]
    counted: Counted = ALL_DIALS
    unreported: Outcome | None = None  # assumed for an unreported attempt; None: that with the longest wait
    redial: bool = False  # one redial within ten minutes of a call that was cut off
    allocation: str = "discussed"
    by_choice: bool = False  # an attempt that could name no debt counts where the caller books it
    if_discussed: frozenset[Outcome] = frozenset()  # outcomes that begin a wait only if debts were discussed
    ended_by: tuple[Ground, ...] = ()  # no wait while one of them holds; a consent counts if given after the call
    is_usual: bool = field(init=False)  # every outgoing call, whatever the debt, on keys nearly all attempts share
    waits: Mapping[Outcome | None, Length] = field(init=False)
    seconds: Mapping[Outcome | None, int] = field(init=False)  # the longest of these waits, in seconds
    reach: int = field(init=False)  # the longest of all waits, in seconds
    words: Mapping[Outcome | None, Said] = field(init=False)  # why it bars

    def __post_init__(self) -> None:
        is_plain = self.counted is ALL_DIALS and not any("debt" in key for key in self.keys)
        waits: dict[Outcome | None, Length] = dict(self.after.items())
        if (unreported := self._unreported()) is not None:
            waits[None] = unreported
        seconds = {outcome: length.at_most() for outcome, length in waits.items()}
        object.__setattr__(self, "is_usual", is_plain and is_usual(self.keys))
        object.__setattr__(self, "waits", waits)
        object.__setattr__(self, "seconds", seconds)
        object.__setattr__(self, "reach", max(seconds.values(), default=0))
        object.__setattr__(self, "words", {one: length.after(one) for one, length in waits.items()})

    @classmethod
    def read(cls, fields: Fields, _calendars: Calendars) -> Self:
        start = fields.word("start", ("day0", "day1"), "day1")
        after: dict[Outcome, Length] = {}
        if_discussed: set[Outcome] = set()
        for one in fields.subs("after"):
            outcomes, length = one.choices("outcomes", Outcome), _read_length(one, start)
            if_discussed |= outcomes if one.flag("if_discussed", False) else set()
            one.done()
            for outcome in outcomes:
                if outcome in after:
                    one.fault("outcomes", f"{outcome.value} is given twice")
                after[outcome] = length
        if not after:
            fields.fault("after", "is missing or empty; it gives the wait after each outcome")
        unreported = fields.choice("unreported", Outcome) if fields.has("unreported") else None
        keys = read_keys(fields)
        counted = Counted(
            directions=frozenset(fields.words("direction", DIRECTIONS, ("out",))),
            channels=frozenset(fields.words("channel", CHANNELS, ("voice",))),
            not_messages=frozenset(fields.words("not_message", MESSAGES)),
        )
        return cls(
            keys=keys,
            after=after,
            counted=ALL_DIALS if counted == ALL_DIALS else counted,
            unreported=unreported,
            redial=fields.flag("redial", False),
            allocation=fields.word("allocation", ("discussed", "all_named"), "discussed"),
            by_choice=fields.flag("by_choice", False),
            if_discussed=frozenset(if_discussed),
            ended_by=read_grounds(fields, "ended_by"),
        )

    def in_words(self, _rule: Rule) -> str:
        ended = f"ended by {grounds_in_words(self.ended_by)} after it" if self.ended_by else ""
        notes = [counted_in_words(self.counted), FREE_REDIAL if self.redial else "", ended]
        return noted(f"{self.in_short()}, {keys_in_words(self.keys)}", notes)

    def in_short(self, only: frozenset[Outcome] = frozenset(Outcome)) -> str:
        """`72 hours after an attempt nobody answered; 24 hours after an engaged line`. `only`: the outcomes to
        include."""
        waits: dict[tuple[Amount | None, bool], set[Outcome]] = {}
        for outcome in Outcome:  # the order of the vocabulary: the order of a set differs from run to run
            if outcome in self.after and outcome in only:
                key = (self.after[outcome].in_words(), outcome in self.if_discussed)
                waits.setdefault(key, set()).add(outcome)
        return several([_wait(length, frozenset(some), is_if_talked) for (length, is_if_talked), some in waits.items()])

    def commonest(self) -> str:
        """The wait after no answer, the commonest outcome; without one, all that the rule names."""
        return self.in_short(frozenset({Outcome.NO_ANSWER})) or self.in_short()

    def woken_by(self) -> Wakes | None:
        return Wakes(outcomes=frozenset(self.waits))

    def narrowed_to(self, event_bits: int) -> "CoolOff":
        """Only the waits after outcomes on record: how far back to look depends on them."""
        if event_bits & OUTCOME_BITS[None]:
            return self
        after = {one: length for one, length in self.after.items() if event_bits & OUTCOME_BITS[one]}
        return replace(self, after=after)

    def needed_calls(self) -> tuple[int, int] | None:
        """One call within that many seconds, without which no wait runs; None: the rule must be asked."""
        return (1, self.reach) if self.is_usual else None

    def bars(self, rule: Rule, case: Case) -> Sequence[Bar]:
        if self.is_usual and case.prepared.is_usual:
            return self._bars_of(rule, case, case.dials)
        found: list[Bar] = []
        for key in self.keys:
            dials = counted_dials(case, key, self.counted)
            for debt, group in by_debt(case, key, dials, self.allocation, by_choice=self.by_choice):
                found += (bar._replace(debt=debt) for bar in self._bars_of(rule, case, group))
        return found

    def _bars_of(self, rule: Rule, case: Case, dials: Sequence[Dial]) -> Sequence[Bar]:
        """A bar for the latest call of each outcome, for as long as its wait runs; an earlier call's wait ends no
        later.

        If the latest call may be redialled, the call before it bars: a redial is exempt only from the wait of its own
        call.
        """
        now, seconds = case.now, self.seconds
        since = now - self.reach
        free = free_redial_until(case, dials) if self.redial else None
        found: list[Bar] = []
        barred: set[Outcome | None] = set()
        for dial in reversed(dials):
            then, attempt = dial
            if then <= since:
                break
            outcome = attempt.outcome
            longest = seconds.get(outcome)
            if longest is None or then + longest <= now or outcome in barred or attempt.is_provisional:
                continue
            if outcome in self.if_discussed and not attempt.debts_discussed:
                continue
            if rule.version_by == "call" or rule.chooses(then, case.clocks):
                end = self.waits[outcome].end(case, dial)
                if free is not None and dial is free[0]:
                    start = free[1]
                else:
                    start = now
                    barred.add(outcome)
                says = sentence(rule, self.words[outcome])
                for opens, closes in gaps(self._ended(case, dial), start, end) if end > now else ():
                    found.append(Bar(opens, closes, rule.effect or Effect.LOCK, says))
        return found

    def _ended(self, case: Case, dial: Dial) -> list[Span]:
        return merged(span for ground in self.ended_by for span in spans_since(ground, case, dial[1].at))

    def _unreported(self) -> Length | None:
        if self.unreported is not None:
            return self.after.get(self.unreported)
        hours = {"hours": 1, "days": 24, "months": 744, "for_ever": 10**9}
        return max(self.after.values(), key=lambda one: hours[one.unit] * one.number, default=None)


def _wait(length: Amount | None, after: frozenset[Outcome], is_if_talked: bool) -> Said:
    some = outcomes_named(after)
    says = _NO_FURTHER.says(outcomes=some) if length is None else _WAIT.says(wait=length, outcomes=some)
    return _WHERE_TALKED.says(says=says) if is_if_talked else says


def _read_length(fields: Fields, start: str) -> Length:
    units = [unit for unit in _UNITS if fields.has(unit)]
    if len(units) != 1:
        fields.fault("", f"has exactly one of {', '.join(_UNITS)}")
        return Length(1, "hours", start)
    if units[0] == "for_ever":
        fields.flag("for_ever")
        return Length(1, "for_ever", start)
    return Length(fields.whole(units[0], least=1, most=100_000), units[0], start)
