"""After a call with a certain outcome, no further call to that number or person until a time has passed.

Hours are elapsed hours, counted in UTC. Days and months are local dates: with `start = "day1"` the day of the call is the
first of them, with "day0" so many full days follow it. A new call with such an outcome starts the time again.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from policy.case import Case
from policy.counting import ALL_DIALS, Counted, by_debt, counted_dials, free_redial_until, read_keys
from policy.fields import Fields
from policy.localtime import DAY, date_of, day_of, months_after
from policy.prepared import Dial, Key
from policy.rulebook import Bar, Rule, Wakes
from policy.sentences import count, hours_phrase, outcome_phrase, sentence
from policy.spans import FOREVER
from policy.vocabulary import Effect, Outcome

_UNITS = ("hours", "days", "months", "for_ever")


@dataclass(frozen=True, slots=True)
class Length:
    """How long the wait is, in one unit."""

    number: int
    unit: str  # hours | days | months | for_ever
    start: str = "day1"

    def end(self, case: Case, then: int) -> int:
        if self.unit == "hours":
            return then + self.number * 3600
        if self.unit == "for_ever":
            return FOREVER
        extra = 0 if self.start == "day1" else 1
        if self.unit == "days":
            return case.day_after(then, self.number + extra)
        return max(self._months_on(clock.day(then), clock.day_start, extra) for clock in case.context.clocks)

    def _months_on(self, day: int, day_start: Callable[[int], int], extra: int) -> int:
        return day_start(day_of(months_after(date_of(day), self.number)) + extra)

    def at_most(self) -> int:
        """No wait of this length is longer, in seconds, whatever the zones and their clock changes."""
        days = {"days": self.number, "months": self.number * 31}
        if self.unit == "for_ever":
            return FOREVER
        return self.number * 3600 if self.unit == "hours" else (days[self.unit] + 3) * DAY

    def phrase(self) -> str:
        if self.unit == "for_ever":
            return "No further call"
        return hours_phrase(self.number) if self.unit == "hours" else count(self.number, self.unit[:-1])


@dataclass(frozen=True, slots=True)
class CoolOff:
    """The waits by outcome, on each of the keys."""

    keys: tuple[Key, ...]
    after: Mapping[Outcome, Length]
    counted: Counted = ALL_DIALS
    unreported: Outcome | None = None  # what an unreported attempt is taken for; None: whatever waits longest
    redial: bool = False  # one redial within ten minutes of a call that was cut off
    allocation: str = "discussed"
    is_plain: bool = field(init=False, default=False)  # every call out, whatever the debt
    seconds: Mapping[str | None, int] = field(init=False, default_factory=dict)  # no wait after an outcome is longer
    reach: int = field(init=False, default=0)  # nor after any

    def __post_init__(self) -> None:
        is_plain = self.counted is ALL_DIALS and not any("debt" in key for key in self.keys)
        seconds: dict[str | None, int] = {outcome.value: length.at_most() for outcome, length in self.after.items()}
        if (unreported := self._length(None)) is not None:
            seconds[None] = unreported.at_most()
        object.__setattr__(self, "is_plain", is_plain)
        object.__setattr__(self, "seconds", seconds)
        object.__setattr__(self, "reach", max(seconds.values(), default=0))

    def woken_by(self) -> Wakes | None:
        unreported = frozenset({None}) if self._length(None) is not None else frozenset()
        return Wakes(outcomes=frozenset(self.after) | unreported)

    def bars(self, rule: Rule, case: Case) -> Sequence[Bar]:
        if self.is_plain and rule.version_by == "call" and not self._may_wait(case):
            return ()
        found: list[Bar] = []
        for key in case.distinct(self.keys):
            dials = counted_dials(case, key, self.counted)
            for group in by_debt(case, dials, self.allocation) if "debt" in key else (dials,):
                found += self._bars_of(rule, case, group)
        return found

    def _may_wait(self, case: Case) -> bool:
        """Whether any call lies so near that its wait may still run: the quick answer."""
        seconds, now = self.seconds, case.now
        since = now - self.reach
        for key in case.prepared.distinct(self.keys):
            for then, attempt in reversed(case.prepared.calls_of(key)):
                if then <= since:
                    break
                outcome = attempt.outcome
                if then + seconds.get(outcome._value_ if outcome is not None else None, 0) > now:
                    return True
        return False

    def _bars_of(self, rule: Rule, case: Case, dials: Sequence[Dial]) -> Iterator[Bar]:
        free = free_redial_until(case, dials) if self.redial else None
        for outcome, length, then in self._latest(rule, case, dials):
            end = length.end(case, then)
            if end > case.now:
                start = free[1] if free is not None and outcome is Outcome.CUT_OFF else case.now
                yield Bar(start, end, rule.effect or Effect.LOCK, sentence(rule, self._why(outcome, length)))

    def _latest(self, rule: Rule, case: Case, dials: Sequence[Dial]) -> Iterator[tuple[Outcome | None, Length, int]]:
        """The latest call of each outcome that may still have a wait; earlier ones of the same outcome wait no longer."""
        seen: set[str | None] = set()
        since = case.now - self.reach
        for then, attempt in reversed(dials):
            if then <= since:
                return
            outcome = attempt.outcome
            value = None if outcome is None else outcome._value_
            if value in seen or attempt.is_provisional or not case.chooses(rule, then):
                continue
            seen.add(value)
            if (length := self._length(outcome)) is not None:
                yield outcome, length, then

    def _length(self, outcome: Outcome | None) -> Length | None:
        if outcome is not None:
            return self.after.get(outcome)
        if self.unreported is not None:
            return self.after.get(self.unreported)
        return max(self.after.values(), key=_weight, default=None)

    def _why(self, outcome: Outcome | None, length: Length) -> str:
        return f"{length.phrase()} after {outcome_phrase(outcome)}"


def _weight(length: Length) -> int:
    return {"hours": 1, "days": 24, "months": 744, "for_ever": 10**9}[length.unit] * length.number


def read(fields: Fields) -> CoolOff:
    """`after = [{ outcomes = ["no_answer"], hours = 72 }, ...]`."""
    start = fields.word("start", ("day0", "day1"), "day1")
    after: dict[Outcome, Length] = {}
    for one in fields.subs("after"):
        outcomes, length = one.choices("outcomes", Outcome), _read_length(one, start)
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
    )


def _read_counted(fields: Fields) -> Counted:
    directions = frozenset(fields.words("direction", ("out", "in"), ("out",)))
    channels = frozenset(fields.words("channel", ("voice", "text", "letter", "voicemail_drop"), ("voice",)))
    not_messages = frozenset(fields.words("not_message"))
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
