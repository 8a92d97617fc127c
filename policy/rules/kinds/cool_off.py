"""After a call with a certain outcome, bars calls to that number or person until a time has passed.

Hours are elapsed hours, counted in UTC. Days and months are local dates: with `start = "day1"` the day of the call is
the first of them; with "day0" that many full days follow it. A new call with such an outcome restarts the wait. What
the person does afterwards, such as a new consent, may end it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from policy.calendar import DAY, FOREVER, Span, date_of, day_of, gaps, merged, months_after
from policy.facts import OUTCOME_BITS, Dial, Key, is_usual, made_by
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
from policy.rules.rule import Bar, Ground, Parameters, Rule, Wakes
from policy.rules.sentences import OUTCOME, outcome_phrase, sentence
from policy.templates import AMOUNT, Amount, Said, in_hours, template
from policy.vocabulary import Effect, Outcome

_UNITS = ("hours", "days", "months", "for_ever")

WAIT = template("{wait} after {outcome}", wait=AMOUNT, outcome=OUTCOME)
NEVER_AGAIN = template("No further call after {outcome}", outcome=OUTCOME)


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
        return max(
            clock.day_start(day_of(months_after(date_of(clock.day(then)), self.number)) + extra)
            for clock in case.clocks
        )

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


@dataclass(frozen=True, slots=True)
class CoolOff(Parameters):
    """The waits by outcome, on each of the keys."""

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

    def woken_by(self) -> Wakes | None:
        return Wakes(outcomes=frozenset(self.waits))

    def narrowed_to(self, event_bits: int) -> "CoolOff":
        """Only the waits after outcomes on record: how far back to look depends on them."""
        if event_bits & OUTCOME_BITS[None]:
            return self
        return replace(
            self, after={one: length for one, length in self.after.items() if event_bits & OUTCOME_BITS[one]}
        )

    def needed_calls(self) -> tuple[int, int] | None:
        """One call within that many seconds, without which no wait runs; None: the rule must be asked."""
        return (1, self.reach) if self.is_usual else None

    def bars(self, rule: Rule, case: Case) -> Sequence[Bar]:
        if self.is_usual and case.prepared.is_usual:
            return self._bars_of(rule, case, case.dials)
        found: list[Bar] = []
        for key in self.keys:
            dials = counted_dials(case, key, self.counted)
            groups = (
                by_debt(case, dials, self.allocation, by_choice=self.by_choice) if "debt" in key else (("", dials),)
            )
            for debt, group in groups:
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
        """When no wait runs, for what the person did after the call."""
        return merged(span for ground in self.ended_by for span in spans_since(ground, case, dial[1].at))

    def _unreported(self) -> Length | None:
        if self.unreported is not None:
            return self.after.get(self.unreported)
        return max(self.after.values(), key=_weight, default=None)


def _weight(length: Length) -> int:
    return {"hours": 1, "days": 24, "months": 744, "for_ever": 10**9}[length.unit] * length.number


def read(fields: Fields) -> CoolOff:
    """`after = [{ outcomes = ["no_answer"], hours = 72 }, ...]`."""
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
    return CoolOff(
        keys=read_keys(fields),
        after=after,
        counted=_read_counted(fields),
        unreported=unreported,
        redial=fields.flag("redial", False),
        allocation=fields.word("allocation", ("discussed", "all_named"), "discussed"),
        by_choice=fields.flag("by_choice", False),
        if_discussed=frozenset(if_discussed),
        ended_by=read_grounds(fields, "ended_by"),
    )


def _read_counted(fields: Fields) -> Counted:
    directions = frozenset(fields.words("direction", DIRECTIONS, ("out",)))
    channels = frozenset(fields.words("channel", CHANNELS, ("voice",)))
    not_messages = frozenset(fields.words("not_message", MESSAGES))
    counted = Counted(directions=directions, channels=channels, not_messages=not_messages)
    return ALL_DIALS if counted == ALL_DIALS else counted


def _read_length(fields: Fields, start: str) -> Length:
    units = [unit for unit in _UNITS if fields.has(unit)]
    if len(units) != 1:
        fields.fault("", f"has exactly one of {', '.join(_UNITS)}")
        return Length(1, "hours", start)
    if units[0] == "for_ever":
        fields.flag("for_ever")
        return Length(1, "for_ever", start)
    return Length(fields.whole(units[0], least=1, most=100_000), units[0], start)
